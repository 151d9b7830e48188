// The plugin as it is, in a host that is none: what people see of a plan, what is written, and what is left alone.
#include <gmock/gmock.h>

#include "small_team.hpp"

namespace outrigger::assignment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::map<int64_t, std::string> reasons(const Result<Document>& reply) {
  std::map<int64_t, std::string> all;
  for (const Value row : reply->root()["rows"].items()) all[row["lead"].integer()] = row["reason"].text();
  return all;
}

std::string problems(const Result<Document>& reply) {
  std::string all;
  for (const Value one : reply->root()["problems"].items()) all += std::string(one.text()) + "\n";
  return all;
}

Value written(const testkit::FakeHost& host, int64_t lead) {
  for (const testkit::Write& write : host.writes())
    for (const Value row : write.values["rows"].items())
      if (row["id"].integer() == lead) return row;
  return {};
}

TEST(Plan, EveryLeadHasOneReason) {
  SmallTeam odoo;
  odoo.host.odoo().parameter("crm.assignment.delay", "2");
  odoo.skip_south = true;
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.color = 2};
  odoo.leads[3] = {.color = 3};
  odoo.leads[4] = {.color = 1, .created = "2025-12-31 23:00:00"};
  odoo.leads[5] = {.color = 1, .created = "2025-01-01 00:00:00"};
  odoo.leads[6] = {.color = 1, .email = "a@x.example"};
  odoo.leads[7] = {.probability = 20, .color = 1, .email = "a@x.example"};
  odoo.leads[8] = {.probability = 1, .color = 1};
  odoo.leads[9] = {.probability = 2, .color = 1};
  odoo.leads[10] = {.color = 1, .opened = "2025-12-21 08:00:00"};
  FakePlugin plugin = odoo.start({{"oldest_days", 30}});
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(reasons(plan), (std::map<int64_t, std::string>{{1, "assigned"},
                                                           {2, "manual"},
                                                           {3, "no_rule"},
                                                           {4, "too_new"},
                                                           {5, "too_old"},
                                                           {6, "assigned"},
                                                           {7, "duplicate"},
                                                           {8, "capped"},
                                                           {9, "assigned"},
                                                           {10, "excluded"}}));
  for (const Value row : plan->root()["rows"].items()) EXPECT_FALSE(row["why"].text().empty()) << row["lead"].integer();
  EXPECT_TRUE(odoo.host.writes().empty());
}

TEST(Plan, OfManyLeadsWithOneAddressTheBestIsAssigned) {
  SmallTeam odoo;
  for (int64_t id = 1; id <= 3000; ++id)
    odoo.leads[id] = {.probability = id == 1234 ? 90.0 : 50.0, .color = 1, .email = "info@x.example"};
  FakePlugin plugin = odoo.start();
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  const std::map<int64_t, std::string> all = reasons(plan);
  EXPECT_EQ(all.at(1234), "assigned");
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const auto& one) { return one.second == "duplicate"; }), 2999);
}

TEST(Plan, IsATableForAPersonInBothLanguages) {
  SmallTeam odoo;
  odoo.leads[1] = {.revenue = 1000, .color = 1};
  FakePlugin plugin = odoo.start();
  ASSERT_TRUE(plugin.command("plan"));
  EXPECT_THAT(plugin.said(), HasSubstr("Lead 1"));
  EXPECT_THAT(plugin.said(),
              HasSubstr("rule of North: [('color', '=', 1)]; least loaded of those who may take it; 0 of 2"));
  EXPECT_THAT(plugin.said(), HasSubstr("nothing was written"));
  ASSERT_TRUE(plugin.command("plan", {}, {.locale = "vi"}));
  EXPECT_THAT(plugin.said(), HasSubstr("quy tắc của North"));
  EXPECT_THAT(plugin.said(), HasSubstr("chưa ghi gì"));
}

