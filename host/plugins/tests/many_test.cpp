// Many runners, one after the other: none leaves anything behind, none that crashes takes another with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "host/plugins/tests/instance_rig.hpp"

namespace outrigger::host {
namespace {

// A thousand with tests/run --long, a hundred every day.
const int kMany = std::getenv("OUTRIGGER_LONG") == nullptr ? 100 : 1000;

class ManyRunners : public InstanceTest {
 protected:
  static size_t descriptors() {
    const std::filesystem::directory_iterator open("/proc/self/fd");
    return static_cast<size_t>(std::distance(begin(open), end(open)));
  }
  static size_t heap() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
  }
};

TEST_P(ManyRunners, LeaveNoDescriptorNoMemoryAndNoZombie) {
  const auto forget_lines = [this] {
    const std::lock_guard lock(lines_mutex_);
    lines_.clear();
    lines_.shrink_to_fit();
  };
  for (int i = 0; i < 10; ++i) ASSERT_NE(probe(), nullptr);  // what is allocated once
  forget_lines();
  const size_t open = descriptors();
  const size_t memory = heap();
  for (int i = 0; i < kMany; ++i) {
    const auto instance = probe();
    ASSERT_NE(instance, nullptr) << i;
    ASSERT_TRUE(instance->run_command(run_of("echo"))) << i;
    forget_lines();
  }
  EXPECT_EQ(descriptors(), open);
  constexpr size_t kSlack = size_t{2} << 20U;
  EXPECT_LT(heap(), memory + kSlack) << "20 KiB for each of a hundred would be a leak";
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no child is left, not even a dead one";
}

TEST_P(ManyRunners, CrashAndTheirNeighbourAnswersOnAndOn) {
  const auto neighbour = probe();
  ASSERT_NE(neighbour, nullptr);
  int survived = 0;
  for (int i = 0; i < kMany; ++i) {
    const auto crashing = probe();
    ASSERT_NE(crashing, nullptr) << i;
    ::kill(crashing->pid(), SIGSEGV);
    const Result<Document> died = crashing->run_command(run_of("echo"));
    EXPECT_TRUE(died || crashing->ended()) << i << ": an answer, or the reason";
    if (neighbour->run_command(run_of("echo"))) ++survived;
    const std::lock_guard lock(lines_mutex_);
    lines_.clear();
  }
  EXPECT_EQ(survived, kMany);
}

// The kernel counts threads per user, and tells users apart, not plugins.
TEST_P(ManyRunners, OfOnePluginHaveUsersOfTheirOwn) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give them some";
  const auto user_of = [](int pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.rfind("Uid:", 0) == 0) return line;
    return std::string();
  };
  const auto one = probe();
  const auto other = probe();
  ASSERT_TRUE(one != nullptr && other != nullptr);
  EXPECT_NE(user_of(one->pid()), "");
  EXPECT_NE(user_of(one->pid()), user_of(other->pid()));
  EXPECT_NE(user_of(one->pid()), user_of(::getpid()));
}

INSTANTIATE_TEST_SUITE_P(Isolation, ManyRunners, testing::Values("process"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace outrigger::host
