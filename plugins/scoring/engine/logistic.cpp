#include "logistic.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "cross_validation.hpp"

namespace outrigger::scoring {
namespace {

constexpr double kSmoothing = 0.1;  // of the base rate where one class is missing, as Odoo smooths

}  // namespace

LogisticModel::LogisticModel(const Sample& sample, const Model& pipeline, const Variables& variables, int64_t start,
                             const Learning& learning)
    : pipeline_(pipeline), levels_(pipeline.stages) {
  const std::vector<ClosedLead> closed = closed_leads(sample.leads, pipeline, start);
  const size_t levels = static_cast<size_t>(std::max(1, levels_.count));
  above_.assign(levels, 0.0);
  reached_.resize(levels);
  for (const ClosedLead& lead : closed) (lead.won ? base_.won : base_.lost) += 1;
  if (closed.empty()) {
    notes_.emplace_back("no lead was won or lost since the start date: there is nothing to learn from");
    return;
  }
  if (base_.won == 0 || base_.lost == 0) {
    notes_.emplace_back(base_.won == 0 ? "no lead was won since the start date: every open lead gets the base rate"
                                       : "no lead was lost since the start date: every open lead gets the base rate");
    intercept_ = std::log((base_.won + kSmoothing) / (base_.lost + kSmoothing));
    return;
  }
  choose_variables(sample, variables, closed, learning);
  count(sample, closed);
  fit(sample, closed, learning.seed);
  find_averages(sample, closed);
}

LogisticModel::LogisticModel(Unpacker& in, const Leads& codes, const Model& pipeline, const Variables& variables)
    : pipeline_(pipeline), levels_(pipeline.stages) {
  for (double* number : {&intercept_, &penalty_, &slope_, &base_.won, &base_.lost}) *number = in.real();
  const auto counts = [&in] { return Counts{in.real(), in.real()}; };
  for (size_t levels = in.count(); levels > 0 && in.ok(); --levels) {
    above_.push_back(in.real());
    reached_.push_back(counts());
  }
  for (size_t size = in.count(); size > 0 && in.ok(); --size) {
    Variable variable;
    variable.source = static_cast<Variable::Source>(in.byte());
    variable.index = in.number();
    variable.name = in.text();
    variable.many = in.byte() != 0;
    variable.first = in.number();
    variable.average = in.real();
    variable.all = counts();
    variable.encoding = Encoding::load(in);
    if (!fits(variable, codes, variables)) in.fail();
    variables_.push_back(std::move(variable));
  }
  for (size_t columns = in.count(); columns > 0 && in.ok(); --columns) {
    weights_.push_back(in.real());
    counts_.push_back(counts());
  }
  for (const Variable& variable : variables_)
    if (variable.encoding.size() == 0 || variable.first + variable.encoding.size() - 1 > weights_.size()) in.fail();
  if (above_.size() != static_cast<size_t>(std::max(1, levels_.count))) in.fail();
}

bool LogisticModel::fits(const Variable& variable, const Leads& codes, const Variables& variables) {
  switch (variable.source) {
    case Variable::Source::kTeam: return true;
    case Variable::Source::kField: return variable.index < codes.values.size();
    case Variable::Source::kTags: return variables.tags;
    case Variable::Source::kSignal: return true;  // whoever keeps it keeps the signals beside it
  }
  return false;
}

size_t LogisticModel::signals() const {
  size_t most = 0;
  for (const Variable& variable : variables_)
    if (variable.source == Variable::Source::kSignal) most = std::max(most, variable.index + 1);
  return most;
}

void LogisticModel::save(Packer& out) const {
  for (const double number : {intercept_, penalty_, slope_, base_.won, base_.lost}) out.real(number);
  const auto put = [&out](const Counts& counts) {
    out.real(counts.won);
    out.real(counts.lost);
  };
  out.number(above_.size());
  for (size_t level = 0; level < above_.size(); ++level) {
    out.real(above_[level]);
    put(reached_[level]);
  }
  out.number(variables_.size());
  for (const Variable& variable : variables_) {
    out.number(static_cast<uint8_t>(variable.source));
    out.number(variable.index);
    out.text(variable.name);
    out.number(variable.many ? 1 : 0);
    out.number(variable.first);
    out.real(variable.average);
    put(variable.all);
    variable.encoding.save(out);
  }
  out.number(weights_.size());
  for (size_t column = 0; column < weights_.size(); ++column) {
    out.real(weights_[column]);
    put(counts_[column]);
  }
}

template <typename Each>
void LogisticModel::each_own(const Variable& variable, const Sample& sample, size_t row, Each&& each) const {
  const Leads& leads = sample.leads;
  switch (variable.source) {
    case Variable::Source::kTeam: {
      const auto teams = static_cast<uint32_t>(pipeline_.teams.size());
      each(leads.team[row] < 0 ? teams + 1 : std::min(teams, static_cast<uint32_t>(leads.team[row])) + 1);
      return;
    }
    case Variable::Source::kField:
      if (const uint32_t code = leads.feature[variable.index][row]; code != 0) each(code);
      return;
    case Variable::Source::kTags:
      for (uint32_t t = leads.tag_begin(row); t < leads.tag_end[row]; ++t) each(leads.tag[t]);
      return;
    case Variable::Source::kSignal:
      variable.encoding.each_own(sample.signals.columns[variable.index], row, each);
      return;
  }
}

void LogisticModel::choose_variables(const Sample& sample, const Variables& variables,
                                     const std::vector<ClosedLead>& closed, const Learning& learning) {
  const Leads& leads = sample.leads;
  const auto counted = [&](Variable variable, size_t codes) {
    std::vector<uint32_t> count(codes, 0);
    for (const ClosedLead& lead : closed) each_own(variable, sample, lead.row, [&](uint32_t own) { ++count[own]; });
    variable.encoding = Encoding::keep(count, learning.fewest_logistic);
    variables_.push_back(std::move(variable));
  };
  counted({Variable::Source::kTeam, 0, "team_id"}, pipeline_.teams.size() + 2);
  for (size_t v = 0; v < variables.fields.size(); ++v)
    counted({Variable::Source::kField, v, variables.fields[v]}, leads.values[v].size());
  if (variables.tags) {
    Variable tags{Variable::Source::kTags, 0, "tag_ids"};
    tags.many = true;
    counted(std::move(tags), leads.tags.size());
  }
  for (size_t s = 0; s < sample.signals.columns.size(); ++s) {
    const Signal& signal = sample.signals.columns[s];
    Variable variable{Variable::Source::kSignal, s, signal.name};
    variable.many = signal.kind == Signal::Kind::kTags;
    variable.encoding = Encoding::learn(signal, closed, learning.fewest_logistic, learning.bins);
    if (variable.encoding.size() <= 1)
      notes_.push_back(signal.name + " says nothing: " +
                       (signal.kind == Signal::Kind::kNumber ? "no cut of its numbers parts won from lost leads"
                                                             : "no value of it was seen often enough"));
    variables_.push_back(std::move(variable));
  }
  size_t columns = 0;
  for (Variable& variable : variables_) {
    variable.first = columns;
    columns += variable.encoding.size() - 1;
  }
  weights_.assign(columns, 0.0);
  counts_.resize(columns);
}

// How far a closed lead came. At least to the first level; a won one through all of them.
int32_t LogisticModel::level_of(int16_t stage, bool won) const {
  if (stage < 0 || levels_.count == 0) return 0;
  return won ? levels_.count - 1 : std::max(0, levels_.of_stage[static_cast<size_t>(stage)]);
}

void LogisticModel::count(const Sample& sample, const std::vector<ClosedLead>& closed) {
  for (const ClosedLead& lead : closed) {
    const int16_t stage = sample.leads.stage[lead.row];
    const int32_t level = level_of(stage, lead.won);
    for (int32_t k = 0; k <= level; ++k) {
      Counts& counts = reached_[static_cast<size_t>(k)];
      (lead.won ? counts.won : counts.lost) += 1;
    }
    for (Variable& variable : variables_)
      each_own(variable, sample, lead.row, [&](uint32_t own) {
        const uint32_t code = variable.encoding.code(own);
        if (code == 0) return;
        Counts& counts = counts_[variable.first + code - 1];
        (lead.won ? counts.won : counts.lost) += 1;
        (lead.won ? variable.all.won : variable.all.lost) += 1;
      });
  }
}

void LogisticModel::fit(const Sample& sample, const std::vector<ClosedLead>& closed, uint64_t seed) {
  Design design(levels_.count, weights_.size());
  std::vector<uint32_t> columns;
  for (const ClosedLead& lead : closed) {
    columns.clear();
    for (const Variable& variable : variables_)
      each_own(variable, sample, lead.row, [&](uint32_t own) {
        if (const uint32_t code = variable.encoding.code(own); code != 0)
          columns.push_back(static_cast<uint32_t>(variable.first + code - 1));
      });
    const int32_t level = level_of(sample.leads.stage[lead.row], lead.won);
    design.add(columns, lead.won, level, sample.leads.id[lead.row]);
  }
  const Fit fit = cross_validated(design, seed, kFoldLeads);
  penalty_ = fit.penalty;
  slope_ = fit.slope;
  intercept_ = fit.x[0];
  above_ = cumulated(fit.x, static_cast<int32_t>(design.first_column()));
  std::copy(fit.x.begin() + static_cast<std::ptrdiff_t>(design.first_column()), fit.x.end(), weights_.begin());
  if (!fit.converged) notes_.emplace_back("the fit stopped before it had settled; its scores are usable, not the best");
}

// The intercept becomes that of the average closed lead, and every value counts against the average.
void LogisticModel::find_averages(const Sample& sample, const std::vector<ClosedLead>& closed) {
  for (Variable& variable : variables_) {
    if (variable.many) continue;
    double sum = 0;
    for (const ClosedLead& lead : closed)
      each_own(variable, sample, lead.row, [&](uint32_t own) {
        if (const uint32_t code = variable.encoding.code(own); code != 0) sum += weights_[variable.first + code - 1];
      });
    variable.average = sum / static_cast<double>(closed.size());
    intercept_ += variable.average;
  }
}

double LogisticModel::sum(const Sample& sample, size_t row) const {
  double sum = intercept_;
  const int32_t level = levels_.of_stage[static_cast<size_t>(sample.leads.stage[row])];
  sum += above_[static_cast<size_t>(std::max(0, level))];
  for (const Variable& variable : variables_) {
    sum -= variable.average;
    each_own(variable, sample, row, [&](uint32_t own) {
      if (const uint32_t code = variable.encoding.code(own); code != 0) sum += weights_[variable.first + code - 1];
    });
  }
  return sum;
}

std::vector<double> LogisticModel::score(const Sample& sample, const std::vector<uint32_t>& rows) const {
  std::vector<double> scores;
  scores.reserve(rows.size());
  for (const uint32_t row : rows) {
    const int16_t stage = sample.leads.stage[row];
    if (stage < 0)
      scores.push_back(0);
    else if (pipeline_.stages[static_cast<size_t>(stage)].is_won)
      scores.push_back(100);
    else
      scores.push_back(base_.won + base_.lost == 0 ? kUnset : score_of(sum(sample, row)));
  }
  return scores;
}

std::string LogisticModel::text(const Variable& variable, const Sample& sample, uint32_t own) const {
  switch (variable.source) {
    case Variable::Source::kTeam:
      return own > pipeline_.teams.size() ? std::string() : std::to_string(pipeline_.teams[own - 1].id);
    case Variable::Source::kField: return sample.leads.values[variable.index].text(own);
    case Variable::Source::kTags: return sample.leads.tags.text(own);
    case Variable::Source::kSignal: break;
  }
  return variable.encoding.text(sample.signals.columns[variable.index], own);
}

Part LogisticModel::part_of(const Variable& variable, const Sample& sample, uint32_t own) const {
  Part part{variable.name, text(variable, sample, own)};
  part.log_odds = -variable.average;
  const uint32_t code = variable.encoding.code(own);
  part.rare = code == 0 && variable.encoding.seen(own);
  if (code == 0) return part;
  const Counts& counts = counts_[variable.first + code - 1];
  part.won = counts.won;
  part.lost = counts.lost;
  part.all_won = variable.all.won;
  part.all_lost = variable.all.lost;
  part.counts = true;
  part.log_odds += weights_[variable.first + code - 1];
  return part;
}

Part LogisticModel::stage_part(int16_t stage) const {
  const auto level = static_cast<size_t>(std::max(0, levels_.of_stage[static_cast<size_t>(stage)]));
  return {"stage_id",
          std::to_string(pipeline_.stages[static_cast<size_t>(stage)].id),
          reached_[level].won,
          reached_[level].lost,
          base_.won,
          base_.lost,
          true,
          false,
          false,
          above_[level]};
}

void LogisticModel::explain_variable(Explanation& why, const Variable& variable, const Sample& sample,
                                     uint32_t row) const {
  if (variable.encoding.size() <= 1) return;
  bool any = false;
  each_own(variable, sample, row, [&](uint32_t own) {
    why.parts.push_back(part_of(variable, sample, own));
    any = true;
  });
  if (any || variable.average == 0) return;
  Part not_set{variable.name};
  not_set.counts = true;
  not_set.log_odds = -variable.average;
  why.parts.push_back(std::move(not_set));
}

Explanation LogisticModel::explain(const Sample& sample, uint32_t row) const {
  Explanation why;
  if (base_.won + base_.lost == 0) {
    why.note = "not enough data: no closed lead says anything";
    return why;
  }
  why.won = base_.won;
  why.lost = base_.lost;
  why.prior_log_odds = intercept_;
  why.probability = score(sample, {row})[0];
  const int16_t stage = sample.leads.stage[row];
  if (stage < 0) why.note = "the lead has no stage: 0 %";
  if (stage >= 0 && pipeline_.stages[static_cast<size_t>(stage)].is_won) why.note = "the stage is a won stage: 100 %";
  if (stage >= 0) why.parts.push_back(stage_part(stage));
  for (const Variable& variable : variables_) explain_variable(why, variable, sample, row);
  return why;
}

}  // namespace outrigger::scoring