TEST(Run, WritesTeamSalespersonAndConversionAndNothingElse) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1, .type = "lead"};
  odoo.leads[2] = {.team = 2, .color = 3};
  FakePlugin plugin = odoo.start();
  const Result<Document> run = plugin.command("run", {}, {.json = true});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->root()["applied"]["written"].integer(), 2);
  const Value first = written(odoo.host, 1);
  EXPECT_EQ(first["user_id"].integer(), 11);
  EXPECT_EQ(first["team_id"].integer(), 1);
  EXPECT_EQ(first["type"].text(), "opportunity");
  EXPECT_EQ(first["date_conversion"].text(), "2026-01-01 00:00:00");
  const Value second = written(odoo.host, 2);  // it was in South already, an opportunity already
  EXPECT_EQ(second["user_id"].integer(), 13);
  EXPECT_FALSE(second.has("team_id") || second.has("type"));
  ASSERT_EQ(odoo.host.writes().size(), 1U) << "many leads, one call";
  EXPECT_TRUE(odoo.host.writes()[0].context["mail_auto_subscribe_no_notify"].truthy());
  const Result<Document> again = plugin.command("run", {}, {.json = true});
  EXPECT_EQ(again->root()["leads"].integer(), 0);
}

TEST(Run, APlanIsCollectedByTheHostAndNothingIsSent) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  FakePlugin plugin = odoo.start({{"tell", true}});
  const Result<Document> plan = plugin.command("run", {}, {.plan = true, .json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->root()["applied"]["planned"].integer(), 1);
  EXPECT_EQ(plan->root()["applied"]["written"].integer(), 0);
  EXPECT_TRUE(odoo.host.writes().empty());
  EXPECT_EQ(odoo.host.odoo().planned().size(), 2U) << "the lead, and the note on it";
  EXPECT_TRUE(odoo.host.odoo().row("crm.lead", 1)["user_id"].is_null());
}

TEST(Run, OneTeamAlsoWhenItIsLeftOut) {
  SmallTeam odoo;
  odoo.skip_south = true;
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.color = 2};
  FakePlugin plugin = odoo.start();
  ASSERT_TRUE(plugin.command("run", {{"team", "South"}}, {.json = true}));
  EXPECT_EQ(odoo.host.odoo().row("crm.lead", 2)["user_id"].integer(), 13);
  EXPECT_TRUE(odoo.host.odoo().row("crm.lead", 1)["user_id"].is_null());
  const Result<Document> unknown = plugin.command("run", {{"team", "West"}}, {.json = true});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("there is no active team `West`; there are North, South"));
}

TEST(Run, ALeadThatChangedMeanwhileIsLeftAloneAndNamed) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.color = 1};
  FakePlugin plugin = odoo.start();
  odoo.host.odoo().answers(
      "crm.lead", "read", Document::build([](Arena& arena) {
        const auto row = [&](int64_t id, Value user) {
          return arena.object(
              {{"id", id}, {"user_id", user}, {"team_id", Value{}}, {"active", true}, {"won_status", "pending"}});
        };
        return arena.array({row(1, Value::of(14)), row(2, Value{})});
      }));
  const Result<Document> run = plugin.command("run", {}, {.json = true});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->root()["applied"]["written"].integer(), 1);
  ASSERT_EQ(run->root()["applied"]["moved"].size(), 1U);
  EXPECT_EQ(run->root()["applied"]["moved"].at(0).integer(), 1);
  EXPECT_TRUE(written(odoo.host, 1).is_null());
}

TEST(Run, ARightThatIsMissingOnOneTeamStopsThatTeamAlone) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.color = 2};
  FakePlugin plugin = odoo.start();
  const auto done = testkit::keep(
      Document::build([](Arena& arena) {
        return arena.object({{"done", arena.array({2})}, {"unknown", arena.array({})}, {"failed", arena.array({})}});
      }).root());
  odoo.host.odoo()
      .fails("crm.lead", "write_rows", Code::kAccess, "no write access")
      .fails("crm.lead", "write_rows", Code::kAccess, "no write access to leads of North")
      .answers("crm.lead", "write_rows", done);
  const Result<Document> run = plugin.command("run", {}, {.json = true});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->root()["applied"]["written"].integer(), 1);
  ASSERT_EQ(run->root()["applied"]["failed"].size(), 1U);
  EXPECT_EQ(run->root()["applied"]["failed"].at(0)["lead"].integer(), 1);
  EXPECT_THAT(run->root()["applied"]["failed"].at(0)["message"].text(), HasSubstr("leads of North"));
}

