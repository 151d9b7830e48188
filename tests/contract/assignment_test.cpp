// The assignment plugin, as the program runs it: on the sandbox and on real Odoos, with rules that Odoo keeps (19) or
// the configuration does (14). What it writes is read back, what it plans is applied and taken back.
#include "tests/contract/assignment_rig.hpp"

namespace outrigger::contract {
namespace {

using testing::HasSubstr;

class Assignment : public AssignmentRig {};

TEST_P(Assignment, AssignsWithinTheRoomAndSaysWhyForEveryLead) {
  deploy(settings());
  Arena arena;
  const int64_t best = lead("best", 9000);
  const int64_t good = lead("good", 5000);
  const int64_t fair = lead("fair", 1000);
  const int64_t last = lead("last", 10);
  const Value team = arena.object({{"team", arena.text(name_)}});
  const Result<Document> done = run("run", team);
  ASSERT_TRUE(done) << done.error().message;
  const Value result = done->root()["result"];
  EXPECT_EQ(reasons(result), (std::map<int64_t, std::string>{
                                 {best, "assigned"}, {good, "assigned"}, {fair, "assigned"}, {last, "capped"}}))
      << value::to_json(result);
  EXPECT_EQ(result["applied"]["written"].integer(), 3);
  std::map<int64_t, int> given;
  for (const int64_t id : {best, good, fair}) {
    const Document now = read(id);
    EXPECT_EQ(now.root()["team_id"].integer(), team_);
    EXPECT_EQ(now.root()["type"].text(), "opportunity");
    EXPECT_TRUE(now.root()["date_open"].is_string());
    EXPECT_TRUE(now.root()["date_conversion"].is_string());
    ++given[now.root()["user_id"].integer()];
  }
  EXPECT_EQ(given, (std::map<int64_t, int>{{users_[0], 2}, {users_[1], 1}}));
  // A lead of no company gets that of the one who assigns, not just any of the companies that they may see.
  const int64_t me = session_->info().uid;
  const Result<Document> own = odoo::Records(*session_).read("res.users", {me}, {"company_id"});
  const Result<Document> now = odoo::Records(*session_).read("crm.lead", {best, good, fair}, {"company_id"});
  ASSERT_TRUE(own && now);
  for (const Value row : now->root().items())
    if (row["company_id"].truthy()) {
      EXPECT_EQ(row["company_id"].integer(), own->root().at(0)["company_id"].integer());
    }
  EXPECT_FALSE(read(last).root()["user_id"].truthy());
  const Result<Document> why = run("why", arena.object({{"lead", best}}));
  ASSERT_TRUE(why) << why.error().message;
  EXPECT_THAT(std::string(why->root()["result"]["then"].text()), HasSubstr(name_));
}

TEST_P(Assignment, APlanIsAppliedAsItIsAndTakenBack) {
  deploy(settings());
  Arena arena;
  const int64_t first = lead("first", 9000);
  const int64_t taken = lead("taken", 5000);
  const Document before = read(first);
  const Value team = arena.object({{"team", arena.text(name_)}});
  const Result<Document> planned = run("run", team, true);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->root()["result"]["applied"]["planned"].integer(), 2);
  EXPECT_FALSE(read(first).root()["user_id"].truthy()) << "a plan writes nothing";
  // Somebody takes a lead before the plan is applied.
  const Result<Document> edit = call("crm.lead", "write", {taken}, arena.array({arena.object({{"user_id", 2}})}));
  ASSERT_TRUE(edit) << edit.error().message;
  const Result<Document> applied = ask("writes.apply", "plan", planned->root()["plan"]);
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_THAT(value::to_json(applied->root()), HasSubstr("has changed since the plan was made"));
  EXPECT_EQ(read(first).root()["team_id"].integer(), team_);
  EXPECT_EQ(read(taken).root()["user_id"].integer(), 2);
  const Result<Document> why = run("why", arena.object({{"lead", first}}));
  ASSERT_TRUE(why) << why.error().message;
  EXPECT_THAT(std::string(why->root()["result"]["then"].text()), HasSubstr(name_)) << "a plan leaves its reason";
  EXPECT_TRUE(run("why", arena.object({{"lead", taken}}))->root()["result"]["then"].is_null());
  const Result<Document> undo = ask("writes.undo", "run", applied->root()["run"]);
  ASSERT_TRUE(undo) << undo.error().message;
  const Result<Document> undone = ask("writes.apply", "plan", undo->root()["plan"]);
  ASSERT_TRUE(undone) << undone.error().message;
  EXPECT_EQ(value::to_json(read(first).root()), value::to_json(before.root())) << value::to_json(undone->root());
}

TEST_P(Assignment, ABrokenRuleAnArchivedMemberAndANegativeCapacityAreNamed) {
  if (!own_rules_) GTEST_SKIP() << "this Odoo keeps no rules";
  Arena arena;
  const int64_t other = user("Old " + name_);
  membership(other, 60, "");
  const int64_t third = user("Third " + name_);
  membership(third, -30, "");
  // Odoo itself refuses such rules where it looks; a field that was removed later makes one all the same.
  deploy(settings(R"("teams": [{"team": ")" + name_ + R"(", "domain": ")" + rule_ +
                  R"("}, {"team": 1, "domain": "[('no_such_field', '=', 1)]"}])"));
  const Result<Document> archived =
      call("res.users", "write", {other}, arena.array({arena.object({{"active", false}})}));
  ASSERT_TRUE(archived) << archived.error().message;
  const int64_t one = lead("one", 100);
  const Result<Document> plan = run("plan", arena.object({{"full", true}}));
  ASSERT_TRUE(plan) << plan.error().message;
  const Value result = plan->root()["result"];
  EXPECT_EQ(reasons(result).at(one), "assigned") << value::to_json(result["problems"]);
  const std::string problems = value::to_json(result["problems"]);
  EXPECT_THAT(problems, HasSubstr("no_such_field"));
  EXPECT_THAT(problems, HasSubstr("matches nothing, because it cannot be read"));
  EXPECT_THAT(problems, HasSubstr("the capacity is -30.0"));
  for (const Value row : result["rows"].items()) EXPECT_NE(row["user"].integer(), other);
}

