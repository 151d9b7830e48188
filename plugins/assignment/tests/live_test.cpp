// Assignment over time: people on leave, runs that are killed, saved plans, kinds of leads, duplicates that are merged.
#include <gmock/gmock.h>

#include "watched.hpp"

namespace outrigger::assignment {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kDay = std::chrono::hours(24);

TEST(Leave, WhoIsAwayGetsNothingAndEverybodyReadsWhy) {
  SmallTeam odoo;
  odoo.host.odoo().rows("hr.employee.public", {employee(1, 11, true, "2026-01-09"), employee(2, 12, false, nullptr)});
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.probability = 40, .color = 1};
  FakePlugin plugin = odoo.start();
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->root()["rows"].at(0)["user"].integer(), 12) << "Lan is away, so Pierre gets the better one";
  EXPECT_EQ(plan->root()["rows"].at(1)["reason"].text(), "capped");
  EXPECT_THAT(std::string(plan->root()["rows"].at(1)["why"].text()), HasSubstr("; Lan: on leave, back on 2026-01-09"));
  ASSERT_TRUE(plugin.command("plan"));
  EXPECT_THAT(plugin.said(), HasSubstr("paused: on leave, back on 2026-01-09"));
  ASSERT_TRUE(plugin.command("unassigned", {}, {.locale = "vi"}));
  EXPECT_THAT(plugin.said(), HasSubstr("Lan: đang nghỉ, trở lại ngày 2026-01-09"));
  EXPECT_THAT(std::string(plugin.health()->root().at(1)["text"].text()), HasSubstr("leave of salespeople is seen"));
  FakePlugin off = odoo.start({{"leave", false}});
  EXPECT_EQ(off.command("plan", {}, {.json = true})->root()["assigned"].integer(), 2);
}

TEST(Leave, WhatNobodyHasApprovedIsNone) {
  SmallTeam odoo;
  const auto with_state = [](int64_t id, int64_t user, const char* state) {
    return Object{{"id", id},
                  {"user_id", user},
                  {"is_absent", true},
                  {"leave_date_to", "2026-01-09"},
                  {"current_leave_state", state}};
  };
  odoo.host.odoo().rows("hr.employee.public", {with_state(1, 11, "confirm"), with_state(2, 12, "validate")});
  odoo.leads[1] = {.color = 1};
  FakePlugin plugin = odoo.start();
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->root()["rows"].at(0)["user"].integer(), 11);
  EXPECT_EQ(plan->root()["members"].size(), 3U) << "Lan and Tom, and Pierre, who is paused";
}

TEST(Leave, WhatCannotBeSeenIsSaidWhereItIsAskedForAndStopsNobody) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  FakePlugin silent = odoo.start();
  ASSERT_TRUE(silent.command("plan"));
  EXPECT_THAT(silent.said(), Not(HasSubstr("leave")));
  FakePlugin asked = odoo.start({{"leave", true}});
  ASSERT_TRUE(asked.command("plan"));
  EXPECT_THAT(asked.said(), HasSubstr("leave of salespeople cannot be seen: Odoo's Time Off is not installed"));
  EXPECT_THAT(asked.said(), HasSubstr("Lan"));
  EXPECT_EQ(asked.health()->root().at(1)["level"].text(), "warn");
  odoo.host.odoo().rows("hr.employee.public", {employee(1, 11, true, nullptr)});
  odoo.host.odoo().fails("hr.employee.public", "search_read", Code::kAccess, "no right to read employees");
  const Result<Document> plan = asked.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->root()["assigned"].integer(), 1);
  EXPECT_THAT(std::string(asked.health()->root().at(1)["text"].text()), Not(HasSubstr("is seen")));
}

// The program is killed after Odoo has done the write and before anything else.
TEST(Killed, BetweenTheWriteAndTheNoteLosesNeitherTheReasonNorTheNote) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  {
    FakePlugin plugin = odoo.start({{"tell", true}});
    odoo.host.odoo().fails("crm.lead", "message_post", Code::kUnreachable, "killed");
    odoo.host.odoo().answers("crm.lead", "message_post", 7);
    ASSERT_TRUE(plugin.command("run"));
    EXPECT_EQ(user_of(odoo, 1), 11);
    EXPECT_TRUE(odoo.host.store().get("crm.lead:1:intended")) << "somebody is still to be told";
  }
  ASSERT_TRUE(notes(odoo).empty());
  odoo.leads[1].user = 11;
  odoo.leads[1].team = 1;
  odoo.host.clock().advance(std::chrono::minutes(10));
  FakePlugin next = odoo.start({{"tell", true}});
  for (int again = 0; again < 2; ++again) ASSERT_TRUE(next.job("settle"));
  ASSERT_EQ(notes(odoo).size(), 1U) << "one note, however often it is looked for";
  EXPECT_THAT(notes(odoo)[0], HasSubstr("Đã giao cho Lan: quy tắc của North"));
  EXPECT_THAT(why(next, 1), HasSubstr("assigned on 2026-01-01 00:00:00 UTC to Lan: rule of North"));
}

