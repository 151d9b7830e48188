// NAME: counts the won leads, and rings the bell for each new one with a note on the lead.
#include <outrigger/plugin.hpp>

using outrigger::Arena;
using outrigger::Document;
using outrigger::Result;

class Bell final : public outrigger::Plugin {
 public:
  using Plugin::Plugin;

  // `outrigger NAME count`
  Result<Document> on_command(outrigger::Command& command) override {
    if (command.name() != "count") return Plugin::on_command(command);  // which says that there is no such command
    Arena arena;
    const Result<int64_t> won =
        odoo().search_count({.model = "crm.lead", .domain = arena.array({arena.array({"won_status", "=", "won"})})});
    if (!won) return won.error();
    command.print("{} won leads\n", *won);
    return Document::build([&](Arena& reply) { return reply.object({{"won", *won}}); });
  }

  // A lead whose name or status changed. The note is posted once, also when the delivery is repeated after a crash.
  outrigger::Outcome on_changes(const outrigger::Changes& batch) override {
    for (const auto& change : batch)
      if (change.became("won_status", "won"))
        odoo().message_post(change.record(), "Ring the bell for " + change.after<std::string>("name"));
    return outrigger::done();
  }
};

OUTRIGGER_PLUGIN(Bell)
