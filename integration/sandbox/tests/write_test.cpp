// What writing does in the sandbox: values, relations, load, visibility, and where Odoo 14 and 19 differ.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/sandbox/tests/rig.hpp"

namespace outrigger::sandbox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string shown(const Document& document) { return value::to_json(document.root()); }

TEST(SandboxWrite, WhatIsWrittenIsReadInOdoosForm) {
  Rig rig;
  const Document ids = rig.answer(
      "crm.lead", "create",
      R"([[{"name":"Desk","type":"opportunity","expected_revenue":10,"date_open":"2026-01-02 03:04:05","tag_ids":[[6,0,[2,1]]]}]])");
  const std::string id = std::to_string(ids.root().at(0).integer());
  EXPECT_EQ(
      shown(rig.answer(
          "crm.lead", "read",
          "[[" + id +
              R"(],["name","active","expected_revenue","partner_id","email_from","date_open","tag_ids","color","won_status","stage_id"]])")),
      R"([{"id":)" + id +
          R"(,"name":"Desk","active":true,"expected_revenue":10.0,"partner_id":false,"email_from":false,"date_open":"2026-01-02 03:04:05","tag_ids":[2,1],"color":0,"won_status":"pending","stage_id":[1,"New"]}])");
  EXPECT_EQ(shown(rig.answer("crm.lead", "read", "[[" + id + R"(],["stage_id","partner_id"]])", R"({"load":null})")),
            "[{\"id\":" + id + R"(,"stage_id":1,"partner_id":false}])");
}

TEST(SandboxWrite, ARecordKeepsMicrosecondsAndShowsSeconds) {
  Rig rig;
  rig.answer("crm.lead", "write", R"([[1],{"color":3}])");
  EXPECT_EQ(rig.lead(1, "write_date").text(), "2026-11-21 12:00:00.500000");
  EXPECT_EQ(shown(rig.answer("crm.lead", "read", R"([[1],["write_date"]])")),
            R"([{"id":1,"write_date":"2026-11-21 12:00:00"}])");
}

TEST(SandboxWrite, RelationsTakeCommands) {
  Rig rig;
  const auto tags = [&](const std::string& commands) {
    rig.answer("crm.lead", "write", R"([[1],{"tag_ids":)" + commands + "}]");
    return value::to_json(rig.lead(1, "tag_ids"));
  };
  EXPECT_EQ(tags("[[6,0,[1,2]]]"), "[1,2]");
  EXPECT_EQ(tags("[[4,3]]"), "[1,2,3]");
  EXPECT_EQ(tags("[[4,3,0]]"), "[1,2,3]") << "once is enough";
  EXPECT_EQ(tags("[[3,1]]"), "[2,3]");
  EXPECT_EQ(tags("[[3,2],[4,5]]"), "[3,5]");
  EXPECT_EQ(tags("[[5]]"), "[]");
  EXPECT_EQ(tags("[4]"), "[4]") << "plain ids replace";
}

TEST(SandboxWrite, ClearingAndWonAndLost) {
  Rig rig;
  rig.answer("crm.lead", "write", R"([[1],{"email_from":false,"partner_name":null}])");
  EXPECT_TRUE(rig.lead(1, "email_from").is_null());
  rig.answer("crm.lead", "action_set_won", "[[1]]");
  EXPECT_EQ(rig.lead(1, "won_status").text(), "won");
  EXPECT_EQ(rig.lead(1, "probability").number(), 100);
  EXPECT_TRUE(rig.lead(1, "active").truthy());
  rig.answer("crm.lead", "write", R"([[2],{"stage_id":1,"active":true}])");
  rig.answer("crm.lead", "action_set_lost", "[[2]]", R"({"lost_reason_id":2})");
  EXPECT_EQ(rig.lead(2, "won_status").text(), "lost");
  EXPECT_EQ(rig.lead(2, "lost_reason_id").integer(), 2);
}