TEST(BadInput, ABrokenRuleIsNamedAndTheOthersGoOn) {
  SmallTeam odoo;
  odoo.south = Document::build([](Arena& arena) { return arena.array({"|", arena.array({"color", "=", 2})}); });
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.color = 2};
  FakePlugin plugin = odoo.start();
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(reasons(plan), (std::map<int64_t, std::string>{{1, "assigned"}, {2, "no_rule"}}));
  EXPECT_THAT(problems(plan), HasSubstr("the rule of South matches nothing, because it cannot be read"));
}

TEST(BadInput, AnUndecidableRuleIsAskedOfOdooAndSaidSo) {
  SmallTeam odoo;
  odoo.host.withhold("outrigger.domain/1");
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.color = 2};
  FakePlugin plugin = odoo.start();
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(reasons(plan), (std::map<int64_t, std::string>{{1, "assigned"}, {2, "assigned"}}));
  EXPECT_EQ(plan->root()["asked_of_odoo"].size(), 2U);
  EXPECT_THAT(std::string(plan->root()["asked_of_odoo"].at(0).text()),
              HasSubstr("the rule of North was asked of Odoo"));
}

TEST(BadInput, ArchivedMembersAndNegativeCapacityAreNamed) {
  SmallTeam odoo;
  odoo.members = {SmallTeam::member(1, 1, 14, 60), SmallTeam::member(2, 1, 12, -30)};
  odoo.leads[1] = {.color = 1};
  FakePlugin plugin = odoo.start();
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(reasons(plan).at(1), "capped");
  EXPECT_THAT(problems(plan), HasSubstr("North / Old: the user is archived"));
  EXPECT_THAT(problems(plan), HasSubstr("North / Pierre: the capacity is -30.0"));
}

TEST(Config, RulesAndMembersMayStandThere) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 7};
  FakePlugin plugin = odoo.start(
      {{"teams", Document::build([](Arena& arena) {
          const Value domain = arena.array({arena.array({"color", "=", 7})});
          const Value half = arena.object({{"user", "Tom"}, {"monthly", 44.9}});
          const Value nobody = arena.object({{"user", "Nobody"}});
          return arena.array(
              {arena.object({{"team", "North"}, {"domain", domain}, {"members", arena.array({half, nobody})}}),
               arena.object({{"team", "West"}})});
        })}});
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(reasons(plan).at(1), "assigned");
  EXPECT_EQ(plan->root()["rows"].at(0)["user"].integer(), 13);
  EXPECT_EQ(plan->root()["members"].at(0)["room"].integer(), 1) << "44.9 in 30 days is 1 a day";
  EXPECT_THAT(problems(plan), HasSubstr("has `Nobody`, who is no user"));
  EXPECT_THAT(problems(plan), HasSubstr("names `West`, which is no active team"));
}

