// The assignment plugin over time and beside others: leads that nobody touches, duplicates that Odoo merges, runs that are cut off, somebody else who assigns at the same moment, a right that is missing on one team.
#include <thread>

#include <outrigger/store.hpp>

#include "host/cli/job_run.hpp"
#include "tests/contract/assignment_rig.hpp"
#include "tests/contract/feed_rig.hpp"

namespace outrigger::contract {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int64_t kDay = int64_t{86400} * 1'000'000;

class AssignmentLive : public AssignmentRig {
 protected:
  void deploy_members(const std::vector<std::pair<int64_t, int>>& members, const std::string& more) {
    std::string all;
    for (const auto& [user, monthly] : members)
      all += std::string(all.empty() ? "" : ", ") + R"({"user": )" + std::to_string(user) + R"(, "monthly": )" +
             std::to_string(monthly) + "}";
    deploy(R"({"youngest_hours": 0, "teams": [{"team": )" + std::to_string(team_) + R"(, "domain": ")" + rule_ +
           R"(", "members": [)" + all + "]}]" + (more.empty() ? "" : ", " + more) + "}");
  }

  host::Store& store() {
    const Result<std::shared_ptr<host::Tenant>> tenant = deployment_->tenant("", {});
    EXPECT_TRUE(tenant) << tenant.error().message;
    return (*tenant)->store();
  }

  std::optional<std::string> kept(int64_t lead, const char* what) {
    const auto found = store().get("assignment", {"crm.lead:" + std::to_string(lead) + ":" + what});
    EXPECT_TRUE(found);
    return found ? found->front() : std::nullopt;
  }

  // As if the lead had been assigned so many days earlier: here and in Odoo.
  void age(int64_t lead, int days) {
    const std::optional<std::string> text = kept(lead, "assigned");
    ASSERT_TRUE(text) << "lead " << lead << " was not assigned here";
    std::istringstream in(*text);
    std::string lines;
    std::string line;
    for (int i = 0; i < 4 && std::getline(in, line); ++i) lines += line + "\n";
    int64_t at = 0;
    int64_t from = 0;
    in >> at >> from;
    std::getline(in, line);
    const int64_t then = from - days * kDay;
    host::StoreCommit change;
    change.changes = {{"crm.lead:" + std::to_string(lead) + ":assigned",
                       lines + std::to_string(at - days * kDay) + " " + std::to_string(then) + line},
                      {"since/" + ordered(from) + ordered(lead), std::nullopt},
                      {"since/" + ordered(then) + ordered(lead), "2"}};
    ASSERT_TRUE(store().commit("assignment", change));
    Arena arena;
    const std::string day = value::to_datetime(then / 1'000'000);
    const Result<Document> written = call(
        "crm.lead", "write", {lead},
        arena.array({arena.object({{"date_open", arena.text(day)}, {"date_last_stage_update", arena.text(day)}})}));
    ASSERT_TRUE(written) << written.error().message;
  }

  Result<Document> job(const char* name) {
    Arena arena;
    return host::run_job_alone(
        *deployment_, arena.object({{"plugin", "assignment"}, {"database", ""}, {"job", Value::of(name)}}), {});
  }

  std::vector<std::string> notes(int64_t lead) {
    Arena arena;
    const Result<Document> rows = odoo::Records(*session_).search_read(
        {.model = "mail.message",
         .domain = arena.array({arena.array({"model", "=", "crm.lead"}), arena.array({"res_id", "=", lead})}),
         .fields = {"body"}});
    std::vector<std::string> all;
    for (const Value row : rows->root().items())
      if (row["body"].text().find("Assigned to") != std::string_view::npos) all.emplace_back(row["body"].text());
    return all;
  }

  int64_t user_of(int64_t lead) { return read(lead).root()["user_id"].integer(); }
  Value this_team(Arena& arena) const { return arena.object({{"team", arena.text(name_)}}); }
};

