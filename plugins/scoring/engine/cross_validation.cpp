#include "cross_validation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "solver.hpp"

namespace outrigger::scoring {
namespace {

constexpr size_t kFolds = 5;
constexpr double kPenalties[] = {300, 100, 30, 10, 3, 1, 0.3, 0.1};
constexpr double kLeastSlope = 0.05;

double share_won(const Design& design, const std::vector<uint32_t>& leads) {
  double won = 0.5;
  for (const uint32_t lead : leads) won += design.won(lead) ? 1 : 0;
  return won / (static_cast<double>(leads.size()) + 1);
}

struct Folds {
  std::vector<std::vector<uint32_t>> train;
  std::vector<std::vector<uint32_t>> held_out;
};

// The leads with the smallest mixed ids, when there are more than `most`.
Folds make_folds(const Design& design, uint64_t seed, size_t most) {
  std::vector<uint32_t> leads(design.size());
  std::iota(leads.begin(), leads.end(), 0U);
  const auto key = [&](uint32_t lead) { return mixed(static_cast<uint64_t>(design.id(lead)), seed); };
  if (leads.size() > most) {
    std::nth_element(leads.begin(), leads.begin() + static_cast<std::ptrdiff_t>(most), leads.end(),
                     [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
    leads.resize(most);
    std::sort(leads.begin(), leads.end());
  }
  Folds folds{std::vector<std::vector<uint32_t>>(kFolds), std::vector<std::vector<uint32_t>>(kFolds)};
  for (const uint32_t lead : leads) {
    const size_t own = mixed(static_cast<uint64_t>(design.id(lead)), seed + 1) % kFolds;
    for (size_t f = 0; f < kFolds; ++f) (f == own ? folds.held_out : folds.train)[f].push_back(lead);
  }
  return folds;
}

double held_out_loss(const Design& design, const Folds& folds, const std::vector<std::vector<double>>& fits) {
  std::vector<double> unused(design.numbers());
  double loss = 0;
  for (size_t f = 0; f < kFolds; ++f) loss += design.loss(fits[f], folds.held_out[f], unused);
  return loss;
}

// Slope and shift of the held-out log-odds under which the outcomes are likeliest, held near 1 and 0: two unknowns, so
// Newton's method by hand.
void calibrate(const Design& design, const Folds& folds, const std::vector<std::vector<double>>& fits, Fit& fit) {
  double a = 1;
  double b = 0;
  for (int step = 0; step < 30; ++step) {
    double ga = a - 1;
    double gb = b;
    double haa = 1;
    double hab = 0;
    double hbb = 1;
    for (size_t f = 0; f < kFolds; ++f) {
      const std::vector<double> above = cumulated(fits[f], static_cast<int32_t>(design.first_column()));
      for (const uint32_t lead : folds.held_out[f]) {
        const double base = design.log_odds(fits[f], lead);
        for (int32_t k = 0; k <= design.level(lead); ++k) {
          const double z = base + above[static_cast<size_t>(k)];
          const double p = 1 / (1 + std::exp(-(a * z + b)));
          const double r = p - (design.won(lead) ? 1 : 0);
          const double w = p * (1 - p);
          ga += r * z;
          gb += r;
          haa += w * z * z;
          hab += w * z;
          hbb += w;
        }
      }
    }
    const double determinant = haa * hbb - hab * hab;
    const double da = (hbb * ga - hab * gb) / determinant;
    const double db = (haa * gb - hab * ga) / determinant;
    if (!std::isfinite(da) || !std::isfinite(db)) break;
    a = std::clamp(a - std::clamp(da, -1.0, 1.0), kLeastSlope, 20.0);
    b = std::clamp(b - std::clamp(db, -2.0, 2.0), -10.0, 10.0);
    if (std::fabs(da) + std::fabs(db) < 1e-9) break;
  }
  fit.slope = a;
  fit.shift = b;
}

}  // namespace

std::vector<double> fit_penalised(const Design& design, const std::vector<uint32_t>& leads, double penalty,
                                  std::vector<double> from, bool* converged) {
  const size_t numbers = design.numbers();
  std::vector<double> scale = design.curvature(leads, share_won(design, leads));
  for (size_t i = 0; i < numbers; ++i) scale[i] = 1 / std::sqrt(scale[i] + (i == 0 ? 1e-9 : penalty));
  std::vector<bool> nonnegative(numbers, false);
  for (size_t k = 1; k < design.first_column(); ++k) nonnegative[k] = true;
  std::vector<double> x(numbers);
  const Objective objective = [&](const std::vector<double>& scaled, std::vector<double>& gradient) {
    for (size_t i = 0; i < numbers; ++i) x[i] = scaled[i] * scale[i];
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double value = design.loss(x, leads, gradient);
    for (size_t i = 0; i < numbers; ++i) {
      if (i > 0) {
        value += 0.5 * penalty * x[i] * x[i];
        gradient[i] += penalty * x[i];
      }
      gradient[i] *= scale[i];
    }
    return value;
  };
  for (size_t i = 0; i < numbers; ++i) from[i] /= scale[i];
  // In these units a slope of 0.001 is worth half a millionth of one lead's loss, far below what data can tell.
  const Stopping stopping{200, 1e-7};
  Minimum minimum = minimise(objective, std::move(from), nonnegative, stopping);
  for (size_t i = 0; i < numbers; ++i) minimum.x[i] *= scale[i];
  if (converged != nullptr) *converged = minimum.converged;
  return minimum.x;
}

Fit cross_validated(const Design& design, uint64_t seed, size_t most_leads_in_folds) {
  const Folds folds = make_folds(design, seed, most_leads_in_folds);
  std::vector<double> nothing(design.numbers());
  const double share = [&] {
    std::vector<uint32_t> all(design.size());
    std::iota(all.begin(), all.end(), 0U);
    return share_won(design, all);
  }();
  nothing[0] = std::log(share / (1 - share));
  Fit fit;
  std::vector<std::vector<double>> fits(kFolds, nothing);
  std::vector<std::vector<double>> best = fits;
  double least = 0;
  size_t held_out = 0;
  for (const auto& leads : folds.held_out) held_out += leads.size();
  for (const double penalty : kPenalties) {
    for (size_t f = 0; f < kFolds; ++f) fits[f] = fit_penalised(design, folds.train[f], penalty, std::move(fits[f]));
    const double loss = held_out_loss(design, folds, fits);
    if (fit.penalty > 0 && loss >= least * (1 - 1e-6)) {
      if (loss > least * 1.02) break;  // ever weaker penalties only get worse from here
      continue;
    }
    fit.penalty = penalty;
    least = loss;
    best = fits;
  }
  fit.held_out_loss = held_out == 0 ? 0 : least / static_cast<double>(held_out);
  calibrate(design, folds, best, fit);

  std::vector<uint32_t> all(design.size());
  std::iota(all.begin(), all.end(), 0U);
  fit.x = fit_penalised(design, all, fit.penalty, best[0], &fit.converged);
  for (double& each : fit.x) each *= fit.slope;
  fit.x[0] += fit.shift;
  return fit;
}

}  // namespace outrigger::scoring
