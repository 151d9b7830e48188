// A key that sees a part of the leads, by a record rule that Odoo does not bring: scoring notices, says so, and neither
// scores nor learns. And a key that sees all of them is never suspected.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "host/cli/plugin_health.hpp"
#include "tests/contract/scoring_rig.hpp"

namespace outrigger::contract {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kPassword[] = "part-of-the-leads";

class ScoringPart : public ScoringRig {
 protected:
  // A salesperson who sees all leads, as far as Odoo's own groups go.
  void SetUp() override {
    ScoringRig::SetUp();
    if (HasFatalFailure() || !target_->real) return;
    Arena arena;
    login_ = "part-" + std::to_string(::getpid());
    const char* groups = session_->info().major >= 19 ? "group_ids" : "groups_id";
    const std::vector<int64_t> of{group("base", "group_user"), group("sales_team", "group_sale_salesman_all_leads")};
    const Value all = arena.array({arena.array({6, 0, arena.ids(of)})});
    user_ =
        create("res.users",
               arena.object({{"name", "Part"}, {"login", arena.text(login_)}, {"password", kPassword}, {groups, all}}));
    ASSERT_NE(user_, 0);
    deploy();
  }
  void TearDown() override {
    Arena arena;
    for (const int64_t rule : rules_)
      static_cast<void>(session_->call({.model = "ir.rule", .method = "unlink", .ids = std::vector<int64_t>{rule}}));
    if (user_ != 0) static_cast<void>(records_->write("res.users", {user_}, arena.object({{"active", false}})));
    part_.reset();
  }

