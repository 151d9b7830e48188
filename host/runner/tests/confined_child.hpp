// For tests that climb the walls of confine(): a process that plays the host, and below it one that plays the runner.
//
//     TEST_P(CallsTest, NoSockets) { EXPECT_EQ(climb([] { return outcome(socket(AF_INET, SOCK_STREAM, 0)); }),
//     "EPERM"); }
//
// Both processes end by SIGALRM after kDeadline seconds, and with the test program. Threads: the test's.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>

#include "host/runner/harden.hpp"
#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::host {

inline constexpr unsigned kDeadline = 30;
// The runner's descriptor for what it tells.
inline constexpr int kTell = 100;

// A thread sanitizer has threads of its own, which spoils exact numbers.
#if defined(__SANITIZE_THREAD__)
inline constexpr int kSpareThreads = 3;
#else
inline constexpr int kSpareThreads = 0;
#endif

// Whom host and runner are in a test.
enum class Who {
  kRoot,          // both root
  kOwnUser,       // the host root, the runner a user of its own
  kUnprivileged,  // both the same user, that is not root
};

// "done", or the name of errno.
std::string outcome(long result);

// What the runner told, or "signal N" when that ended it; then the host's end, if it was not in peace.
std::string play(Who who, const std::function<std::string()>& runner);

class ConfinedTest : public testing::TestWithParam<Who> {
 protected:
  void SetUp() override;
  void TearDown() override;

  // All walls, for the folder of the test: it holds small_plugin.so, and anybody may write to it.
  [[nodiscard]] Confinement wish() const;
  // What `body` tells inside them. `before` runs in the runner ahead of them.
  [[nodiscard]] std::string climb(
      const Confinement& walls, const std::function<std::string()>& body,
      const std::function<void()>& before = [] {}) const;

  const TemporaryFolder temporary_;
  const std::filesystem::path folder_ = temporary_.path();
};

// The system call filter must hold with Landlock and without it, so each climb is tried both ways. The answers, or
// both if they differ.
class CallsTest : public ConfinedTest {
 protected:
  [[nodiscard]] std::string climb(
      const std::function<std::string()>& body, const std::function<void()>& before = [] {}) const;
};

std::string name_of(const testing::TestParamInfo<Who>& who);

}  // namespace outrigger::host