TEST(SandboxWrite, WithoutIdsNothingIsWrittenAndTheAnswerIsTrue) {
  Rig rig;
  EXPECT_EQ(rig.json2("crm.lead/write", R"({"vals":{"name":"nobody"}})").body, "true");
  EXPECT_EQ(shown(rig.answer("crm.lead", "search_count", R"([[["name","=","nobody"]]])")), "0");
}

TEST(SandboxWrite, ADeletedRecordIsLeftOutOfReadsAndMissingForWrites) {
  Rig rig;
  rig.answer("crm.lead", "unlink", "[[3]]");
  EXPECT_EQ(shown(rig.answer("crm.lead", "read", R"([[2,3],["id"]])")), R"([{"id":2}])");
  EXPECT_EQ(rig.json2("crm.lead/write", R"({"ids":[3],"vals":{"name":"x"}})").status, 404);
  EXPECT_EQ(rig.json2("crm.lead/unlink", R"({"ids":[2,3]})").status, 404);
  EXPECT_EQ(shown(rig.answer("crm.lead", "read", R"([[2],["id"]])")), R"([{"id":2}])") << "not even the other one";
}

class SandboxLoad : public testing::Test {
 protected:
  Document load(const std::string& fields, const std::string& data) {
    return rig_.answer("crm.lead", "load", "[" + fields + "," + data + "]", R"({"context":{"tz":"UTC"}})");
  }
  int64_t one(const std::string& name, const std::string& external = "outrigger.a") {
    const Document loaded = load(R"(["id","name"])", R"([[")" + external + "\",\"" + name + "\"]]");
    EXPECT_TRUE(loaded.root()["ids"].is_array()) << shown(loaded);
    return loaded.root()["ids"].integer();
  }
  int64_t count() {
    return rig_.answer("crm.lead", "search_count", "[[]]", R"({"context":{"active_test":false}})").root().integer();
  }
  Rig rig_;
};

TEST_F(SandboxLoad, IsAnUpsertByExternalId) {
  const int64_t before = count();
  const int64_t id = one("first");
  EXPECT_EQ(one("second"), id);
  EXPECT_EQ(rig_.lead(id, "name").text(), "second");
  EXPECT_EQ(count(), before + 1);
  EXPECT_EQ(one("third", "bare"), one("fourth", "__import__.bare")) << "without a module it is __import__";
}

TEST_F(SandboxLoad, AfterADeletionOneNewRecordIsMade) {
  const int64_t id = one("first");
  rig_.answer("crm.lead", "unlink", "[[" + std::to_string(id) + "]]");
  const int64_t again = one("second");
  EXPECT_NE(again, id);
  EXPECT_EQ(one("third"), again);
}

TEST_F(SandboxLoad, TakesReferencesAndNumbersAsTexts) {
  const Document loaded = load(R"(["id","name","stage_id/.id","expected_revenue","color","date_open"])",
                               R"([["x.a","A","2","12.5","3","2026-01-02 03:04:05"]])");
  ASSERT_TRUE(loaded.root()["ids"].is_array()) << shown(loaded);
  const int64_t id = loaded.root()["ids"].integer();
  EXPECT_EQ(rig_.lead(id, "stage_id").integer(), 2);
  EXPECT_EQ(rig_.lead(id, "expected_revenue").number(), 12.5);
  EXPECT_EQ(rig_.lead(id, "color").integer(), 3);
}

TEST_F(SandboxLoad, OneBadRowRejectsAllAndNamesItsField) {
  const int64_t before = count();
  const Document loaded = load(R"(["id","name","priority"])", R"([["x.a","good","1"],["x.b","bad","9"]])");
  EXPECT_EQ(loaded.root()["ids"].boolean(), false) << shown(loaded);
  ASSERT_EQ(loaded.root()["messages"].size(), 1U);
  const Value message = loaded.root()["messages"].at(0);
  EXPECT_EQ(message["type"].text(), "error");
  EXPECT_EQ(message["record"].integer(), 1);
  EXPECT_EQ(message["rows"]["from"].integer(), 1);
  EXPECT_EQ(message["field"].text(), "priority");
  EXPECT_FALSE(message["message"].text().empty());
  EXPECT_EQ(count(), before);
}