TEST(Killed, BetweenTheNoteAndItsRecordTellsNobodyTwice) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  FakePlugin plugin = odoo.start({{"tell", true}});
  ASSERT_TRUE(plugin.command("run", {}, {.plan = true}));
  EXPECT_TRUE(notes(odoo).empty());
  EXPECT_THAT(why(plugin, 1), Not(HasSubstr("assigned on")));
  ASSERT_TRUE(plugin.command("run"));
  const std::string assigned = why(plugin, 1);
  ASSERT_EQ(notes(odoo).size(), 1U);
  // As it was before the note was recorded: the reason is intended, and the lead where it was to go.
  const std::optional<std::string> kept = odoo.host.store().get("crm.lead:1:assigned");
  ASSERT_TRUE(kept);
  odoo.host.store().put("crm.lead:1:intended", *kept);
  odoo.host.store().put("intended/" + ordered(1), "2");
  ASSERT_TRUE(plugin.job("settle"));
  EXPECT_EQ(notes(odoo).size(), 1U);
  EXPECT_EQ(why(plugin, 1), assigned);
}

TEST(Killed, BeforeTheWriteIsForgottenAfterAnHour) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  {
    FakePlugin plugin = odoo.start({{"tell", true}});
    odoo.host.odoo().fails("crm.lead", "write_rows", Code::kUnreachable, "killed", Effect::kUnknown);
    EXPECT_FALSE(plugin.command("run"));
  }
  FakePlugin next = odoo.start({{"tell", true}});
  ASSERT_TRUE(next.job("settle"));
  EXPECT_TRUE(odoo.host.store().get("crm.lead:1:intended")) << "the request may still be at work";
  odoo.host.clock().advance(std::chrono::hours(2));
  ASSERT_TRUE(next.job("settle"));
  EXPECT_FALSE(odoo.host.store().get("crm.lead:1:intended"));
  EXPECT_THAT(why(next, 1), Not(HasSubstr("assigned on")));
  EXPECT_TRUE(notes(odoo).empty());
}

TEST(SavedPlan, LeavesItsReasonWhenItIsAppliedLater) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1};
  odoo.leads[2] = {.color = 1};
  {
    FakePlugin plugin = odoo.start({{"tell", true}});
    ASSERT_TRUE(plugin.command("run", {}, {.plan = true}));
    EXPECT_EQ(odoo.host.odoo().planned().size(), 3U) << "two leads in one call, and a note on each";
    EXPECT_THAT(why(plugin, 1), Not(HasSubstr("assigned on"))) << "it is not applied yet";
  }
  // The host applies it, with the notes; somebody else took lead 2 before.
  odoo.leads[1].user = 11;
  odoo.leads[1].team = 1;
  odoo.leads[1].opened = "2026-01-02 09:30:00";
  odoo.leads[2].user = 14;
  odoo.leads[2].team = 1;
  odoo.leads[2].opened = "2026-01-02 09:00:00";
  odoo.host.clock().advance(2 * kDay);
  FakePlugin plugin = odoo.start({{"tell", true}, {"every", "1h"}});
  EXPECT_THAT(why(plugin, 1), HasSubstr("assigned on 2026-01-02 09:30:00 UTC to Lan: rule of North"));
  EXPECT_THAT(why(plugin, 2), Not(HasSubstr("assigned on")));
  EXPECT_TRUE(notes(odoo).empty()) << "the plan had the note";
  EXPECT_TRUE(odoo.host.store().get("crm.lead:2:planned/12") || odoo.host.store().get("crm.lead:2:planned/11"));
  odoo.host.clock().advance(40 * kDay);
  ASSERT_TRUE(plugin.job("assign"));
  EXPECT_FALSE(odoo.host.store().get("crm.lead:2:planned/12") || odoo.host.store().get("crm.lead:2:planned/11"))
      << "a plan of so long ago is forgotten";
}

Document groups(std::vector<std::vector<int64_t>> rows) {  // team, user, source, count
  return Document::build([&](Arena& arena) {
    std::vector<Value> all;
    for (const std::vector<int64_t>& row : rows)
      all.push_back(
          arena.object({{"team_id", row[0]}, {"user_id", row[1]}, {"source_id", row[2]}, {"__count", row[3]}}));
    return arena.array(all);
  });
}

