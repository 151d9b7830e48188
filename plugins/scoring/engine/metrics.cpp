#include "metrics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace outrigger::scoring {
namespace {

double bounded(double percent) { return std::clamp(percent, 0.01, 99.99) / 100; }

std::vector<uint32_t> by_score(const std::vector<double>& scores, bool rising) {
  std::vector<uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return rising ? scores[a] < scores[b] : scores[a] > scores[b]; });
  return order;
}

// The interval of a share at 95 %; holds also near 0 and 1.
void set_wilson(CalibrationRow& row) {
  constexpr double kZ = 1.959964;
  const auto n = static_cast<double>(row.leads);
  const double p = static_cast<double>(row.won) / n;
  const double middle = (p + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n)) / (1 + kZ * kZ / n);
  row.observed_low = 100 * std::max(0.0, middle - half);
  row.observed_high = 100 * std::min(1.0, middle + half);
}

}  // namespace

double brier_of(double percent, bool won) {
  const double error = bounded(percent) - (won ? 1 : 0);
  return error * error;
}

double log_loss_of(double percent, bool won) {
  const double p = bounded(percent);
  return -std::log(won ? p : 1 - p);
}

double auc(const std::vector<double>& scores, const std::vector<uint8_t>& won) {
  const std::vector<uint32_t> order = by_score(scores, true);
  double below = 0;  // lost leads so far
  double pairs = 0;
  double wins = 0;
  for (size_t i = 0; i < order.size();) {
    double tied_won = 0;
    double tied_lost = 0;
    size_t end = i;
    for (; end < order.size() && scores[order[end]] == scores[order[i]]; ++end)
      (won[order[end]] != 0 ? tied_won : tied_lost) += 1;
    pairs += tied_won * (below + tied_lost / 2);
    below += tied_lost;
    wins += tied_won;
    i = end;
  }
  return wins == 0 || below == 0 ? kUnset : pairs / (wins * below);
}

Measures measure(const std::vector<double>& percent, const std::vector<uint8_t>& won) {
  Measures measures;
  if (percent.empty()) return measures;
  measures.auc = auc(percent, won);
  double squares = 0;
  double logs = 0;
  for (size_t i = 0; i < percent.size(); ++i) {
    squares += brier_of(percent[i], won[i] != 0);
    logs += log_loss_of(percent[i], won[i] != 0);
  }
  measures.brier = squares / static_cast<double>(percent.size());
  measures.log_loss = logs / static_cast<double>(percent.size());
  return measures;
}

std::vector<CalibrationRow> calibration(const std::vector<double>& percent, const std::vector<uint8_t>& won,
                                        size_t groups) {
  const std::vector<uint32_t> order = by_score(percent, true);
  std::vector<CalibrationRow> rows;
  const size_t half = order.size() / groups / 2;
  for (size_t i = 0; i < order.size();) {
    // Where the group ends if no scores are equal; what equal ones left of theirs goes to the next.
    size_t group = i * groups / order.size() + 1;
    while (group * order.size() / groups < i + half) ++group;
    const size_t wanted = group * order.size() / groups;
    CalibrationRow row;
    row.low = percent[order[i]];
    double sum = 0;
    for (; i < order.size() && (row.leads == 0 || i < wanted || percent[order[i]] == row.high); ++i) {
      row.high = percent[order[i]];
      sum += row.high;
      ++row.leads;
      row.won += won[order[i]] != 0 ? 1U : 0U;
    }
    row.predicted = sum / static_cast<double>(row.leads);
    row.observed = 100 * static_cast<double>(row.won) / static_cast<double>(row.leads);
    set_wilson(row);
    rows.push_back(row);
  }
  return rows;
}

double calibration_error(const std::vector<CalibrationRow>& rows) {
  double sum = 0;
  double leads = 0;
  for (const CalibrationRow& row : rows) {
    sum += static_cast<double>(row.leads) * std::fabs(row.predicted - row.observed);
    leads += static_cast<double>(row.leads);
  }
  return leads == 0 ? kUnset : sum / leads;
}

std::vector<LiftRow> lift(const std::vector<double>& percent, const std::vector<uint8_t>& won,
                          const std::vector<double>& shares) {
  const std::vector<uint32_t> order = by_score(percent, false);
  const auto all = static_cast<double>(order.size());
  const double wins = std::accumulate(won.begin(), won.end(), 0.0);
  std::vector<LiftRow> rows;
  for (const double share : shares) {
    const double wanted = share * all;
    double taken = 0;
    double found = 0;
    for (size_t i = 0; i < order.size() && taken < wanted;) {
      double tied = 0;
      double tied_won = 0;
      const double score = percent[order[i]];
      for (; i < order.size() && percent[order[i]] == score; ++i) {
        tied += 1;
        tied_won += won[order[i]] != 0 ? 1 : 0;
      }
      const double part = std::min(1.0, (wanted - taken) / tied);
      taken += part * tied;
      found += part * tied_won;
    }
    LiftRow row{share};
    if (taken > 0) row.win_rate = 100 * found / taken;
    if (wins > 0 && taken > 0) row.lift = found / taken / (wins / all);
    if (wins > 0) row.captured = found / wins;
    rows.push_back(row);
  }
  return rows;
}

std::vector<BandRow> bands(const std::vector<double>& percent, const std::vector<uint8_t>& won) {
  std::vector<BandRow> rows;
  for (int i = 0; i < 10; ++i) rows.push_back({10.0 * i, 10.0 * i + 10});
  for (size_t i = 0; i < percent.size(); ++i) {
    BandRow& row = rows[static_cast<size_t>(std::clamp(percent[i] / 10, 0.0, 9.0))];
    ++row.leads;
    row.won += won[i] != 0 ? 1U : 0U;
  }
  return rows;
}

}  // namespace outrigger::scoring