TEST(Config, WhatNoSchemaCanSayIsRefusedInASentence) {
  SmallTeam odoo;
  FakePlugin plugin = odoo.start();
  const Result<void> refused = plugin.reconfigure({{"duplicates", "delete"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("it may be report, keep or merge"));
  const Result<void> never = plugin.reconfigure({{"every", "15x"}});
  ASSERT_FALSE(never);
  EXPECT_THAT(never.error().message, HasSubstr("a number with m, h, d or w"));
  const Result<void> untouched = plugin.reconfigure({{"reassign", testkit::keep(Object{{"after", "soon"}}.value())}});
  ASSERT_FALSE(untouched);
  EXPECT_THAT(untouched.error().message, HasSubstr("reassign.after is `soon`; it is a number with m, h, d or w"));
}

TEST(Config, TheEngineOdooGivesTheSamePlanForTheSameSeed) {
  SmallTeam odoo;
  odoo.north = Document();
  odoo.south = Document();
  for (int64_t id = 1; id <= 8; ++id) odoo.leads[id] = {};
  FakePlugin plugin = odoo.start({{"engine", "odoo"}, {"seed", 5}});
  const Result<Document> first = plugin.command("plan", {}, {.json = true});
  const Result<Document> second = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->root(), second->root());
  std::map<int64_t, int> given;
  for (const Value row : first->root()["rows"].items()) {
    EXPECT_NE(row["team"].integer(), 0) << "every lead that a team wants gets one";
    if (row["reason"].text() == "assigned") ++given[row["user"].integer()];
  }
  for (const auto& [user, count] : given) EXPECT_LE(count, user == 11 ? 2 : 1);
}

TEST(Run, TheEngineOdooGivesATeamAlsoWhereNoMemberHasRoom) {
  SmallTeam odoo;
  odoo.leads[1] = {.probability = 90, .color = 2, .type = "lead"};
  odoo.leads[2] = {.probability = 10, .color = 2, .type = "lead"};
  FakePlugin plugin = odoo.start({{"engine", "odoo"}});
  ASSERT_TRUE(plugin.command("run", {}, {.json = true}));
  EXPECT_EQ(written(odoo.host, 1)["user_id"].integer(), 13);
  EXPECT_EQ(written(odoo.host, 2)["team_id"].integer(), 2);
  EXPECT_FALSE(written(odoo.host, 2).has("user_id") || written(odoo.host, 2).has("type"));
}

TEST(Scores, ComeFromScoringWhereItPublishesThem) {
  SmallTeam odoo;
  odoo.leads[1] = {.probability = 90, .color = 2};
  odoo.leads[2] = {.probability = 10, .color = 2};
  odoo.host.shared().publish(
      "scoring.score", "crm.lead", 2, Document::build([](Arena& arena) {
        return arena.object({{"score", 95.0}, {"probability", 95.0}, {"reasons", arena.array({})}});
      }));
  FakePlugin plugin = odoo.start();
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(reasons(plan), (std::map<int64_t, std::string>{{1, "capped"}, {2, "assigned"}}));
}

TEST(Why, SaysWhatWasSaidWhenItWasAssigned) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  FakePlugin plugin = odoo.start();
  ASSERT_TRUE(plugin.command("why", {{"lead", 1}}));
  EXPECT_THAT(plugin.said(), HasSubstr("a run would give it to Lan"));
  ASSERT_TRUE(plugin.command("run"));
  ASSERT_TRUE(plugin.command("why", {{"lead", 1}}));
  EXPECT_THAT(plugin.said(), HasSubstr("Lan of North has it"));
  EXPECT_THAT(plugin.said(), HasSubstr("assigned on 2026-01-01 00:00:00 UTC to Lan: rule of North"));
  ASSERT_TRUE(plugin.command("why", {{"lead", 1}}, {.locale = "vi"}));
  EXPECT_THAT(plugin.said(), HasSubstr("đã giao lúc 2026-01-01 00:00:00 UTC cho Lan"));
  EXPECT_FALSE(plugin.command("why", {{"lead", 99}}));
}

TEST(Why, SaysThatAnAssignmentIsNotInForceAnyMore) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  FakePlugin plugin = odoo.start();
  ASSERT_TRUE(plugin.command("run"));
  ASSERT_TRUE(plugin.command("why", {{"lead", 1}}));
  EXPECT_THAT(plugin.said(), Not(HasSubstr("taken back")));
  odoo.put();  // as it was before
  ASSERT_TRUE(plugin.command("why", {{"lead", 1}}));
  EXPECT_THAT(plugin.said(), HasSubstr("to Lan: rule of North"));
  EXPECT_THAT(plugin.said(), HasSubstr("; since then it was taken back, or somebody changed the salesperson"));
}

