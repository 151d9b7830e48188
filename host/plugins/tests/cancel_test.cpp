// Ending what an instance is doing: cancelled calls, stopping, and what comes after.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/plugins/tests/instance_rig.hpp"

namespace outrigger::host {
namespace {

using testing::ElementsAre;

// Waits for what must come; false when it does not, so that a fault fails a test instead of hanging it.
bool came(std::promise<void>& event) {
  return event.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready;
}

TEST_P(InstanceTest, CancellingEndsACallThatWaitsForOdoo) {
  const auto instance = probe("{}", connect());
  service_.inject({.match = "crm.lead/search_count",
                   .kind = sandbox::Injection::Kind::kDelay,
                   .times = -1,
                   .delay = std::chrono::hours(1)});
  std::promise<void> asking;
  CommandRun run = run_of("count-after-telling");
  run.progress = [&](uint64_t, uint64_t, std::string_view) { asking.set_value(); };
  auto result = std::async(std::launch::async, [&] { return instance->run_command(run); });
  EXPECT_TRUE(came(asking));
  instance->cancel();
  const Result<Document> cancelled = result.get();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, Code::kCancelled) << cancelled.error().message;
}

TEST_P(InstanceTest, AWriteThatIsCancelledAfterItWasSentHasAnUnknownOutcome) {
  const auto instance = probe("{}", connect());
  service_.inject({.match = "crm.lead/create",
                   .kind = sandbox::Injection::Kind::kDelay,
                   .times = -1,
                   .delay = std::chrono::hours(1)});
  auto result = std::async(std::launch::async, [&] { return instance->run_command(run_of("create-lead")); });
  EXPECT_TRUE(asked("crm.lead/create"));
  instance->cancel();
  const Result<Document> cancelled = result.get();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, Code::kCancelled) << cancelled.error().message;
  EXPECT_EQ(cancelled.error().effect, Effect::kUnknown) << "Odoo has done it";
}

TEST_P(InstanceTest, AfterCancellingFurtherCallsAreRefusedAtOnce) {
  const auto instance = probe("{}", connect());
  instance->cancel();
  const Result<Document> refused = instance->run_command(run_of("count"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kCancelled);
}

TEST_P(InstanceTest, StoppingEndsACallThatWaitsForOdoo) {
  const auto instance = probe("{}", connect());
  service_.inject({.match = "crm.lead/search_count",
                   .kind = sandbox::Injection::Kind::kDelay,
                   .times = -1,
                   .delay = std::chrono::hours(1)});
  std::promise<void> asking;
  CommandRun run = run_of("count-after-telling");
  run.progress = [&](uint64_t, uint64_t, std::string_view) { asking.set_value(); };
  auto result = std::async(std::launch::async, [&] { return instance->run_command(run); });
  EXPECT_TRUE(came(asking));
  instance->stop();
  EXPECT_EQ(result.get().error().code, Code::kCancelled);
  EXPECT_THAT(journal(), ElementsAre("create", "activate", "command", "stop", "destroy"));
}

TEST_P(InstanceTest, ACommandAfterStoppingIsRefused) {
  const auto instance = probe();
  instance->stop();
  const Result<Document> result = instance->run_command(run_of("speak"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace outrigger::host
