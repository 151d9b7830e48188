// Points for what Odoo's own apps keep: page views of Website CRM, opened mails, replies and clicks of Email Marketing for
// CRM and its Link Tracker. In a copy of the database in which they are installed, so that no other test meets them. What
// happened is put in by SQL, as no key may make visits or say when a mail was opened.
#include <gmock/gmock.h>

#include <map>

#include "tests/contract/scoring_rig.hpp"

namespace outrigger::contract {
namespace {

class ScoringApps : public ScoringRig {
 protected:
  void SetUp() override {
    ScoringRig::SetUp();
    if (HasFatalFailure()) return;
    if (target_->postgres.empty()) GTEST_SKIP() << "its PostgreSQL cannot be reached";
    for (const auto& [name, value] : target_->postgres)
      if (name != "PSQL") setenv(name.c_str(), value.c_str(), 1);
    later_ = session_->info().major >= 15;
    original_ = target_->admin.database;
    copy_ = original_ + "_apps" + std::to_string(::getpid());  // Odoo remembers which apps a name had
    ASSERT_TRUE(disconnect(original_));
    ASSERT_TRUE(postgres("createdb", "-T " + original_ + " " + copy_));
    connection_ = target_->admin;
    connection_.database = copy_;
    connection_.transport = odoo::TransportChoice::kJsonRpc;  // the other goes by the server's db_name
    look_at_the_copy({});
  }
  void TearDown() override {
    records_.reset();
    session_.reset();
    deployment_.reset();
    if (copy_.empty()) return;
    disconnect(copy_);
    EXPECT_TRUE(postgres("dropdb", "--if-exists --force " + copy_));
  }

  static bool postgres_of(const Target& target, const std::string& program, const std::string& arguments) {
    const std::filesystem::path folder = std::filesystem::path(target.postgres.at("PSQL")).parent_path();
    return std::system(((folder / program).string() + " " + arguments + " >/dev/null").c_str()) == 0;
  }
  bool postgres(const std::string& program, const std::string& arguments) const {
    return postgres_of(*target_, program, arguments);
  }
  [[nodiscard]] bool sql(const std::string& statement) const {
    return postgres("psql", "-qAtX -v ON_ERROR_STOP=1 -d " + copy_ + " -c \"" + statement + "\"");
  }
  bool disconnect(const std::string& database) const {
    return postgres("psql",
                    "-qAtX -d postgres -c \"select pg_terminate_backend(pid) from pg_stat_activity where datname = '" +
                        database + "'\"");
  }

  // With these rules for points; each {event, match}.
  void look_at_the_copy(const std::vector<std::pair<std::string, std::string>>& rules) {
    records_.reset();
    session_.reset();
    deployment_.reset();
    host::Config with = config(connection_);
    host::PluginConfig plugin;
    plugin.id = "scoring";
    plugin.config = Document::build([&](Arena& arena) {
      std::vector<Value> all;
      for (const auto& [event, match] : rules) {
        std::vector<Field> one{{"event", arena.text(event)}, {"points", Value::of(10)}};
        if (!match.empty()) one.push_back({"match", arena.text(match)});
        all.push_back(arena.object(one));
      }
      return arena.object({{"model", "extended"},
                           {"write", "nothing"},
                           {"start_date", "2026-01-01"},
                           {"fields", "country_id,source_id,email_state,phone_state"},
                           {"points", arena.object({{"rules", arena.array(all)}})}});
    });
    with.plugins.push_back(std::move(plugin));
    deployment_ = std::make_unique<host::Deployment>(std::move(with));
    const Result<std::shared_ptr<odoo::Session>> session = deployment_->session("", {});
    ASSERT_TRUE(session) << session.error().message;
    session_ = *session;
    records_ = std::make_unique<odoo::Records>(*session_);
  }

  // False: this Odoo does not bring the app.
  bool install(const char* app) {
    Arena arena;
    const Result<Document> rows = records_->search_read(
        {.model = "ir.module.module", .domain = arena.array({arena.array({"name", "=", app})}), .fields = {"state"}});
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().message);
    if (!rows || rows->root().size() == 0 || rows->root().at(0)["state"].text() == "uninstallable") return false;
    if (rows->root().at(0)["state"].text() == "installed") return true;
    const Result<Document> done = session_->call({.model = "ir.module.module",
                                                  .method = "button_immediate_install",
                                                  .ids = std::vector<int64_t>{rows->root().at(0)["id"].integer()}},
                                                 {.deadline = std::chrono::minutes(8)});
    EXPECT_TRUE(done) << app << ": " << (done ? "" : done.error().message);
    return static_cast<bool>(done);
  }

