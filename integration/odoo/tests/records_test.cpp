// Calls on records: what is sent, what is refused before anything is sent, how rows come back. See also
// write_rows_test.cpp.
#include "integration/odoo/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/odoo/tests/fake_odoo.hpp"
#include "integration/value/json.hpp"
#include "integration/value/tests/describe.hpp"

namespace outrigger::odoo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using value::describe;

constexpr char kLeadFields[] = R"({
  "name": {"type": "char"}, "active": {"type": "boolean"}, "stage_id": {"type": "many2one", "relation": "crm.stage"},
  "team_ids": {"type": "many2many"}, "automated_probability": {"type": "float"}, "color": {"type": "integer"}, "date_closed": {"type": "datetime"}})";

class RecordsTest : public testing::Test {
 protected:
  RecordsTest() { begin(19); }

  void begin(int major) {
    session_.reset();
    odoo_ = std::make_unique<FakeOdoo>(major);
    odoo_->answers("crm.lead", "fields_get", {kLeadFields});
    session_ = odoo_->connect();
    ASSERT_NE(session_, nullptr);
    records_ = std::make_unique<Records>(*session_);
  }
  FakeOdoo& odoo() { return *odoo_; }
  Records& records() { return *records_; }
  // The arguments of the only call of a method.
  std::string asked(const std::string& method) {
    const std::vector<std::string> all = odoo_->asked("crm.lead", method);
    EXPECT_EQ(all.size(), 1U) << method;
    return all.empty() ? "" : all[0];
  }
  template <typename T>
  static Error error_of(const Result<T>& result) {
    return result ? Error{Code::kOk, "answered"} : result.error();
  }
  static std::string show(const Result<Document>& answer) {
    return answer ? describe(**answer) : "error: " + answer.error().message;
  }

  Arena arena;

 private:
  std::unique_ptr<FakeOdoo> odoo_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Records> records_;
};

TEST_F(RecordsTest, UnknownFieldIsNamedBeforeTheCall) {
  odoo().answers("crm.lead", "search_read", {"[]"});
  const Error error =
      error_of(records().search_read({.model = "crm.lead", .fields = {"name", "team_id", "zzz", "automated_prob"}}));
  EXPECT_EQ(error.code, Code::kMissing);
  EXPECT_EQ(error.effect, Effect::kNone);
  EXPECT_THAT(error.message, AllOf(HasSubstr("crm.lead in Odoo 19.0"), HasSubstr("team_id (there is team_ids)"),
                                   HasSubstr("zzz"), HasSubstr("automated_prob (there is automated_probability)"),
                                   Not(HasSubstr("zzz (")), Not(HasSubstr("name"))));
  EXPECT_EQ(odoo().count("crm.lead", "search_read"), 0U);
  EXPECT_EQ(error_of(records().read("crm.lead", {7}, {"nope"})).code, Code::kMissing);
  EXPECT_EQ(odoo().count("crm.lead", "read"), 0U);
}

TEST_F(RecordsTest, FieldsMustBeNamed) {
  const Error error = error_of(records().search_read({.model = "crm.lead"}));
  EXPECT_EQ(error.code, Code::kInvalid);
  EXPECT_THAT(error.message, HasSubstr("name the fields"));
  EXPECT_EQ(odoo().count("crm.lead", "search_read"), 0U);
}

TEST_F(RecordsTest, TheFieldsOfAModelAreReadOnce) {
  odoo().answers("crm.lead", "search_read", {"[]"});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(records().search_read({.model = "crm.lead", .fields = {"id", "name"}}));
  EXPECT_EQ(odoo().count("crm.lead", "fields_get"), 1U);
}

TEST_F(RecordsTest, SearchReadSendsLoadNoneAndAtMost2000) {
  odoo().answers("crm.lead", "search_read", {"[]"});
  const Value domain = arena.array({arena.array({"id", ">", 42})});
  ASSERT_TRUE(records().search_read({.model = "crm.lead",
                                     .domain = domain,
                                     .fields = {"name", "stage_id"},
                                     .order = "id",
                                     .offset = 3,
                                     .limit = 5000}));
  EXPECT_EQ(
      asked("search_read"),
      R"({"domain":[["id",">",42]],"limit":2000,"offset":3,"order":"id","fields":["name","stage_id"],"load":null})");
}