TEST_P(AssignmentLive, ALeadThatNobodyTouchedGoesOnAndOneThatSomebodyTouchedStays) {
  const Result<std::unique_ptr<odoo::Session>> demo = odoo::Session::connect(loop(), target_->demo);
  ASSERT_TRUE(demo) << demo.error().message;
  const int64_t salesperson = (*demo)->info().uid;
  // Odoo takes a lead out of a team that its salesperson is no member of, also when a write is taken back.
  if (own_rules_) membership(salesperson, 300, "");
  deploy_members({{salesperson, 300}}, "");
  Arena arena;
  const int64_t left = lead("left", 900);
  const int64_t worked_on = lead("worked on", 800);
  const int64_t by_hand = lead("by hand", 700);
  const Result<Document> given = run("run", this_team(arena));
  ASSERT_TRUE(given) << given.error().message;
  for (const int64_t id : {left, worked_on, by_hand}) {
    ASSERT_EQ(user_of(id), salesperson);
    age(id, 3);
  }
  const Result<Document> posted = (*demo)->call({.model = "crm.lead",
                                                 .method = "message_post",
                                                 .ids = std::vector<int64_t>{worked_on},
                                                 .kwargs = arena.object({{"body", "Called, they want an offer"}})});
  ASSERT_TRUE(posted) << posted.error().message;
  ASSERT_TRUE(call("crm.lead", "write", {by_hand}, arena.array({arena.object({{"user_id", users_[0]}})})));
  deploy_members({{salesperson, 300}, {users_[1], 300}}, R"("reassign": {"after": "2d"}, "tell": true)");
  const Result<Document> planned = run("plan", this_team(arena));
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(reasons(planned->root()["result"]["reassigned"]), (std::map<int64_t, std::string>{{left, "assigned"}}))
      << value::to_json(planned->root()["result"]);
  EXPECT_EQ(user_of(left), salesperson) << "a plan writes nothing";
  const Document before = read(left);
  const Result<Document> done = run("run", this_team(arena));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(user_of(left), users_[1]) << value::to_json(done->root()["result"]);
  EXPECT_EQ(user_of(worked_on), salesperson);
  EXPECT_EQ(user_of(by_hand), users_[0]);
  const Result<Document> why = run("why", arena.object({{"lead", left}}));
  ASSERT_TRUE(why) << why.error().message;
  EXPECT_THAT(std::string(why->root()["result"]["then"].text()), HasSubstr("without a touch"));
  ASSERT_EQ(notes(left).size(), 1U);
  EXPECT_THAT(notes(left)[0], HasSubstr("without a touch"));
  const Result<Document> undo = ask("writes.undo", "run", done->root()["run"]);
  ASSERT_TRUE(undo) << undo.error().message;
  ASSERT_TRUE(ask("writes.apply", "plan", undo->root()["plan"]));
  EXPECT_EQ(user_of(left), salesperson);
  if (own_rules_) {
    EXPECT_EQ(value::to_json(read(left).root()), value::to_json(before.root()));
  }
}

TEST_P(AssignmentLive, DuplicatesAreMergedByOdooAndTheReportSaysThatItStays) {
  deploy(settings(R"("duplicates": "merge")"));
  Arena arena;
  const std::string address = "buyer" + std::to_string(color_) + "@example.com";
  const int64_t one = lead("one", 100, address);
  const int64_t two = lead("two", 5000, "Buyer <" + address + ">");
  const Result<Document> planned = run("plan", this_team(arena));
  ASSERT_TRUE(planned) << planned.error().message;
  const Document plan =
      Document::build([&](Arena& keep) { return keep.copy(planned->root()["result"]["merges"].at(0)); });
  ASSERT_EQ(plan.root()["state"].text(), "planned") << value::to_json(planned->root());
  const int64_t stays = plan.root()["into"].integer();
  const int64_t goes = stays == one ? two : one;
  EXPECT_EQ(reasons(planned->root()["result"]),
            (std::map<int64_t, std::string>{{stays, "assigned"}, {goes, "duplicate"}}));
  const Result<Document> done = run("run", this_team(arena));
  ASSERT_TRUE(done) << done.error().message;
  const Value merge = done->root()["result"]["merges"].at(0);
  if (!target_->real) {  // the sandbox has no such method: a refusal is named, and the better one is assigned
    EXPECT_EQ(merge["state"].text(), "failed") << value::to_json(merge);
    EXPECT_FALSE(merge["says"].text().empty());
    EXPECT_EQ(done->root()["result"]["applied"]["written"].integer(), 1);
    return;
  }
  EXPECT_EQ(merge["state"].text(), "done") << value::to_json(merge);
  EXPECT_EQ(merge["into"].integer(), stays) << "the one that the plan named";
  EXPECT_EQ(read(stays).root()["team_id"].integer(), team_);
  EXPECT_TRUE(read(stays).root()["user_id"].truthy());
  EXPECT_EQ(there({goes}), 0) << "Odoo deletes what it merged";
  const Result<Document> why = run("why", arena.object({{"lead", stays}}));
  ASSERT_TRUE(why) << why.error().message;
  EXPECT_THAT(std::string(why->root()["result"]["merged"].text()), HasSubstr("lead " + std::to_string(goes)));
  const Result<Document> gone = run("why", arena.object({{"lead", goes}}));
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message, HasSubstr("merged into lead " + std::to_string(stays)));
}

