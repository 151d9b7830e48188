// What a caller of the writer sees: one effect, compared first, recorded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/writes/tests/rig.hpp"

namespace outrigger::writes {
namespace {

using testing::HasSubstr;
using testing_rig::Crash;
using testing_rig::Fault;
using testing_rig::Rig;

Request write_lead(int64_t id, Value values) {
  return {.operation = Operation::kWrite, .model = "crm.lead", .ids = {id}, .values = values};
}

TEST(Writer, SendsOnlyWhatDiffers) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead("desks");
  Arena arena;
  const auto seen = [&](const transport::Call& call) {
    if (call.method == "write") {
      EXPECT_EQ(call.args.at(0).size(), 1U);
      EXPECT_EQ(call.args.at(0)["color"].integer(), 3);
    }
    return Fault::kNone;
  };
  rig.odoo.fault = seen;
  const Value values = arena.object({{"name", "desks"},
                                     {"color", 3},
                                     {"partner_id", nullptr},
                                     {"active", true},
                                     {"expected_revenue", 0.0},
                                     {"date_deadline", false}});
  ASSERT_TRUE(rig.write(write_lead(id, values)));
  EXPECT_EQ(rig.odoo.get("crm.lead", id, "color").integer(), 3);
  EXPECT_EQ(rig.writer->counts().fields_avoided, 5U);
  ASSERT_TRUE(rig.write(write_lead(id, values)));
  EXPECT_EQ(rig.odoo.executed["crm.lead/write"], 1) << "the second one had nothing to say";
  EXPECT_EQ(rig.writer->counts().records_avoided, 1U);
}

TEST(Writer, ComparesListsAsSetsAndSendsTheCommandsThatChangeSomething) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead();
  Arena arena;
  const auto tags = [&](Value commands) { return write_lead(id, arena.object({{"tag_ids", commands}})); };
  ASSERT_TRUE(rig.write(tags(arena.array({arena.array({6, 0, arena.array({2, 1})})}))));
  ASSERT_TRUE(rig.write(tags(arena.array({arena.array({6, 0, arena.array({1, 2})})}))));
  EXPECT_EQ(rig.odoo.executed["crm.lead/write"], 1) << "the same set in another order";
  rig.odoo.fault = [&](const transport::Call& call) {
    if (call.method == "write") {
      EXPECT_TRUE(call.args.at(0)["tag_ids"] == arena.array({arena.array({4, 3})}));
    }
    return Fault::kNone;
  };
  ASSERT_TRUE(rig.write(tags(arena.array({arena.array({4, 1}), arena.array({4, 3}), arena.array({3, 5})}))));
  EXPECT_EQ(rig.odoo.executed["crm.lead/write"], 2);
  const Result<Document> wrong = rig.write(tags(arena.array({1, 2})));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::kInvalid);
}

TEST(Writer, WritesDifferentRowsTogetherWhereTheServerCan) {
  for (const int major : {19, 14}) {
    Rig rig(major);
    Arena arena;
    std::vector<Value> rows;
    for (int i = 0; i < 9; ++i) rows.push_back(arena.object({{"id", rig.odoo.create_lead()}, {"color", i % 3}}));
    rows.push_back(arena.object({{"id", 99999}, {"color", 1}}));
    const Result<Document> done =
        rig.write({.operation = Operation::kWriteRows, .model = "crm.lead", .values = arena.array(rows)});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->root()["done"].size(), 9U);
    ASSERT_EQ(done->root()["failed"].size(), 1U);
    EXPECT_EQ(done->root()["failed"].at(0)["id"].integer(), 99999);
    for (int i = 0; i < 9; ++i)
      EXPECT_EQ(rig.odoo.get("crm.lead", rows[static_cast<size_t>(i)]["id"].integer(), "color").integer(), i % 3);
    EXPECT_EQ(rig.odoo.executed["crm.lead/web_save_multi"], major == 19 ? 1 : 0);
    EXPECT_EQ(rig.odoo.executed["crm.lead/write"], major == 19 ? 0 : 2) << "one call a value, none for colour 0";
  }
}

TEST(Writer, OneBadRowDoesNotTakeTheOthersDown) {
  Rig rig;
  Arena arena;
  std::vector<Value> rows;
  for (int i = 0; i < 5; ++i)
    rows.push_back(arena.object({{"id", rig.odoo.create_lead()}, {"stage_id", i == 2 ? 777 : 2}, {"color", i}}));
  const Result<Document> done =
      rig.write({.operation = Operation::kWriteRows, .model = "crm.lead", .values = arena.array(rows)});
  ASSERT_TRUE(done);
  EXPECT_EQ(done->root()["done"].size(), 4U);
  ASSERT_EQ(done->root()["failed"].size(), 1U);
  EXPECT_EQ(done->root()["failed"].at(0)["id"].integer(), rows[2]["id"].integer());
}

