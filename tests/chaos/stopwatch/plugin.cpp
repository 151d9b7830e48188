// Notes when it is told of a change: heard/ID is the name that the lead has by then and the time in microseconds.
#include <outrigger/plugin.hpp>
#include <string>

namespace {

class Stopwatch final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;

  outrigger::Outcome on_changes(const outrigger::Changes& batch) override {
    const std::string now = std::to_string(clock().now().time_since_epoch().count());
    for (const outrigger::Change& change : batch)
      if (const auto kept =
              store().put("heard/" + std::to_string(change.id()) + "/" + change.after<std::string>("name"), now);
          !kept)
        return outrigger::retry(std::chrono::milliseconds(100), kept.error().message);
    return outrigger::done();
  }

  outrigger::Result<outrigger::Document> on_command(outrigger::Command& command) override {
    if (command.name() != "dump") return Plugin::on_command(command);
    auto arena = std::make_shared<outrigger::Arena>();
    std::vector<outrigger::Field> all;
    std::string from;
    for (;;) {
      const auto page = store().scan({.from = from, .limit = 500});
      if (!page) return page.error();
      for (const auto entry : *page) {
        all.push_back({arena->keep(entry.key), arena->text(entry.value)});
        from = std::string(entry.key) + '\0';
      }
      if (page->size() < 500) break;
    }
    const outrigger::Value root = arena->object(all);
    return outrigger::Document(std::move(arena), root);
  }
};

}  // namespace

OUTRIGGER_PLUGIN(Stopwatch)
