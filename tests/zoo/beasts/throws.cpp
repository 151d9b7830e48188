// Throws in what its configuration or its caller names, behind the SDK's own net.
#include <outrigger/plugin.hpp>
#include <stdexcept>

namespace {

using namespace outrigger;

class Throws final : public Plugin {
 public:
  explicit Throws(Context context) : Plugin(std::move(context)) { here("create"); }
  ~Throws() override { here("destroy"); }  // NOLINT(bugprone-exception-escape): ends the process
  Result<void> activate() override {
    here("activate");
    return {};
  }
  void stop() override { here("stop"); }
  Result<Document> on_command(Command& command) override {
    if (command.name() == "calm") return Document::build([](Arena& arena) { return arena.text("calm"); });
    throw std::runtime_error("no coffee in command");
  }
  Outcome on_changes(const Changes&) override { throw std::runtime_error("no coffee in changes"); }
  JobResult on_job(const JobCall&) override { throw std::runtime_error("no coffee in job"); }
  Result<Page> on_page(const PageRequest&) override { throw std::runtime_error("no coffee in page"); }
  Outcome on_webhook(const WebhookCall&) override { throw std::runtime_error("no coffee in webhook"); }
  Result<std::vector<Finding>> health(std::string_view) override { throw std::runtime_error("no coffee in health"); }
  Result<void> prepare(Value config) override {
    if (config["quietly"].truthy()) return {};
    throw std::runtime_error("no coffee in prepare");
  }
  void commit() override { throw std::runtime_error("no coffee in commit"); }
  void abandon() override { throw std::runtime_error("no coffee in abandon"); }

 private:
  void here(const std::string& place) const {
    if (config()["where"].text() == place) throw std::runtime_error("no coffee in " + place);
  }
};

}  // namespace

OUTRIGGER_PLUGIN(Throws)