TEST(Writer, ARepeatedKeyGetsTheRecordedResult) {
  Rig rig;
  Arena arena;
  const Request create{.operation = Operation::kCreate,
                       .model = "crm.lead",
                       .values = arena.array({arena.object({{"name", "one"}, {"expected_revenue", 12.5}})})};
  const Result<Document> first = rig.write(create, "k1");
  rig.restart();
  const Result<Document> second = rig.write(create, "k1");
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->root() == second->root());
  EXPECT_EQ(rig.odoo.executed["crm.lead/load"], 1);
  const Request other{
      .operation = Operation::kCreate, .model = "crm.lead", .values = arena.array({arena.object({{"name", "two"}})})};
  const Result<Document> misuse = rig.write(other, "k1");
  ASSERT_FALSE(misuse);
  EXPECT_EQ(misuse.error().code, Code::kInvalid);
  EXPECT_THAT(misuse.error().message, HasSubstr("was used for another write"));
}

TEST(Writer, AFinalErrorIsRecordedAndARightThatCameLaterIsNot) {
  Rig rig;
  Arena arena;
  const Request bad{
      .operation = Operation::kCreate, .model = "crm.lead", .values = arena.array({arena.object({{"color", 1}})})};
  const Result<Document> refused = rig.write(bad, "bad");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kValidation);
  const Result<Document> again = rig.write(bad, "bad");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, refused.error().message);
  EXPECT_EQ(rig.odoo.executed["crm.lead/load"], 1) << "the second one was answered from the log";
  static_cast<void>(rig.writer->perform(bad, {.plugin = "p", .key = "bad", .retry_failed = true}));
  EXPECT_EQ(rig.odoo.executed["crm.lead/load"], 2) << "a replay tries again";
  rig.odoo.fault = [](const transport::Call& call) { return call.method == "load" ? Fault::kNotSent : Fault::kNone; };
  const Request good{
      .operation = Operation::kCreate, .model = "crm.lead", .values = arena.array({arena.object({{"name", "x"}})})};
  EXPECT_FALSE(rig.write(good, "later"));
  rig.odoo.fault = {};
  EXPECT_TRUE(rig.write(good, "later")) << "what was never sent may be sent";
}

TEST(Writer, CountsEqualWritesOfOneAttemptAtADelivery) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead();
  Arena arena;
  const Request note{.operation = Operation::kMessagePost,
                     .model = "crm.lead",
                     .ids = {id},
                     .values = arena.object({{"body", "again"}})};
  const Origin origin{.plugin = "p", .delivery = "d1"};
  for (int attempt = 0; attempt < 3; ++attempt) {
    rig.writer->begin_delivery("p", "d1");
    ASSERT_TRUE(rig.writer->perform(note, origin));
    ASSERT_TRUE(rig.writer->perform(note, origin));
  }
  EXPECT_EQ(rig.odoo.count("mail.message"), 2) << "two were meant, three attempts or not";
  rig.writer->end_delivery("p", "d1");
  ASSERT_TRUE(rig.writer->perform(note, origin));
  EXPECT_EQ(rig.odoo.count("mail.message"), 2);
}

TEST(Writer, TellsWhatWasStored) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead();
  Arena arena;
  ASSERT_TRUE(rig.write(write_lead(id, arena.object({{"color", 7}, {"name", "new"}, {"stage_id", 2}}))));
  std::map<std::string, Value> told;
  for (const auto& one : rig.stored) told[one.field] = one.value.root();
  EXPECT_EQ(told.size(), 3U) << "the fields that we wrote, and no others";
  EXPECT_EQ(told["color"].integer(), 7);
  EXPECT_EQ(told["name"].text(), "new");
}

TEST(Writer, AUsersEditBetweenWriteAndReadBackIsNotTakenForOurs) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead();
  Arena arena;
  bool edited = false;
  rig.odoo.after = [&](const transport::Call& call) {
    if (call.method != "write" || edited) return;
    edited = true;
    rig.odoo.as_user("crm.lead", "write", {id},
                     arena.object({{"vals", arena.object({{"name", "the user's"}, {"color", 9}})}}));
  };
  ASSERT_TRUE(rig.write(write_lead(id, arena.object({{"name", "ours"}, {"color", 7}}))));
  for (const auto& one : rig.stored) {
    EXPECT_NE(one.field, "name") << "what became of our text cannot be told";
    if (one.field == "color") {
      EXPECT_EQ(one.value.root().integer(), 7) << "ours, so that 9 is delivered";
    }
  }
}

