// What all kinds of model have in common once they are trained, so that they can be compared and explained alike.
//
//     std::unique_ptr<Trained> model = train(ModelKind::kLogistic, sample, pipeline, variables, start, {});
//     std::vector<double> percent = model->score(open, rows);
//     Explanation why = model->explain(open, rows[0]);
//
// kOdoo is Odoo's own arithmetic, bit for bit. kExtended is the same naive Bayes with the signals beside Odoo's
// variables. kLogistic is a regularised logistic regression on both. In every kind a lead without a stage scores 0 and
// one in a won stage 100, as in Odoo; every other score lies within Odoo's bounds, or is kUnset where there is no
// history at all. A later stage never lowers a score; of kOdoo this holds where every stage has a row in the lead's
// table.
//
// Threads: immutable after training.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bins.hpp"
#include "explanation.hpp"
#include "model.hpp"
#include "packing.hpp"
#include "signals.hpp"

namespace outrigger::scoring {

enum class ModelKind : uint8_t { kOdoo, kExtended, kLogistic };
std::string_view name_of(ModelKind kind);

struct Learning {
  // kExtended: a value of a signal that fewer closed leads have says nothing. Odoo's limit for tags.
  size_t fewest = 50;
  // kLogistic: likewise, of every variable. The penalty already holds rare values near nothing.
  size_t fewest_logistic = 10;
  BinRules bins{};
  uint64_t seed = 1;  // of the folds of the cross-validation
};

class Trained {
 public:
  Trained() = default;
  Trained(const Trained&) = delete;
  Trained& operator=(const Trained&) = delete;
  virtual ~Trained() = default;

  [[nodiscard]] virtual ModelKind kind() const = 0;
  // Percent, in the order of `rows`; kUnset: not enough data. The sample's codes must be those of the training; values
  // that are newer than the training say nothing.
  [[nodiscard]] virtual std::vector<double> score(const Sample& sample, const std::vector<uint32_t>& rows) const = 0;
  // REQUIRES: for kOdoo, what else is scored with the lead decides, so a lead is explained as if scored alone.
  [[nodiscard]] virtual Explanation explain(const Sample& sample, uint32_t row) const = 0;
  // For load(). Of kOdoo nothing: its table is Odoo's or the exact one, and is never kept.
  virtual void save(Packer& out) const { static_cast<void>(out); }
  // What training found wanting, a sentence each: one class only, a signal that nobody has.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 protected:
  std::vector<std::string> notes_;
};

// Learns from the closed leads of the sample that were created at `start` or later.
std::unique_ptr<Trained> train(ModelKind kind, const Sample& sample, const Model& pipeline, const Variables& variables,
                               int64_t start, const Learning& learning);

// A model that was saved: scores and explains as it did, to the last bit. `codes` holds the texts of Odoo's variables and
// tags in the order of the training (its rows do not matter), `signals` those of the signals, and the pipeline and the
// variables are those of the training, which the caller sees to. Null: the bytes are no model of this kind.
std::unique_ptr<Trained> load(ModelKind kind, Unpacker& in, const Leads& codes, const Signals& signals,
                              const Model& pipeline, const Variables& variables);

}  // namespace outrigger::scoring
