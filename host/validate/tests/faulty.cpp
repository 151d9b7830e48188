// A plugin with one fault, which its build chooses.
#include <fcntl.h>

#include <atomic>
#include <cstdlib>
#include <outrigger/plugin.hpp>
#include <stdexcept>
#include <thread>

namespace {

using outrigger::Arena;
using outrigger::Document;
using outrigger::Result;

class Faulty final : public outrigger::Plugin {
 public:
  explicit Faulty(outrigger::Context context) : Plugin(std::move(context)) {
#ifdef FAULT_LEAK
    static std::atomic<char*> last;
    last = new char[4096]();
#endif
#ifdef FAULT_DESCRIPTOR
    (void)::open("/dev/null", O_RDONLY);
#endif
#ifdef FAULT_THREAD
    std::thread([] {
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }).detach();
#endif
#ifdef FAULT_SHORT_TABLE
    const auto* table = this->context().extension<or_odoo_v1>(OR_ODOO_ID);
    or_error error{};
    if (table != nullptr) (void)table->info(table->ctx, nullptr, &error);
#endif
  }

  Result<Document> on_command(outrigger::Command& command) override {
    (void)command;
    Arena arena;
#ifdef FAULT_CRASH
    if (!command.args()["text"].text().empty()) std::abort();
#endif
#ifdef FAULT_TERMINATE
    std::thread([] { throw std::runtime_error("on a thread of its own"); }).join();
#endif
#ifdef FAULT_HANG
    for (std::atomic<int> spins = 0;; ++spins) {
    }
#endif
#ifdef FAULT_PLAN_KEEPS
    (void)store().put("key", "value");
#endif
#ifdef FAULT_UNSTOPPABLE
    for (;;) (void)odoo().search_count({.model = "crm.lead"});
#endif
#ifdef FAULT_BAD_TREE
    return Document::build([](Arena& made) { return made.text("\xFF"); });
#endif
#ifdef FAULT_SILENT
    return outrigger::Error{outrigger::Code::kInvalid, ""};
#endif
    return Document();
  }
  outrigger::Outcome on_changes(const outrigger::Changes&) override { return outrigger::done(); }
};

}  // namespace

#ifdef FAULT_EXCEPTION
// Around the C++ layer, which would have caught it.
extern "C" __attribute__((visibility("default"))) const or_plugin_v1* outrigger_plugin_v1() {
  static or_plugin_v1 table = *outrigger::plugin_table<Faulty>(OUTRIGGER_PLUGIN_ID, OUTRIGGER_PLUGIN_VERSION);
  table.activate = [](void*, or_error*) -> or_status { throw std::runtime_error("across the border"); };
  return &table;
}
#else
OUTRIGGER_PLUGIN(Faulty)
#endif

#ifdef FAULT_EXPORTS
extern "C" __attribute__((visibility("default"))) int another_symbol() { return 1; }
#endif
