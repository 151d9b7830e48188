// How sure the measures of accuracy are: the same leads drawn again and again, with repetition.
//
//     Compared c = bootstrap({odoo, extended}, won, {});
//     c.each[1].auc          // of the second: value and 95 % interval
//     c.minus_first[1].auc   // the second less the first, drawn together: an interval without 0 is a difference
//
// Percentile intervals. Deterministic: same seed, same draws, on every machine. Cost: replicates times leads times
// models.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics.hpp"

namespace outrigger::scoring {

struct Interval {
  double value = kUnset;
  double low = kUnset;
  double high = kUnset;
  [[nodiscard]] bool holds(double number) const { return low <= number && number <= high; }
};

struct Intervals {
  Interval auc;
  Interval brier;
  Interval log_loss;
};

struct Drawing {
  size_t replicates = 1000;
  uint64_t seed = 1;
  double level = 0.95;
};

struct Compared {
  std::vector<Intervals> each;         // by model
  std::vector<Intervals> minus_first;  // by model; of the first, nothing but zeros
};

Compared bootstrap(const std::vector<std::vector<double>>& percent, const std::vector<uint8_t>& won,
                   const Drawing& drawing);

}  // namespace outrigger::scoring
