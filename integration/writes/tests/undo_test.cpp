// Taking back: what was ours is put back, with what Odoo changed in consequence; the rest is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/writes/tests/rig.hpp"

namespace outrigger::writes {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing_rig::Rig;

int64_t won_stage(Rig& rig) {
  sandbox::Table& stages = rig.odoo.database.table("crm.stage");
  for (int64_t id = 1; id <= stages.last_id(); ++id)
    if (stages.exists(id) && stages.get(id, "is_won").truthy()) return id;
  return 0;
}

Result<Applied> take_back(Rig& rig, const std::string& run) {
  const Result<Plan> plan = undo(run, *rig.writer);
  if (!plan) return plan.error();
  return apply(*plan, *rig.writer, {.plugin = "p", .run = "undo of " + run});
}

TEST(Undo, OfAStageRestoresTheProbabilityToo) {
  Rig rig;
  Arena arena;
  const int64_t id = rig.odoo.create_lead();
  rig.odoo.as_user("crm.lead", "write", {id},
                   arena.object({{"vals", arena.object({{"probability", 33.0}, {"automated_probability", 12.5}})}}));
  ASSERT_TRUE(rig.write({.operation = Operation::kWrite,
                         .model = "crm.lead",
                         .ids = {id},
                         .values = arena.object({{"stage_id", won_stage(rig)}})}));
  ASSERT_EQ(rig.odoo.get("crm.lead", id, "probability").number(), 100.0);
  const Result<Applied> applied = take_back(rig, "run");
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_TRUE(applied->all_done());
  EXPECT_EQ(rig.odoo.get("crm.lead", id, "stage_id").integer(), 1);
  EXPECT_EQ(rig.odoo.get("crm.lead", id, "probability").number(), 33.0);
  EXPECT_EQ(rig.odoo.get("crm.lead", id, "automated_probability").number(), 12.5);
  EXPECT_TRUE(rig.odoo.get("crm.lead", id, "date_closed").is_null());
  EXPECT_FALSE(rig.log.of_run("undo of run")->empty()) << "an undo is a run itself";
  const Result<Applied> redo = take_back(rig, "undo of run");
  ASSERT_TRUE(redo);
  EXPECT_EQ(rig.odoo.get("crm.lead", id, "stage_id").integer(), won_stage(rig)) << "and can be taken back";
}

TEST(Undo, OfManyRecordsIsOneWriteAndStillSaysWhatBecameOfEach) {
  Rig rig;
  Arena arena;
  std::vector<int64_t> ids;
  std::vector<Value> rows;
  for (int i = 0; i < 40; ++i) {
    ids.push_back(rig.odoo.create_lead("lead " + std::to_string(i)));
    rows.push_back(arena.object({{"id", ids.back()}, {"color", 1 + i % 9}, {"name", "ours"}}));
  }
  ASSERT_TRUE(rig.write({.operation = Operation::kWriteRows, .model = "crm.lead", .values = arena.array(rows)}));
  rig.odoo.as_user("crm.lead", "write", {ids[7]}, arena.object({{"vals", arena.object({{"color", 11}})}}));
  const Result<Plan> plan = undo("run", *rig.writer);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->writes().size(), 1U);
  EXPECT_THAT(plan->notes(), Contains(HasSubstr("color was changed since")));
  rig.odoo.as_user("crm.lead", "write", {ids[8]}, arena.object({{"vals", arena.object({{"name", "the user's"}})}}));
  const int before = rig.odoo.executed["crm.lead/web_save_multi"];
  const Result<Applied> applied = apply(*plan, *rig.writer, {.plugin = "p", .run = "u"});
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_EQ(rig.odoo.executed["crm.lead/web_save_multi"], before + 1);
  for (size_t i = 0; i < ids.size(); ++i) {
    const std::string name(rig.odoo.get("crm.lead", ids[i], "name").text());
    EXPECT_EQ(name, i == 8 ? "the user's" : "lead " + std::to_string(i));
    EXPECT_EQ(rig.odoo.get("crm.lead", ids[i], "color").integer(), i == 7 ? 11 : i == 8 ? 9 : 0) << i;
  }
  ASSERT_EQ(applied->rows.size(), ids.size());
  for (const Applied::Row& row : applied->rows)
    EXPECT_EQ(row.kind, row.id == ids[8] ? Applied::Kind::kMoved : Applied::Kind::kDone) << row.id << row.says;
}

