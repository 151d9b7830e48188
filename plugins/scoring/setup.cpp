#include "commands.hpp"
#include "target.hpp"

namespace outrigger::scoring {

Result<Document> run_setup(Command& command, const Odoo& odoo) {
  const Result<bool> made = odoo.ensure_field({.model = "crm.lead",
                                               .name = kScoreField,
                                               .type = "float",
                                               .label = command.locale() == "vi" ? "Điểm Outrigger" : "Outrigger score",
                                               .help = "Probability in percent, written by Outrigger"});
  if (!made) return made.error();
  command.print(*made ? "crm.lead has the field {} now\n" : "crm.lead has the field {} already\n", kScoreField);
  return Document::build([&](Arena& arena) { return arena.object({{"field", kScoreField}, {"created", *made}}); });
}

}  // namespace outrigger::scoring
