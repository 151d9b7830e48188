// The threads that answer a runner's calls: a few at once, a bounded queue, nothing lost.
#include "host/process/service_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>

namespace outrigger::host {
namespace {

constexpr std::chrono::seconds kPatience{30};

TEST(ServicePool, WhatWasPostedIsDoneBeforeItGoes) {
  std::atomic<int> done{0};
  {
    ServicePool pool;
    for (int i = 0; i < 200; ++i) EXPECT_TRUE(pool.post([&] { ++done; }));
  }
  EXPECT_EQ(done, 200);
}

TEST(ServicePool, SeveralAtOnceSoThatOneThatWaitsHoldsUpNobody) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  ServicePool pool;
  for (size_t i = 0; i + 1 < ServicePool::kThreads; ++i) ASSERT_TRUE(pool.post([released] { released.wait(); }));
  std::promise<void> passed;
  ASSERT_TRUE(pool.post([&] { passed.set_value(); }));
  EXPECT_EQ(passed.get_future().wait_for(kPatience), std::future_status::ready);
  release.set_value();
}

TEST(ServicePool, TheQueueHasABound) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::latch busy(ServicePool::kThreads);
  std::atomic<int> done{0};
  {
    ServicePool pool;
    for (size_t i = 0; i < ServicePool::kThreads; ++i)
      ASSERT_TRUE(pool.post([&] {
        busy.count_down();
        released.wait();
      }));
    busy.wait();
    for (size_t i = 0; i < ServicePool::kLongestQueue; ++i) ASSERT_TRUE(pool.post([&] { ++done; })) << i;
    EXPECT_FALSE(pool.post([&] { done += 1000; })) << "one too many";
    release.set_value();
  }
  EXPECT_EQ(done, ServicePool::kLongestQueue);
}

}  // namespace
}  // namespace outrigger::host
