// Random numbers of a recorded seed, the same as Python's random.seed(n) and random.random() give.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace outrigger::assignment {

class Seeded {
 public:
  explicit Seeded(uint64_t seed);
  // From 0 up to, not including, 1; 53 bits.
  double next();
  // An index with a chance in proportion to its weight. `weights` is not empty and its sum is above 0.
  size_t choose(const std::vector<double>& weights);

 private:
  uint32_t word();
  static constexpr size_t kSize = 624;
  std::array<uint32_t, kSize> state_{};
  size_t at_ = kSize;
};

}  // namespace outrigger::assignment
