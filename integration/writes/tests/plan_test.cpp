// A plan: nothing is sent, everything is seen, and apply sends exactly it.
#include "integration/writes/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/value/json.hpp"
#include "integration/writes/tests/rig.hpp"

namespace outrigger::writes {
namespace {

using testing::HasSubstr;
using testing_rig::Crash;
using testing_rig::Fault;
using testing_rig::Rig;

Plan plan_for(const Rig& rig) { return Plan({.epoch = rig.epoch, .database = "db", .title = "test"}); }
Origin origin() { return {.plugin = "p", .run = "apply-1"}; }

void write(Plan& plan, Rig& rig, int64_t id, Value values) {
  const Result<Document> added =
      plan.add({.operation = Operation::kWrite, .model = "crm.lead", .ids = {id}, .values = values}, rig.odoo);
  ASSERT_TRUE(added) << added.error().message;
}

int writes_sent(const Rig& rig) {
  int sent = 0;
  for (const auto& [what, count] : rig.odoo.executed)
    for (const char* method :
         {"/write", "/create", "/load", "/unlink", "/message_post", "/web_save_multi", "/action_set_lost"})
      if (what.ends_with(method)) sent += count;
  return sent;
}

TEST(Plan, ShowsOldAndNewAndSendsNothing) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead("desks");
  Plan plan = plan_for(rig);
  Arena arena;
  write(plan, rig, id, arena.object({{"name", "chairs"}, {"color", 0}, {"user_id", 2}}));
  ASSERT_TRUE(plan.add({.operation = Operation::kMessagePost,
                        .model = "crm.lead",
                        .ids = {id},
                        .values = arena.object({{"body", "hi"}})},
                       rig.odoo));
  ASSERT_TRUE(plan.add({.operation = Operation::kCall, .model = "crm.lead", .method = "action_set_lost", .ids = {id}},
                       rig.odoo));
  ASSERT_TRUE(plan.add({.operation = Operation::kUnlink, .model = "crm.lead", .ids = {id}}, rig.odoo));
  EXPECT_EQ(writes_sent(rig), 0);
  const std::string text = plan.to_text();
  EXPECT_THAT(text, HasSubstr("crm.lead " + std::to_string(id)));
  EXPECT_THAT(text, HasSubstr("desks"));
  EXPECT_THAT(text, HasSubstr("-> chairs  (reversible)"));
  EXPECT_THAT(text, HasSubstr("the new salesperson is notified"));
  EXPECT_THAT(text, HasSubstr("can be taken back by action_unarchive"));
  EXPECT_THAT(text, HasSubstr("-> hi  (irreversible)"));
  EXPECT_THAT(text, HasSubstr("-> deleted  (irreversible)"));
  EXPECT_THAT(text, HasSubstr("Odoo may do more"));
  EXPECT_EQ(plan.avoided(), 1U) << "colour 0 is so already";
  EXPECT_EQ(plan.writes().front().rows.size(), 2U);
}

TEST(Plan, ReadsSeeWhatIsPlanned) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead("desks");
  const int64_t gone = rig.odoo.create_lead("gone");
  Plan plan = plan_for(rig);
  Arena arena;
  write(plan, rig, id, arena.object({{"name", "chairs"}}));
  write(plan, rig, id, arena.object({{"name", "chairs"}}));
  EXPECT_EQ(plan.writes().size(), 1U) << "the second one changes nothing on top of the first";
  ASSERT_TRUE(plan.add({.operation = Operation::kUnlink, .model = "crm.lead", .ids = {gone}}, rig.odoo));
  const Document rows = Document::build([&](Arena& in) {
    return in.array(
        {in.object({{"id", id}, {"name", "desks"}, {"color", 1}}), in.object({{"id", gone}, {"name", "gone"}})});
  });
  const Document seen = plan.overlay("crm.lead", rows);
  ASSERT_EQ(seen.root().size(), 1U);
  EXPECT_EQ(seen.root().at(0)["name"].text(), "chairs");
  EXPECT_EQ(seen.root().at(0)["color"].integer(), 1);
  const Result<Document> made = plan.add(
      {.operation = Operation::kCreate, .model = "crm.lead", .values = arena.array({arena.object({{"name", "new"}})})},
      rig.odoo);
  ASSERT_TRUE(made);
  const int64_t fresh = made->root().at(0).integer();
  EXPECT_TRUE(Plan::is_provisional(fresh));
  const Document read = plan.provisional("crm.lead", {fresh, id}, {"name", "color"});
  ASSERT_EQ(read.root().size(), 1U);
  EXPECT_EQ(read.root().at(0)["name"].text(), "new");
}

