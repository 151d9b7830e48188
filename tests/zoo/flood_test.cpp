// Beasts that take too much: each is bounded, and the neighbour has its share.
#include <unistd.h>

#include <numeric>

#include "tests/zoo/zoo_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr uint64_t kMiB = uint64_t{1} << 20U;

// The sum of "N lines were dropped: it logs too fast".
uint64_t dropped_in(const std::vector<std::string>& lines) {
  uint64_t dropped = 0;
  for (const std::string& line : lines)
    if (line.find(" lines were dropped: it logs too fast") != std::string::npos) dropped += std::stoull(line);
  return dropped;
}

std::string level_of(const testing::TestParamInfo<const char*>& level) { return level.param; }

// What stands on one wall, at the levels that have it.
class SeccompZooTest : public IsolatedZooTest {};
class NoSeccompZooTest : public IsolatedZooTest {};
class OwnUserZooTest : public IsolatedZooTest {};
INSTANTIATE_TEST_SUITE_P(Zoo, SeccompZooTest, testing::Values("process", "no_landlock", "same_user"), level_of);
INSTANTIATE_TEST_SUITE_P(Zoo, NoSeccompZooTest, testing::Values("no_seccomp"), level_of);
INSTANTIATE_TEST_SUITE_P(Zoo, OwnUserZooTest, testing::Values("process", "no_landlock", "no_seccomp"), level_of);

TEST_P(IsolatedZooTest, MemoryIsRefusedAtItsLimit) {
  constexpr int64_t kLimit = 128;
  const auto beast =
      keep("eats_memory", {.limits = [](RunnerOptions& runner) { runner.memory_bytes = kLimit * kMiB; }});
  ASSERT_NE(beast, nullptr);
  const Result<Document> result = command(*beast);
  // rlimits refuse, a cgroup kills.
  if (result) {
    EXPECT_LT(result->root().integer(), kLimit);
  } else {
    EXPECT_EQ(result.error().message,
              "plugin eats_memory: its process was killed, most likely for want of memory: its limit is 128 MiB; "
              "`plugins.ID.memory_mib` in the configuration raises it");
  }
}

TEST_P(SeccompZooTest, NoProcessIsBorn) { EXPECT_EQ(fate_of("fork_bomb"), "answered: 0"); }

TEST_P(NoSeccompZooTest, AUserOfItsOwnBoundsItsProcesses) {
  if (::geteuid() != 0) GTEST_SKIP() << "without a user of its own or a cgroup their number has no bound";
  const auto beast = keep("fork_bomb");
  ASSERT_NE(beast, nullptr);
  const Result<Document> result = command(*beast);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LE(result->root().integer(), 128) << "the dead ones that nobody waits for count, too";
}

TEST_P(OwnUserZooTest, ThreadsAreBounded) {
  if (::geteuid() != 0) GTEST_SKIP() << "without a user of its own or a cgroup their number has no bound";
  const auto beast = keep("thread_bomb");
  ASSERT_NE(beast, nullptr);
  const Result<Document> result = command(*beast);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LE(result->root().integer(), 128);
  EXPECT_EQ(failure_of(command(*beast, "calm")), R"(answered: "calm")") << "it works on with what it has";
}

TEST_P(ZooTest, OfALogFloodFewLinesArePrintedAndAllAreCounted) {
  auto beast = keep("log_flood");
  ASSERT_NE(beast, nullptr);
  EXPECT_EQ(failure_of(command(*beast)), "answered: null");
  beast.reset();
  const size_t printed = lines_with("flood");
  EXPECT_GE(printed, 200U);
  EXPECT_EQ(printed + dropped_in(lines()), 100000U);
}

TEST_P(ZooTest, ASinkFloodArrivesWhole) {
  const auto beast = keep("sink_flood");
  ASSERT_NE(beast, nullptr);
  size_t size = 0;
  CommandRun run = run_of("go");
  run.text = [&](std::string_view piece) { size += piece.size(); };
  EXPECT_EQ(failure_of(beside([&] { return beast->run_command(run); })), "answered: null");
  EXPECT_EQ(size, 20000U * 1024U);
}

TEST_P(ZooTest, AFloodOfCallsIsAnsweredAndStarvesNobody) {
  odoo::Session* session = connect();
  const auto beast = keep("service_flood", {.session = session});
  const auto other = keep("never_release", {.session = session});
  ASSERT_NE(beast, nullptr);
  ASSERT_NE(other, nullptr);
  const Result<Document> flooded = beside([&] {
    std::promise<void> begun;
    CommandRun run = run_of("go");
    run.progress = [&](uint64_t, uint64_t, std::string_view) { begun.set_value(); };
    auto result = std::async(std::launch::async, [&] { return beast->run_command(run); });
    EXPECT_EQ(begun.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
    EXPECT_EQ(failure_of(other->run_command(run_of("go"))), "answered: 100") << "another plugin is served meanwhile";
    return result.get();
  });
  EXPECT_EQ(failure_of(flooded), "answered: 1000");
}

TEST_P(IsolatedZooTest, AHugeAnswerIsRefusedAndItWorksOn) {
  const auto beast = keep("huge_result");
  ASSERT_NE(beast, nullptr);
  EXPECT_EQ(failure_of(command(*beast)),
            "the answer is too large to hand over (more than 256 MiB, or than there is memory for); pass less at once");
  EXPECT_EQ(failure_of(command(*beast, "calm")), R"(answered: "calm")");
}

TEST_P(IsolatedZooTest, HugeArgumentsAreRefusedAndItWorksOn) {
  const auto beast = keep("huge_arguments", {.session = connect()});
  ASSERT_NE(beast, nullptr);
  EXPECT_EQ(failure_of(command(*beast)),
            "the arguments of odoo.search_count are too large to hand over (more than 256 MiB, or than there is "
            "memory for); pass less at once");
  EXPECT_EQ(failure_of(command(*beast, "calm")), R"(answered: "calm")");
}

TEST_P(IsolatedZooTest, PrintingWithoutEndHoldsUpNothing) {
  auto beast = keep("prints_without_end");
  ASSERT_NE(beast, nullptr);
  EXPECT_EQ(failure_of(command(*beast)), "answered: null");
  beast.reset();
  size_t size = 0;
  for (const std::string& line : lines()) size += line.size();
  EXPECT_LT(size, 4096U) << "its line is cut";
}

TEST_P(IsolatedZooTest, PrintedLinesCountAsLoggedOnes) {
  auto beast = keep("prints_lines");
  ASSERT_NE(beast, nullptr);
  EXPECT_EQ(failure_of(command(*beast)), "answered: null");
  beast.reset();
  const size_t printed = lines_with("printed: flood");
  EXPECT_GE(printed, 200U);
  EXPECT_EQ(printed + dropped_in(lines()), 100000U);
}

}  // namespace
}  // namespace outrigger::host
