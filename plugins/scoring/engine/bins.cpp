#include "bins.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace outrigger::scoring {
namespace {

// The finest that is looked at; neighbours with the same number are never parted.
constexpr size_t kMostGrains = 256;

struct Grain {
  double low = 0;
  double high = 0;
  double won = 0;
  double lost = 0;
};

struct Span {
  size_t begin = 0;
  size_t end = 0;
};

struct Cut {
  size_t at = 0;
  double gain = 0;  // bits saved, all leads together; 0: no cut pays
};

std::string decimal(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number);
  return {text, end.ptr};
}

std::vector<Grain> grains_of(const std::vector<Observed>& values) {
  std::vector<Grain> grains;
  const size_t size = std::max<size_t>(1, values.size() / kMostGrains);
  size_t in_grain = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const Observed& value = values[i];
    if (grains.empty() || (in_grain >= size && value.number != grains.back().high)) {
      grains.push_back({value.number, value.number});
      in_grain = 0;
    }
    grains.back().high = value.number;
    (value.won ? grains.back().won : grains.back().lost) += 1;
    ++in_grain;
  }
  return grains;
}

double bits(double won, double lost) {
  const double all = won + lost;
  double sum = 0;
  for (const double part : {won, lost})
    if (part > 0) sum -= part * std::log2(part / all);
  return sum;
}

double classes(double won, double lost) { return (won > 0 ? 1.0 : 0.0) + (lost > 0 ? 1.0 : 0.0); }

Cut best_cut(const std::vector<Grain>& grains, Span span, double fewest) {
  double won = 0;
  double lost = 0;
  for (size_t i = span.begin; i < span.end; ++i) {
    won += grains[i].won;
    lost += grains[i].lost;
  }
  const double all = won + lost;
  Cut best;
  double left_won = 0;
  double left_lost = 0;
  for (size_t i = span.begin; i + 1 < span.end; ++i) {
    left_won += grains[i].won;
    left_lost += grains[i].lost;
    const double left = left_won + left_lost;
    if (left < fewest || all - left < fewest) continue;
    const double left_bits = bits(left_won, left_lost);
    const double right_bits = bits(won - left_won, lost - left_lost);
    const double gain = bits(won, lost) - left_bits - right_bits;
    const double k = classes(won, lost);
    const double k1 = classes(left_won, left_lost);
    const double k2 = classes(won - left_won, lost - left_lost);
    const double delta = std::log2(std::pow(3.0, k) - 2) -
                         (k * bits(won, lost) / all - k1 * left_bits / left - k2 * right_bits / (all - left));
    if (gain > std::log2(all - 1) + delta && gain > best.gain) best = {i + 1, gain};
  }
  return best;
}

std::vector<size_t> entropy_cuts(const std::vector<Grain>& grains, const BinRules& rules) {
  struct Open {
    Span span;
    Cut cut;
  };
  const auto open = [&](Span span) {
    return Open{span, best_cut(grains, span, static_cast<double>(std::max<size_t>(1, rules.fewest)))};
  };
  std::vector<Open> spans{open({0, grains.size()})};
  std::vector<size_t> cuts;
  while (cuts.size() + 1 < rules.most) {
    const auto best = std::max_element(spans.begin(), spans.end(),
                                       [](const Open& a, const Open& b) { return a.cut.gain < b.cut.gain; });
    if (best->cut.gain <= 0) break;
    const Open chosen = *best;
    cuts.push_back(chosen.cut.at);
    *best = open({chosen.span.begin, chosen.cut.at});
    spans.push_back(open({chosen.cut.at, chosen.span.end}));
  }
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

std::vector<size_t> quantile_cuts(const std::vector<Grain>& grains, size_t leads, const BinRules& rules) {
  const auto fewest = static_cast<double>(std::max<size_t>(1, rules.fewest));
  const double wanted = std::max(fewest, static_cast<double>(leads) / static_cast<double>(rules.most));
  std::vector<size_t> cuts;
  double before = 0;
  double in_bin = 0;
  for (size_t i = 0; i + 1 < grains.size(); ++i) {
    in_bin += grains[i].won + grains[i].lost;
    const double left = static_cast<double>(leads) - before - in_bin;
    if (in_bin + 0.5 < wanted || left < fewest || cuts.size() + 1 >= rules.most) continue;
    cuts.push_back(i + 1);
    before += in_bin;
    in_bin = 0;
  }
  return cuts;
}

}  // namespace

uint32_t Bins::code(double number) const {
  if (!std::isfinite(number)) return 0;
  return 1 + static_cast<uint32_t>(std::upper_bound(cuts.begin(), cuts.end(), number) - cuts.begin());
}

std::string Bins::text(uint32_t code) const {
  if (code == 0 || code >= size()) return {};
  if (cuts.empty()) return "any";
  if (code == 1) return "< " + decimal(cuts.front());
  if (code == cuts.size() + 1) return ">= " + decimal(cuts.back());
  return decimal(cuts[code - 2]) + " to " + decimal(cuts[code - 1]);
}

double shortest_between(double low, double high) {
  for (int digits = 0; digits < 17; ++digits)
    for (const double near : {low / 2 + high / 2, high}) {
      char text[40];
      const auto printed = std::to_chars(text, text + sizeof text, near, std::chars_format::scientific, digits);
      double number = high;
      std::from_chars(text, printed.ptr, number);
      if (number > low && number <= high) return number;
    }
  return high;
}

Bins learn_bins(std::vector<Observed> values, const BinRules& rules) {
  std::erase_if(values, [](const Observed& value) { return !std::isfinite(value.number); });
  std::sort(values.begin(), values.end(), [](const Observed& a, const Observed& b) { return a.number < b.number; });
  const std::vector<Grain> grains = grains_of(values);
  Bins bins;
  if (grains.size() < 2 || rules.most < 2) return bins;
  const std::vector<size_t> cuts =
      rules.how == Binning::kEntropy ? entropy_cuts(grains, rules) : quantile_cuts(grains, values.size(), rules);
  for (const size_t cut : cuts) bins.cuts.push_back(shortest_between(grains[cut - 1].high, grains[cut].low));
  return bins;
}

}  // namespace outrigger::scoring
