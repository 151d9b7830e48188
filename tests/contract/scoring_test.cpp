// The scoring plugin, as the program runs it, against Odoo's own recompute on a real Odoo; and on the sandbox what can
// be said without an oracle.
#include <gmock/gmock.h>

#include "tests/contract/scoring_rig.hpp"

namespace outrigger::contract {
namespace {

using host::Deployment;

class Scoring : public ScoringRig {};

TEST_P(Scoring, EqualsOdoosOwnRecomputeUnderFourSettings) {
  if (!target_->real) GTEST_SKIP() << "the sandbox is no oracle for scores";
  const bool tags = session_->info().major >= 15;
  struct Setting {
    const char* fields;
    const char* start;
  };
  const Setting settings[] = {{tags ? "phone_state,email_state,state_id,country_id,source_id,lang_id,tag_ids"
                                    : "state_id,country_id,phone_state,email_state,source_id,lang_id",
                               "2026-01-01"},
                              {"country_id,source_id", "2026-03-15"},
                              {tags ? "lang_id,tag_ids,email_state" : "lang_id,email_state", "2025-12-01"},
                              {"email_state,phone_state,bogus_field, country_id", "2026-06-01"}};
  for (const Setting& setting : settings) {
    set_parameter("crm.pls_fields", setting.fields);
    set_parameter("crm.pls_start_date", setting.start);
    ASSERT_NO_FATAL_FAILURE(odoo_recomputes());
    expect_equal_to_odoo(std::string(setting.fields) + " from " + setting.start);
  }
}

TEST_P(Scoring, WritesItsScoresAndThenFindsNothingToChange) {
  Arena arena;
  // The sandbox does not keep Odoo's own table up, and tests before this one have changed leads: without `anyway`
  // scores on which the tables differ would be held back.
  const Value all = arena.object({{"limit", 0}, {"anyway", !target_->real}});
  const Result<Document> first = run("recompute", all);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->root()["written"].integer(), first->root()["changed"].integer());
  EXPECT_EQ(first->root()["failed"].size(), 0U);
  for (const Value row : first->root()["rows"].items()) {
    if (!row["scored"].truthy()) continue;
    const Result<Document> lead =
        records_->search_read({.model = "crm.lead",
                               .domain = arena.array({arena.array({"id", "=", row["lead"].integer()})}),
                               .fields = {"automated_probability", "probability"}});
    ASSERT_TRUE(lead && lead->root().size() == 1);
    EXPECT_EQ(lead->root().at(0)["automated_probability"].number(), row["automated"].number());
    EXPECT_EQ(lead->root().at(0)["probability"].number(), row["probability"].number());
    if (row["lead"].integer() % 20 == 0) break;  // a sample is enough to show that it was written
  }
  const Result<Document> again = run("recompute", all, true);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->root()["changed"].integer(), 0);
}

TEST_P(Scoring, APlanWritesNothing) {
  Arena arena;
  set_parameter("crm.pls_fields", "country_id");
  const Query newest{
      .model = "crm.lead", .fields = {"write_date"}, .order = "write_date desc, id", .archived = true, .limit = 1};
  const Result<Document> before = records_->search_read(newest);
  const Result<Document> plan = run("recompute", arena.object({{"limit", 0}}), true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_GT(plan->root()["changed"].integer(), 0);
  EXPECT_EQ(plan->root()["written"].integer(), 0);
  const Result<Document> after = records_->search_read(newest);
  EXPECT_EQ(before->root(), after->root());
}

TEST_P(Scoring, ExplainsALeadSoThatTheReasonsAddUp) {
  Arena arena;
  const Result<Document> plan = run("recompute", arena.object({{"limit", 0}}), true);
  ASSERT_TRUE(plan) << plan.error().message;
  int explained = 0;
  for (const Value row : plan->root()["rows"].items()) {
    if (!row["scored"].truthy() || ++explained > 3) continue;
    const Result<Document> reasons = run("explain", arena.object({{"lead", row["lead"].integer()}}));
    ASSERT_TRUE(reasons) << reasons.error().message;
    const Value root = reasons->root();
    EXPECT_EQ(root["probability"].number(), row["automated"].number());
    double sum = *root["base_rate_log_odds"].number();
    for (const Value reason : root["reasons"].items()) sum += *reason["log_odds"].number();
    const double probability = std::clamp(100 / (1 + std::exp(-sum)), 0.01, 99.99);
    EXPECT_NEAR(probability, *root["probability"].number(), 0.006);
  }
  EXPECT_GT(explained, 0);
}

TEST_P(Scoring, RefusesAKeyThatSeesAPartOfTheLeads) {
  Deployment demo(config(target_->demo));
  Arena arena;
  const Result<Document> refused = run(demo, "recompute", arena.object({{"limit", 0}}), true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kAccess);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("group_sale_salesman_all_leads"));
}

const auto kTargetName = [](const testing::TestParamInfo<const char*>&) { return std::string("Plugin"); };
INSTANTIATE_TEST_SUITE_P(Sandbox19, Scoring, testing::Values("Sandbox19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Sandbox14, Scoring, testing::Values("Sandbox14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real19, Scoring, testing::Values("Real19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real14, Scoring, testing::Values("Real14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(RealSource, Scoring, testing::Values("RealSource"), kTargetName);

}  // namespace
}  // namespace outrigger::contract
