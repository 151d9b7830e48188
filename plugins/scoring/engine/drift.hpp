// How far two frequency tables are apart, and which scores that bends: Odoo's live table (the mirror), which drifts by
// design, against the exact one.
//
//     Drift d = drift(mirror, exact, leads, model, variables, start);
//     d.rows     // every row that is not the same in both, in the order of the first, then what only the second has
//     d.scores   // every pending lead whose score differs, the most bent first
//
// Both tables use the codes of `leads`; give a value that no lead has a code by Values::code before. A score that one
// table gives and the other does not is the most bent of all. Threads: reads its arguments only.
#pragma once

#include <cstdint>
#include <vector>

#include "scorer.hpp"

namespace outrigger::scoring {

struct DriftRow {
  Row a;  // won and lost are 0 when the table has no such row
  Row b;
  bool in_a = false;
  bool in_b = false;
};

struct DriftScore {
  uint32_t row = 0;   // of Leads
  double a = kUnset;  // percent; kUnset: no score
  double b = kUnset;
  // In percentage points; infinite when only one side has a score.
  [[nodiscard]] double distance() const;
};

struct Drift {
  std::vector<DriftRow> rows;
  std::vector<DriftScore> scores;
  size_t compared_rows = 0;    // rows in either table
  size_t compared_scores = 0;  // pending leads
  double largest = 0;          // percentage points, over leads with a score on both sides
  double mean = 0;             // likewise, absolute, the unbent ones included
};

Drift drift(const Frequencies& a, const Frequencies& b, const Leads& leads, const Model& model,
            const Variables& variables, int64_t start);

}  // namespace outrigger::scoring
