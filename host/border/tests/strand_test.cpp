// One thread, one task after the other; and what a plugin's errors and trees are looked through for.
#include "host/border/strand.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <vector>

#include "host/border/tree.hpp"

namespace outrigger::host {
namespace {

TEST(Strand, TasksRunInOrderOnOneThreadThatIsNotTheCallers) {
  std::vector<int> order;
  std::vector<std::thread::id> threads;
  {
    Strand strand;
    for (int i = 0; i < 100; ++i)
      strand.post([&, i] {
        order.push_back(i);
        threads.push_back(std::this_thread::get_id());
      });
    strand.run([&] { order.push_back(100); });
    EXPECT_EQ(order.size(), 101U) << "run waits for all that came before";
    strand.post([&] { order.push_back(101); });
  }
  ASSERT_EQ(order.size(), 102U) << "what was posted is done before the strand goes";
  for (int i = 0; i < 102; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
  for (const std::thread::id id : threads) EXPECT_EQ(id, threads.front());
  EXPECT_NE(threads.front(), std::this_thread::get_id());
}

TEST(Strand, CallersOnManyThreadsTakeTurns) {
  Strand strand;
  int at_once = 0;
  int most = 0;
  std::vector<std::future<void>> callers;
  for (int i = 0; i < 8; ++i)
    callers.push_back(std::async(std::launch::async, [&] {
      for (int call = 0; call < 100; ++call)
        strand.run([&] {
          most = std::max(most, ++at_once);
          --at_once;
        });
    }));
  for (std::future<void>& caller : callers) caller.get();
  EXPECT_EQ(most, 1);
}

TEST(Strand, AnExceptionIsTheCallersAndTheStrandGoesOn) {
  Strand strand;
  EXPECT_THROW(strand.run([] { throw std::runtime_error("out"); }), std::runtime_error);
  bool ran = false;
  strand.run([&] { ran = true; });
  EXPECT_TRUE(ran);
}

TEST(CheckedError, WhatDoesNotExistIsReplaced) {
  const Error strange =
      checked({static_cast<Code>(4711), "\xff", static_cast<Source>(99), static_cast<Effect>(-7), -12});
  EXPECT_EQ(strange.code, Code::kInternal);
  EXPECT_EQ(strange.source, Source::kPlugin);
  EXPECT_EQ(strange.effect, Effect::kUnknown);
  EXPECT_EQ(strange.retry_after_ms, -1);
  EXPECT_EQ(strange.message, "(a message that is not UTF-8)");
  EXPECT_EQ(checked({Code::kOk, {}, Source::kPlugin, Effect::kNone, -1}).code, Code::kInternal);
  const Error silent = checked({Code::kConflict, {}, Source::kOdoo, Effect::kDone, 250});
  EXPECT_EQ(silent.message, "it failed and did not say why (conflict)");
  EXPECT_EQ(silent.source, Source::kOdoo);
  EXPECT_EQ(silent.effect, Effect::kDone);
  EXPECT_EQ(silent.retry_after_ms, 250);
}

}  // namespace
}  // namespace outrigger::host
