#include <gtest/gtest.h>

#include "integration/feed/server_clock.hpp"

namespace outrigger::feed {
namespace {

constexpr int64_t kSecond = 1'000'000;

TEST(ServerClock, KnowsNothingAtFirst) {
  const ServerClock clock;
  EXPECT_EQ(clock.reached(5 * kSecond), 0);
  EXPECT_EQ(clock.date(5 * kSecond), 0);
}

TEST(ServerClock, ARowProvesItsTimeAndLaterOnesThatPassed) {
  ServerClock clock;
  clock.evidence(1000, 10 * kSecond);
  EXPECT_EQ(clock.reached(10 * kSecond), 1000);
  EXPECT_EQ(clock.reached(10 * kSecond - 3 * kSecond), 997) << "and what it was before";
  EXPECT_GE(clock.reached(110 * kSecond), 1099);
  EXPECT_LE(clock.reached(110 * kSecond), 1100);
}

TEST(ServerClock, AnOldRowProvesNothingNew) {
  ServerClock clock;
  clock.evidence(1000, 10 * kSecond);
  clock.evidence(900, 11 * kSecond);
  EXPECT_EQ(clock.reached(11 * kSecond), 1000);
}

TEST(ServerClock, NeverClaimsMoreThanTheTrueTimeThoughOursRunsFast) {
  ServerClock clock;
  clock.evidence(1'000'000, 0);
  // A month later ours has gained 100 parts in a million.
  const int64_t month = 30 * 86400;
  EXPECT_LE(clock.reached((month + month / 10000) * kSecond), 1'000'000 + month);
}

TEST(ServerClock, ARowOfTheFutureCountsAsNow) {
  ServerClock clock;
  clock.heard(2000, 0);
  clock.evidence(9000, 0);
  EXPECT_EQ(clock.reached(0), 2000);
  EXPECT_FALSE(clock.stepped_back(2000, 0));
}

TEST(ServerClock, NoticesAStepBack) {
  ServerClock clock;
  clock.heard(2000, 0);
  EXPECT_FALSE(clock.stepped_back(2050, 0)) << "clocks differ a little";
  EXPECT_TRUE(clock.stepped_back(2061, 0));
  clock.evidence(2000, 0);
  clock.heard(1900, kSecond);
  EXPECT_TRUE(clock.stepped_back(0, kSecond));
  EXPECT_LE(clock.reached(kSecond), 1900);
}

}  // namespace
}  // namespace outrigger::feed
