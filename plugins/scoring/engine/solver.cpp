#include "solver.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <utility>

namespace outrigger::scoring {
namespace {

using Numbers = std::vector<double>;

constexpr size_t kMemory = 10;
constexpr int kMostHalvings = 40;

double dot(const Numbers& a, const Numbers& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

class Memory {
 public:
  void remember(Numbers step, Numbers change) {
    const double curvature = dot(step, change);
    if (curvature <= 1e-12 * dot(change, change)) return;
    if (pairs_.size() == kMemory) pairs_.pop_front();
    pairs_.push_back({std::move(step), std::move(change), curvature});
  }
  void forget() { pairs_.clear(); }
  [[nodiscard]] bool empty() const { return pairs_.empty(); }

  // The inverse second derivative, as far as it is known, times q.
  void apply(Numbers& q) const {
    Numbers alpha(pairs_.size());
    for (size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = dot(pairs_[i].step, q) / pairs_[i].curvature;
      add(q, -alpha[i], pairs_[i].change);
    }
    if (!pairs_.empty()) {
      const Pair& last = pairs_.back();
      const double scale = last.curvature / dot(last.change, last.change);
      for (double& each : q) each *= scale;
    }
    for (size_t i = 0; i < pairs_.size(); ++i)
      add(q, alpha[i] - dot(pairs_[i].change, q) / pairs_[i].curvature, pairs_[i].step);
  }

 private:
  struct Pair {
    Numbers step;
    Numbers change;
    double curvature;
  };
  static void add(Numbers& to, double factor, const Numbers& what) {
    for (size_t i = 0; i < to.size(); ++i) to[i] += factor * what[i];
  }
  std::deque<Pair> pairs_;
};

Numbers difference(const Numbers& a, const Numbers& b) {
  Numbers result(a.size());
  std::transform(a.begin(), a.end(), b.begin(), result.begin(), std::minus<>());
  return result;
}

// What of the slope can be followed without leaving the bounds.
Numbers free_part(const Numbers& x, const Numbers& gradient, const std::vector<bool>& nonnegative) {
  Numbers result = gradient;
  for (size_t i = 0; i < x.size(); ++i)
    if (nonnegative[i] && x[i] <= 0 && gradient[i] > 0) result[i] = 0;
  return result;
}

Numbers direction_of(const Numbers& free, const Memory& memory) {
  Numbers direction = free;
  memory.apply(direction);
  for (size_t i = 0; i < free.size(); ++i) direction[i] = free[i] == 0 ? 0 : -direction[i];
  return direction;
}

}  // namespace

Minimum minimise(const Objective& f, std::vector<double> x, const std::vector<bool>& nonnegative,
                 const Stopping& stopping) {
  Minimum result;
  Numbers gradient(x.size());
  double value = f(x, gradient);
  const double enough = stopping.tolerance * std::max(1.0, std::fabs(value));
  Memory memory;
  Numbers tried(x.size());
  Numbers slope(x.size());
  while (result.steps < stopping.most_steps) {
    const Numbers free = free_part(x, gradient, nonnegative);
    result.converged = std::all_of(free.begin(), free.end(), [&](double each) { return std::fabs(each) <= enough; });
    if (result.converged) break;
    Numbers direction = direction_of(free, memory);
    if (dot(direction, free) >= 0) {
      memory.forget();
      direction = direction_of(free, memory);
    }
    double reached = 0;
    bool better = false;
    double length = 1;
    if (memory.empty()) length = 1 / std::max(1.0, std::sqrt(dot(free, free)));
    for (int i = 0; i < kMostHalvings && !better; ++i, length /= 2) {
      for (size_t j = 0; j < x.size(); ++j) {
        tried[j] = x[j] + length * direction[j];
        if (nonnegative[j]) tried[j] = std::max(0.0, tried[j]);
      }
      reached = f(tried, slope);
      better = reached <= value + 1e-4 * dot(gradient, difference(tried, x)) && reached < value;
    }
    ++result.steps;
    if (!better) {
      if (memory.empty()) break;  // rounding is all that is left
      memory.forget();
      continue;
    }
    memory.remember(difference(tried, x), difference(slope, gradient));
    std::swap(x, tried);
    std::swap(gradient, slope);
    value = reached;
  }
  result.x = std::move(x);
  result.value = value;
  return result;
}

}  // namespace outrigger::scoring
