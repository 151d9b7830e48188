#include "integration/feed/pace.hpp"

#include <gtest/gtest.h>

#include "integration/feed/feed.hpp"
#include "integration/feed/tests/fake_reader.hpp"

namespace outrigger::feed {
namespace {

constexpr int64_t kSecond = 1'000'000;

TEST(Pace, IsHotThenWarmThenCold) {
  const Intervals intervals = intervals_for(1, 1, {});
  Pace pace;
  EXPECT_EQ(pace.due(intervals), 0) << "at once";
  pace.looked(1000 * kSecond, true);
  EXPECT_EQ(pace.due(intervals), 1005 * kSecond);
  pace.looked(1121 * kSecond, false);
  EXPECT_EQ(pace.heat(1121 * kSecond), Heat::kWarm);
  EXPECT_EQ(pace.due(intervals), 1151 * kSecond);
  pace.looked(2900 * kSecond, false);
  EXPECT_EQ(pace.heat(2900 * kSecond), Heat::kCold);
  EXPECT_EQ(pace.due(intervals), 2960 * kSecond);
}

TEST(Pace, AHintComesThreeTimes) {
  const Intervals intervals = intervals_for(1, 0, {});
  Pace pace;
  pace.looked(1, false);
  pace.looked(1000 * kSecond, false);
  pace.looked(1940 * kSecond, false);
  ASSERT_EQ(pace.heat(1940 * kSecond), Heat::kCold);
  pace.hinted(1950 * kSecond);
  for (const int64_t at : {1950, 1951, 1955}) {
    EXPECT_EQ(pace.due(intervals), at * kSecond);
    pace.looked(at * kSecond, false);
  }
  EXPECT_EQ(pace.due(intervals), 2015 * kSecond);
}

TEST(Pace, FailuresWaitLongerUpToABound) {
  Pace pace;
  std::minstd_rand jitter(7);
  int64_t longest = 0;
  for (int i = 0; i < 20; ++i) longest = pace.failed(0, -1, jitter);
  EXPECT_GE(longest, 150 * kSecond);
  EXPECT_LE(longest, 300 * kSecond);
  EXPECT_GE(pace.failed(0, 900'000, jitter), 900 * kSecond) << "as long as the server says";
  for (int i = 0; i < 20; ++i) longest = pace.failed(0, -1, jitter, 1800 * kSecond);
  EXPECT_GE(longest, 900 * kSecond);
  EXPECT_LE(longest, 1800 * kSecond) << "as long as the caller says";
}

TEST(Pace, ManyStreamsShareTheBudgetOfAnOnlineDatabase) {
  Settings settings;
  settings.calls_per_second = 1;
  const Intervals intervals = intervals_for(20, 10, settings);
  EXPECT_LE(10.0 * kSecond / static_cast<double>(intervals.hot), 0.51);
  EXPECT_LE(20.0 * kSecond / static_cast<double>(intervals.warm), 0.34);
  EXPECT_LE(20.0 * 86400 * kSecond / static_cast<double>(intervals.cold), 4001);
}

// A ten-person company on odoo.com: twenty streams, one day on which nothing happens.
TEST(Pace, AnIdleDayOfTwentyStreamsStaysUnderFiveThousandCalls) {
  FakeReader odoo;
  for (int i = 0; i < 100; ++i) odoo.create("row");
  MemorySink sink;
  Settings settings = odoo.settings();
  settings.calls_per_second = 1;
  Feed feed(odoo, sink, settings);
  for (int i = 0; i < 20; ++i) {
    Stream stream = things();
    stream.model += std::to_string(i);
    ASSERT_TRUE(feed.add(stream));
  }
  settle(feed);
  look_again(feed, odoo, 7200);
  const int before = odoo.calls;
  const int64_t end = odoo.monotonic() + int64_t{86400} * kSecond;
  while (odoo.monotonic() < end) {
    odoo.advance(std::max(0.001, static_cast<double>(*feed.due() - odoo.monotonic()) / kSecond));
    ASSERT_TRUE(feed.look());
  }
  const int calls = odoo.calls - before;
  RecordProperty("idle_calls_per_day", calls);
  EXPECT_LT(calls, 5000);
  EXPECT_GT(calls, 2000) << "the budget is there to be used";
}

}  // namespace
}  // namespace outrigger::feed