TEST(Kinds, ALeadGoesToWhoeverWinsSuchLeadsAndTheReasonSaysHowMany) {
  SmallTeam odoo;
  odoo.leads[1] = {.revenue = 100, .color = 1, .source = 7};
  odoo.leads[2] = {.revenue = 100, .color = 1, .source = 8};
  // Of all leads both win half; Lan those of source 8, Pierre those of source 7.
  const Document won = groups({{1, 11, 7, 10}, {1, 11, 8, 90}, {1, 12, 7, 90}, {1, 12, 8, 10}});
  const Document lost = groups({{1, 11, 7, 90}, {1, 11, 8, 10}, {1, 12, 7, 10}, {1, 12, 8, 90}});
  // After the leads of the last day, of which there are none.
  odoo.host.odoo().answers("crm.lead", "read_group", won).answers("crm.lead", "read_group", lost);
  FakePlugin plugin = odoo.start({{"engine", "value"}});
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->root()["rows"].at(0)["user"].integer(), 12);
  EXPECT_EQ(plan->root()["rows"].at(1)["user"].integer(), 11);
  EXPECT_THAT(std::string(plan->root()["rows"].at(0)["why"].text()),
              HasSubstr("won 90 of 100 such leads (source_id: 7)"));
}

TEST(Merge, IsShownBeforeDoneByOdooAndKept) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1, .email = "a@x.example", .type = "lead"};
  odoo.leads[2] = {.revenue = 700, .color = 1, .email = "a@x.example", .type = "opportunity"};
  odoo.leads[3] = {.color = 1, .email = "b@x.example, c@x.example"};
  FakePlugin plugin = odoo.start({{"duplicates", "merge"}});
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  const Value merge = plan->root()["merges"].at(0);
  EXPECT_EQ(plan->root()["merges"].size(), 1U);
  EXPECT_EQ(merge["into"].integer(), 2) << "an opportunity stays before a lead";
  EXPECT_EQ(merge["state"].text(), "planned");
  ASSERT_TRUE(plugin.command("plan"));
  EXPECT_THAT(plugin.said(), HasSubstr("Odoo would merge into lead 2 \"Lead 2\": 1 \"Lead 1\"; this cannot be undone"));
  EXPECT_TRUE(odoo.host.writes().empty());
  odoo.host.odoo().answers("crm.lead", "merge_opportunity", testkit::list({2}));
  const Result<Document> saved = plugin.command("run", {}, {.plan = true, .json = true});
  ASSERT_TRUE(saved) << saved.error().message;
  for (const testkit::Write& write : odoo.host.odoo().planned())
    EXPECT_NE(write.method, "merge_opportunity") << "nobody would look at the leads again when it is applied";
  EXPECT_EQ(saved->root()["merges"].at(0)["state"].text(), "left");
  EXPECT_THAT(std::string(saved->root()["merges"].at(0)["says"].text()), HasSubstr("`outrigger assignment run` does"));
}

TEST(Merge, HappensInARunThatAPersonAsksForAndNeverByItself) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1, .email = "a@x.example"};
  odoo.leads[2] = {.revenue = 700, .color = 1, .email = "a@x.example"};
  FakePlugin plugin = odoo.start({{"duplicates", "merge"}, {"every", "1h"}});
  ASSERT_TRUE(plugin.job("assign"));
  for (const testkit::Write& write : odoo.host.writes()) EXPECT_NE(write.method, "merge_opportunity");
}

TEST(Merge, WhatIsNotPlainWaitsForAPerson) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1, .email = "a@x.example"};
  odoo.leads[2] = {.user = 11, .color = 1, .email = "a@x.example"};
  odoo.leads[3] = {.user = 12, .color = 1, .email = "a@x.example"};
  for (int64_t id = 10; id < 16; ++id) odoo.leads[id] = {.color = 1, .email = "many@x.example"};
  FakePlugin plugin = odoo.start({{"duplicates", "merge"}});
  const Result<Document> run = plugin.command("run", {}, {.json = true});
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_EQ(run->root()["merges"].size(), 2U);
  EXPECT_THAT(std::string(run->root()["merges"].at(0)["says"].text()), HasSubstr("they belong to several salespeople"));
  EXPECT_THAT(std::string(run->root()["merges"].at(1)["says"].text()),
              HasSubstr("they are 6, and Odoo merges at most 5"));
  for (const testkit::Write& write : odoo.host.writes()) EXPECT_NE(write.method, "merge_opportunity");
}

TEST(Merge, ARefusalIsNamedAndTheRestGoesOn) {
  SmallTeam odoo;
  odoo.leads[1] = {.color = 1, .email = "a@x.example"};
  odoo.leads[2] = {.revenue = 700, .color = 1, .email = "a@x.example"};
  odoo.leads[3] = {.color = 1};
  FakePlugin plugin = odoo.start({{"duplicates", "merge"}});
  odoo.host.odoo().fails("crm.lead", "merge_opportunity", Code::kAccess, "no right to merge");
  ASSERT_TRUE(plugin.command("run"));
  EXPECT_THAT(plugin.said(), HasSubstr("not merged into lead 1 \"Lead 1\": 2 \"Lead 2\": no right to merge"));
  EXPECT_EQ(user_of(odoo, 3), 12);
}

}  // namespace
}  // namespace outrigger::assignment