TEST(Undo, OneRecordThatMayNotBeWrittenDoesNotStopTheOthers) {
  Rig rig;
  Arena arena;
  std::vector<Value> rows;
  std::vector<int64_t> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(rig.odoo.create_lead());
    rows.push_back(arena.object({{"id", ids.back()}, {"color", 1 + i}}));
  }
  ASSERT_TRUE(rig.write({.operation = Operation::kWriteRows, .model = "crm.lead", .values = arena.array(rows)}));
  rig.odoo.fault = [&](const transport::Call& call) {
    const bool writes = call.method == "write" || call.method == "web_save_multi";
    const bool barred = call.ids && std::find(call.ids->begin(), call.ids->end(), ids[2]) != call.ids->end();
    return writes && barred ? testing_rig::Fault::kDenied : testing_rig::Fault::kNone;
  };
  const Result<Applied> applied = take_back(rig, "run");
  ASSERT_TRUE(applied) << applied.error().message;
  ASSERT_EQ(applied->rows.size(), ids.size());
  for (const Applied::Row& row : applied->rows) {
    EXPECT_EQ(row.kind, row.id == ids[2] ? Applied::Kind::kFailed : Applied::Kind::kDone) << row.id << row.says;
    EXPECT_EQ(rig.odoo.get("crm.lead", row.id, "color").integer(), row.id == ids[2] ? 3 : 0);
  }
}

TEST(Undo, LeavesWhatSomebodyChangedSince) {
  Rig rig;
  Arena arena;
  const int64_t id = rig.odoo.create_lead("before");
  ASSERT_TRUE(rig.write({.operation = Operation::kWrite,
                         .model = "crm.lead",
                         .ids = {id},
                         .values = arena.object({{"name", "ours"}, {"color", 4}})}));
  rig.odoo.as_user("crm.lead", "write", {id}, arena.object({{"vals", arena.object({{"name", "the user's"}})}}));
  const Result<Plan> plan = undo("run", *rig.writer);
  ASSERT_TRUE(plan);
  EXPECT_THAT(plan->notes(), Contains(HasSubstr("name was changed since")));
  ASSERT_TRUE(apply(*plan, *rig.writer, {.plugin = "p", .run = "u"}));
  EXPECT_EQ(rig.odoo.get("crm.lead", id, "name").text(), "the user's");
  EXPECT_EQ(rig.odoo.get("crm.lead", id, "color").integer(), 0);
}

TEST(Undo, OfALossUsesTheInverseAndPutsTheRestBack) {
  Rig rig;
  Arena arena;
  const int64_t id = rig.odoo.create_lead();
  rig.odoo.as_user("crm.lead", "write", {id}, arena.object({{"vals", arena.object({{"probability", 33.0}})}}));
  ASSERT_TRUE(
      rig.write({.operation = Operation::kCall, .model = "crm.lead", .method = "action_set_lost", .ids = {id}}));
  ASSERT_FALSE(rig.odoo.get("crm.lead", id, "active").truthy());
  ASSERT_TRUE(take_back(rig, "run"));
  EXPECT_EQ(rig.odoo.executed["crm.lead/action_unarchive"], 1);
  EXPECT_TRUE(rig.odoo.get("crm.lead", id, "active").truthy());
  EXPECT_EQ(rig.odoo.get("crm.lead", id, "probability").number(), 33.0);
}

TEST(Undo, OfAConfirmationCancelsAndDrafts) {
  Rig rig(19, "admin");
  Arena arena;
  const Result<Document> order =
      rig.write({.operation = Operation::kCreate,
                 .model = "sale.order",
                 .values = arena.array({arena.object({{"partner_id", 1}, {"state", "draft"}})})},
                "", "made");
  const int64_t id = order->root().at(0).integer();
  ASSERT_TRUE(
      rig.write({.operation = Operation::kCall, .model = "sale.order", .method = "action_confirm", .ids = {id}}));
  const Result<Plan> plan = undo("run", *rig.writer);
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->writes().size(), 2U);
  EXPECT_EQ(plan->writes()[0].method, "action_cancel");
  EXPECT_EQ(plan->writes()[1].method, "action_draft");
  ASSERT_TRUE(apply(*plan, *rig.writer, {.plugin = "p", .run = "u"}));
  EXPECT_EQ(rig.odoo.get("sale.order", id, "state").text(), "draft");
}

