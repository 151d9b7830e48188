// `outrigger scoring recompute`: the table from history, a score for every open lead, and what changed written back.
#pragma once

#include "history.hpp"

namespace outrigger::scoring {

// What a recompute gives one lead.
struct Change {
  uint32_t row = 0;
  uint16_t batch = 0;
  double automated = kUnset;    // after; kUnset: no score, nothing changes
  double probability = kUnset;  // after
  bool changed = false;         // at two decimals
};

struct Recomputed {
  Frequencies table;
  Batches batches;
  std::vector<Change> changes;  // of every pending lead, in order of ids
};

// Decides between the two ways in which releases of 14.0 round, by the scores that Odoo stored.
void choose_rounding(History& history);
Recomputed recompute(const History& history);

Result<Document> run_recompute(Command& command, const Odoo& odoo, const Clock& clock, Value config);
Result<Document> run_explain(Command& command, const Odoo& odoo, const Clock& clock, Value config);

}  // namespace outrigger::scoring