TEST(Writer, ALostReplyOfACreateIsFoundByItsExternalId) {
  for (const bool keys : {true, false})
    for (const char* login : {"demo", "admin"}) {
      Rig rig(19, login, keys);
      rig.odoo.fault = [](const transport::Call& call) {
        return call.method == "load" ? Fault::kLostAfter : Fault::kNone;
      };
      Arena arena;
      const Request create{.operation = Operation::kCreate,
                           .model = "crm.lead",
                           .values = arena.array({arena.object({{"name", "a"}}), arena.object({{"name", "b"}})})};
      const int64_t before = rig.odoo.count("crm.lead");
      const bool blind = !keys && std::string_view(login) == "demo";  // XML-RPC without the right to read external ids
      Result<Document> made = rig.write(create, "k");
      if (blind) {
        EXPECT_FALSE(made);
        rig.odoo.fault = {};
        made = rig.write(create, "k");
      }
      ASSERT_TRUE(made) << login << keys << made.error().message;
      EXPECT_EQ(rig.odoo.count("crm.lead"), before + 2);
      EXPECT_EQ(made->root().size(), 2U);
      if (!blind) {
        EXPECT_EQ(rig.odoo.executed["crm.lead/load"], 1);
      }
    }
}

TEST(Writer, AMessageIsPostedOnceAlsoWhenTheFirstOneComesLate) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead();
  Arena arena;
  const Request note{.operation = Operation::kMessagePost,
                     .model = "crm.lead",
                     .ids = {id},
                     .values = arena.object({{"body", "hello"}})};
  rig.odoo.fault = [](const transport::Call& call) {
    return call.method == "message_post" ? Fault::kLate : Fault::kNone;
  };
  const Result<Document> early = rig.write(note, "m");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().effect, Effect::kUnknown);
  EXPECT_GT(early.error().retry_after_ms, 140000) << "Odoo may be at work on it for its time limit";
  rig.odoo.fault = {};
  EXPECT_FALSE(rig.write(note, "m")) << "too early to post it again";
  rig.odoo.now += 60000;
  rig.odoo.settle();
  const Result<Document> found = rig.write(note, "m");
  ASSERT_TRUE(found);
  EXPECT_EQ(rig.odoo.count("mail.message"), 1);
  EXPECT_GT(found->root().integer(), 0);
}

TEST(Writer, AMessageThatWasNeverPostedIsPostedAfterTheTimeLimit) {
  Rig rig;
  const int64_t id = rig.odoo.create_lead();
  Arena arena;
  const Request note{.operation = Operation::kMessagePost,
                     .model = "crm.lead",
                     .ids = {id},
                     .values = arena.object({{"body", "a < b"}})};
  rig.odoo.fault = [](const transport::Call& call) {
    return call.method == "message_post" ? Fault::kLostBefore : Fault::kNone;
  };
  ASSERT_FALSE(rig.write(note, "m"));
  rig.odoo.fault = {};
  rig.odoo.now += 151000;
  ASSERT_TRUE(rig.write(note, "m"));
  EXPECT_EQ(rig.odoo.count("mail.message"), 1);
}

TEST(Writer, AMethodIsJudgedByTheStateItLeaves) {
  Rig rig(19, "admin");
  Arena arena;
  const Result<Document> order =
      rig.write({.operation = Operation::kCreate,
                 .model = "sale.order",
                 .values = arena.array({arena.object({{"partner_id", 1}, {"state", "draft"}})})});
  ASSERT_TRUE(order) << order.error().message;
  const int64_t id = order->root().at(0).integer();
  const Request confirm{.operation = Operation::kCall, .model = "sale.order", .method = "action_confirm", .ids = {id}};
  rig.odoo.fault = [](const transport::Call& call) {
    return call.method == "action_confirm" ? Fault::kLostAfter : Fault::kNone;
  };
  ASSERT_TRUE(rig.write(confirm, "c")) << "the order is confirmed: that is all one can know, and enough";
  EXPECT_EQ(rig.odoo.executed["sale.order/action_confirm"], 1);
  EXPECT_EQ(rig.writer->counts().found, 1U);
  ASSERT_TRUE(rig.write(confirm)) << "it is confirmed already";
  EXPECT_EQ(rig.odoo.executed["sale.order/action_confirm"], 1);
}

