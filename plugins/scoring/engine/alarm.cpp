#include "alarm.hpp"

#include <cmath>

namespace outrigger::scoring {
namespace {

constexpr double kSure = 3.3;        // standard deviations: one in a thousand
constexpr double kWorthALook = 0.2;  // of the population stability index
constexpr double kLeastPoints = 3;   // percentage points: a smaller difference is of no use to anybody
constexpr size_t kFewest = 100;      // leads on each side

struct Spread {
  std::vector<size_t> before;
  std::vector<size_t> after;
};

template <typename CodeOf>
Spread spread_of(const Split& split, size_t codes, CodeOf&& code_of) {
  Spread spread{std::vector<size_t>(codes, 0), std::vector<size_t>(codes, 0)};
  for (const uint32_t row : split.train) ++spread.before[code_of(row)];
  for (const uint32_t row : split.test) ++spread.after[code_of(row)];
  return spread;
}

void look_at_rates(std::vector<Alarm>& found, const Timeline& timeline, const Split& split) {
  double before = 0;
  double after = 0;
  for (const uint32_t row : split.train) before += timeline.won[row];
  for (const uint32_t row : split.test) after += timeline.won[row];
  const auto n = static_cast<double>(split.train.size());
  const auto m = static_cast<double>(split.test.size());
  const double all = (before + after) / (n + m);
  const double error = std::sqrt(all * (1 - all) * (1 / n + 1 / m));
  const double distance = std::fabs(before / n - after / m);
  if (distance > kSure * error && 100 * distance > kLeastPoints)
    found.push_back({Alarm::Kind::kWinRate, {}, 100 * before / n, 100 * after / m});
}

void look_at_level(std::vector<Alarm>& found, const Report& report) {
  double leads = 0;
  double won = 0;
  double predicted = 0;
  for (const TeamReport& team : report.teams) {
    leads += static_cast<double>(team.leads);
    won += static_cast<double>(team.won);
    predicted += static_cast<double>(team.leads) * team.predicted / 100;
  }
  if (leads == 0) return;
  const double mean = predicted / leads;
  // At most so much varies a sum of outcomes with this mean.
  const double error = std::sqrt(mean * (1 - mean) / leads);
  const double distance = std::fabs(mean - won / leads);
  if (distance > kSure * error && 100 * distance > kLeastPoints)
    found.push_back({Alarm::Kind::kLevel, {}, 100 * mean, 100 * won / leads});
}

}  // namespace

double instability(const std::vector<size_t>& before, const std::vector<size_t>& after) {
  double n = 0;
  double m = 0;
  double values = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    n += static_cast<double>(before[i]);
    m += static_cast<double>(after[i]);
    values += before[i] + after[i] > 0 ? 1 : 0;
  }
  if (n == 0 || m == 0 || values < 2) return 0;
  double index = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] + after[i] == 0) continue;
    const double a = (static_cast<double>(before[i]) + 0.5) / (n + 0.5 * values);
    const double b = (static_cast<double>(after[i]) + 0.5) / (m + 0.5 * values);
    index += (b - a) * std::log(b / a);
  }
  // Of two samples of the same leads it is about this much on average.
  return std::max(0.0, index - (values - 1) * (1 / n + 1 / m));
}

std::vector<Alarm> alarms(const Sample& sample, const Timeline& timeline, const Variables& variables,
                          const Comparison& comparison, size_t report) {
  std::vector<Alarm> found;
  const Split& split = comparison.split;
  if (split.train.size() < kFewest || split.test.size() < kFewest) return found;
  look_at_rates(found, timeline, split);
  look_at_level(found, comparison.reports[report]);
  const Interval& order = comparison.reports[report].intervals.auc;
  if (order.low <= 0.5) found.push_back({Alarm::Kind::kOrder, {}, order.value, order.high});
  const auto look = [&](const std::string& name, const Spread& spread) {
    const double index = instability(spread.before, spread.after);
    if (index > kWorthALook) found.push_back({Alarm::Kind::kVariable, name, 0, index});
  };
  for (size_t v = 0; v < variables.fields.size(); ++v)
    look(variables.fields[v],
         spread_of(split, sample.leads.values[v].size(), [&](uint32_t row) { return sample.leads.feature[v][row]; }));
  for (const Signal& signal : sample.signals.columns) {
    if (signal.kind == Signal::Kind::kCategory)
      look(signal.name, spread_of(split, signal.values.size(), [&](uint32_t row) { return signal.code[row]; }));
    if (signal.kind != Signal::Kind::kNumber) continue;
    std::vector<Observed> seen;
    for (const uint32_t row : split.train) seen.push_back({signal.numbers[row], timeline.won[row] != 0});
    const Bins bins = learn_bins(std::move(seen), {Binning::kQuantiles, 20, 10});
    look(signal.name, spread_of(split, bins.size(), [&](uint32_t row) { return bins.code(signal.numbers[row]); }));
  }
  return found;
}

}  // namespace outrigger::scoring