  int64_t group(const char* module, const char* name) {
    Arena arena;
    const Result<Document> rows = records_->search_read(
        {.model = "ir.model.data",
         .domain = arena.array({arena.array({"module", "=", module}), arena.array({"name", "=", name})}),
         .fields = {"res_id"}});
    EXPECT_TRUE(rows && rows->root().size() == 1) << name;
    return rows && rows->root().size() == 1 ? rows->root().at(0)["res_id"].integer() : 0;
  }
  int64_t create(const char* model, Value values) {
    Arena arena;
    const Result<Document> made = records_->create(model, arena.array({values}));
    EXPECT_TRUE(made) << model << ": " << made.error().message;
    return made ? made->root().at(0).integer() : 0;
  }
  // The rule hides from this user the leads of the domain.
  void hide(const std::string& domain) {
    Arena arena;
    const Result<Document> model = records_->search_read(
        {.model = "ir.model", .domain = arena.array({arena.array({"model", "=", "crm.lead"})}), .fields = {"id"}});
    ASSERT_TRUE(model && model->root().size() == 1);
    const std::string force = "['!', " + domain + "] if user.login == '" + login_ + "' else [(1, '=', 1)]";
    rules_.push_back(create("ir.rule", arena.object({{"name", "A part"},
                                                     {"model_id", model->root().at(0)["id"].integer()},
                                                     {"domain_force", arena.text(force)}})));
  }
  void deploy() {
    odoo::Connection connection = target_->admin;
    connection.login = login_;
    connection.secret = kPassword;
    connection.transport = odoo::TransportChoice::kJsonRpc;  // a password, not a key
    host::Config with = config(connection);
    with.data_folder = folder() / "part";
    host::PluginConfig plugin;
    plugin.id = "scoring";
    plugin.config = Document::build([&](Arena& arena) {
      return arena.object({{"start_date", "2026-01-01"}, {"fields", "country_id,source_id,email_state,phone_state"}});
    });
    with.plugins.push_back(std::move(plugin));
    part_.reset();
    part_ = std::make_unique<host::Deployment>(std::move(with));
  }
  Result<Document> part(const std::string& name, bool plan = false) {
    Arena arena;
    const Value args = name == "report"  ? arena.object({{"share", 0.7}, {"replicates", 200}})
                       : name == "audit" ? arena.object({})
                                         : arena.object({{"limit", 0}});
    return run(*part_, name, args, plan);
  }
  std::string health() {
    std::mutex making;
    Arena arena;
    const Result<Document> found = host::check_health(
        *part_, making, arena.object({{"plugin", "scoring"}, {"database", ""}, {"locale", "en"}}), {});
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    std::string all;
    if (found)
      for (const Value one : found->root().items())
        all += std::string(one["level"].text()) + ": " + std::string(one["text"].text()) + "\n";
    return all;
  }
  std::vector<int64_t> ids(Value domain) {
    const Result<Document> rows = records_->search_read(
        {.model = "crm.lead", .domain = domain, .fields = {"id"}, .order = "id", .archived = true});
    EXPECT_TRUE(rows);
    std::vector<int64_t> all;
    if (rows)
      for (const Value row : rows->root().items()) all.push_back(row["id"].integer());
    return all;
  }
  // With more leads than any other.
  int64_t team() {
    std::map<int64_t, int> leads;
    const Result<Document> rows = records_->search_read({.model = "crm.lead", .fields = {"team_id"}, .archived = true});
    EXPECT_TRUE(rows);
    if (rows)
      for (const Value row : rows->root().items()) ++leads[row["team_id"].integer()];
    leads.erase(0);
    return std::max_element(leads.begin(), leads.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
  }
  void expect_refused(const std::string& what) {
    for (const char* command : {"recompute", "drift", "report"}) {
      const Result<Document> done = part(command, std::string(command) == "recompute");
      ASSERT_FALSE(done) << what << ": " << command;
      EXPECT_EQ(done.error().code, Code::kAccess) << what << ": " << command;
      EXPECT_THAT(done.error().message,
                  AllOf(HasSubstr("sees a part of the leads"), HasSubstr("a record rule hides it")))
          << what << ": " << command;
    }
    EXPECT_THAT(health(), HasSubstr("fail: this key sees a part of the leads")) << what;
    const Result<Document> audit = part("audit");
    ASSERT_TRUE(audit) << what << ": " << audit.error().message;
    EXPECT_FALSE(audit->root()["pipeline"]["whole"].truthy()) << what;
    EXPECT_THAT(std::string(audit->root()["score"]["problem"].text()), HasSubstr("sees a part of the leads")) << what;
  }
  void expect_taken(const std::string& what) {
    const Result<Document> plan = part("recompute", true);
    ASSERT_TRUE(plan) << what << ": " << plan.error().message;
    EXPECT_GT(plan->root()["scored"].integer(), 100) << what;
    EXPECT_THAT(health(), AllOf(HasSubstr("ok: this key sees all leads"), Not(HasSubstr("fail")))) << what;
    const Result<Document> audit = part("audit");
    ASSERT_TRUE(audit) << what << ": " << audit.error().message;
    EXPECT_TRUE(audit->root()["pipeline"]["whole"].truthy()) << what;
  }

  std::string login_;
  int64_t user_ = 0;
  std::vector<int64_t> rules_;
  std::unique_ptr<host::Deployment> part_;
};

TEST_P(ScoringPart, ARuleThatHidesLeadsIsNoticedAndSaid) {
  if (!target_->real) GTEST_SKIP() << "the sandbox has no record rules of a company's own";
  Arena arena;
  ASSERT_NO_FATAL_FAILURE(expect_taken("all leads"));
  // Deleted leads leave the same gaps as hidden ones.
  std::vector<int64_t> some = ids(arena.array({arena.array({"create_date", ">=", "2026-02-01 00:00:00"})}));
  ASSERT_GT(some.size(), 200U);
  std::vector<int64_t> gone;
  for (size_t i = 0; i < 60; ++i) gone.push_back(some[i * 3]);
  ASSERT_TRUE(records_->unlink("crm.lead", gone));
  ASSERT_NO_FATAL_FAILURE(expect_taken("some leads deleted"));
  const auto without = [&](const std::string& what, const std::string& domain) {
    ASSERT_NO_FATAL_FAILURE(hide(domain));
    ASSERT_NO_FATAL_FAILURE(expect_refused(what));
    static_cast<void>(
        session_->call({.model = "ir.rule", .method = "unlink", .ids = std::vector<int64_t>{rules_.back()}}));
    rules_.pop_back();
  };
  ASSERT_NO_FATAL_FAILURE(without("of one team", "('team_id', '=', " + std::to_string(team()) + ")"));
  ASSERT_NO_FATAL_FAILURE(without("lost ones", "('active', '=', False)"));
  ASSERT_NO_FATAL_FAILURE(without("of others", "('user_id', '!=', user.id)"));
  ASSERT_NO_FATAL_FAILURE(expect_taken("the rule is gone"));
}

const auto kTargetName = [](const testing::TestParamInfo<const char*>&) { return std::string("Plugin"); };
INSTANTIATE_TEST_SUITE_P(Sandbox19, ScoringPart, testing::Values("Sandbox19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real19, ScoringPart, testing::Values("Real19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(LongReal14, ScoringPart, testing::Values("Real14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(RealSource, ScoringPart, testing::Values("RealSource"), kTargetName);

}  // namespace
}  // namespace outrigger::contract
