// How a penalised regression is fitted, how strong its penalty should be, and how it should be calibrated.
//
//     Fit fit = cross_validated(design, seed);
//     fit.x         // the numbers of design.hpp, calibrated
//     fit.penalty
//
// The penalty is on half the squares of all numbers but the intercept, against a loss counted in leads. It is the one
// of a fixed list with the least loss on held-out leads; of equal ones the strongest. A lead's fold comes from its id
// and the seed, so all observations of a lead are in one fold, and a later run puts it there again.
#pragma once

#include <cstdint>
#include <vector>

#include "design.hpp"

namespace outrigger::scoring {

struct Fit {
  std::vector<double> x;
  double penalty = 0;
  double slope = 1;  // of the calibration
  double shift = 0;
  double held_out_loss = 0;  // nats a lead, before calibration
  bool converged = false;
};

// REQUIRES: both won and lost leads.
Fit cross_validated(const Design& design, uint64_t seed, size_t most_leads_in_folds);

// One fit with a given penalty, from a start. `leads`: which of the design's.
std::vector<double> fit_penalised(const Design& design, const std::vector<uint32_t>& leads, double penalty,
                                  std::vector<double> from, bool* converged = nullptr);

// A well-mixed number from a lead and a seed.
inline uint64_t mixed(uint64_t value, uint64_t seed) {
  value += seed * 0x9E3779B97F4A7C15U + 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

}  // namespace outrigger::scoring
