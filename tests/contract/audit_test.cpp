// `scoring report` and `scoring audit`, as the program runs them, against the sandbox and a real Odoo: they read, they
// write nothing, a leak is caught, and what cannot be done is said in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "host/cli/deployment.hpp"
#include "host/cli/plugin_command.hpp"
#include "host/report/html.hpp"
#include "integration/value/json.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {
namespace {

using host::Deployment;
using host::Instance;
using testing::HasSubstr;

class Audit : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam());
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
  }
  void TearDown() override {
    deployment_.reset();
    admin_.reset();
    keeper_.reset();
    std::error_code error;
    std::filesystem::remove_all(folder(), error);
  }

  static std::filesystem::path folder() {
    return std::filesystem::temp_directory_path() / ("outrigger-audit-test-" + std::to_string(::getpid()));
  }

  // With the grant of an audit: what the plugin asks to read, and nothing else.
  static host::Config config(const odoo::Connection& connection, const std::string& name, Document settings) {
    host::Config config;
    config.file = "(test)";
    config.log_level = "error";
    config.data_folder = folder() / name;
    config.grant_reads = true;
    config.databases.push_back({"only", connection});
    config.plugin_folders.emplace_back(OUTRIGGER_PLUGINS);
    host::PluginConfig plugin;
    plugin.id = "scoring";
    plugin.config = std::move(settings);
    config.plugins.push_back(std::move(plugin));
    return config;
  }

  Result<Document> run(const odoo::Connection& connection, const std::string& name, const std::string& settings = "{}",
                       const std::string& locale = "en") {
    Result<Document> parsed = value::read_json(settings);
    if (!parsed) return parsed.error();
    deployment_.reset();
    deployment_ = std::make_unique<Deployment>(config(connection, "audit", *std::move(parsed)));
    Result<std::unique_ptr<Instance>> instance = deployment_->instance("scoring", "", OR_ROLE_COMMANDS, {});
    if (!instance) return instance.error();
    Arena arena;
    host::CommandRun run;
    run.name = name;
    run.json = true;
    run.locale = locale;
    run.args = name == "report" ? arena.object({{"share", 0.7}, {"replicates", 200}}) : arena.object({});
    return (*instance)->run_command(run);
  }

  odoo::Records admin() {
    if (!admin_) {
      keeper_ = std::make_unique<Deployment>(config(target_->admin, "keeper", Document{}));
      const Result<std::shared_ptr<odoo::Session>> session = keeper_->session("", {});
      EXPECT_TRUE(session) << session.error().message;
      admin_ = *session;
    }
    return odoo::Records(*admin_);
  }

  // What a write would move: how many records there are, and the newest change.
  std::string traces() {
    odoo::Records records = admin();
    std::string all;
    for (const char* model : {"crm.lead", "mail.message", "mail.activity", "res.partner", "crm.team", "crm.stage"}) {
      const Result<Document> newest = records.search_read({.model = model,
                                                           .fields = {"write_date"},
                                                           .order = "write_date desc, id desc",
                                                           .archived = true,
                                                           .limit = 1});
      const Result<int64_t> count = records.search_count({.model = model, .archived = true});
      EXPECT_TRUE(newest && count) << model;
      if (newest && count) all += std::string(model) + value::to_json(newest->root()) + std::to_string(*count) + "\n";
    }
    return all;
  }

  std::vector<int64_t> ids_of(Value domain, bool archived = true) {
    const Result<Document> rows = admin().search_read(
        {.model = "crm.lead", .domain = domain, .fields = {"id"}, .order = "id", .archived = archived});
    EXPECT_TRUE(rows) << rows.error().message;
    std::vector<int64_t> ids;
    if (rows)
      for (const Value row : rows->root().items()) ids.push_back(row["id"].integer());
    return ids;
  }

  void colour(const std::vector<int64_t>& ids, int64_t colour) {
    Arena arena;
    (void)admin();
    const Result<Document> written = admin_->call(
        {.model = "crm.lead", .method = "write", .ids = ids, .args = arena.array({arena.object({{"color", colour}})})});
    ASSERT_TRUE(written) << written.error().message;
  }

  Target* target_ = nullptr;
  std::shared_ptr<odoo::Session> admin_;
  std::unique_ptr<Deployment> keeper_;
  std::unique_ptr<Deployment> deployment_;
};

