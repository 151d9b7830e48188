// A new configuration for an instance at work: prepared, then committed or abandoned, and calls wait for that.
#include "host/plugins/tests/supervisor_rig.hpp"

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(SupervisorTest, WhatIsCommittedIsAlsoWhatItIsStartedWithLater) {
  ASSERT_TRUE(supervisor_.start());
  {
    Result<Supervisor::Prepared> prepared = supervisor_.prepare({});
    ASSERT_TRUE(prepared);
    prepared->commit(maker("new"));
  }
  EXPECT_THAT(stage_.journal, ElementsAre("start old", "prepare old", "commit old"));
  EXPECT_EQ(ask(), "old") << "it was not started anew";
  crash_now();
  pass(kSecond);
  EXPECT_EQ(ask(), "new");
}

TEST_F(SupervisorTest, WhatIsNotCommittedIsAbandoned) {
  ASSERT_TRUE(supervisor_.start());
  ASSERT_TRUE(supervisor_.prepare({}));
  EXPECT_THAT(stage_.journal, ElementsAre("start old", "prepare old", "abandon old"));
  EXPECT_EQ(ask(), "old");
}

TEST_F(SupervisorTest, ARefusedConfigurationLeavesItAtWork) {
  ASSERT_TRUE(supervisor_.start());
  last_->refusal = Error{Code::kValidation, "no such stage"};
  EXPECT_EQ(supervisor_.prepare({}).error().message, "no such stage");
  EXPECT_THAT(stage_.journal, ElementsAre("start old", "prepare old"));
  EXPECT_EQ(ask(), "old");
}

TEST_F(SupervisorTest, CallsWaitForTheCommit) {
  ASSERT_TRUE(supervisor_.start());
  std::optional<Supervisor::Prepared> prepared;
  prepared.emplace(*supervisor_.prepare({}));
  auto call = std::async(std::launch::async, [&] {
    const std::string answer = ask();
    stage_.note("answered");
    return answer;
  });
  prepared->commit(maker("new"));
  prepared.reset();
  EXPECT_EQ(call.get(), "old");
  EXPECT_THAT(stage_.journal, ElementsAre("start old", "prepare old", "commit old", "answered"));
}

TEST_F(SupervisorTest, WhileACallDoesNotEndNothingIsPrepared) {
  ASSERT_TRUE(supervisor_.start());
  Fake& old = *last_;
  auto call = std::async(std::launch::async, [&] { return ask("wait"); });
  ASSERT_EQ(old.entered.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_THAT(supervisor_.prepare({}, milliseconds(1)).error().message, HasSubstr("nothing was changed"));
  old.release.set_value();
  EXPECT_EQ(call.get(), "old") << "it was not cancelled";
  EXPECT_TRUE(supervisor_.prepare({}));
}

TEST_F(SupervisorTest, OneThatCrashesWhilePreparingIsStartedAgainAsItWas) {
  ASSERT_TRUE(supervisor_.start());
  last_->dies_at = "reconfigure.prepare";
  EXPECT_EQ(supervisor_.prepare({}).error().message, "it crashed");
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kWaiting);
  pass(kSecond);
  EXPECT_EQ(ask(), "old");
}

TEST_F(SupervisorTest, OneThatCrashesInCommitIsStartedWithTheNewConfiguration) {
  ASSERT_TRUE(supervisor_.start());
  last_->dies_at = "reconfigure.commit";
  supervisor_.prepare({})->commit(maker("new"));
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kWaiting);
  pass(kSecond);
  EXPECT_EQ(ask(), "new");
}

TEST_F(SupervisorTest, ANewConfigurationEndsAQuarantine) {
  ASSERT_TRUE(supervisor_.start());
  for (int i = 0; i < 3; ++i) {
    crash_now();
    pass(10 * kSecond);
    supervisor_.tend();
  }
  ASSERT_EQ(supervisor_.status().state, Supervisor::State::kQuarantined);
  supervisor_.prepare({})->commit(maker("new"));
  EXPECT_EQ(ask(), "new");
}

TEST_F(SupervisorTest, RetiringLetsTheCallUnderWayEnd) {
  ASSERT_TRUE(supervisor_.start());
  Fake& old = *last_;
  auto call = std::async(std::launch::async, [&] { return ask("wait"); });
  ASSERT_EQ(old.entered.get_future().wait_for(kPatience), std::future_status::ready);
  auto retired = std::async(std::launch::async, [&] { supervisor_.retire(milliseconds(kPatience)); });
  old.release.set_value();
  EXPECT_EQ(call.get(), "old");
  retired.get();
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kStopped);
  EXPECT_THAT(stage_.journal, testing::Contains("stop old"));
}

TEST(CallGate, ServesInTheOrderOfAsking) {
  CallGate gate;
  gate.lock();
  std::vector<int> order;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    std::promise<void> asking;
    threads.emplace_back([&, i] {
      asking.set_value();
      gate.lock();
      order.push_back(i);
      gate.unlock();
    });
    asking.get_future().wait();
    while (gate.waiting() != static_cast<size_t>(i) + 1) std::this_thread::yield();
  }
  EXPECT_FALSE(gate.try_lock_for(milliseconds(1)));
  gate.unlock();
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(order, ElementsAre(0, 1, 2));
  EXPECT_TRUE(gate.try_lock_for(milliseconds(1))) << "the one that gave up is not waited for";
  gate.unlock();
}

}  // namespace
}  // namespace outrigger::host
