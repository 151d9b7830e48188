#include "engine/rounding.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace outrigger::scoring {
namespace {

TEST(Round2, KeepsTiesToEven) {
  EXPECT_EQ(round2(3.125), 3.12);
  EXPECT_EQ(round2(96.875), 96.88);
  EXPECT_EQ(round2(0.375), 0.38);
}

TEST(Round2, EqualsPrintfForAnyDouble) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> percent(0, 100);
  for (int i = 0; i < 200000; ++i) {
    // Every other value lies on or next to a tie, where the fast way does not hold.
    double x = percent(random);
    if (i % 2 == 0) x = std::nextafter(std::floor(x * 100) / 100 + 0.005, i % 4 == 0 ? 0 : 1000);
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", x);
    ASSERT_EQ(round2(x), std::strtod(text, nullptr)) << x;
  }
}

TEST(RoundScore, StaysWithinOdoosBounds) {
  EXPECT_EQ(round_score(0), 0.01);
  EXPECT_EQ(round_score(100), 99.99);
}

}  // namespace
}  // namespace outrigger::scoring
