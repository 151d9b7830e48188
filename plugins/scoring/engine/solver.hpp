// Minimises a smooth convex function of many numbers, some of which must not fall below zero.
//
//     Minimum m = minimise(f, std::vector<double>(n), nonnegative, {});
//     // f(x, gradient) gives the value and fills the gradient
//
// Limited-memory BFGS on the numbers that are free, projected onto the bounds, with backtracking (Bertsekas 1982 for
// the projection, Nocedal 1980 for the update). Deterministic: one thread, one order. Scale the numbers so that the
// second derivatives are near 1: that is what decides how many steps it takes.
#pragma once

#include <functional>
#include <vector>

namespace outrigger::scoring {

using Objective = std::function<double(const std::vector<double>& x, std::vector<double>& gradient)>;

struct Stopping {
  int most_steps = 200;
  double tolerance = 1e-6;  // of the largest slope that is left, against the value at the start
};

struct Minimum {
  std::vector<double> x;
  double value = 0;
  int steps = 0;
  bool converged = false;
};

Minimum minimise(const Objective& f, std::vector<double> x, const std::vector<bool>& nonnegative,
                 const Stopping& stopping);

}  // namespace outrigger::scoring
