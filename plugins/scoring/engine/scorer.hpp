// Scores of all pending leads, as Odoo's full recompute would give them.
//
//     Frequencies table = rebuild(leads, model, variables, start);
//     Scores scores = score_pending(leads, model, variables, table, start);
//     for (size_t i = 0; i < scores.rows.size(); ++i)
//       if (is_set(scores.automated[i])) ...  // else: no history to score by, Odoo leaves the value alone
//
// Exact: IEEE doubles, Odoo's operations in Odoo's order, rounded as round2. Compile without contraction of
// multiply-add and without fast-math. Threads: reads its arguments only.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "lookup.hpp"

namespace outrigger::scoring {

// Odoo looks the table up afresh for every so many leads.
inline constexpr size_t kBatch = 50000;

// Whether the version's recompute scores this lead: active, with a stage, neither won nor lost, not older than start.
bool pending(const Leads& leads, const Rules& rules, size_t row, int64_t start);

// The probability after a recompute gave `automated`: followed when it was unset or exactly the old automated value.
double probability_after(double probability, double old_automated, double automated);

// One lead's arithmetic, for explaining it. `prior_won` and `prior_lost` are the shares that the product starts from.
struct Product {
  size_t table = 0;  // of the Lookup
  double prior_won = 1;
  double prior_lost = 1;
  bool stage_counts = true;     // false in the case that `leaked` names
  bool leaked = false;          // the prior is that of the table scored before: Odoo's own slip, reproduced
  bool first_unscored = false;  // this lead gets no score, the following ones of its table a leaked one
};

// The tables and priors that one batch of leads is scored with. The arguments must outlive it.
class Batch {
 public:
  // `rows`: the leads; of those of one team the first is the one that an unscorable table leaves alone. Odoo 19 reads
  // them by falling id; Odoo 14 in whatever order PostgreSQL gives. `before`: a batch of the same recompute, whose
  // lookup is shared when it has the same variables.
  Batch(const Leads& leads, const Model& model, const Variables& variables, const Frequencies& frequencies,
        const std::vector<uint32_t>& rows, const Batch* before = nullptr);

  [[nodiscard]] const Lookup& lookup() const { return *lookup_; }
  // How a lead is scored. REQUIRES: row is one of the batch's.
  [[nodiscard]] Product product(uint32_t row) const;
  // Its score, rounded and bounded; kUnset: none.
  [[nodiscard]] double score(uint32_t row) const;

 private:
  void plan_runs(const std::vector<uint32_t>& rows);

  struct Run {
    Product product;
    uint32_t first_row = 0;  // the lead that an unscorable table leaves unscored
  };

  // A variable's column and where its values begin in the lookup; no column: the stage.
  struct Column {
    const uint32_t* codes;
    size_t offset;
  };

  const Leads& leads_;
  const Model& model_;
  const Variables& variables_;
  std::vector<bool> present_;
  std::shared_ptr<const Lookup> lookup_;
  std::vector<Column> columns_;  // in the order of multiplication
  std::vector<Run> runs_;        // by group
};

// All pending leads and the batches that a full recompute puts them in.
struct Batches {
  std::vector<uint32_t> rows;      // by falling id
  std::vector<uint16_t> batch_of;  // of each row, an index into batches
  std::vector<Batch> batches;
};
Batches make_batches(const Leads& leads, const Model& model, const Variables& variables, const Frequencies& table,
                     int64_t start, size_t batch = kBatch);

struct Scores {
  std::vector<uint32_t> rows;     // of Leads, by falling id
  std::vector<double> automated;  // percent; kUnset: no score
};
Scores score_pending(const Leads& leads, const Model& model, const Variables& variables, const Frequencies& table,
                     int64_t start, size_t batch = kBatch);

}  // namespace outrigger::scoring