TEST(Unassigned, SaysWhoWaitsAndWhatIsAtStake) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.probability = 50, .revenue = 3000, .color = 9};
  FakePlugin plugin = odoo.start();
  const Result<Document> waiting = plugin.command("unassigned", {}, {.json = true});
  ASSERT_TRUE(waiting) << waiting.error().message;
  EXPECT_EQ(waiting->root()["waiting"].integer(), 1);
  EXPECT_EQ(waiting->root()["at_stake"].number(), 1500);
  EXPECT_EQ(waiting->root()["assigned_by_a_run"].integer(), 1);
}

Changed fresh(int64_t id) {
  return Changed(id).delivery("d" + std::to_string(id)).after({{"user_id", Value{}}, {"active", true}});
}

TEST(Live, ANewLeadIsAssignedOnceAlsoWhenTheDeliveryIsRepeated) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.color = 1};
  FakePlugin plugin = odoo.start({{"live", true}, {"tell", true}});
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto said = plugin.changes("crm.lead", {fresh(1)});
    ASSERT_TRUE(said) << said.error().message;
    EXPECT_EQ(said->at(0).outcome, "done");
  }
  EXPECT_EQ(odoo.host.odoo().row("crm.lead", 1)["user_id"].integer(), 11);
  EXPECT_TRUE(odoo.host.odoo().row("crm.lead", 2)["user_id"].is_null()) << "another lead waits for its own turn";
  ASSERT_EQ(odoo.host.writes().size(), 2U);
  EXPECT_EQ(odoo.host.writes()[0].delivery, "d1");
  EXPECT_THAT(odoo.host.writes()[1].body, HasSubstr("Đã giao cho Lan")) << "in the salesperson's language";
}

TEST(Live, NothingHappensUnlessTheConfigurationSaysSo) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  FakePlugin plugin = odoo.start();
  ASSERT_TRUE(plugin.changes("crm.lead", {fresh(1)}));
  EXPECT_TRUE(odoo.host.writes().empty());
}

TEST(Job, RunsWhenTheConfigurationSaysAndAssignsWhatWaits) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  FakePlugin plugin = odoo.start({{"every", "15m"}});
  EXPECT_EQ(odoo.host.schedule().job("assign").every_ms, 900'000);
  const Result<Document> report = plugin.job("assign");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(std::string(report->root()["note"].text()), HasSubstr("1 of 1 leads assigned"));
  ASSERT_TRUE(plugin.reconfigure({{"cron", "0 7 * * *"}, {"zone", "Asia/Ho_Chi_Minh"}}));
  EXPECT_EQ(odoo.host.schedule().job("assign").cron, "0 7 * * *");
  ASSERT_TRUE(plugin.reconfigure({}));
  EXPECT_TRUE(odoo.host.schedule().job("assign").cancelled);
}

TEST(Health, WarnsOfTwoEnginesAndOfRulesThatNobodySees) {
  SmallTeam odoo;
  odoo.automatic = true;
  FakePlugin both = odoo.start({{"live", true}});
  const Result<Document> found = both.health();
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->root().size(), 2U) << "the second is about leave";
  EXPECT_THAT(std::string(found->root().at(1)["text"].text()), HasSubstr("Time Off is not installed"));
  EXPECT_EQ(found->root().at(0)["level"].text(), "warn");
  EXPECT_THAT(std::string(found->root().at(0)["text"].text()), HasSubstr("two engines assign leads"));
  EXPECT_THAT(std::string(found->root().at(0)["remedy"].text()), HasSubstr("Manually"));
  EXPECT_THAT(std::string(both.health("vi")->root().at(0)["text"].text()), HasSubstr("hai bộ máy"));
  odoo.automatic = false;
  odoo.enabled = false;
  FakePlugin hidden = odoo.start();
  EXPECT_THAT(std::string(hidden.health()->root().at(0)["text"].text()), HasSubstr("shows no rules of assignment"));
}

}  // namespace
}  // namespace outrigger::assignment
