#include "commands.hpp"
#include "target.hpp"

namespace outrigger::scoring {

Result<Document> run_setup(Command& command, const Odoo& odoo, Value config) {
  const Result<Target> target = target_of(config);
  if (!target) return target.error();
  const std::string_view field = target->sink == Sink::kField ? target->field() : kScoreFields[0];
  const Result<bool> made = odoo.ensure_field({.model = "crm.lead",
                                               .name = field,
                                               .type = "float",
                                               .label = command.locale() == "vi" ? "Điểm Outrigger" : "Outrigger score",
                                               .help = "Probability in percent, written by Outrigger"});
  if (!made) return made.error();
  command.print(*made ? "crm.lead has the field {} now\n" : "crm.lead has the field {} already\n", field);
  return Document::build([&](Arena& arena) { return arena.object({{"field", field}, {"created", *made}}); });
}

}  // namespace outrigger::scoring
