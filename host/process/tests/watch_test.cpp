// The limits of a call: its own time, and all of it.
#include "host/process/watch.hpp"

#include <gtest/gtest.h>

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kMilli = 1000;
constexpr CallLimits kLimits{milliseconds(100), milliseconds(1000)};

TEST(CallWatch, NobodyIsLateBeforeACallAndAfterIt) {
  CallWatch watch;
  EXPECT_FALSE(watch.active());
  EXPECT_FALSE(watch.tick(1'000'000'000, false));
  watch.begin("commands.run", kLimits, 0);
  EXPECT_TRUE(watch.active());
  watch.end();
  EXPECT_FALSE(watch.active());
  EXPECT_FALSE(watch.tick(1'000'000'000, false));
}

TEST(CallWatch, TheOwnTimeHasALimitThatIsToldOnce) {
  CallWatch watch;
  watch.begin("commands.run", kLimits, 5 * kMilli);
  EXPECT_FALSE(watch.tick(5 * kMilli + 100 * kMilli - 1, false));
  EXPECT_EQ(watch.tick(5 * kMilli + 100 * kMilli, false), "did not answer commands.run within 100 ms of its own time");
  EXPECT_FALSE(watch.tick(500 * kMilli, false)) << "said already";
  EXPECT_FALSE(watch.active());
}

TEST(CallWatch, WaitingForTheHostIsNotItsOwnTime) {
  CallWatch watch;
  watch.begin("jobs.run", kLimits, 0);
  EXPECT_FALSE(watch.tick(60 * kMilli, false));
  EXPECT_FALSE(watch.tick(900 * kMilli, true));
  EXPECT_FALSE(watch.tick(939 * kMilli, false));
  EXPECT_EQ(watch.tick(940 * kMilli, false), "did not answer jobs.run within 100 ms of its own time");
}

TEST(CallWatch, TheWholeHasACapAlsoWhileTheHostIsAsked) {
  CallWatch watch;
  watch.begin("jobs.run", kLimits, 0);
  EXPECT_FALSE(watch.tick(999 * kMilli, true));
  EXPECT_EQ(watch.tick(1000 * kMilli, true), "did not answer jobs.run within 1 s");
}

TEST(CallWatch, TheNextCallBeginsAnew) {
  CallWatch watch;
  watch.begin("one", kLimits, 0);
  EXPECT_FALSE(watch.tick(99 * kMilli, false));
  watch.end();
  watch.begin("two", kLimits, 99 * kMilli);
  EXPECT_FALSE(watch.tick(198 * kMilli, false));
  EXPECT_EQ(watch.tick(199 * kMilli, false), "did not answer two within 100 ms of its own time");
}

}  // namespace
}  // namespace outrigger::host
