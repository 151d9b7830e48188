// How many lines an instance may log, by a clock that the test moves; and the words for how a process ended.
#include "host/services/log_rate.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "host/process/exit_reason.hpp"

namespace outrigger::host {
namespace {

constexpr int64_t kSecond = 1000000;

int passed(LogRate& rate, int asked, int64_t now) {
  int count = 0;
  for (int i = 0; i < asked; ++i) count += rate.ask(now).pass ? 1 : 0;
  return count;
}

TEST(LogRate, ABurstThenSoManyASecond) {
  LogRate rate;
  EXPECT_EQ(passed(rate, 1000, kSecond), LogRate::kBurst);
  EXPECT_EQ(passed(rate, 1000, 2 * kSecond), LogRate::kPerSecond);
  EXPECT_EQ(passed(rate, 1000, 1000 * kSecond), LogRate::kBurst) << "no more than a burst is saved up";
}

TEST(LogRate, TheFirstLineThatPassesAgainSaysHowManyDidNot) {
  LogRate rate;
  passed(rate, LogRate::kBurst + 7, kSecond);
  EXPECT_EQ(rate.dropped(), 7U);
  const LogRate::Verdict verdict = rate.ask(2 * kSecond);
  EXPECT_TRUE(verdict.pass);
  EXPECT_EQ(verdict.dropped, 7U);
  EXPECT_EQ(rate.dropped(), 0U);
  EXPECT_EQ(rate.ask(2 * kSecond).dropped, 0U);
}

TEST(LogRate, WhatWasDroppedElsewhereIsCountedWithIt) {
  LogRate rate;
  rate.add_dropped(30);
  EXPECT_EQ(rate.dropped(), 30U);
  EXPECT_EQ(rate.ask(kSecond).dropped, 30U);
}

TEST(ExitReason, SaysWhatAnAdminCanUse) {
  constexpr uint64_t kMemory = uint64_t{128} << 20U;
  constexpr int kExit = 256;  // as waitpid gives it
  EXPECT_EQ(exit_reason(3 * kExit, true, kMemory, ""), "ended by itself with status 3");
  EXPECT_EQ(exit_reason(70 * kExit, false, kMemory, "no such user"), "could not be confined: no such user");
  EXPECT_EQ(exit_reason(70 * kExit, true, kMemory, "bye"), "ended by itself with status 70; its last words: bye");
  EXPECT_EQ(
      exit_reason(SIGKILL, true, kMemory, ""),
      "was killed, most likely for want of memory: its limit is 128 MiB; `plugins.ID.memory_mib` in the configuration "
      "raises it");
  EXPECT_EQ(exit_reason(SIGSYS, true, kMemory, ""), "crashed (signal 31, a system call that plugins may not make)");
}

}  // namespace
}  // namespace outrigger::host
