// The assignment plugin in a deployment on one of the Odoos of target.hpp, with a team and two salespeople of its own.
//
// Rules are Odoo's where it keeps them, else the configuration's. Each test has a color that no other lead has, so that
// its team wants its own leads alone. Threads: one.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <map>

#include "host/cli/deployment.hpp"
#include "host/tenant/requests.hpp"
#include "integration/value/json.hpp"
#include "tests/contract/command.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {

class AssignmentRig : public testing::TestWithParam<const char*> {
 protected:
  // A team of its own for each test, with rules on a color that no other lead has: Lan and Pierre.
  void SetUp() override {
    target_ = find_target(GetParam());
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    deploy("{}");
    own_rules_ = session_->info().major >= 15;
    Arena arena;
    static int64_t color = 1000;
    color_ = ++color;
    const std::string tag = std::to_string(::getpid()) + "-" + std::to_string(color_);
    rule_ = "[('color', '=', " + std::to_string(color_) + ")]";
    name_ = "Team " + tag;
    if (own_rules_)
      (void)call("ir.config_parameter", "set_param", {}, arena.array({"sales_team.membership_multi", "True"}));
    for (const char* who : {"Lan ", "Pierre "}) users_.push_back(user(who + tag));
    team_ = create("crm.team",
                   with_rule({{"name", arena.text(name_)}, {"use_opportunities", Value::of(true)}}, rule_, arena));
    if (own_rules_) {
      membership(users_[0], 60, "");
      membership(users_[1], 30, "");
    }
  }

  void TearDown() override {
    if (session_) {
      Arena arena;
      for (const int64_t lead : leads_) (void)call("crm.lead", "unlink", {lead}, Value{});
      // Archived, so that the teams of one test want nothing in the next.
      (void)call("crm.team", "write", {team_}, arena.array({arena.object({{"active", false}})}));
    }
    session_.reset();
    deployment_.reset();
    std::error_code error;
    std::filesystem::remove_all(folder(), error);
  }

  static std::filesystem::path folder() {
    return std::filesystem::temp_directory_path() / ("outrigger-assignment-test-" + std::to_string(::getpid()));
  }

  void deploy(const std::string& settings) {
    session_.reset();  // before the network that it lives on
    deployment_.reset();
    host::Config config;
    config.file = "(test)";
    config.log_level = "warn";
    config.data_folder = folder();
    config.grant_all = true;
    config.databases.push_back({"only", target_->admin});
    config.plugin_folders.emplace_back(OUTRIGGER_PLUGINS);
    host::PluginConfig plugin;
    plugin.id = "assignment";
    plugin.config = std::move(*value::read_json(settings));
    config.plugins.push_back(std::move(plugin));
    deployment_ = std::make_unique<host::Deployment>(std::move(config));
    const Result<std::shared_ptr<odoo::Session>> session = deployment_->session("", {});
    ASSERT_TRUE(session) << session.error().message;
    session_ = *session;
  }

  // On an Odoo without rules of its own the configuration has them.
  [[nodiscard]] std::string settings(const std::string& more = "") const {
    const std::string rest = more.empty() ? "" : ", " + more;
    if (own_rules_) return R"({"youngest_hours": 0)" + rest + "}";
    const auto member = [](int64_t user, int monthly) {
      return R"({"user": )" + std::to_string(user) + R"(, "monthly": )" + std::to_string(monthly) + "}";
    };
    return R"({"youngest_hours": 0, "teams": [{"team": )" + std::to_string(team_) + R"(, "domain": ")" + rule_ +
           R"(", "members": [)" + member(users_[0], 60) + ", " + member(users_[1], 30) + "]}]" + rest + "}";
  }

  Result<Document> call(const std::string& model, const std::string& method, const std::vector<int64_t>& ids,
                        Value args) {
    odoo::Call one{.model = model, .method = method, .ids = ids};
    if (!args.is_null()) one.args = args;
    return session_->call(one);
  }

  int64_t create(const std::string& model, Value values) {
    Arena arena;
    const Result<Document> made = odoo::Records(*session_).create(model, arena.array({values}));
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->root().at(0).integer() : 0;
  }

  int64_t user(const std::string& name) {
    Arena arena;
    return create("res.users", arena.object({{"name", arena.text(name)}, {"login", arena.text(name)}}));
  }

  Value with_rule(std::vector<Field> fields, const std::string& rule, Arena& arena) const {
    if (own_rules_ && !rule.empty()) fields.push_back({"assignment_domain", arena.text(rule)});
    return arena.object(fields);
  }

  int64_t membership(int64_t user, int64_t monthly, const std::string& rule) {
    Arena arena;
    return create("crm.team.member", with_rule({{"crm_team_id", Value::of(team_)},
                                                {"user_id", Value::of(user)},
                                                {"assignment_max", Value::of(monthly)}},
                                               rule, arena));
  }

  int64_t lead(const std::string& name, double revenue, const std::string& email = "") {
    Arena arena;
    std::vector<Field> fields{{"name", arena.text(name)},    {"type", Value::of("lead")},
                              {"color", Value::of(color_)},  {"expected_revenue", Value::of(revenue)},
                              {"user_id", Value::of(false)}, {"team_id", Value::of(false)}};
    if (!email.empty()) fields.push_back({"email_from", arena.text(email)});
    leads_.push_back(create("crm.lead", arena.object(fields)));
    return leads_.back();
  }

  // How many of these leads exist.
  int64_t there(const std::vector<int64_t>& leads) {
    Arena arena;
    const Result<int64_t> count = odoo::Records(*session_).search_count(
        {.model = "crm.lead", .domain = arena.array({arena.array({"id", "in", arena.ids(leads)})}), .archived = true});
    EXPECT_TRUE(count) << count.error().message;
    return count ? *count : -1;
  }

  Document read(int64_t lead) {
    const Result<Document> rows = odoo::Records(*session_).read(
        "crm.lead", {lead}, {"user_id", "team_id", "type", "date_open", "date_conversion", "stage_id"});
    EXPECT_TRUE(rows && rows->root().size() == 1);
    return Document::build([&](Arena& arena) { return arena.copy(rows->root().at(0)); });
  }

  // {result, run, plan}
  Result<Document> run(const std::string& name, Value args, bool plan = false) {
    return run_command(*deployment_, "assignment", name, args, plan);
  }

  Result<Document> ask(const std::string& what, const char* key, Value value) {
    const Result<std::shared_ptr<host::Tenant>> tenant = deployment_->tenant("", {});
    if (!tenant) return tenant.error();
    Arena arena;
    return host::handle(**tenant, arena.object({{"do", arena.text(what)}, {key, arena.copy(value)}}), {});
  }

  std::map<int64_t, std::string> reasons(Value result) const {
    std::map<int64_t, std::string> all;
    for (const Value row : result["rows"].items())
      if (std::find(leads_.begin(), leads_.end(), row["lead"].integer()) != leads_.end())
        all[row["lead"].integer()] = row["reason"].text();
    return all;
  }

  Target* target_ = nullptr;
  std::unique_ptr<host::Deployment> deployment_;
  std::shared_ptr<odoo::Session> session_;
  bool own_rules_ = false;
  int64_t color_ = 0;
  std::string rule_;
  std::string name_;
  int64_t team_ = 0;
  std::vector<int64_t> users_;
  std::vector<int64_t> leads_;
};

inline const auto kTargetName = [](const testing::TestParamInfo<const char*>&) { return std::string("Plugin"); };

}  // namespace outrigger::contract
