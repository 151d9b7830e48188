// `outrigger scoring recompute`: the table from history, a score for every open lead, and what changed written back.
#pragma once

#include <optional>

#include "model_scores.hpp"

namespace outrigger::scoring {

// With another model than Odoo's the scores are the trained model's, and go into the custom field.

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
  // Of another model: it and its scores, in the order of the changes. By place, since one points at the other.
  std::unique_ptr<Learned> learned;
  std::unique_ptr<ModelScores> by_model;

  // Why it is so. `i`: of changes.
  [[nodiscard]] Reasons reasons(const History& history, size_t i) const;
};

// `like`: Odoo's own table, where the order of rows is known by it alone (Rules::rows_unordered).
Recomputed recompute(const History& history, const Frequencies* like = nullptr);
// By the configured model: Odoo's own as above, another one as it is kept, or trained now, and kept unless `plan`.
Result<Recomputed> recompute_by_model(const Odoo& odoo, const Clock& clock, const Store& store, Value config,
                                      History& history, const Progress& progress, bool plan = false);

Result<Document> run_recompute(Command& command, const Odoo& odoo, const Clock& clock, const Store& store,
                               Value config);
Result<Document> run_explain(Command& command, const Odoo& odoo, const Clock& clock, const Store& store, Value config);

}  // namespace outrigger::scoring
