#include "drift.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

namespace outrigger::scoring {
namespace {

using Key = std::tuple<int32_t, int32_t, uint32_t>;
Key key_of(const Row& row) { return {row.group, row.variable, row.code}; }

void compare_rows(Drift& drift, const Frequencies& a, const Frequencies& b) {
  std::map<Key, const Row*> of_b;
  for (const Row& row : b.rows) of_b.emplace(key_of(row), &row);
  drift.compared_rows = of_b.size();
  for (const Row& row : a.rows) {
    const auto at = of_b.find(key_of(row));
    if (at == of_b.end()) {
      drift.rows.push_back({row, {row.group, row.variable, row.code}, true, false});
      ++drift.compared_rows;
      continue;
    }
    if (row.won != at->second->won || row.lost != at->second->lost)
      drift.rows.push_back({row, *at->second, true, true});
    at->second = nullptr;
  }
  for (const Row& row : b.rows)
    if (of_b.at(key_of(row)) != nullptr) drift.rows.push_back({{row.group, row.variable, row.code}, row, false, true});
}

void compare_scores(Drift& drift, const Scores& a, const Scores& b) {
  drift.compared_scores = a.rows.size();
  size_t both = 0;
  for (size_t i = 0; i < a.rows.size(); ++i) {
    const DriftScore score{a.rows[i], a.automated[i], b.automated[i]};
    if (!is_set(score.a) && !is_set(score.b)) continue;
    const double distance = score.distance();
    if (distance > 0) drift.scores.push_back(score);
    if (std::isinf(distance)) continue;
    drift.largest = std::max(drift.largest, distance);
    drift.mean += distance;
    ++both;
  }
  if (both > 0) drift.mean /= static_cast<double>(both);
  std::stable_sort(drift.scores.begin(), drift.scores.end(),
                   [](const DriftScore& x, const DriftScore& y) { return x.distance() > y.distance(); });
}

}  // namespace

double DriftScore::distance() const {
  return is_set(a) && is_set(b) ? std::fabs(a - b) : std::numeric_limits<double>::infinity();
}

Drift drift(const Frequencies& a, const Frequencies& b, const Leads& leads, const Model& model,
            const Variables& variables, int64_t start) {
  Drift result;
  compare_rows(result, a, b);
  compare_scores(result, score_pending(leads, model, variables, a, start),
                 score_pending(leads, model, variables, b, start));
  return result;
}

}  // namespace outrigger::scoring
