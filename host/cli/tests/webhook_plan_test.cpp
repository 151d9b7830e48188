#include "host/cli/webhook_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger::host {
namespace {

using testing::ElementsAre;

constexpr char kAddress[] = "http://127.0.0.1:8078/hint/t";

HintRule rule(const std::string& model, std::vector<std::string> fields) {
  return {.model = model, .fields = std::move(fields), .address = kAddress, .sound = true, .rule = 1, .action = 2};
}

std::vector<std::string> lines(const std::vector<WebhookStep>& steps) {
  std::vector<std::string> all;
  for (const WebhookStep& step : steps)
    all.push_back(std::string(to_string(step.kind)) + " " + step.model + " " + step.why);
  return all;
}

TEST(WebhookPlan, IsOneRuleForEachModelThatIsWatched) {
  const WatchedModels wanted{{"crm.lead", {"active", "name"}}, {"res.partner", {"email"}}};
  const auto steps = plan_webhooks(wanted, {}, kAddress);
  EXPECT_THAT(lines(steps), ElementsAre("create crm.lead ", "create res.partner "));
  EXPECT_EQ(steps_text(steps), "  create crm.lead: active, name\n  create res.partner: email\n");
}

TEST(WebhookPlan, WhatIsAsItShouldBeStays) {
  const auto steps = plan_webhooks({{"crm.lead", {"name"}}}, {rule("crm.lead", {"name"})}, kAddress);
  EXPECT_THAT(lines(steps), ElementsAre("keep crm.lead "));
  EXPECT_FALSE(changes_anything(steps));
}

TEST(WebhookPlan, SaysWhyARuleChanges) {
  HintRule other = rule("crm.lead", {"city", "name"});
  EXPECT_THAT(lines(plan_webhooks({{"crm.lead", {"name", "phone"}}}, {other}, kAddress)),
              ElementsAre("change crm.lead also phone, no longer city"));
  EXPECT_THAT(lines(plan_webhooks({{"crm.lead", {"city", "name"}}}, {other}, "")),
              ElementsAre("change crm.lead posts to another address"));
  other.sound = false;
  EXPECT_THAT(lines(plan_webhooks({{"crm.lead", {"city", "name"}}}, {other}, kAddress)),
              ElementsAre("change crm.lead was switched off or changed by hand"));
}

TEST(WebhookPlan, WhatNobodyWatchesAndWhatSomebodyDeletedGoes) {
  HintRule half = rule("", {});
  half.rule = 0;
  EXPECT_THAT(lines(plan_webhooks({{"crm.lead", {"name"}}},
                                  {rule("crm.lead", {"name"}), rule("sale.order", {"name"}), half}, kAddress)),
              ElementsAre("keep crm.lead ", "remove sale.order no plugin watches it",
                          "remove  what is left of a rule that somebody deleted"));
}

}  // namespace
}  // namespace outrigger::host
