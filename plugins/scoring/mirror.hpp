// The mirror: Odoo's own frequency table as it is now, read over RPC.
//
//     Result<Mirror> mirror = read_mirror(odoo, history);
//     Scores as_odoo = score_pending(history.leads, history.model, history.variables, mirror->table, history.start);
//
// Odoo counts a lead in it when it is won, lost or restored and never looks again, so it drifts from what a rebuild
// would give: that one is the *exact* table, ours. Scores from the mirror are what Odoo itself gives a lead at its next
// change; scores from the exact table are what Odoo would give after its own full recompute.
//
// On 14 Odoo adds up the rows of a team in the order in which PostgreSQL hands them out, which only the query that Odoo
// makes for the same leads tells: it is made again, up to kPage rows; of a larger table the order is by id there, too,
// and a score that lies exactly between two hundredths may differ by one.
//
// Any salesperson may read it. Values that no lead has get a code in history.leads. Threads: one writer of the history.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "history.hpp"

namespace outrigger::scoring {

struct Mirror {
  Frequencies table;
  size_t read = 0;  // rows that Odoo has; those of variables that do not count are left out of `table`
  std::vector<std::string> problems;  // counts that cannot be, sentences
};

// To score the open leads together, or the lead of one row by itself.
Result<Mirror> read_mirror(const Odoo& odoo, History& history, std::optional<uint32_t> one = std::nullopt);

// Odoo's score of one lead by itself, as it gives it when the lead changes; kUnset: none.
double single_score(const History& history, const Frequencies& table, uint32_t row);

// The same at two decimals; neither has a score counts as the same.
bool same_score(double a, double b);

}  // namespace outrigger::scoring
