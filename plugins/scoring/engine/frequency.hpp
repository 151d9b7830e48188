// The frequency table: how many leads with a value were won and lost, per team, variable and value.
//
//     Frequencies table = rebuild(leads, model, variables, start);
//     for (const Row& row : table.rows) ...   // in the order in which Odoo would have inserted them
//
// Source: Odoo 19, crm.lead.scoring.frequency. The order of rows is part of the answer: sums of doubles depend on it.
// Threads: rebuild reads its arguments only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "leads.hpp"
#include "model.hpp"

namespace outrigger::scoring {

// Variables are numbered: 0 .. fields-1 the configured fields, then the stage, then the tags.
struct Row {
  int32_t group = 0;     // index into Model::teams; teams.size(): no team
  int32_t variable = 0;  // 0 .. fields-1, Frequencies::stage_variable, Frequencies::tag_variable
  uint32_t code = 0;     // a code of the variable's values; for the stage an index into Model::stages
  double won = 0;        // count + 0.1, the double nearest to that decimal
  double lost = 0;
};

struct Frequencies {
  std::vector<Row> rows;
  int32_t stage_variable = 0;
  int32_t tag_variable = 0;
};

// A stored count: n + 0.1 with one decimal, as Odoo keeps it.
inline double stored_count(uint64_t n) { return (static_cast<double>(n) * 10.0 + 1.0) / 10.0; }

// Counts every closed lead created at `start` or later, whatever its company, archived or not.
Frequencies rebuild(const Leads& leads, const Model& model, const Variables& variables, int64_t start);

// Puts the rows into the order in which `like` has them; those that it does not have come last, as they were. For
// Rules::rows_unordered: a table of ours with the counts of Odoo's then gives its scores, ties included.
void arrange(Frequencies& table, const Frequencies& like);

// Won, lost or neither, by the version's own rule; only these leads are counted.
enum class Closed : uint8_t { kNo, kWon, kLost };
inline Closed closed(const Rules& rules, WonStatus status, double probability, bool active) {
  if (rules.won_status) {
    if (status == WonStatus::kWon) return Closed::kWon;
    return status == WonStatus::kLost ? Closed::kLost : Closed::kNo;
  }
  if (probability == 100.0) return Closed::kWon;
  return probability == 0.0 && !active ? Closed::kLost : Closed::kNo;
}
inline Closed closed(const Leads& leads, const Rules& rules, size_t row) {
  return closed(rules, leads.status[row], leads.probability[row], leads.active[row] != 0);
}

// By stage: the last one, in order, whose sequence is not above its own; ties are reached together.
std::vector<int32_t> reach_of(const std::vector<Stage>& stages);

// The variables of a table in the order of their names, as Odoo inserts them.
std::vector<int32_t> alphabetical_order(const Variables& variables);

}  // namespace outrigger::scoring
