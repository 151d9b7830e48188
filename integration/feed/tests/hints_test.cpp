#include "integration/feed/hints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace outrigger::feed {
namespace {

using ::testing::ElementsAre;

constexpr int64_t kSecond = 1'000'000;

std::vector<int64_t> ids(int64_t first, size_t count) {
  std::vector<int64_t> all(count);
  std::iota(all.begin(), all.end(), first);
  return all;
}

// Every look of the hints until nothing waits: when, and at how many records.
std::vector<std::pair<int64_t, size_t>> looks(Hints& hints) {
  std::vector<std::pair<int64_t, size_t>> all;
  while (const std::optional<int64_t> due = hints.due()) all.emplace_back(*due, hints.take(*due).size());
  return all;
}

TEST(Hints, AreLookedAtNowAndAfterOneAndFiveSeconds) {
  Hints hints;
  EXPECT_FALSE(hints.due());
  ASSERT_TRUE(hints.add(100 * kSecond, {7, 3, 7}));
  ASSERT_EQ(hints.due(), 100 * kSecond);
  EXPECT_THAT(hints.take(100 * kSecond), ElementsAre(3, 7)) << "a doubled hint is one";
  EXPECT_EQ(hints.due(), 101 * kSecond);
  EXPECT_THAT(hints.take(101 * kSecond), ElementsAre(3, 7));
  EXPECT_EQ(hints.due(), 105 * kSecond);
  EXPECT_THAT(hints.take(105 * kSecond), ElementsAre(3, 7));
  EXPECT_FALSE(hints.due());
}

TEST(Hints, ThoseThatComeWhileALookIsUnderWayAreOneLook) {
  Hints hints;
  for (int64_t id = 1; id <= 500; ++id) ASSERT_TRUE(hints.add(100 * kSecond + id * 4000, {id}));
  const std::optional<int64_t> due = hints.due();
  ASSERT_TRUE(due && *due <= 102 * kSecond);
  EXPECT_EQ(hints.take(102 * kSecond).size(), 500U) << "two seconds of hints, one a record";
}

// Whoever has the token and posts without end gets this much of Odoo and not more.
TEST(Hints, AStormIsAFewLooksASecond) {
  for (const auto& [budget, looks] : {std::pair(0.0, 5), {100.0, 5}, {4.0, 2}, {1.0, 2}}) {
    Hints hints(budget);
    int count = 0;
    const int64_t end = 160 * kSecond;
    for (int64_t now = 100 * kSecond; now < end; now += 2000) {
      (void)hints.add(now, {1 + now % 900});
      if (const std::optional<int64_t> due = hints.due(); due && *due <= now) {
        (void)hints.take(now);
        ++count;
      }
    }
    EXPECT_LE(count, 60 * looks + 6) << budget;
    EXPECT_GE(count, 60 * looks - looks) << budget << ": and it is not shut out either";
  }
}

// Each is looked at three times, so that three looks a second are due.
TEST(Hints, OneASecondIsLookedAtAtOnceForEver) {
  Hints hints;
  for (int64_t second = 100; second < 700; ++second) {
    while (hints.due() && *hints.due() < second * kSecond) (void)hints.take(*hints.due());
    ASSERT_TRUE(hints.add(second * kSecond, {second}));
    ASSERT_LE(*hints.due(), second * kSecond);
  }
}

TEST(Hints, TooManyAreALookAtEverything) {
  Hints hints;
  EXPECT_FALSE(hints.add(kSecond, ids(1, Hints::kMost + 1)));
  EXPECT_FALSE(hints.due()) << "the caller looks at everything";
  ASSERT_TRUE(hints.add(kSecond, ids(1, 600)));
  EXPECT_FALSE(hints.add(kSecond, ids(2000, 600)));
  EXPECT_FALSE(hints.due());
  ASSERT_TRUE(hints.add(kSecond, ids(1, 600)));
  EXPECT_EQ(looks(hints).size(), 3U) << "and later ones count again";
}

// No connection for an hour, and hints all the time.
TEST(Hints, WaitInABoundedPlaceAndNoneIsForgottenInSilence) {
  Hints hints;
  bool all_told = true;
  for (int64_t second = 0; second < 3600; ++second) all_told = hints.add(second * kSecond, {second % 50}) && all_told;
  ASSERT_TRUE(all_told) << "fifty records are not too many";
  EXPECT_EQ(hints.take(3600 * kSecond).size(), 50U);
}

TEST(Hints, ALookThatFailedIsDueAgain) {
  Hints hints;
  ASSERT_TRUE(hints.add(100 * kSecond, {1}));
  hints.put_back(100 * kSecond, hints.take(100 * kSecond));
  EXPECT_EQ(hints.due(), 100 * kSecond);
}

}  // namespace
}  // namespace outrigger::feed