std::string texts_of(Value report) { return value::to_json(report); }

TEST_P(Audit, ReadsAndWritesNothing) {
  const std::string before = traces();
  const auto calls = target_->service ? target_->service->calls() : std::map<std::string, int>{};
  for (const char* command : {"audit", "report"}) {
    const Result<Document> done = run(target_->admin, command);
    ASSERT_TRUE(done) << done.error().message;
  }
  if (target_->service) {
    const std::set<std::string> reading{
        "search_read", "search_count", "read",   "fields_get",  "has_group",           "name_get",
        "get_param",   "read_group",   "search", "name_search", "check_access_rights", "formatted_read_group",
        "context_get", "has_access",   "version"};
    int made = 0;
    for (const auto& [call, count] : target_->service->calls()) {
      const auto old = calls.find(call);
      if (old != calls.end() && old->second == count) continue;
      ++made;
      EXPECT_TRUE(reading.count(call.substr(call.rfind('/') + 1)) == 1) << call << " was called";
    }
    EXPECT_GT(made, 3);
  }
  EXPECT_EQ(traces(), before);
}

TEST_P(Audit, IsAPageForASalesManagerInBothLanguages) {
  const Result<Document> audit = run(target_->admin, "audit");
  ASSERT_TRUE(audit) << audit.error().message;
  const Value pipeline = audit->root()["pipeline"];
  EXPECT_GT(pipeline["open"].integer(), 20);
  EXPECT_GT(pipeline["unassigned"].size(), 0U);
  for (const Value one : pipeline["unassigned"].items()) EXPECT_FALSE(one["why"].text().empty());
  const std::string page = host::html_of(audit->root()["report"], "en", target_->admin.url);
  for (const char* said : {"Is Odoo&#39;s score right?", "Value that sits idle", "without a salesperson, and why",
                           "Duplicates", "Stale opportunities", "<svg"})
    EXPECT_THAT(page, HasSubstr(said));
  EXPECT_THAT(page, HasSubstr("&amp;model=crm.lead"));
  EXPECT_THAT(page, testing::Not(HasSubstr(" src=")));
  const Result<Document> vietnamese = run(target_->admin, "audit", "{}", "vi");
  ASSERT_TRUE(vietnamese);
  EXPECT_THAT(host::html_of(vietnamese->root()["report"], "vi"), HasSubstr("Điểm của Odoo có đúng không?"));
}

TEST_P(Audit, EveryUnassignedLeadIsOpenAndHasNoSalesperson) {
  const Result<Document> audit = run(target_->admin, "audit");
  ASSERT_TRUE(audit) << audit.error().message;
  Arena arena;
  std::vector<int64_t> found;
  for (const Value one : audit->root()["pipeline"]["unassigned"].items()) found.push_back(one["lead"].integer());
  std::sort(found.begin(), found.end());
  const std::vector<int64_t> expected =
      ids_of(arena.array({arena.array({"user_id", "=", false}), arena.array({"stage_id.is_won", "=", false})}), false);
  EXPECT_EQ(found, expected);
}

TEST_P(Audit, ComparesTheModelsOnLeadsThatWereDecidedLater) {
  const Result<Document> report =
      run(target_->admin, "report", R"({"variables": ["expected_revenue", "partner_id.is_company"]})");
  ASSERT_TRUE(report) << report.error().message;
  const Value root = report->root();
  ASSERT_EQ(root["problem"].text(), "");
  EXPECT_GT(root["judged"].integer(), 30);
  ASSERT_EQ(root["models"].size(), 4U);
  for (const Value model : root["models"].items()) {
    EXPECT_LE(*model["brier"]["low"].number(), *model["brier"]["value"].number());
    EXPECT_GE(*model["brier"]["high"].number(), *model["brier"]["value"].number());
    int64_t leads = 0;
    for (const Value row : model["calibration"].items()) leads += row["leads"].integer();
    EXPECT_EQ(leads, root["judged"].integer());
  }
  EXPECT_EQ(root["models"].at(0)["model"].text(), "odoo");
  EXPECT_EQ(root["models"].at(3)["model"].text(), "base rate");
  const std::string page = host::html_of(root["report"], "en");
  for (const char* said : {"Calibration", "Win rate by band", "By sales team", "What this rests on"})
    EXPECT_THAT(page, HasSubstr(said));
}

