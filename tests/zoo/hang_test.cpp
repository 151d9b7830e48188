// Beasts that do not answer: each wait has an end, and the sentence says which.
#include "tests/zoo/zoo_rig.hpp"

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

constexpr milliseconds kShort{200};

Keeping call_for(milliseconds own) {
  return {.limits = [own](RunnerOptions& runner) { runner.command = {own, std::chrono::hours(1)}; }};
}
Keeping start_within(milliseconds patience) {
  return {.limits = [patience](RunnerOptions& runner) { runner.start_timeout = patience; }};
}

TEST_P(IsolatedZooTest, HangingWhileItIsLoaded) {
  EXPECT_EQ(fate_of("hang_load", start_within(kShort)),
            "plugin hang_load: its process did not answer its start within 200 ms of its own time and was ended");
}

TEST_P(IsolatedZooTest, HangingInCreate) {
  EXPECT_EQ(fate_of("hang_create", start_within(kShort)),
            "plugin hang_create: its process did not answer its start within 200 ms of its own time and was ended");
}

TEST_P(IsolatedZooTest, HangingInActivate) {
  // Long enough to be loaded and made on a machine that is busy.
  EXPECT_EQ(fate_of("hang_activate", start_within(milliseconds(2000))),
            "plugin hang_activate: its process did not answer activate within 2 s of its own time and was ended");
}

TEST_P(IsolatedZooTest, HangingInACall) {
  EXPECT_EQ(fate_of("hang_call", call_for(kShort)),
            "plugin hang_call: its process did not answer commands.run within 200 ms of its own time and was ended");
}

TEST_P(IsolatedZooTest, TurningRoundAndRound) {
  EXPECT_EQ(fate_of("busy_loop", call_for(kShort)),
            "plugin busy_loop: its process did not answer commands.run within 200 ms of its own time and was ended");
}

TEST_P(IsolatedZooTest, HangingWithItsOutputClosed) {
  EXPECT_EQ(fate_of("closes_output", call_for(kShort)),
            "plugin closes_output: its process did not answer commands.run within 200 ms of its own time and was "
            "ended");
}

TEST_P(IsolatedZooTest, AProcessThatStandsStillGivesNoSignOfLife) {
  EXPECT_EQ(
      fate_of("freezes", {.limits = [](RunnerOptions& runner) { runner.heartbeat_patience = milliseconds(1000); }}),
      "plugin freezes: its process gave no sign of life for 2 s and was ended");
}

TEST_P(IsolatedZooTest, HangingInStopAndInDestroy) {
  for (const char* id : {"hang_stop", "hang_destroy"}) {
    auto beast = keep(id, {.limits = [](RunnerOptions& runner) { runner.stop_timeout = kShort; }});
    ASSERT_NE(beast, nullptr);
    const int process = beast->pid();
    beside([&] {
      beast->stop();
      return 0;
    });
    const auto ended = beast->ended();
    ASSERT_TRUE(ended) << id;
    EXPECT_EQ(ended->message, "its process did not answer stop within 200 ms of its own time and was ended");
    EXPECT_EQ(lines().back(), ended->message) << "the admin reads it in the log";
    beast.reset();
    EXPECT_TRUE(::kill(process, 0) != 0 && errno == ESRCH) << id << " lives on";
  }
}

// In the host's own process nothing can end it: it is left to itself, and the admin reads what to do.
class InprocZooTest : public ZooTest {};
INSTANTIATE_TEST_SUITE_P(Zoo, InprocZooTest, testing::Values("inproc"));

TEST_P(InprocZooTest, HangingInStopHoldsUpTheHostForAWhileOnly) {
  auto beast = keep("hang_stop");
  ASSERT_NE(beast, nullptr);
  beside([&] {
    beast->stop();
    return 0;
  });
  EXPECT_EQ(lines().back(),
            "it does not stop, and in the host's own process it cannot be ended: restart the host to be rid of it");
  beast.reset();
  EXPECT_TRUE(neighbour_answers());
}

TEST_P(IsolatedZooTest, StoppingWhileACallHangs) {
  auto beast = keep("hang_call", {.limits = [](RunnerOptions& runner) { runner.stop_timeout = kShort; }});
  std::promise<void> hanging;
  CommandRun run = run_of("go");
  run.progress = [&](uint64_t, uint64_t, std::string_view) { hanging.set_value(); };
  auto result = std::async(std::launch::async, [&] { return beast->run_command(run); });
  ASSERT_EQ(hanging.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_TRUE(neighbour_answers());
  beast->stop();
  const Result<Document> ended = result.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Code::kCancelled) << "it was stopped, and did not crash";
}

TEST_P(IsolatedZooTest, WaitingForTheHostIsNotItsOwnTime) {
  service_.inject({.match = "crm.lead/search_count",
                   .kind = sandbox::Injection::Kind::kDelay,
                   .times = 1,
                   .delay = milliseconds(600)});
  Keeping keeping = call_for(milliseconds(400));
  keeping.session = connect();
  const auto beast = keep("service_flood", keeping);
  EXPECT_EQ(failure_of(command(*beast)), "answered: 1000");
}

TEST_P(ZooTest, TheHostCalledWhileItStopsSaysThatItIsCancelled) {
  auto beast = keep("late_stop", {.session = connect()});
  beside([&] {
    beast->stop();
    return 0;
  });
  beast.reset();
  EXPECT_EQ(lines_with("in stop: cancelled"), 1U);
  EXPECT_EQ(lines_with("in destroy: cancelled"), 1U);
}

}  // namespace
}  // namespace outrigger::host