  // Five of six won leads and one of six lost ones, and every other open one; a day before they were created. The
  // number makes it another choice for each kind of event.
  static std::string chosen(int number) {
    const std::string place = "abs(hashint4(l.id + " + std::to_string(number) + "))";
    return "from crm_lead l join crm_stage s on s.id = l.stage_id where l.create_date >= '2026-01-02' and (case when "
           "s.is_won and l.probability = 100 then " +
           place + " % 6 <> 0 when not l.active then " + place + " % 6 = 0 else l.id % 2 = 0 end)";
  }
  void visits() {
    const std::string active = later_ ? "" : ", active";
    const std::string half = later_ ? "" : ", l.id % 3 = 0";
    ASSERT_TRUE(sql("insert into website_visitor (access_token, create_date" + active +
                    ") select 'lead' || l.id, l.create_date - interval '1 day'" + half + " " + chosen(0)));
    ASSERT_TRUE(
        sql("insert into crm_lead_website_visitor_rel (crm_lead_id, website_visitor_id) select "
            "substr(access_token, 5)::int, id from website_visitor where access_token like 'lead%'"));
    for (const char* url : {"/pricing", "/jobs"})
      ASSERT_TRUE(sql("insert into website_track (visitor_id, url, visit_datetime) select id, 'https://example.com" +
                      std::string(url) + "', create_date from website_visitor where access_token like 'lead%'" +
                      (std::string(url) == "/jobs" ? " and id % 2 = 0" : "")));
  }
  // A mail to each lead; opened, answered and clicked by others of them.
  void mails() {
    Arena arena;
    ASSERT_TRUE(
        sql("insert into mailing_trace (model, res_id, trace_type) select 'crm.lead', l.id, 'mail' from crm_lead l"));
    const std::map<const char*, int> kinds{{later_ ? "open_datetime" : "opened", 1},
                                           {later_ ? "reply_datetime" : "replied", 2}};
    for (const auto& [column, number] : kinds)
      ASSERT_TRUE(sql("update mailing_trace t set " + std::string(column) +
                      " = l.create_date - interval '1 day' from crm_lead l where t.res_id = l.id and l.id in (select "
                      "l.id " +
                      chosen(number) + ")"));
    const Value link = arena.object({{"url", "https://example.com/offer"}, {"title", "Offer"}});
    const Result<Document> made = records_->create("link.tracker", arena.array({link}));
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_TRUE(sql("insert into link_tracker_click (link_id, mailing_trace_id, create_date) select " +
                    std::to_string(made->root().at(0).integer()) +
                    ", t.id, l.create_date - interval '1 day' from mailing_trace t join crm_lead l on l.id = t.res_id "
                    "where l.id in (select l.id " +
                    chosen(3) + ")"));
  }

  // How much better than Odoo's the model with these points is: the upper end of the difference in Brier.
  double better_by(const std::string& event, const std::string& match = {}) {
    look_at_the_copy({{event, match}});
    Arena arena;
    const Result<Document> report = run("report", arena.object({{"share", 0.7}, {"replicates", 200}}));
    EXPECT_TRUE(report) << event << ": " << (report ? "" : report.error().message);
    if (!report) return 1;
    EXPECT_EQ(report->root()["problem"].text(), "") << event;
    EXPECT_EQ(report->root()["left_out"].size(), 0U) << event;
    for (const Value note : report->root()["notes"].items())
      std::printf("%s: %s\n", event.c_str(), std::string(note.text()).c_str());
    for (const Value model : report->root()["models"].items())
      if (model["model"].text() == "extended") return model["brier_minus_odoo"]["high"].number().value_or(1);
    return 1;
  }

  bool later_ = true;
  std::string original_;
  std::string copy_;
  odoo::Connection connection_;
};

TEST_P(ScoringApps, WhatTheyKeepBecomesPointsThatTheModelLearns) {
  for (const char* app : {"website_crm", "mass_mailing_crm"})
    if (!install(app)) GTEST_SKIP() << "this Odoo does not bring the app " << app;
  ASSERT_NO_FATAL_FAILURE(look_at_the_copy({}));
  EXPECT_GE(better_by("page_view"), -0.001) << "nothing has happened yet";
  ASSERT_NO_FATAL_FAILURE(visits());
  ASSERT_NO_FATAL_FAILURE(mails());
  for (const char* event : {"page_view", "mail_open", "mail_reply", "mail_click"})
    EXPECT_LT(better_by(event), -0.01) << event;
  EXPECT_LT(better_by("page_view", "/pricing"), -0.01);
  EXPECT_GE(better_by("page_view", "/nowhere"), -0.001) << "a page that nobody saw";

  // One open lead that looked and one that did not.
  ASSERT_NO_FATAL_FAILURE(look_at_the_copy({{"page_view", "/pricing"}}));
  Arena arena;
  const Result<Document> scored = run("recompute", arena.object({{"limit", 0}}));
  ASSERT_TRUE(scored) << scored.error().message;
  std::map<bool, int64_t> lead;
  for (const Value row : scored->root()["rows"].items())
    lead.emplace(row["lead"].integer() % 2 == 0, row["lead"].integer());
  ASSERT_EQ(lead.size(), 2U);
  for (const auto& [looked, id] : lead) {
    const Result<Document> why = run("explain", arena.object({{"lead", id}}));
    ASSERT_TRUE(why) << why.error().message;
    double points = 0;
    for (const Value reason : why->root()["model"]["reasons"].items())
      if (reason["variable"].text() == "points") points = reason["log_odds"].number().value_or(0);
    if (looked)
      EXPECT_GT(points, 0.5) << id;
    else
      EXPECT_LT(points, -0.5) << id;
  }
}

const auto kTargetName = [](const testing::TestParamInfo<const char*>&) { return std::string("Plugin"); };
INSTANTIATE_TEST_SUITE_P(LongReal19, ScoringApps, testing::Values("Real19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(LongReal14, ScoringApps, testing::Values("Real14"), kTargetName);

}  // namespace
}  // namespace outrigger::contract