TEST_P(AssignmentLive, ASavedPlanMergesNothing) {
  deploy(settings(R"("duplicates": "merge")"));
  Arena arena;
  const std::string address = "saved" + std::to_string(color_) + "@example.com";
  const std::vector<int64_t> two{lead("one", 100, address), lead("two", 5000, address)};
  const Result<Document> planned = run("run", this_team(arena), true);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_THAT(std::string(planned->root()["plan_text"].text()), Not(HasSubstr("merge_opportunity")));
  EXPECT_EQ(planned->root()["result"]["merges"].at(0)["state"].text(), "left");
  const Result<Document> applied = ask("writes.apply", "plan", planned->root()["plan"]);
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_EQ(there(two), 2);
}

TEST_P(AssignmentLive, TakingARunBackLeavesAMergedLeadWithItsSalesperson) {
  if (!target_->real) GTEST_SKIP() << "the sandbox does not merge";
  deploy(settings(R"("duplicates": "merge")"));
  Arena arena;
  const std::string address = "owned" + std::to_string(color_) + "@example.com";
  const int64_t owned = lead("owned", 100, address);
  ASSERT_TRUE(
      call("crm.lead", "write", {owned}, arena.array({arena.object({{"user_id", users_[0]}, {"team_id", team_}})})));
  const int64_t fresh = lead("fresh", 5000, address);
  ASSERT_TRUE(call("crm.lead", "write", {fresh}, arena.array({arena.object({{"type", "opportunity"}})})));
  const Result<Document> done = run("run", this_team(arena));
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(done->root()["result"]["merges"].at(0)["state"].text(), "done") << value::to_json(done->root()["result"]);
  ASSERT_EQ(read(fresh).root()["user_id"].integer(), users_[0]) << "Odoo gave it the salesperson of the one that goes";
  const Result<Document> undo = ask("writes.undo", "run", done->root()["run"]);
  ASSERT_TRUE(undo) << undo.error().message;
  EXPECT_THAT(value::to_json(undo->root()), HasSubstr("merge_opportunity cannot be taken back"));
  ASSERT_TRUE(ask("writes.apply", "plan", undo->root()["plan"]));
  EXPECT_EQ(read(fresh).root()["user_id"].integer(), users_[0]);
}

// The program ends between Odoo's write and its own record of it; the next one finds the reason.
TEST_P(AssignmentLive, AReasonOutlivesARunThatWasCutOff) {
  deploy(settings(R"("tell": true)"));
  Arena arena;
  const int64_t one = lead("one", 100);
  ASSERT_TRUE(run("run", this_team(arena)));
  ASSERT_EQ(notes(one).size(), 1U);
  const std::optional<std::string> record = kept(one, "assigned");
  ASSERT_TRUE(record);
  host::StoreCommit back;  // what the store holds right after the write
  back.changes = {{"crm.lead:" + std::to_string(one) + ":assigned", std::nullopt},
                  {"crm.lead:" + std::to_string(one) + ":intended", *record},
                  {"intended/" + ordered(one), "2"}};
  ASSERT_TRUE(store().commit("assignment", back));
  deploy(settings(R"("tell": true)"));
  const Result<Document> settled = job("settle");
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(kept(one, "assigned"), record);
  EXPECT_EQ(notes(one).size(), 1U) << "the note is there already: its key is the same";
}