TEST_F(RecordsTest, WithoutALimitAPageIsRead) {
  odoo().answers("crm.lead", "search_read", {"[]"});
  ASSERT_TRUE(records().search_read({.model = "crm.lead", .fields = {"name"}}));
  EXPECT_EQ(asked("search_read"), R"({"domain":[],"limit":2000,"fields":["name"],"load":null})");
}

TEST_F(RecordsTest, NamesAreReadWhereTheyAreAskedFor) {
  odoo().answers("crm.lead", "search_read", {R"([{"id": 1, "stage_id": [4, "Won"]}])"});
  const Result<Document> rows =
      records().search_read({.model = "crm.lead", .fields = {"stage_id"}, .names = true, .limit = 1});
  ASSERT_TRUE(rows);
  EXPECT_EQ(asked("search_read"), R"({"domain":[],"limit":1,"fields":["stage_id"]})");
  EXPECT_EQ(rows->root().at(0)["stage_id"].integer(), 4);
}

TEST_F(RecordsTest, ArchivedRecordsAreReadWhereTheyAreAskedFor) {
  odoo().answers("crm.lead", "search_read", {"[]"});
  odoo().answers("crm.lead", "search_count", {"0"});
  const Value context = arena.object({{"lang", "nl_BE"}});
  ASSERT_TRUE(records().search_read({.model = "crm.lead", .fields = {"name"}, .archived = true}, {}, context));
  ASSERT_TRUE(records().search_count({.model = "crm.lead", .archived = true}));
  EXPECT_THAT(asked("search_read"), HasSubstr(R"("context":{"lang":"nl_BE","active_test":false})"));
  EXPECT_THAT(asked("search_count"), HasSubstr(R"("context":{"active_test":false})"));
}

TEST_F(RecordsTest, EmptyFieldsAreNullButABooleanStaysABoolean) {
  odoo().answers(
      "crm.lead", "search_read",
      {R"([{"id": 1, "name": false, "active": false, "stage_id": false, "team_ids": [], "color": 0, "date_closed": false}])"});
  EXPECT_EQ(show(records().search_read(
                {.model = "crm.lead", .fields = {"name", "active", "stage_id", "team_ids", "color", "date_closed"}})),
            "[{id:i1 name:null active:false stage_id:null team_ids:[] color:i0 date_closed:null}]");
}

TEST_F(RecordsTest, Odoo14SearchesAndThenReadsWithoutNames) {
  begin(14);
  odoo().answers("crm.lead", "search", {"[3, 1]"});
  odoo().answers("crm.lead", "read",
                 {R"([{"id": 3, "name": false, "active": false}, {"id": 1, "name": "a", "active": true}])"});
  const Value domain = arena.array({arena.array({"id", "<", 9})});
  EXPECT_EQ(
      show(records().search_read(
          {.model = "crm.lead", .domain = domain, .fields = {"name", "active"}, .order = "id desc", .archived = true})),
      "[{id:i3 name:null active:false} {id:i1 name:'a' active:true}]");
  EXPECT_EQ(asked("search"), R"([[[["id","<",9]]],{"limit":2000,"order":"id desc","context":{"active_test":false}}])");
  EXPECT_EQ(asked("read"), R"([[[3,1]],{"fields":["name","active"],"load":null,"context":{"active_test":false}}])");
}

TEST_F(RecordsTest, Odoo14ReadsNothingWhenNothingIsFound) {
  begin(14);
  odoo().answers("crm.lead", "search", {"[]"});
  EXPECT_EQ(show(records().search_read({.model = "crm.lead", .fields = {"name"}})), "[]");
  EXPECT_EQ(odoo().count("crm.lead", "read"), 0U);
}

TEST_F(RecordsTest, Odoo14ReadsNamesInOneCall) {
  begin(14);
  odoo().answers("crm.lead", "search_read", {"[]"});
  ASSERT_TRUE(records().search_read({.model = "crm.lead", .fields = {"name"}, .names = true}));
  EXPECT_EQ(asked("search_read"), R"([[],{"domain":[],"limit":2000,"fields":["name"]}])");
}

