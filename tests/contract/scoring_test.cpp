// The scoring plugin, as the program runs it, against Odoo's own recompute on a real Odoo; and on the sandbox what can
// be said without an oracle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "host/cli/deployment.hpp"
#include "host/cli/plugin_command.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {
namespace {

using host::Deployment;
using host::Instance;

class Scoring : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam());
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    deployment_ = std::make_unique<Deployment>(config(target_->admin));
    const Result<std::shared_ptr<odoo::Session>> session = deployment_->session("", {});
    ASSERT_TRUE(session) << session.error().message;
    session_ = *session;
    records_ = std::make_unique<odoo::Records>(*session_);
  }

  ~Scoring() override {
    records_.reset();
    session_.reset();
    deployment_.reset();
    std::error_code error;
    std::filesystem::remove_all(folder(), error);
  }

  static std::filesystem::path folder() {
    return std::filesystem::temp_directory_path() / ("outrigger-contract-test-" + std::to_string(::getpid()));
  }

  static host::Config config(const odoo::Connection& connection) {
    host::Config config;
    config.file = "(test)";
    config.log_level = "warn";
    config.data_folder = folder();
    config.grant_all = true;
    config.databases.push_back({"only", connection});
    config.plugin_folders.emplace_back(OUTRIGGER_PLUGINS);
    return config;
  }

  static Result<Document> run(Deployment& deployment, const std::string& name, Value args, bool plan = false) {
    Result<std::unique_ptr<Instance>> instance = deployment.instance("scoring", "", OR_ROLE_COMMANDS, {});
    if (!instance) return instance.error();
    host::CommandRun run;
    run.name = name;
    run.plan = plan;
    run.json = true;
    run.args = args;
    return (*instance)->run_command(run);
  }
  Result<Document> run(const std::string& name, Value args, bool plan = false) {
    return run(*deployment_, name, args, plan);
  }

  void set_parameter(const char* key, const char* value) {
    Arena arena;
    const Result<Document> done =
        session_->call({.model = "ir.config_parameter", .method = "set_param", .args = arena.array({key, value})});
    ASSERT_TRUE(done) << done.error().message;
  }

  // Odoo's own recompute, by the button of its scheduled job.
  void odoo_recomputes() {
    Arena arena;
    const Query query{.model = "ir.model.data",
                      .domain = arena.array(
                          {arena.array({"module", "=", "crm"}), arena.array({"name", "=", "website_crm_score_cron"})}),
                      .fields = {"res_id"}};
    const Result<Document> rows = records_->search_read(query);
    ASSERT_TRUE(rows) << rows.error().message;
    ASSERT_EQ(rows->root().size(), 1U);
    const Result<Document> done = session_->call({.model = "ir.cron",
                                                  .method = "method_direct_trigger",
                                                  .ids = std::vector<int64_t>{rows->root().at(0)["res_id"].integer()}});
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(done->root().truthy()) << "Odoo's own recompute failed";
  }

  // Every open lead: what the plan says and what Odoo holds, at two decimals.
  void expect_equal_to_odoo(const std::string& what) {
    Arena arena;
    const Result<Document> plan = run("recompute", arena.object({{"limit", 0}}), true);
    ASSERT_TRUE(plan) << what << ": " << plan.error().message;
    int different = 0;
    for (const Value row : plan->root()["rows"].items()) {
      if (!row["scored"].truthy()) continue;
      if (std::round(*row["automated"].number() * 100) !=
          std::round(row["automated_before"].number().value_or(-1) * 100)) {
        ++different;
        if (different < 6)
          ADD_FAILURE() << what << ": lead " << row["lead"].integer() << ": ours " << *row["automated"].number()
                        << ", Odoo " << row["automated_before"].number().value_or(-1);
      }
    }
    EXPECT_EQ(different, 0) << what;
    EXPECT_GT(plan->root()["scored"].integer(), 100) << what;
  }

  Target* target_ = nullptr;
  std::unique_ptr<Deployment> deployment_;
  std::shared_ptr<odoo::Session> session_;
  std::unique_ptr<odoo::Records> records_;
};

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
  const Result<Document> first = run("recompute", arena.object({{"limit", 0}}));
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
  const Result<Document> again = run("recompute", arena.object({{"limit", 0}}), true);
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
