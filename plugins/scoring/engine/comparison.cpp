#include "comparison.hpp"

#include <algorithm>

#include "lead_state.hpp"

namespace outrigger::scoring {
namespace {

constexpr size_t kGroups = 10;
const std::vector<double> kLiftShares{0.05, 0.1, 0.2, 0.3, 0.5};

struct Scored {
  std::string name;
  std::vector<double> percent;  // by place in the test
  std::vector<std::string> notes;
};

std::vector<double> take(const std::vector<double>& column, const std::vector<uint32_t>& rows) {
  std::vector<double> result;
  result.reserve(rows.size());
  for (const uint32_t row : rows) result.push_back(column[row]);
  return result;
}

std::vector<TeamReport> by_team(const std::vector<double>& percent, const std::vector<uint8_t>& won,
                                const std::vector<int16_t>& team, const Model& pipeline) {
  std::vector<TeamReport> reports;
  for (size_t t = 0; t <= pipeline.teams.size(); ++t) {
    std::vector<double> scores;
    std::vector<uint8_t> outcomes;
    for (size_t i = 0; i < percent.size(); ++i) {
      const size_t own = team[i] < 0 ? pipeline.teams.size() : static_cast<size_t>(team[i]);
      if (own != t) continue;
      scores.push_back(percent[i]);
      outcomes.push_back(won[i]);
    }
    if (scores.empty()) continue;
    TeamReport report{t == pipeline.teams.size() ? 0 : pipeline.teams[t].id, scores.size()};
    for (size_t i = 0; i < scores.size(); ++i) {
      report.won += outcomes[i];
      report.predicted += scores[i] / static_cast<double>(scores.size());
    }
    report.measures = measure(scores, outcomes);
    reports.push_back(report);
  }
  return reports;
}

// Trains each kind and scores the test; then what came from elsewhere, and the base rate.
std::vector<Scored> score_all(const Sample& sample, const Timeline& timeline, const Model& pipeline,
                              const Variables& variables, int64_t start, const Comparing& comparing,
                              Comparison& result) {
  const Split& split = result.split;
  const Leads train_leads = select(sample.leads, split.train);
  const Signals train_signals = select(sample.signals, split.train);
  std::vector<Scored> all;
  for (const ModelKind kind : comparing.kinds) {
    const auto model = train(kind, {train_leads, train_signals}, pipeline, variables, start, comparing.learning);
    all.push_back({std::string(name_of(kind)), model->score(sample, split.test), model->notes()});
  }
  for (const auto& [name, percent] : comparing.others) all.push_back({name, take(percent, split.test), {}});
  double won = 0;
  for (const uint32_t row : split.train) won += timeline.won[row];
  result.base_rate = 100 * won / static_cast<double>(split.train.size());
  all.push_back({"base rate", std::vector<double>(split.test.size(), result.base_rate), {}});
  return all;
}

// Leaves the leads that every model scores.
std::vector<size_t> common(const std::vector<Scored>& all, size_t leads) {
  std::vector<size_t> kept;
  for (size_t i = 0; i < leads; ++i)
    if (std::all_of(all.begin(), all.end(), [&](const Scored& scored) { return is_set(scored.percent[i]); }))
      kept.push_back(i);
  return kept;
}

std::string problem_of(const Split& split) {
  if (split.train.empty())
    return "no lead was won or lost before the cut, so there is nothing to learn from: choose a later cut or an "
           "earlier "
           "start date";
  if (split.test.empty())
    return "no lead that was seen open was won or lost after the cut, so there is nothing to judge by: choose an "
           "earlier "
           "cut";
  return {};
}

}  // namespace

Comparison compare(const Sample& sample, const Timeline& timeline, const Model& pipeline, const Variables& variables,
                   int64_t start, const Comparing& comparing) {
  Comparison result;
  Signals known = sample.signals;
  const std::vector<size_t> concealed = conceal_later(known, timeline, comparing.cut);
  for (size_t s = 0; s < concealed.size(); ++s) result.concealed.emplace_back(known.columns[s].name, concealed[s]);
  const Sample then{sample.leads, known};
  result.split = split_by_time(sample.leads, timeline, pipeline.rules, start, comparing.cut, comparing.split);
  result.problem = problem_of(result.split);
  if (!result.problem.empty()) return result;
  result.suspects = find_suspects(then, variables, timeline, result.split);
  std::vector<Scored> all = score_all(then, timeline, pipeline, variables, start, comparing, result);

  const std::vector<size_t> kept = common(all, result.split.test.size());
  result.judged = kept.size();
  result.unscored = result.split.test.size() - kept.size();
  if (kept.empty()) {
    result.problem = "no lead is scored by every model: see the notes of each";
    return result;
  }
  std::vector<uint8_t> won;
  std::vector<int16_t> team;
  for (const size_t i : kept) {
    won.push_back(timeline.won[result.split.test[i]]);
    team.push_back(sample.leads.team[result.split.test[i]]);
    result.won += won.back();
  }
  std::vector<std::vector<double>> percent;
  for (const Scored& scored : all) {
    percent.emplace_back();
    for (const size_t i : kept) percent.back().push_back(scored.percent[i]);
  }
  const Compared compared = bootstrap(percent, won, comparing.drawing);
  for (size_t m = 0; m < all.size(); ++m) {
    Report report{all[m].name, compared.each[m], compared.minus_first[m], calibration(percent[m], won, kGroups)};
    report.calibration_error = calibration_error(report.calibration);
    report.lift = lift(percent[m], won, kLiftShares);
    report.bands = bands(percent[m], won);
    report.teams = by_team(percent[m], won, team, pipeline);
    report.notes = std::move(all[m].notes);
    result.reports.push_back(std::move(report));
  }
  return result;
}

}  // namespace outrigger::scoring