TEST_F(RecordsTest, CountsThatComeAsFloatsAreRead) {
  odoo().answers("crm.lead", "search_count", {"4294967296.0", "null"});
  EXPECT_EQ(*records().search_count({.model = "crm.lead"}), int64_t{1} << 32U);
  EXPECT_EQ(error_of(records().search_count({.model = "crm.lead"})).code, Code::kProtocol);
  EXPECT_EQ(odoo().asked("crm.lead", "search_count")[0], R"({"domain":[]})");
}

TEST_F(RecordsTest, WriteWithoutIdsIsRefusedHere) {
  odoo().answers("crm.lead", "write", {"true"});
  odoo().answers("crm.lead", "unlink", {"true"});
  const Error error = error_of(records().write("crm.lead", {}, arena.object({{"name", "a"}})));
  EXPECT_EQ(error.code, Code::kInvalid);
  EXPECT_EQ(error.effect, Effect::kNone);
  EXPECT_EQ(error_of(records().unlink("crm.lead", {})).code, Code::kInvalid);
  EXPECT_EQ(odoo().count("crm.lead", "write") + odoo().count("crm.lead", "unlink"), 0U);
}

TEST_F(RecordsTest, WritesTheNamedRecords) {
  odoo().answers("crm.lead", "write", {"true"});
  odoo().answers("crm.lead", "unlink", {"true"});
  EXPECT_TRUE(records().write("crm.lead", {7, 8}, arena.object({{"name", "a"}, {"stage_id", false}}), {},
                              arena.object({{"tz", "UTC"}})));
  EXPECT_TRUE(records().unlink("crm.lead", {9}));
  EXPECT_EQ(asked("write"), R"({"ids":[7,8],"vals":{"name":"a","stage_id":false},"context":{"tz":"UTC"}})");
  EXPECT_EQ(asked("unlink"), R"({"ids":[9]})");
}

TEST_F(RecordsTest, CreateGivesAListWhateverOdooAnswers) {
  odoo().answers("crm.lead", "create", {"[5, 6]", "7"});
  const Value values = arena.array({arena.object({{"name", "a"}})});
  EXPECT_EQ(show(records().create("crm.lead", values)), "[i5 i6]");
  EXPECT_EQ(show(records().create("crm.lead", values)), "[i7]");
  EXPECT_EQ(odoo().asked("crm.lead", "create")[0], R"({"vals_list":[{"name":"a"}]})");
}

TEST_F(RecordsTest, CreateNeedsRecords) {
  EXPECT_EQ(error_of(records().create("crm.lead", arena.object({{"name", "a"}}))).code, Code::kInvalid);
  EXPECT_EQ(error_of(records().create("crm.lead", arena.array(std::initializer_list<Item>{}))).code, Code::kInvalid);
  EXPECT_EQ(odoo().count("crm.lead", "create"), 0U);
}

TEST_F(RecordsTest, ACreateWhoseReplyIsLostIsUnknownAndNotRepeated) {
  odoo().acts("crm.lead", "create", {transport::close_without_reply(), transport::json("[5]")});
  const Error error = error_of(records().create("crm.lead", arena.array({arena.object({{"name", "a"}})})));
  EXPECT_EQ(error.code, Code::kUnreachable);
  EXPECT_EQ(error.effect, Effect::kUnknown);
  EXPECT_EQ(odoo().count("crm.lead", "create"), 1U);
}

TEST_F(RecordsTest, MessagesArePostedAsHtmlWhereOdooKnowsTheDifference) {
  odoo().answers("crm.lead", "message_post", {"[31]"});
  EXPECT_EQ(*records().message_post("crm.lead", 7, "<b>hi</b>", true), 31);
  EXPECT_EQ(*records().message_post("crm.lead", 7, "hi", false), 31);
  EXPECT_THAT(odoo().asked("crm.lead", "message_post"),
              ElementsAre(R"({"ids":[7],"body":"<b>hi</b>","body_is_html":true})", R"({"ids":[7],"body":"hi"})"));
  begin(14);
  odoo().answers("crm.lead", "message_post", {"31"});
  EXPECT_EQ(*records().message_post("crm.lead", 7, "<b>hi</b>", true), 31);
  EXPECT_EQ(asked("message_post"), R"([[[7]],{"body":"<b>hi</b>"}])");
}

}  // namespace
}  // namespace outrigger::odoo
