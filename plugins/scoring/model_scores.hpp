// Scores of some leads by a trained model, with their reasons, as they are at this moment.
//
//     ModelScores scores(learned, history, {7, 12});                     // rows of history.leads, ascending
//     if (Result<void> read = scores.read(odoo, clock, config, events); !read) return read;
//     scores.score(0); scores.reasons(0);                                // of rows()[0]
//
// The leads are copied with the codes of the training: a value that is newer says nothing. read() asks Odoo for the
// further variables of these leads alone, a call for each thousand (and one for their customers), and for nothing where
// there are none. `events` are those of read_events(). REQUIRES: `learned` outlives it. Threads: one.
#pragma once

#include <vector>

#include "learned.hpp"
#include "reasons.hpp"

namespace outrigger::scoring {

class ModelScores {
 public:
  ModelScores(const Learned& learned, const History& history, std::vector<uint32_t> rows);

  Result<void> read(const Odoo& odoo, const Clock& clock, Value config, const std::vector<PointEvent>& events);

  [[nodiscard]] const std::vector<uint32_t>& rows() const { return rows_; }
  // Percent; kUnset: not enough data.
  [[nodiscard]] double score(size_t i) const { return scores_[i]; }
  [[nodiscard]] Reasons reasons(size_t i) const;
  // Of a row of the history; rows().size() when it is none of them.
  [[nodiscard]] size_t place(uint32_t row) const;

 private:
  const Learned& learned_;
  const History& history_;
  std::vector<uint32_t> rows_;
  Leads leads_;
  Signals signals_;
  std::vector<double> scores_;
};

// The leads that are scored: open, with a stage, since the start date. Ascending.
std::vector<uint32_t> open_rows(const History& history);

// What people did, of these leads: all that Odoo's apps and the intake have. Nothing without rules for points.
Result<std::vector<PointEvent>> read_events(const Odoo& odoo, const Clock& clock, const Store& store, Value config,
                                            const History& history, const std::vector<uint32_t>& rows);

}  // namespace outrigger::scoring