TEST_P(AssignmentLive, ATeamThatTheKeyMayNotWriteStopsAlone) {
  if (!target_->real) GTEST_SKIP() << "the sandbox has no record rules";
  Arena arena;
  const std::string other = "Other " + name_;
  const std::string rule = "[('color', '=', " + std::to_string(color_ + 500000) + ")]";
  const int64_t second =
      create("crm.team", with_rule({{"name", arena.text(other)}, {"use_opportunities", Value::of(true)}}, rule, arena));
  const int64_t mine = lead("mine", 100);
  const int64_t barred = lead("barred", 100);
  ASSERT_TRUE(call("crm.lead", "write", {barred},
                   arena.array({arena.object({{"team_id", second}, {"user_id", false}, {"color", color_ + 500000}})})));
  const Result<Document> model = odoo::Records(*session_).search_read(
      {.model = "ir.model", .domain = arena.array({arena.array({"model", "=", "crm.lead"})}), .fields = {"model"}});
  ASSERT_TRUE(model && model->root().size() == 1);
  const int64_t bar = create(
      "ir.rule", arena.object({{"name", arena.text("no writing on " + other)},
                               {"model_id", model->root().at(0)["id"].integer()},
                               {"domain_force", arena.text("[('team_id', '!=', " + std::to_string(second) + ")]")},
                               {"perm_read", false},
                               {"perm_write", true},
                               {"perm_create", false},
                               {"perm_unlink", false}}));
  const auto member = [](int64_t user) { return R"({"user": )" + std::to_string(user) + R"(, "monthly": 300})"; };
  const auto team = [&](int64_t id, const std::string& domain, int64_t user) {
    return R"({"team": )" + std::to_string(id) + R"(, "domain": ")" + domain + R"(", "members": [)" + member(user) +
           "]}";
  };
  deploy(R"({"youngest_hours": 0, "teams": [)" + team(team_, rule_, users_[0]) + ", " + team(second, rule, users_[1]) +
         "]}");
  const Result<Document> done = run("run", arena.object({{"full", true}}));
  ASSERT_TRUE(call("ir.rule", "unlink", {bar}, Value{}));
  ASSERT_TRUE(done) << done.error().message;
  const Value applied = done->root()["result"]["applied"];
  EXPECT_EQ(user_of(mine), users_[0]) << value::to_json(applied);
  EXPECT_FALSE(read(barred).root()["user_id"].truthy());
  std::string said;
  for (const Value row : applied["failed"].items())
    if (row["lead"].integer() == barred) said = row["message"].text();
  EXPECT_FALSE(said.empty()) << value::to_json(applied);
  ASSERT_TRUE(call("crm.team", "write", {second}, arena.array({arena.object({{"active", false}})})));
}

TEST_P(AssignmentLive, ARuleOfOdooThatBrokeLaterIsNamedAndTheOthersGoOn) {
  if (!target_->real || !own_rules_) GTEST_SKIP() << "this Odoo keeps no rules, or nobody reaches its tables";
  Arena arena;
  const int64_t other =
      create("crm.team", arena.object({{"name", arena.text("Broken " + name_)}, {"use_opportunities", true}}));
  {
    Psql psql(*target_);  // as an app leaves it that was uninstalled
    psql.send("UPDATE crm_team SET assignment_domain = '[(''gone_field'', ''='', 1)]' WHERE id = " +
              std::to_string(other));
    ASSERT_TRUE(psql.close());
  }
  // Odoo keeps what it has read; a write of another field makes it read again.
  ASSERT_TRUE(call("crm.team", "write", {other}, arena.array({arena.object({{"sequence", 90}})})));
  deploy(settings());
  const int64_t one = lead("one", 100);
  const Result<Document> done = run("run", arena.object({{"full", true}}));
  ASSERT_TRUE(call("crm.team", "write", {other}, arena.array({arena.object({{"active", false}})})));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(read(one).root()["team_id"].integer(), team_);
  const std::string problems = value::to_json(done->root()["result"]["problems"]);
  EXPECT_THAT(problems, HasSubstr("gone_field"));
  EXPECT_THAT(problems, HasSubstr("Broken " + name_));
}

TEST_P(AssignmentLive, AFractionOfACapacityIsRoundedAndNoneGivesNothing) {
  deploy(R"({"youngest_hours": 0, "teams": [{"team": )" + std::to_string(team_) + R"(, "domain": ")" + rule_ +
         R"(", "members": [{"user": )" + std::to_string(users_[0]) + R"(, "monthly": 44.9}, {"user": )" +
         std::to_string(users_[1]) + R"(, "monthly": 0}]}]})");
  Arena arena;
  const int64_t best = lead("best", 500);
  const int64_t other = lead("other", 100);
  const Result<Document> done = run("run", this_team(arena));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(reasons(done->root()["result"]), (std::map<int64_t, std::string>{{best, "assigned"}, {other, "capped"}}))
      << "44.9 in 30 days is one a day";
  EXPECT_EQ(user_of(best), users_[0]);
}

