#include "bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace outrigger::scoring {
namespace {

// One model's scores, prepared once so that a draw costs one pass.
struct Prepared {
  std::vector<uint32_t> order;  // by rising score
  std::vector<uint8_t> last;    // of equal scores, in that order
  std::vector<double> brier;    // by lead
  std::vector<double> log_loss;
};

Prepared prepare(const std::vector<double>& percent, const std::vector<uint8_t>& won) {
  Prepared prepared;
  const size_t size = percent.size();
  prepared.order.resize(size);
  std::iota(prepared.order.begin(), prepared.order.end(), 0U);
  std::stable_sort(prepared.order.begin(), prepared.order.end(),
                   [&](uint32_t a, uint32_t b) { return percent[a] < percent[b]; });
  for (size_t i = 0; i < size; ++i) {
    prepared.last.push_back(i + 1 == size || percent[prepared.order[i]] != percent[prepared.order[i + 1]] ? 1 : 0);
    prepared.brier.push_back(brier_of(percent[i], won[i] != 0));
    prepared.log_loss.push_back(log_loss_of(percent[i], won[i] != 0));
  }
  return prepared;
}

Measures measure_draw(const Prepared& prepared, const std::vector<uint8_t>& won, const std::vector<uint16_t>& times) {
  uint64_t below = 0;
  uint64_t twice_pairs = 0;
  uint64_t wins = 0;
  uint64_t tied_won = 0;
  uint64_t tied_lost = 0;
  double brier = 0;
  double log_loss = 0;
  for (size_t i = 0; i < prepared.order.size(); ++i) {
    const uint32_t lead = prepared.order[i];
    const uint64_t weight = times[lead];
    const bool is_won = won[lead] != 0;
    tied_won += is_won ? weight : 0;
    tied_lost += is_won ? 0 : weight;
    brier += static_cast<double>(weight) * prepared.brier[lead];
    log_loss += static_cast<double>(weight) * prepared.log_loss[lead];
    if (prepared.last[i] == 0) continue;
    twice_pairs += tied_won * (2 * below + tied_lost);
    below += tied_lost;
    wins += tied_won;
    tied_won = tied_lost = 0;
  }
  const auto leads = static_cast<double>(prepared.order.size());
  Measures measures{kUnset, brier / leads, log_loss / leads};
  if (wins > 0 && below > 0)
    measures.auc = static_cast<double>(twice_pairs) / 2 / (static_cast<double>(wins) * static_cast<double>(below));
  return measures;
}

// Equally likely, by multiplication; the error is below one in 2^32.
uint32_t below(std::mt19937_64& random, size_t size) {
  return static_cast<uint32_t>(((random() >> 32U) * static_cast<uint64_t>(size)) >> 32U);
}

Interval interval(double value, std::vector<double> draws, double level) {
  std::erase_if(draws, [](double each) { return std::isnan(each); });
  Interval result{value};
  if (draws.empty()) return result;
  std::sort(draws.begin(), draws.end());
  const auto quantile = [&](double q) {
    const double at = q * static_cast<double>(draws.size() - 1);
    const auto under = static_cast<size_t>(at);
    const size_t over = std::min(under + 1, draws.size() - 1);
    return draws[under] + (at - static_cast<double>(under)) * (draws[over] - draws[under]);
  };
  result.low = quantile((1 - level) / 2);
  result.high = quantile((1 + level) / 2);
  return result;
}

Intervals intervals(const Measures& value, const std::vector<Measures>& draws, double level) {
  const auto of = [&](double Measures::*which) {
    std::vector<double> column;
    for (const Measures& draw : draws) column.push_back(draw.*which);
    return interval(value.*which, std::move(column), level);
  };
  return {of(&Measures::auc), of(&Measures::brier), of(&Measures::log_loss)};
}

Measures less(const Measures& a, const Measures& b) {
  return {a.auc - b.auc, a.brier - b.brier, a.log_loss - b.log_loss};
}

}  // namespace

Compared bootstrap(const std::vector<std::vector<double>>& percent, const std::vector<uint8_t>& won,
                   const Drawing& drawing) {
  std::vector<Prepared> models;
  for (const auto& scores : percent) models.push_back(prepare(scores, won));
  std::vector<std::vector<Measures>> draws(models.size());
  std::mt19937_64 random(drawing.seed);
  std::vector<uint16_t> times(won.size());
  for (size_t r = 0; r < drawing.replicates && !won.empty(); ++r) {
    std::fill(times.begin(), times.end(), uint16_t{0});
    for (size_t i = 0; i < won.size(); ++i) ++times[below(random, won.size())];
    for (size_t m = 0; m < models.size(); ++m) draws[m].push_back(measure_draw(models[m], won, times));
  }
  Compared compared;
  std::vector<Measures> values;
  for (const auto& scores : percent) values.push_back(measure(scores, won));
  for (size_t m = 0; m < models.size(); ++m) {
    compared.each.push_back(intervals(values[m], draws[m], drawing.level));
    std::vector<Measures> differences;
    for (size_t r = 0; r < draws[m].size(); ++r) differences.push_back(less(draws[m][r], draws[0][r]));
    compared.minus_first.push_back(intervals(less(values[m], values[0]), differences, drawing.level));
  }
  return compared;
}

}  // namespace outrigger::scoring
