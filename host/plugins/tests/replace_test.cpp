// Another version in an instance's place: what is under way ends well, and a failure goes back to the old one.
#include "host/plugins/tests/supervisor_rig.hpp"

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

TEST_F(SupervisorTest, ReplacingStopsTheOldBeforeTheNewIsActivated) {
  ASSERT_TRUE(supervisor_.start());
  ASSERT_TRUE(supervisor_.replace(maker("new")));
  EXPECT_THAT(stage_.journal, ElementsAre("start old", "stop old", "activate new"));
  EXPECT_EQ(ask(), "new");
  crash_now();
  pass(kSecond);
  EXPECT_EQ(ask(), "new") << "the new one is started again";
}

TEST_F(SupervisorTest, ReplacingEndsAQuarantine) {
  ASSERT_TRUE(supervisor_.start());
  for (int i = 0; i < 3; ++i) {
    crash_now();
    pass(10 * kSecond);
    supervisor_.tend();
  }
  ASSERT_TRUE(supervisor_.replace(maker("new")));
  EXPECT_EQ(ask(), "new");
}

TEST_F(SupervisorTest, ReplacingWaitsForTheCallUnderWay) {
  ASSERT_TRUE(supervisor_.start());
  Fake& old = *last_;
  auto call = std::async(std::launch::async, [&] { return ask("wait"); });
  ASSERT_EQ(old.entered.get_future().wait_for(kPatience), std::future_status::ready);
  std::promise<void> standing_by;
  auto replaced = std::async(std::launch::async, [&] {
    return supervisor_.replace(maker("new", [&](Fake&) { standing_by.set_value(); }), milliseconds(kPatience));
  });
  ASSERT_EQ(standing_by.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kRunning);
  old.release.set_value();
  EXPECT_EQ(call.get(), "old") << "it was not cut off";
  EXPECT_TRUE(replaced.get());
  EXPECT_EQ(ask(), "new");
  EXPECT_THAT(stage_.journal, ElementsAre("start old", "stop old", "activate new"));
}

TEST_F(SupervisorTest, ReplacingCancelsACallThatDoesNotEnd) {
  ASSERT_TRUE(supervisor_.start());
  Fake& old = *last_;
  old.cancellable = true;
  auto call = std::async(std::launch::async, [&] { return ask("wait"); });
  ASSERT_EQ(old.entered.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_TRUE(supervisor_.replace(maker("new"), milliseconds(1)));
  EXPECT_EQ(call.get(), "old");
  EXPECT_THAT(stage_.journal, ElementsAre("start old", "cancel old", "stop old", "activate new"));
}

TEST_F(SupervisorTest, ANewVersionThatIsNotMadeOrNotWellChangesNothing) {
  ASSERT_TRUE(supervisor_.start());
  stage_.refuses_to_start = crash("no licence");
  EXPECT_EQ(supervisor_.replace(maker("new")).error().message, "no licence");
  stage_.refuses_to_start.reset();
  const auto ill = maker("new", [](Fake& fake) {
    fake.health = [] {
      return Document::build([](Arena& arena) {
        return arena.array({arena.object({{"level", "ok"}}),
                            arena.object({{"level", "fail"}, {"text", "no key"}, {"remedy", "set one"}})});
      });
    };
  });
  EXPECT_EQ(supervisor_.replace(ill).error().message, "no key; set one");
  EXPECT_EQ(ask(), "old");
  EXPECT_THAT(stage_.journal, ElementsAre("start old"));
}

TEST_F(SupervisorTest, ANewVersionThatIsNotActivatedGoesBackToTheOld) {
  ASSERT_TRUE(supervisor_.start());
  const auto lame = maker("new", [](Fake& fake) { fake.activation = crash("it cannot walk"); });
  EXPECT_EQ(supervisor_.replace(lame).error().message, "it cannot walk; the version before works on");
  EXPECT_EQ(ask(), "old");
  EXPECT_THAT(stage_.journal, ElementsAre("start old", "stop old", "activate new", "start old"));
}

TEST_F(SupervisorTest, IfNeitherVersionStartsTheOldIsTriedAgainLater) {
  ASSERT_TRUE(supervisor_.start());
  const auto lame = maker("new", [this](Fake& fake) {
    fake.activation = crash("it cannot walk");
    stage_.refuses_to_start = crash("no licence");
  });
  EXPECT_EQ(supervisor_.replace(lame).error().message,
            "it cannot walk; and the version before does not start any more: no licence");
  EXPECT_EQ(supervisor_.status().state, Supervisor::State::kWaiting);
  EXPECT_EQ(supervisor_.status().reason, "no licence");
  stage_.refuses_to_start.reset();
  pass(kSecond);
  EXPECT_EQ(ask(), "old");
}

}  // namespace
}  // namespace outrigger::host
