// The Mersenne Twister of Matsumoto and Nishimura (1998), seeded by an array of words as in their 2002 version.
#include "engine/seeded.hpp"

#include <algorithm>

namespace outrigger::assignment {

Seeded::Seeded(uint64_t seed) {
  std::vector<uint32_t> key{static_cast<uint32_t>(seed)};
  if (seed >> 32U != 0) key.push_back(static_cast<uint32_t>(seed >> 32U));
  state_[0] = 19650218U;
  for (size_t i = 1; i < kSize; ++i)
    state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30U)) + static_cast<uint32_t>(i);
  size_t i = 1;
  size_t j = 0;
  const auto step = [&] {
    if (++i >= kSize) {
      state_[0] = state_[kSize - 1];
      i = 1;
    }
  };
  for (size_t k = std::max(kSize, key.size()); k > 0; --k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30U)) * 1664525U)) + key[j] + static_cast<uint32_t>(j);
    if (++j >= key.size()) j = 0;
    step();
  }
  for (size_t k = kSize - 1; k > 0; --k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30U)) * 1566083941U)) - static_cast<uint32_t>(i);
    step();
  }
  state_[0] = 0x80000000U;
}

uint32_t Seeded::word() {
  if (at_ >= kSize) {
    constexpr size_t kShift = 397;
    for (size_t i = 0; i < kSize; ++i) {
      const uint32_t mixed = (state_[i] & 0x80000000U) | (state_[(i + 1) % kSize] & 0x7fffffffU);
      state_[i] = state_[(i + kShift) % kSize] ^ (mixed >> 1U) ^ ((mixed & 1U) != 0 ? 0x9908b0dfU : 0U);
    }
    at_ = 0;
  }
  uint32_t word = state_[at_++];
  word ^= word >> 11U;
  word ^= (word << 7U) & 0x9d2c5680U;
  word ^= (word << 15U) & 0xefc60000U;
  return word ^ (word >> 18U);
}

double Seeded::next() {
  const uint32_t high = word() >> 5U;
  const uint32_t low = word() >> 6U;
  return (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
}

size_t Seeded::choose(const std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  const double mark = next() * sum;
  double below = 0;
  for (size_t i = 0; i + 1 < weights.size(); ++i) {
    below += weights[i];
    if (below > mark) return i;
  }
  return weights.size() - 1;
}

}  // namespace outrigger::assignment