TEST(Plan, IsTheSameAfterAFileAndRefusesAnEditedOne) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead("desks");
  Plan plan = plan_for(rig);
  Arena arena;
  write(
      plan, rig, id,
      arena.object({{"name", "chairs"}, {"expected_revenue", 10.25}, {"tag_ids", arena.array({arena.array({4, 1})})}}));
  const std::string file = plan.to_json();
  const Result<Plan> read = Plan::from_json(file);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->hash(), plan.hash());
  EXPECT_EQ(read->to_text().substr(0, 100), plan.to_text().substr(0, 100));
  std::string edited = file;
  edited.replace(edited.find("chairs"), 6, "tables");
  const Result<Plan> refused = Plan::from_json(edited);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("changed since it was made"));
  EXPECT_FALSE(Plan::from_json("{}"));
  EXPECT_FALSE(Plan::from_json("not json"));
}

TEST(Plan, ApplySendsExactlyItAndRefusesWhatHasMovedOn) {
  Rig rig;
  const int64_t one = rig.odoo.create_lead("one");
  const int64_t two = rig.odoo.create_lead("two");
  Plan plan = plan_for(rig);
  Arena arena;
  const Value rows =
      arena.array({arena.object({{"id", one}, {"name", "ONE"}}), arena.object({{"id", two}, {"name", "TWO"}})});
  ASSERT_TRUE(plan.add({.operation = Operation::kWriteRows, .model = "crm.lead", .values = rows}, rig.odoo));
  write(plan, rig, two, arena.object({{"color", 4}}));
  rig.odoo.as_user("crm.lead", "write", {two}, arena.object({{"vals", arena.object({{"name", "the user's"}})}}));
  const Result<Applied> applied = apply(plan, *rig.writer, origin());
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_FALSE(applied->all_done());
  std::map<std::pair<size_t, int64_t>, Applied::Kind> kinds;
  for (const Applied::Row& row : applied->rows) kinds[{row.write, row.id}] = row.kind;
  EXPECT_EQ((kinds[{0, one}]), Applied::Kind::kDone);
  EXPECT_EQ((kinds[{0, two}]), Applied::Kind::kMoved);
  EXPECT_EQ((kinds[{1, two}]), Applied::Kind::kSkipped) << "it was planned on top of the refused one";
  EXPECT_EQ(rig.odoo.get("crm.lead", one, "name").text(), "ONE");
  EXPECT_EQ(rig.odoo.get("crm.lead", two, "name").text(), "the user's");
}

TEST(Plan, ProvisionalIdsBecomeRealOnes) {
  Rig rig;
  Plan plan = plan_for(rig);
  Arena arena;
  const Result<Document> partner = plan.add({.operation = Operation::kCreate,
                                             .model = "res.partner",
                                             .values = arena.array({arena.object({{"name", "Ada"}})})},
                                            rig.odoo);
  ASSERT_TRUE(partner);
  const Value partner_id = partner->root().at(0);
  const Result<Document> lead =
      plan.add({.operation = Operation::kCreate,
                .model = "crm.lead",
                .values = arena.array({arena.object({{"name", "x"}, {"partner_id", partner_id}})})},
               rig.odoo);
  ASSERT_TRUE(lead);
  const int64_t lead_id = lead->root().at(0).integer();
  write(plan, rig, lead_id, arena.object({{"color", 6}}));
  ASSERT_TRUE(plan.add({.operation = Operation::kMessagePost,
                        .model = "crm.lead",
                        .ids = {lead_id},
                        .values = arena.object({{"body", "hi"}})},
                       rig.odoo));
  const Result<Applied> applied = apply(*Plan::from_json(plan.to_json()), *rig.writer, origin());
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_TRUE(applied->all_done());
  const int64_t real = applied->made.at(lead_id);
  EXPECT_EQ(rig.odoo.get("crm.lead", real, "partner_id").integer(), applied->made.at(partner_id.integer()));
  EXPECT_EQ(rig.odoo.get("crm.lead", real, "color").integer(), 6);
  EXPECT_EQ(rig.odoo.count("mail.message"), 1);
}