TEST_F(SandboxLoad, ANewRowNeedsWhatIsRequiredAndAnOldOneDoesNot) {
  const int64_t before = count();
  EXPECT_EQ(load(R"(["id","color"])", R"([["x.new","3"]])").root()["ids"].boolean(), false);
  EXPECT_EQ(count(), before);
  const int64_t id = one("first", "x.old");
  EXPECT_EQ(load(R"(["id","color"])", R"([["x.old","3"]])").root()["ids"].integer(), id);
  EXPECT_EQ(rig_.lead(id, "name").text(), "first");
}

TEST_F(SandboxLoad, AnUnknownColumnIsAnError) {
  EXPECT_EQ(rig_.json2("crm.lead/load", R"({"fields":["id","nope"],"data":[["x.a","1"]]})").status, 500);
}

TEST(SandboxRights, ASalespersonSeesOwnLeadsAndThoseOfNobody) {
  Rig rig;
  const int64_t demo = rig.database.user("demo").id;
  const Reply rows =
      rig.json2("crm.lead/search_read",
                R"({"domain":[],"fields":["user_id"],"load":null,"context":{"active_test":false}})", "demo");
  EXPECT_GT(rows.root().size(), 0U);
  for (const Value row : rows.root().items()) EXPECT_TRUE(!row["user_id"].truthy() || row["user_id"].integer() == demo);
  int64_t hidden = 0;
  size_t visible = 0;
  for (int64_t id = 1; id <= 60; ++id) {
    const int64_t owner = rig.lead(id, "user_id").integer();
    if (owner == 0 || owner == demo)
      ++visible;
    else
      hidden = id;
  }
  EXPECT_EQ(rows.root().size(), visible);
  ASSERT_NE(hidden, 0);
  const std::string ids = "{\"ids\":[" + std::to_string(hidden) + "]";
  for (const auto& [call, more] : {std::pair{"read", ",\"fields\":[\"name\"]}"},
                                   {"write", ",\"vals\":{\"name\":\"x\"}}"},
                                   {"unlink", "}"},
                                   {"message_post", ",\"body\":\"x\"}"}}) {
    const Reply refused = rig.json2("crm.lead/" + std::string(call), ids + more, "demo");
    EXPECT_EQ(refused.status, 403) << call;
    EXPECT_EQ(refused.root()["name"].text(), "odoo.exceptions.AccessError") << call;
  }
  EXPECT_EQ(rig.json2("crm.lead/read", ids + ",\"fields\":[\"name\"]}").root().size(), 1U) << "admin sees it";
}

TEST(SandboxRights, OnlyAnAdministratorReachesParametersAndUsers) {
  Rig rig;
  EXPECT_EQ(rig.json2("ir.config_parameter/set_param", R"({"key":"a","value":"b"})", "demo").status, 403);
  EXPECT_EQ(rig.json2("ir.model.data/search_count", R"({"domain":[]})", "demo").status, 403);
  EXPECT_EQ(rig.json2("res.users/write", R"({"ids":[2],"vals":{"name":"x"}})", "demo").status, 403);
  EXPECT_EQ(rig.json2("ir.config_parameter/set_param", R"({"key":"a","value":"b"})").body, "false");
  EXPECT_EQ(rig.json2("ir.config_parameter/get_param", R"({"key":"a"})").body, "\"b\"");
  EXPECT_EQ(rig.json2("ir.config_parameter/get_param", R"({"key":"none"})").body, "false");
}

// What differs between the two series, by execute_kw over JSON-RPC, which both offer.
class SandboxSeries : public testing::Test {
 protected:
  static bool takes(Rig& rig, const std::string& method, const std::string& args, const std::string& kwargs = "{}",
                    const std::string& model = "crm.lead") {
    return rig.jsonrpc(model, method, args, kwargs).root().has("result");
  }
  Rig new_{{.major = 19, .leads = 30}};
  Rig old_{{.major = 14, .leads = 30}};
};