TEST_P(Assignment, DuplicatesWaitForAPersonOrAreKept) {
  deploy(settings());
  Arena arena;
  const std::string address = "buyer" + std::to_string(color_) + "@example.com";
  const int64_t one = lead("one", 100, address);
  const int64_t two = lead("two", 100, "Buyer <" + address + ">");
  const Value team = arena.object({{"team", arena.text(name_)}});
  const Result<Document> reported = run("plan", team);
  ASSERT_TRUE(reported) << reported.error().message;
  EXPECT_EQ(reasons(reported->root()["result"]),
            (std::map<int64_t, std::string>{{one, "assigned"}, {two, "duplicate"}}));
  deploy(settings(R"("duplicates": "keep")"));
  const Result<Document> kept = run("plan", team);
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(reasons(kept->root()["result"]), (std::map<int64_t, std::string>{{one, "assigned"}, {two, "assigned"}}));
}

TEST_P(Assignment, EveryEngineKeepsTheRoomAndThePlanIsTheSameAgain) {
  Arena arena;
  for (int i = 0; i < 5; ++i) lead("lead " + std::to_string(i), 100.0 * i);
  const Value team = arena.object({{"team", arena.text(name_)}});
  for (const char* engine : {"fair", "odoo", "value"}) {
    deploy(settings(R"("engine": ")" + std::string(engine) + R"(")"));
    const Result<Document> first = run("plan", team);
    const Result<Document> second = run("plan", team);
    ASSERT_TRUE(first && second) << engine << ": " << first.error().message;
    EXPECT_EQ(first->root()["result"]["rows"], second->root()["result"]["rows"]) << engine;
    EXPECT_EQ(first->root()["result"]["assigned"].integer(), 3) << engine;
  }
}

TEST_P(Assignment, TheValueOfALeadIsWhatAMemberMakesOfSuchLeads) {
  Arena arena;
  const Result<Document> stages = odoo::Records(*session_).search_read(
      {.model = "crm.stage", .domain = arena.array({arena.array({"is_won", "=", true})}), .fields = {"name"}});
  ASSERT_TRUE(stages && stages->root().size() > 0);
  const int64_t won = stages->root().at(0)["id"].integer();
  const std::string names[] = {"Web " + name_, "Fair " + name_};
  const int64_t sources[] = {create("utm.source", arena.object({{"name", arena.text(names[0])}})),
                             create("utm.source", arena.object({{"name", arena.text(names[1])}}))};
  std::vector<Value> closed;
  for (size_t who = 0; who < 2; ++who)
    for (size_t source = 0; source < 2; ++source)
      for (int i = 0; i < 8; ++i) {
        std::vector<Field> lead{{"name", Value::of("closed")},
                                {"type", Value::of("opportunity")},
                                {"user_id", Value::of(users_[who])},
                                {"team_id", Value::of(team_)},
                                {"source_id", Value::of(sources[source])}};
        if (who == source) {
          lead.push_back({"stage_id", Value::of(won)});
        } else {
          lead.push_back({"active", Value::of(false)});
          lead.push_back({"probability", Value::of(0.0)});
        }
        closed.push_back(arena.object(lead));
      }
  const Result<Document> made = odoo::Records(*session_).create("crm.lead", arena.array(closed));
  ASSERT_TRUE(made) << made.error().message;
  for (const Value id : made->root().items()) leads_.push_back(id.integer());
  // As if they had been given long ago: what was given today takes room.
  ASSERT_TRUE(call("crm.lead", "write", std::vector<int64_t>(leads_),
                   arena.array({arena.object({{"date_open", "2020-01-01 08:00:00"}})})));
  int64_t fresh[2];
  for (size_t source = 0; source < 2; ++source) {
    fresh[source] = lead("fresh", 1000);
    ASSERT_TRUE(call("crm.lead", "write", {fresh[source]},
                     arena.array({arena.object({{"source_id", sources[source]}, {"probability", 50.0}})})));
  }
  deploy(settings(R"("engine": "value", "kinds": ["source_id", "expected_revenue"])"));
  const Result<Document> plan = run("plan", arena.object({{"team", arena.text(name_)}}));
  ASSERT_TRUE(plan) << plan.error().message;
  const Value result = plan->root()["result"];
  for (const Value row : result["rows"].items())
    for (size_t source = 0; source < 2; ++source) {
      if (row["lead"].integer() != fresh[source]) continue;
      EXPECT_EQ(row["user"].integer(), users_[source]) << value::to_json(row);
      EXPECT_THAT(std::string(row["why"].text()), HasSubstr("won 8 of 8 such leads (Source: " + names[source] + ")"));
    }
  EXPECT_EQ(result["assigned"].integer(), 2);
  EXPECT_THAT(value::to_json(result["problems"]), HasSubstr("kinds has `expected_revenue`, which is no field"));
}

INSTANTIATE_TEST_SUITE_P(Sandbox19, Assignment, testing::Values("Sandbox19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Sandbox14, Assignment, testing::Values("Sandbox14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real19, Assignment, testing::Values("Real19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real14, Assignment, testing::Values("Real14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(RealSource, Assignment, testing::Values("RealSource"), kTargetName);

}  // namespace
}  // namespace outrigger::contract