TEST(Plan, ContinuesAfterACrashWithoutDoublingAnything) {
  int complete = 0;
  for (const char* step : {"begun", "answered", "finished"})
    for (int skip = 0; skip < 4; ++skip) {
      Rig rig;
      const int64_t id = rig.odoo.create_lead("one");
      const int64_t leads = rig.odoo.count("crm.lead");
      Plan plan = plan_for(rig);
      Arena arena;
      write(plan, rig, id, arena.object({{"name", "ONE"}}));
      ASSERT_TRUE(plan.add({.operation = Operation::kCreate,
                            .model = "crm.lead",
                            .values = arena.array({arena.object({{"name", "new"}})})},
                           rig.odoo));
      write(plan, rig, plan.writes().back().ids.front(), arena.object({{"color", 5}}));
      ASSERT_TRUE(plan.add({.operation = Operation::kMessagePost,
                            .model = "crm.lead",
                            .ids = {id},
                            .values = arena.object({{"body", "hi"}})},
                           rig.odoo));
      int left = skip;
      Options options = rig.options();
      options.at_step = [&](std::string_view at) {
        if (at == step && left-- == 0) throw Crash{};
      };
      rig.writer = std::make_unique<Writer>(rig.odoo, rig.log, options);
      EXPECT_THROW(static_cast<void>(apply(plan, *rig.writer, origin())), Crash);
      rig.restart();
      rig.odoo.now += 200000;
      const Result<Applied> applied = apply(plan, *rig.writer, origin());
      if (applied) {
        EXPECT_TRUE(applied->all_done()) << step << skip;
      } else {
        EXPECT_EQ(applied.error().code, Code::kConflict) << step << skip << ": " << applied.error().message;
        ++complete;
      }
      EXPECT_EQ(rig.odoo.count("crm.lead"), leads + 1);
      EXPECT_EQ(rig.odoo.count("mail.message"), 1);
      EXPECT_EQ(rig.odoo.get("crm.lead", id, "name").text(), "ONE");
      const int64_t made = applied ? applied->made.at(plan.writes()[1].ids.front()) : id + 1;
      EXPECT_EQ(rig.odoo.get("crm.lead", made, "color").integer(), 5);
    }
  EXPECT_EQ(complete, 1) << "nothing was left to do once, when all was finished: it says as which run that was done";
}

TEST(Plan, IsForOneDatabase) {
  Rig rig;
  const Plan plan({.epoch = "another"});
  const Result<Applied> applied = apply(plan, *rig.writer, origin());
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, Code::kConflict);
}

TEST(Plan, TellsWhatDiffersAfterwards) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead("one");
  Plan plan = plan_for(rig);
  Arena arena;
  write(plan, rig, id, arena.object({{"color", 5}}));
  rig.odoo.after = [&](const transport::Call& call) {
    if (call.method == "write")
      rig.odoo.as_user("crm.lead", "write", {id}, arena.object({{"vals", arena.object({{"color", 8}})}}));
  };
  const Result<Applied> applied = apply(plan, *rig.writer, origin());
  ASSERT_TRUE(applied) << applied.error().message;
  ASSERT_EQ(applied->rows.size(), 1U);
  EXPECT_THAT(applied->rows.front().says, HasSubstr("color is not what was written"));
}

}  // namespace
}  // namespace outrigger::writes