// Whoever comes second finds the lead taken, or is told by Odoo that it is being written; nobody gets half of it.
TEST_P(AssignmentLive, TwoHostsAtOnceLeaveEveryLeadWithOneSalesperson) {
  constexpr int kLeads = 40;
  for (int i = 0; i < kLeads; ++i) lead("lead " + std::to_string(i), 10.0 * i);
  deploy_members({{users_[0], 3000}, {users_[1], 3000}}, "");
  const std::unique_ptr<host::Deployment> first = std::move(deployment_);
  session_.reset();
  const std::filesystem::path aside = folder().string() + "-second";
  std::filesystem::remove_all(aside);
  host::Config config;
  config.file = "(test)";
  config.log_level = "error";
  config.data_folder = aside;
  config.grant_all = true;
  config.databases.push_back({"only", target_->admin});
  config.plugin_folders.emplace_back(OUTRIGGER_PLUGINS);
  host::PluginConfig plugin;
  plugin.id = "assignment";
  plugin.config = std::move(*value::read_json(R"({"youngest_hours": 0, "teams": [{"team": )" + std::to_string(team_) +
                                              R"(, "domain": ")" + rule_ + R"(", "members": [{"user": )" +
                                              std::to_string(users_[1]) + R"(, "monthly": 3000}]}]})"));
  config.plugins.push_back(std::move(plugin));
  host::Deployment second(std::move(config));
  Arena arena;
  const Value team = this_team(arena);
  Result<Document> one = Error{};
  Result<Document> other = Error{};
  std::thread beside([&] { other = run_command(second, "assignment", "run", team, false); });
  one = run_command(*first, "assignment", "run", team, false);
  beside.join();
  ASSERT_TRUE(one || other) << one.error().message << "; " << other.error().message;
  deploy_members({{users_[0], 3000}, {users_[1], 3000}}, "");
  int64_t said = 0;
  for (const Result<Document>* each : {&one, &other}) {
    if (!*each) continue;
    const Value applied = (*each)->root()["result"]["applied"];
    said += applied["written"].integer();
    EXPECT_EQ(applied["unknown"].size(), 0U);
  }
  EXPECT_GE(said, kLeads);
  for (const int64_t id : leads_) {
    const Document now = read(id);
    EXPECT_EQ(now.root()["team_id"].integer(), team_);
    EXPECT_EQ(now.root()["type"].text(), "opportunity");
    EXPECT_TRUE(now.root()["user_id"].integer() == users_[0] || now.root()["user_id"].integer() == users_[1]);
  }
  std::filesystem::remove_all(aside);
}

TEST_P(AssignmentLive, OdoosOwnButtonAtTheSameMomentDoesNoHarm) {
  if (!target_->real || !own_rules_) GTEST_SKIP() << "this Odoo assigns nothing by itself";
  constexpr int kLeads = 40;
  for (int i = 0; i < kLeads; ++i) lead("lead " + std::to_string(i), 10.0 * i);
  deploy(settings());
  const Result<std::unique_ptr<odoo::Session>> button = odoo::Session::connect(loop(), target_->admin);
  ASSERT_TRUE(button) << button.error().message;
  Arena arena;
  Result<Document> odoo = Error{};
  std::thread beside([&] {
    odoo = (*button)->call({.model = "crm.team", .method = "action_assign_leads", .ids = std::vector<int64_t>{team_}});
  });
  const Result<Document> ours = run("run", this_team(arena));
  beside.join();
  ASSERT_TRUE(ours) << ours.error().message;
  ASSERT_TRUE(odoo) << odoo.error().message;
  int given = 0;
  for (const int64_t id : leads_) {
    const Document now = read(id);
    const int64_t user = now.root()["user_id"].integer();
    EXPECT_EQ(now.root()["team_id"].integer(), team_) << "Odoo gives the team to every lead that its rule matches";
    given += user != 0 ? 1 : 0;
    if (user == 0) continue;
    EXPECT_TRUE(user == users_[0] || user == users_[1]);
    EXPECT_EQ(now.root()["type"].text(), "opportunity");
  }
  EXPECT_GE(given, 3) << "a day's room of both";
  EXPECT_LE(given, 6) << "at most once by each engine";
}

INSTANTIATE_TEST_SUITE_P(Sandbox19, AssignmentLive, testing::Values("Sandbox19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Sandbox14, AssignmentLive, testing::Values("Sandbox14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real19, AssignmentLive, testing::Values("Real19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real14, AssignmentLive, testing::Values("Real14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(RealSource, AssignmentLive, testing::Values("RealSource"), kTargetName);

}  // namespace
}  // namespace outrigger::contract
