// The same naive Bayes as Odoo's, with more variables.
//
//     ExtendedModel model(sample, pipeline, variables, start, learning);
//
// Odoo's own variables count as in Odoo: same table, same smoothing, same limit for tags; without signals a score
// equals Odoo's, but for three things. A team whose history cannot score is scored by all teams together, where Odoo
// lends it another team's base rate. A stage deeper than any that was reached keeps the factor of the deepest one,
// where Odoo forgets the stage; and no later stage has a lower factor. Values that are newer than the training say
// nothing.
//
// A value of a signal counts when at least `fewest` closed leads of the lead's team have it, otherwise over all teams.
// Arithmetic is in log-odds, so that any number of tags leaves a finite score.
#pragma once

#include <memory>

#include "encoding.hpp"
#include "lookup.hpp"
#include "trained.hpp"

namespace outrigger::scoring {

class ExtendedModel final : public Trained {
 public:
  ExtendedModel(const Sample& sample, const Model& pipeline, const Variables& variables, int64_t start,
                const Learning& learning);

  // What save() wrote; `in` is not ok() when it is none of it. `codes` and its values as in load() of trained.hpp.
  ExtendedModel(Unpacker& in, const Leads& codes, const Model& pipeline, const Variables& variables);

  [[nodiscard]] ModelKind kind() const override { return ModelKind::kExtended; }
  void save(Packer& out) const override;
  [[nodiscard]] std::vector<double> score(const Sample& sample, const std::vector<uint32_t>& rows) const override;
  [[nodiscard]] Explanation explain(const Sample& sample, uint32_t row) const override;

  // What was learned of a signal: its bins, its values that count.
  [[nodiscard]] const Encoding& encoding(size_t signal) const { return signals_[signal].encoding; }
  [[nodiscard]] size_t signals() const { return signals_.size(); }

 private:
  struct Counts {
    double won = 0;
    double lost = 0;
  };
  struct Learned {
    Encoding encoding;
    std::vector<Counts> counts;    // by group (the last: all teams) and code
    std::vector<Counts> totals;    // by group, over the values that count there
    std::vector<double> log_odds;  // by group and code, of the group itself or of all teams
    std::vector<bool> by_all;      // by group and code: of all teams
  };

  void arrange(Frequencies table, const Leads& codes);
  void learn_stages(const Model& pipeline);
  void learn_signal(const Signal& signal, const Sample& sample, const std::vector<ClosedLead>& closed,
                    const Learning& learning);
  void weigh(Learned& learned) const;
  [[nodiscard]] size_t group_of(const Leads& leads, size_t row) const;
  [[nodiscard]] double factor(size_t table, size_t variable, uint32_t code) const;
  [[nodiscard]] double sum(const Sample& sample, size_t row) const;
  void explain_field(Explanation& why, size_t table, size_t variable, const std::string& name, const Values& values,
                     uint32_t code) const;
  void explain_stage(Explanation& why, size_t table, const Leads& leads, size_t row) const;
  void explain_signal(Explanation& why, size_t group, size_t s, const Signal& signal, size_t row) const;

  Model pipeline_;
  Variables variables_;
  size_t fewest_ = 50;  // Learning::fewest
  Frequencies frequencies_;
  std::unique_ptr<const Lookup> lookup_;
  std::vector<uint32_t> sizes_;               // by variable: codes at training
  std::vector<size_t> table_;                 // by group: which of the lookup's scores it; SIZE_MAX: none can
  std::vector<std::vector<double>> factors_;  // by table of the lookup and cell: log-odds
  std::vector<Learned> signals_;
};

}  // namespace outrigger::scoring
