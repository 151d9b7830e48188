// Numbers put into bins that are learned from closed leads, so that a number can be counted like a category.
//
//     Bins bins = learn_bins(values, {.fewest = 50, .most = 6});
//     bins.text(bins.code(1200))   // "1000 to 5000"
//
// kEntropy cuts where won and lost part best, and only while that pays for itself (the minimum description length
// criterion of Fayyad and Irani); so a number that tells nothing gets one bin. kQuantiles makes bins of equal size and
// does not look at the outcomes. Both are deterministic and give no bin fewer than `fewest` leads. A cut is the
// shortest decimal between its neighbours, so that a person can read it. Threads: plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace outrigger::scoring {

struct Bins {
  std::vector<double> cuts;  // ascending; a bin holds its lower cut, not its upper one

  // 1 to cuts.size() + 1; 0 when the number is not finite.
  [[nodiscard]] uint32_t code(double number) const;
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(cuts.size()) + 2; }
  [[nodiscard]] std::string text(uint32_t code) const;
};

enum class Binning : uint8_t { kEntropy, kQuantiles };

struct BinRules {
  Binning how = Binning::kEntropy;
  size_t fewest = 50;  // leads in a bin
  size_t most = 8;     // bins
};

struct Observed {
  double number = 0;
  bool won = false;
};

// Numbers that are not finite are left out.
Bins learn_bins(std::vector<Observed> values, const BinRules& rules);

// The shortest decimal above `low` and not above `high`.
double shortest_between(double low, double high);

}  // namespace outrigger::scoring
