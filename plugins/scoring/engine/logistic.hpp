// Logistic regression on Odoo's variables and the signals.
//
//     LogisticModel model(sample, pipeline, variables, start, learning);
//     model.penalty();   // of the squares, chosen by cross-validation
//
// Where naive Bayes counts two variables that say the same twice, a regression shares the effect between them. Every
// value that enough closed leads have gets a weight, numbers by their bins, the team as a variable like others; the
// squares of the weights are held down (L2) as much as five folds of the leads ask for. The folds' own predictions then
// decide slope and level once more (Platt's calibration), so that 30 % means 30 %; the slope is never negative.
// Stages: see design.hpp; a later one never lowers the score.
//
// Explanation: the base rate is that of the average closed lead at the first stage, and a variable with one value
// counts against its average; so "not set" may count too. A tag counts against not having it. Deterministic: same
// leads, same seed, same model. Cost: linear in leads; the folds use at most kFoldLeads leads.
#pragma once

#include "design.hpp"
#include "encoding.hpp"
#include "trained.hpp"

namespace outrigger::scoring {

inline constexpr size_t kFoldLeads = 20000;

class LogisticModel final : public Trained {
 public:
  LogisticModel(const Sample& sample, const Model& pipeline, const Variables& variables, int64_t start,
                const Learning& learning);

  // What save() wrote; `in` is not ok() when it is none of it.
  LogisticModel(Unpacker& in, const Leads& codes, const Model& pipeline, const Variables& variables);

  [[nodiscard]] ModelKind kind() const override { return ModelKind::kLogistic; }
  void save(Packer& out) const override;
  [[nodiscard]] std::vector<double> score(const Sample& sample, const std::vector<uint32_t>& rows) const override;
  [[nodiscard]] Explanation explain(const Sample& sample, uint32_t row) const override;

  [[nodiscard]] double penalty() const { return penalty_; }
  [[nodiscard]] double calibration_slope() const { return slope_; }
  [[nodiscard]] size_t columns() const { return weights_.size(); }
  // How many signals the sample must have at least.
  [[nodiscard]] size_t signals() const;

 private:
  struct Counts {
    double won = 0;
    double lost = 0;
  };
  // A variable and the columns of its values: code c has column `first` + c - 1.
  struct Variable {
    enum class Source : uint8_t { kTeam, kField, kTags, kSignal };
    Source source = Source::kTeam;
    size_t index = 0;  // of the field or signal
    std::string name;
    Encoding encoding;
    size_t first = 0;
    double average = 0;  // weight of the average closed lead; 0 for tags
    Counts all;
    bool many = false;  // a lead may have several values
  };

  void choose_variables(const Sample& sample, const Variables& variables, const std::vector<ClosedLead>& closed,
                        const Learning& learning);
  void count(const Sample& sample, const std::vector<ClosedLead>& closed);
  static bool fits(const Variable& variable, const Leads& codes, const Variables& variables);
  void fit(const Sample& sample, const std::vector<ClosedLead>& closed, uint64_t seed);
  void find_averages(const Sample& sample, const std::vector<ClosedLead>& closed);
  [[nodiscard]] int32_t level_of(int16_t stage, bool won) const;
  template <typename Each>
  void each_own(const Variable& variable, const Sample& sample, size_t row, Each&& each) const;
  [[nodiscard]] double sum(const Sample& sample, size_t row) const;
  [[nodiscard]] Part part_of(const Variable& variable, const Sample& sample, uint32_t own) const;
  [[nodiscard]] Part stage_part(int16_t stage) const;
  void explain_variable(Explanation& why, const Variable& variable, const Sample& sample, uint32_t row) const;
  [[nodiscard]] std::string text(const Variable& variable, const Sample& sample, uint32_t own) const;

  Model pipeline_;
  Levels levels_;
  std::vector<Variable> variables_;
  std::vector<double> weights_;  // by column
  std::vector<Counts> counts_;   // by column
  std::vector<double> above_;    // by level: its log-odds over the first one
  std::vector<Counts> reached_;  // by level: won leads, and lost ones that came so far
  double intercept_ = 0;
  double penalty_ = 0;
  double slope_ = 1;
  Counts base_;
};

}  // namespace outrigger::scoring
