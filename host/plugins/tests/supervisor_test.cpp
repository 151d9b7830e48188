// Keeping an instance alive: back-off, quarantine. See also replace_test.cpp.
#include "host/plugins/tests/supervisor_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(SupervisorTest, RunsAndStops) {
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kStopped);
  EXPECT_EQ(ask(), "the plugin is stopped");
  ASSERT_TRUE(supervisor_.start());
  EXPECT_EQ(ask(), "old");
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kRunning);
  EXPECT_EQ(supervisor_.status().pid, 4711);
  supervisor_.stop();
  EXPECT_EQ(supervisor_.call("ask", {}).error().code, Code::kCancelled);
  pass(3600 * kSecond);
  supervisor_.tend();
  EXPECT_EQ(stage_.made, 1) << "what was stopped stays so";
}

TEST_F(SupervisorTest, CallsAfterACrashAreRefusedUntilItIsStartedAgain) {
  ASSERT_TRUE(supervisor_.start());
  crash_now();
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kWaiting);
  EXPECT_EQ(supervisor_.status().reason, "it crashed");
  EXPECT_EQ(supervisor_.status().next_start_ms, 1000);
  pass(kSecond - 1);
  const Result<Document> refused = supervisor_.call("ask", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnreachable);
  EXPECT_EQ(refused.error().effect, Effect::kNone);
  EXPECT_GE(refused.error().retry_after_ms, 1);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("is started again in"), HasSubstr("(it crashed)")));
  pass(1);
  EXPECT_EQ(ask(), "old");
  EXPECT_EQ(stage_.made, 2);
  EXPECT_EQ(supervisor_.status().crashes, 1U);
}

TEST_F(SupervisorTest, ACrashWhileNobodyCallsIsFoundByTending) {
  ASSERT_TRUE(supervisor_.start());
  (void)last_->call("crash", {}, {});
  supervisor_.tend();
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kWaiting);
  pass(kSecond);
  supervisor_.tend();
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kRunning);
}

TEST_F(SupervisorTest, EachWaitIsTwiceAsLongUpToAMinute) {
  ASSERT_TRUE(supervisor_.start());
  std::vector<int64_t> waits;
  for (int i = 0; i < 8; ++i) {
    crash_now();
    waits.push_back(supervisor_.status().next_start_ms / 1000);
    // Not so soon that it is put into quarantine, not so late that it begins anew.
    pass(waits.back() * kSecond);
    supervisor_.tend();
    pass(200 * kSecond);
  }
  EXPECT_THAT(waits, ElementsAre(1, 2, 4, 8, 16, 32, 60, 60));
}

TEST_F(SupervisorTest, FiveMinutesWithoutACrashBeginAnew) {
  ASSERT_TRUE(supervisor_.start());
  for (int i = 0; i < 2; ++i) {
    crash_now();
    pass(60 * kSecond);
    supervisor_.tend();
  }
  pass(Supervisor::kWindow);
  crash_now();
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kWaiting) << "not in quarantine";
  EXPECT_EQ(supervisor_.status().next_start_ms, 1000);
}

TEST_F(SupervisorTest, ThreeCrashesInFiveMinutesEndInQuarantineUntilItIsReplaced) {
  ASSERT_TRUE(supervisor_.start());
  for (int i = 0; i < 3; ++i) {
    crash_now();
    pass(10 * kSecond);
    supervisor_.tend();
  }
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kQuarantined);
  EXPECT_EQ(stage_.made, 3);
  pass(3600 * kSecond);
  EXPECT_EQ(ask(),
            "the plugin is in quarantine after 3 crashes within 5 minutes (it crashed); mend or replace it, then "
            "`outrigger plugin enable` it again");
  EXPECT_EQ(supervisor_.call("ask", {}).error().retry_after_ms, -1) << "waiting does not help";
  EXPECT_EQ(stage_.made, 3);
  ASSERT_TRUE(supervisor_.replace(maker("new")));
  EXPECT_EQ(ask(), "new");
  crash_now();
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kWaiting) << "it has three again";
  EXPECT_EQ(supervisor_.status().next_start_ms, 1000);
}

TEST_F(SupervisorTest, AStartThatFailsCountsAsACrash) {
  stage_.refuses_to_start = crash("no licence");
  const Result<void> started = supervisor_.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().message, "no licence");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(supervisor_.status().state, Supervisor::State::kWaiting);
    pass(10 * kSecond);
    supervisor_.tend();
  }
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kQuarantined);
  EXPECT_EQ(supervisor_.status().reason, "no licence");
}

TEST_F(SupervisorTest, StoppingEndsTheCallUnderWay) {
  ASSERT_TRUE(supervisor_.start());
  Fake& old = *last_;
  old.cancellable = true;
  auto call = std::async(std::launch::async, [&] { return ask("wait"); });
  ASSERT_EQ(old.entered.get_future().wait_for(kPatience), std::future_status::ready);
  supervisor_.stop();
  EXPECT_EQ(call.get(), "old");
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kStopped);
}

}  // namespace
}  // namespace outrigger::host