TEST_F(SandboxSeries, FieldsComeAndGo) {
  const auto has = [](Rig& rig, const char* model, const char* field) {
    return rig.answer(model, "fields_get", "[]").root().has(field);
  };
  EXPECT_TRUE(has(new_, "crm.lead", "won_status") && has(new_, "crm.lead", "lost_reason_id") &&
              has(new_, "crm.stage", "team_ids"));
  EXPECT_TRUE(has(old_, "crm.lead", "lost_reason") && has(old_, "crm.stage", "team_id"));
  EXPECT_FALSE(has(old_, "crm.lead", "won_status") || has(old_, "crm.lead", "lost_reason_id") ||
               has(old_, "crm.stage", "team_ids"));
  EXPECT_FALSE(has(new_, "crm.lead", "lost_reason") || has(new_, "crm.stage", "team_id"));
}

TEST_F(SandboxSeries, MethodsAndTheirArgumentsDiffer) {
  EXPECT_TRUE(takes(new_, "search", "[]", R"({"domain":[]})"));
  EXPECT_FALSE(takes(new_, "search", "[]", R"({"args":[]})"));
  EXPECT_TRUE(takes(old_, "search", "[]", R"({"args":[]})"));
  EXPECT_FALSE(takes(old_, "search", "[]", R"({"domain":[]})"));
  EXPECT_TRUE(takes(new_, "search_read", "[]", R"({"domain":[],"fields":["name"],"load":null})"));
  EXPECT_FALSE(takes(old_, "search_read", "[]", R"({"domain":[],"fields":["name"],"load":null})"));
  const std::string save = R"([[1,2],[{"color":1},{"color":2}],{}])";
  EXPECT_TRUE(takes(new_, "web_save_multi", save));
  EXPECT_FALSE(takes(old_, "web_save_multi", save));
  EXPECT_EQ(new_.lead(2, "color").integer(), 2);
  EXPECT_TRUE(takes(new_, "formatted_read_group", "[[]]", R"({"groupby":["stage_id"],"aggregates":["__count"]})"));
  EXPECT_FALSE(takes(old_, "formatted_read_group", "[[]]", R"({"groupby":["stage_id"],"aggregates":["__count"]})"));
}

TEST_F(SandboxSeries, AnswersDiffer) {
  EXPECT_TRUE(new_.answer("crm.lead", "message_post", "[[1]]", R"({"body":"x"})").root().is_array());
  EXPECT_EQ(old_.answer("crm.lead", "message_post", "[[1]]", R"({"body":"x"})").root().kind(), outrigger::Kind::kInt);
  EXPECT_EQ(old_.answer("crm.lead", "create", R"([{"name":"x"}])").root().kind(), outrigger::Kind::kInt);
  EXPECT_TRUE(new_.json2("crm.lead/create", R"({"vals_list":{"name":"x"}})").root().is_array());
}

TEST_F(SandboxSeries, Odoo14ComparesMicrosecondsAnd19WholeSeconds) {
  for (Rig* rig : {&new_, &old_}) {
    rig->answer("crm.lead", "write", R"([[1],{"color":3}])");
    const auto count = [&](const std::string& op, const std::string& time) {
      return rig
          ->answer("crm.lead", "search_count",
                   R"([[["id","=",1],["write_date",")" + op + "\",\"2026-11-21 " + time + "\"]]]",
                   R"({"context":{"active_test":false}})")
          .root()
          .integer();
    };
    const int64_t raw = rig == &old_ ? 1 : 0;
    EXPECT_EQ(count(">", "12:00:00"), raw);
    EXPECT_EQ(count("=", "12:00:00"), 1 - raw);
    EXPECT_EQ(count("<=", "12:00:00"), 1 - raw);
    EXPECT_EQ(count(">=", "12:00:00"), 1);
    EXPECT_EQ(count("<", "12:00:01"), 1) << "a window of whole seconds means the same in both";
  }
}

}  // namespace
}  // namespace outrigger::sandbox