TEST_P(Audit, CatchesAPlantedLeakAndLeavesItOut) {
  Arena arena;
  const Result<Document> clean = run(target_->admin, "report");
  ASSERT_TRUE(clean) << clean.error().message;
  colour(ids_of(arena.array({arena.array({"probability", "=", 100})})), 3);
  colour(ids_of(arena.array({arena.array({"active", "=", false}), arena.array({"probability", "=", 0})})), 8);
  const Result<Document> leaking = run(target_->admin, "report", R"({"variables": ["color"]})");
  ASSERT_TRUE(leaking) << leaking.error().message;
  ASSERT_EQ(leaking->root()["left_out"].size(), 1U);
  EXPECT_EQ(leaking->root()["left_out"].at(0)["variable"].text(), "color");
  EXPECT_THAT(texts_of(leaking->root()["report"]), HasSubstr("color was left out"));
  // Without it the models are as good as they were, not better.
  for (size_t m = 0; m < 3; ++m)
    EXPECT_EQ(leaking->root()["models"].at(m)["auc"]["value"].number(),
              clean->root()["models"].at(m)["auc"]["value"].number());
}

TEST_P(Audit, RefusesVariablesThatCannotBe) {
  const auto refused = [&](const std::string& variable) {
    const Result<Document> done = run(target_->admin, "report", R"({"variables": [")" + variable + R"("]})");
    return done ? std::string("taken") : done.error().message;
  };
  EXPECT_THAT(refused("expected_revenu"), HasSubstr("did you mean `expected_revenue`?"));
  EXPECT_THAT(refused("partner_id.is_compani"), HasSubstr("did you mean `is_company`?"));
  EXPECT_THAT(refused("probability"), HasSubstr("would know the outcome"));
  EXPECT_THAT(refused("name"), HasSubstr("a field of type char"));
  EXPECT_THAT(refused("country_id"), HasSubstr("a variable of Odoo's model already"));
}

TEST_P(Audit, SaysWhatAKeyThatSeesAPartCannotSay) {
  const Result<Document> report = run(target_->demo, "report");
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("sees only its own leads"));
  const Result<Document> audit = run(target_->demo, "audit");
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_FALSE(audit->root()["pipeline"]["whole"].truthy());
  EXPECT_THAT(texts_of(audit->root()["report"]), HasSubstr("This key sees only its own leads"));
}

TEST_P(Audit, SaysWhichAppsAreMissingForPoints) {
  const Result<Document> report =
      run(target_->admin, "report",
          R"({"points": {"rules": [{"event": "page_view", "points": 5}, {"event": "mail_open", "points": 1}]}})");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(texts_of(report->root()["notes"]), HasSubstr("Website"));
  EXPECT_THAT(texts_of(report->root()["notes"]), HasSubstr("Email Marketing"));
}

TEST_P(Audit, SaysWhenThereIsNoHistory) {
  const Result<Document> report =
      run(target_->admin, "report", R"({"start_date": "2099-01-01", "fields": "country_id"})");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->root()["problem"].text().empty());
  EXPECT_THAT(texts_of(report->root()["report"]), HasSubstr("Not enough data"));
}

const auto kTargetName = [](const testing::TestParamInfo<const char*>&) { return std::string("Plugin"); };
INSTANTIATE_TEST_SUITE_P(Sandbox19, Audit, testing::Values("Sandbox19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Sandbox14, Audit, testing::Values("Sandbox14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real19, Audit, testing::Values("Real19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real14, Audit, testing::Values("Real14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(RealSource, Audit, testing::Values("RealSource"), kTargetName);

}  // namespace
}  // namespace outrigger::contract