TEST(Writer, AWizardIsNotSuccess) {
  Rig rig(19, "admin");
  Arena arena;
  const Result<Document> picking =
      rig.write({.operation = Operation::kCreate,
                 .model = "stock.picking",
                 .values = arena.array({arena.object({{"name", "WH/OUT"}, {"state", "assigned"}})})});
  ASSERT_TRUE(picking);
  Request validate{.operation = Operation::kCall,
                   .model = "stock.picking",
                   .method = "button_validate",
                   .ids = {picking->root().at(0).integer()}};
  const Result<Document> asked = rig.write(validate, "v1");
  ASSERT_FALSE(asked);
  EXPECT_THAT(asked.error().message, HasSubstr("stock.backorder.confirmation"));
  validate.context = arena.object({{"skip_backorder", true}});
  EXPECT_TRUE(rig.write(validate, "v2"));
}

TEST(Writer, AMethodThatIsNotKnownStaysUnknownAndIsNeverRepeatedByItself) {
  Rig rig(19, "admin");
  const int64_t id = rig.odoo.create_lead();
  rig.odoo.fault = [](const transport::Call& call) {
    return call.method == "merge_all" ? Fault::kLostBefore : Fault::kNone;
  };
  const Request merge{.operation = Operation::kCall, .model = "crm.lead", .method = "merge_all", .ids = {id}};
  const Result<Document> lost = rig.write(merge, "m");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().effect, Effect::kUnknown);
  EXPECT_EQ(lost.error().retry_after_ms, -1);
  int asked = 0;
  rig.odoo.fault = [&](const transport::Call& call) {
    asked += call.method == "merge_all" ? 1 : 0;
    return Fault::kNone;
  };
  rig.odoo.now += 1000000;
  EXPECT_FALSE(rig.write(merge, "m"));
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(rig.log.open()->size(), 1U) << "listed for a person";
}

TEST(Writer, ADeletionIsFoundByWhatIsLeft) {
  Rig rig;
  const int64_t one = rig.odoo.create_lead();
  const int64_t two = rig.odoo.create_lead();
  rig.odoo.fault = [](const transport::Call& call) {
    return call.method == "unlink" ? Fault::kLostAfter : Fault::kNone;
  };
  ASSERT_TRUE(rig.write({.operation = Operation::kUnlink, .model = "crm.lead", .ids = {one, two}}, "u"));
  EXPECT_EQ(rig.odoo.executed["crm.lead/unlink"], 1);
  ASSERT_TRUE(rig.write({.operation = Operation::kUnlink, .model = "crm.lead", .ids = {one, two}}))
      << "what is gone is no error";
}

TEST(Writer, AnOlderEpochWaitsForAPerson) {
  Rig rig;
  Arena arena;
  const Request create{
      .operation = Operation::kCreate, .model = "crm.lead", .values = arena.array({arena.object({{"name", "a"}})})};
  rig.crash_at = "answered";
  EXPECT_THROW(static_cast<void>(rig.write(create, "k")), Crash);
  rig.crash_at.clear();
  rig.epoch = "epoch-2";
  rig.restart();
  const Result<Document> refused = rig.write(create, "k");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
  EXPECT_EQ(rig.writer->settle()->older, 1U);
  EXPECT_EQ(rig.odoo.executed["crm.lead/load"], 1);
}

TEST(Writer, SettlingAfterAStartFindsWhatWasDoneAndSendsNothing) {
  Rig rig;
  Arena arena;
  rig.crash_at = "answered";
  const Request create{
      .operation = Operation::kCreate, .model = "crm.lead", .values = arena.array({arena.object({{"name", "a"}})})};
  EXPECT_THROW(static_cast<void>(rig.write(create, "k")), Crash);
  rig.crash_at = "begun";
  EXPECT_THROW(static_cast<void>(rig.write(create, "k2")), Crash);
  rig.crash_at.clear();
  rig.restart();
  const Result<Writer::Settled> settled = rig.writer->settle();
  ASSERT_TRUE(settled);
  EXPECT_EQ(settled->done, 1U);
  EXPECT_EQ(settled->open, 1U);
  EXPECT_EQ(rig.odoo.executed["crm.lead/load"], 1);
  ASSERT_TRUE(rig.write(create, "k2"));
  EXPECT_EQ(rig.odoo.executed["crm.lead/load"], 2);
}

TEST(Writer, ReadingMethodsLeaveNoTrace) {
  Rig rig;
  Arena arena;
  ASSERT_TRUE(rig.write({.operation = Operation::kCall,
                         .model = "crm.tag",
                         .method = "name_search",
                         .values = arena.object({{"name", ""}})}));
  EXPECT_TRUE(rig.log.intents.empty());
}

}  // namespace
}  // namespace outrigger::writes
