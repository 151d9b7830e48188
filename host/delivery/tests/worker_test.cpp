#include "host/delivery/worker.hpp"

#include <gtest/gtest.h>

#include <future>

namespace outrigger::host {
namespace {

constexpr int64_t kForEver = 3'600'000'000;
constexpr std::chrono::seconds kPatience{20};

TEST(Worker, AWakeWhileItWorksIsNotLost) {
  std::promise<void> working;
  std::promise<void> go_on;
  std::promise<void> again;
  int rounds = 0;
  Worker worker;
  worker.start([&] {
    if (++rounds == 1) {
      working.set_value();
      go_on.get_future().wait();
    } else if (rounds == 2) {
      again.set_value();
    }
    return kForEver;
  });
  working.get_future().wait();
  worker.wake();
  go_on.set_value();
  EXPECT_EQ(again.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST(Worker, NoWaitMeansAtOnceAgain) {
  std::promise<void> thrice;
  int rounds = 0;
  Worker worker;
  worker.start([&] {
    if (++rounds < 3) return int64_t{0};
    if (rounds == 3) thrice.set_value();
    return kForEver;
  });
  EXPECT_EQ(thrice.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST(Worker, WhoeverStopsItNeedNotWaitForARoundThatDoesNotEnd) {
  std::promise<void> working;
  std::promise<void> go_on;
  Worker worker;
  worker.start([&] {
    working.set_value();
    go_on.get_future().wait();
    return kForEver;
  });
  working.get_future().wait();
  EXPECT_FALSE(worker.stop_within(std::chrono::milliseconds(1)));
  go_on.set_value();
  EXPECT_TRUE(worker.stop_within(kPatience));
}

TEST(Worker, OneThatNeverBeganHasEnded) {
  Worker worker;
  EXPECT_TRUE(worker.stop_within(std::chrono::milliseconds(0)));
}

TEST(Worker, StopEndsAPauseAndWaitsForTheRound) {
  std::promise<void> pausing;
  bool went_on = true;
  Worker worker;
  worker.start([&] {
    pausing.set_value();
    went_on = worker.pause(kForEver);
    return kForEver;
  });
  pausing.get_future().wait();
  worker.stop();
  EXPECT_FALSE(went_on);
  EXPECT_TRUE(worker.stopped());
  EXPECT_FALSE(worker.pause(kForEver)) << "whoever pauses after the end goes home";
}

}  // namespace
}  // namespace outrigger::host
