// Another version in the place of one that is at work: nothing is lost, nothing is done twice, nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "host/plugins/supervisor.hpp"
#include "host/plugins/tests/instance_rig.hpp"
#include "host/services/clock.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

class ReloadTest : public InstanceTest {
 protected:
  Supervisor::Maker maker(const std::string& config = "{}") {
    return [this, config](bool standby) { return make("probe", config, nullptr, standby); };
  }
  static size_t descriptors() {
    const std::filesystem::directory_iterator open("/proc/self/fd");
    return static_cast<size_t>(std::distance(begin(open), end(open)));
  }
  Result<Document> echo(Supervisor& supervisor, int64_t number) {
    Arena arena;
    return supervisor.call(
        "commands.run",
        arena.object({{"name", "echo"}, {"args", arena.object({{"number", number}})}, {"locale", "en"}}));
  }
};

TEST_P(ReloadTest, AHundredTimesUnderLoadLosesAndDoublesNothing) {
  constexpr int kReloads = 100;
  constexpr int kCallers = 3;
  Supervisor supervisor(maker(), &monotonic_micros);
  ASSERT_TRUE(supervisor.start());
  ASSERT_TRUE(echo(supervisor, 0));
  const size_t before = descriptors();
  std::atomic<bool> ending{false};
  std::atomic<int64_t> asked{0};
  std::atomic<int64_t> answered{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i)
    callers.emplace_back([&] {
      while (!ending) {
        const int64_t number = ++asked;
        const Result<Document> result = echo(supervisor, number);
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->root()["args"]["number"].integer(), number);
        ++answered;
      }
    });
  for (int i = 0; i < kReloads; ++i) {
    const Result<void> replaced = supervisor.replace(maker());
    EXPECT_TRUE(replaced) << replaced.error().message;
  }
  ending = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, asked);
  EXPECT_EQ(supervisor.status().crashes, 0U);
  EXPECT_EQ(descriptors(), before);
}

TEST_P(ReloadTest, AVersionThatDoesNotActivateLeavesTheOldOneAtWork) {
  Supervisor supervisor(maker(), &monotonic_micros);
  ASSERT_TRUE(supervisor.start());
  const Result<void> replaced = supervisor.replace(maker(R"({"activate": "refuse"})"));
  ASSERT_FALSE(replaced);
  EXPECT_THAT(replaced.error().message, HasSubstr("`start_date` is not set"));
  EXPECT_THAT(replaced.error().message, HasSubstr("the version before works on"));
  EXPECT_TRUE(echo(supervisor, 1));
  EXPECT_EQ(supervisor.status().state, Supervisor::State::kRunning);
}

TEST_P(ReloadTest, AVersionThatIsNotCreatedChangesNothing) {
  Supervisor supervisor(maker(), &monotonic_micros);
  ASSERT_TRUE(supervisor.start());
  const int pid = supervisor.status().pid;
  const Result<void> replaced = supervisor.replace(maker(R"({"create": "throw"})"));
  ASSERT_FALSE(replaced);
  EXPECT_EQ(supervisor.status().pid, pid) << "the old one was not even stopped";
  EXPECT_TRUE(echo(supervisor, 1));
}

TEST_P(ReloadTest, TheNewOneIsActivatedAfterTheOldOneIsDestroyed) {
  Supervisor supervisor(maker(), &monotonic_micros);
  ASSERT_TRUE(supervisor.start());
  ASSERT_TRUE(supervisor.replace(maker()));
  EXPECT_THAT(journal(), testing::ElementsAre("create", "activate", "create", "stop", "destroy", "activate"));
}

INSTANTIATE_TEST_SUITE_P(Isolation, ReloadTest, testing::Values("inproc", "process"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace outrigger::host