TEST(Undo, DeletesWhatTheRunMadeUnlessSomebodyWorkedOnIt) {
  Rig rig;
  Arena arena;
  const int64_t before = rig.odoo.count("crm.lead");
  const Result<Document> made =
      rig.write({.operation = Operation::kCreate,
                 .model = "crm.lead",
                 .values = arena.array({arena.object({{"name", "a"}}), arena.object({{"name", "b"}})})});
  ASSERT_TRUE(made);
  rig.odoo.as_user("crm.lead", "write", {made->root().at(1).integer()},
                   arena.object({{"vals", arena.object({{"name", "worked on"}})}}));
  const Result<Plan> plan = undo("run", *rig.writer);
  ASSERT_TRUE(plan);
  EXPECT_THAT(plan->notes(), Contains(HasSubstr("is kept: name was changed since")));
  ASSERT_TRUE(apply(*plan, *rig.writer, {.plugin = "p", .run = "u"}));
  EXPECT_EQ(rig.odoo.count("crm.lead"), before + 1);
}

TEST(Undo, NamesWhatCannotBeTakenBack) {
  Rig rig;
  Arena arena;
  const int64_t id = rig.odoo.create_lead("Ten desks");
  ASSERT_TRUE(rig.write({.operation = Operation::kMessagePost,
                         .model = "crm.lead",
                         .ids = {id},
                         .values = arena.object({{"body", "hi"}})}));
  ASSERT_TRUE(rig.write({.operation = Operation::kUnlink, .model = "crm.lead", .ids = {id}}));
  const Result<Plan> plan = undo("run", *rig.writer);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->writes().empty());
  EXPECT_THAT(plan->notes(), Contains(HasSubstr("stays posted")));
  EXPECT_THAT(plan->notes(), Contains(HasSubstr("was deleted and cannot be brought back")));
  EXPECT_FALSE(undo("no such run", *rig.writer));
}

// As the window of a wizard is made and its button pressed: without the window, what the button did is still there.
TEST(Undo, OfARecordThatWasMadeForAMethodNamesTheMethod) {
  Rig rig(19, "admin");
  Arena arena;
  const Value values = arena.object({{"name", "one"}});
  const Result<Document> made =
      rig.write({.operation = Operation::kCreate, .model = "stock.picking", .values = arena.array({values})});
  ASSERT_TRUE(made) << made.error().message;
  const Result<Document> pressed = rig.write({.operation = Operation::kCall,
                                              .model = "stock.picking",
                                              .method = "button_validate",
                                              .ids = {made->root().at(0).integer()},
                                              .context = arena.object({{"skip_backorder", true}})});
  ASSERT_TRUE(pressed) << pressed.error().message;
  const Result<Plan> plan = undo("run", *rig.writer);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(plan->notes(), Contains(HasSubstr("button_validate cannot be taken back, nor what Odoo did in it")));
}

TEST(Undo, OfTagsTakesAwayOnlyOurs) {
  Rig rig;
  Arena arena;
  const int64_t id = rig.odoo.create_lead();
  const auto tags = [&](Value commands) { return arena.object({{"tag_ids", commands}}); };
  rig.odoo.as_user("crm.lead", "write", {id}, arena.object({{"vals", tags(arena.array({arena.array({4, 1})}))}}));
  ASSERT_TRUE(rig.write({.operation = Operation::kWrite,
                         .model = "crm.lead",
                         .ids = {id},
                         .values = tags(arena.array({arena.array({4, 2}), arena.array({3, 1})}))}));
  ASSERT_TRUE(take_back(rig, "run"));
  EXPECT_TRUE(rig.odoo.get("crm.lead", id, "tag_ids") == arena.array({1}));
}

}  // namespace
}  // namespace outrigger::writes
