// Which version came first: the order that an admin expects.
#include "host/packages/version.hpp"

#include <gtest/gtest.h>

namespace outrigger::host {
namespace {

TEST(Version, ComesInTheOrderOfReleases) {
  const char* in_order[] = {"0.9", "1.0-alpha", "1.0-alpha.1", "1.0-beta", "1.0-rc2", "1.0-rc10", "1.0",    "1.0.1",
                            "1.2", "1.9",       "1.10",        "1.10.1",   "2",       "2.0.0.1",  "2026.11"};
  for (size_t i = 1; i < std::size(in_order); ++i) {
    EXPECT_TRUE(comes_before(in_order[i - 1], in_order[i])) << in_order[i - 1] << " before " << in_order[i];
    EXPECT_FALSE(comes_before(in_order[i], in_order[i - 1])) << in_order[i] << " after " << in_order[i - 1];
  }
}

TEST(Version, TheSameInOtherWordsComesInNoOrder) {
  for (const auto& [a, b] : {std::pair{"1.0", "1.0.0"}, {"1", "1"}, {"1.0+debian", "1.0"}, {"1.01", "1.1"}, {"", ""}}) {
    EXPECT_FALSE(comes_before(a, b)) << a << " " << b;
    EXPECT_FALSE(comes_before(b, a)) << b << " " << a;
  }
}

}  // namespace
}  // namespace outrigger::host
