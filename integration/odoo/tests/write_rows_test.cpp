// write_rows: many records with different values, and what became of each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/odoo/records.hpp"
#include "integration/odoo/tests/fake_odoo.hpp"
#include "integration/value/json.hpp"
#include "integration/value/tests/describe.hpp"

namespace outrigger::odoo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using transport::close_without_reply;
using transport::SeenRequest;

class WriteRowsTest : public testing::Test {
 protected:
  WriteRowsTest() { begin(19); }

  void begin(int major) {
    session_.reset();
    odoo_ = std::make_unique<FakeOdoo>(major);
    session_ = odoo_->connect();
    ASSERT_NE(session_, nullptr);
  }
  FakeOdoo& odoo() { return *odoo_; }
  Result<RowsWritten> write(Value rows, const CallOptions& options = {}) {
    return Records(*session_).write_rows("crm.lead", rows, options);
  }
  // Rows 1 to count, with different values.
  Value many(int count) {
    std::vector<Value> rows;
    for (int i = 1; i <= count; ++i) rows.push_back(arena.object({{"id", i}, {"color", i * 10}}));
    return arena.array(rows);
  }
  static std::vector<int64_t> ids(const std::vector<RowsWritten::Failed>& failed) {
    std::vector<int64_t> all;
    for (const RowsWritten::Failed& row : failed) all.push_back(row.id);
    return all;
  }
  // Refuses every call that holds one of these ids; does the others.
  void refuse_ids(const std::vector<std::string>& bad) {
    odoo().server.on("/json/2/crm.lead/web_save_multi", [this, bad](const SeenRequest& request) {
      const Result<Document> body = value::read_json(request.body);
      const std::string sent = "," + value::to_json((**body)["ids"]).substr(1);
      for (const std::string& id : bad)
        if (sent.find("," + id + ",") != std::string::npos || sent.find("," + id + "]") != std::string::npos)
          return odoo().error("odoo.exceptions.ValidationError", "no " + id, 422);
      return transport::json("[]");
    });
  }

  Arena arena;

 private:
  std::unique_ptr<FakeOdoo> odoo_;
  std::unique_ptr<Session> session_;
};

TEST_F(WriteRowsTest, SendsDifferentValuesInOneCall) {
  odoo().answers("crm.lead", "web_save_multi", {"[]"});
  const Result<RowsWritten> written = write(many(2));
  ASSERT_TRUE(written);
  EXPECT_THAT(written->done, ElementsAre(1, 2));
  EXPECT_THAT(odoo().asked("crm.lead", "web_save_multi"),
              ElementsAre(R"({"ids":[1,2],"vals_list":[{"color":10},{"color":20}],"specification":{}})"));
}

TEST_F(WriteRowsTest, SendsAtMost500RowsACall) {
  odoo().answers("crm.lead", "web_save_multi", {"[]"});
  const Result<RowsWritten> written = write(many(1150));
  ASSERT_TRUE(written);
  EXPECT_EQ(written->done.size(), 1150U);
  std::vector<size_t> sizes;
  for (const std::string& body : odoo().asked("crm.lead", "web_save_multi"))
    sizes.push_back((**value::read_json(body))["ids"].size());
  EXPECT_THAT(sizes, ElementsAre(500, 500, 150));
}

TEST_F(WriteRowsTest, NothingIsSentForNoRows) {
  const Result<RowsWritten> written = write(arena.array(std::initializer_list<Item>{}));
  ASSERT_TRUE(written);
  EXPECT_EQ(odoo().count("crm.lead", "web_save_multi"), 0U);
}

TEST_F(WriteRowsTest, OneBadRowDoesNotTakeTheOthersDown) {
  refuse_ids({"37"});
  const Result<RowsWritten> written = write(many(100));
  ASSERT_TRUE(written);
  EXPECT_EQ(written->done.size(), 99U);
  EXPECT_THAT(ids(written->failed), ElementsAre(37));
  EXPECT_THAT(written->failed[0].error.message, HasSubstr("no 37"));
  EXPECT_EQ(written->failed[0].error.code, Code::kValidation);
  EXPECT_THAT(written->unknown, IsEmpty());
}

TEST_F(WriteRowsTest, RowsWhoseReplyIsLostAreUnknownAndNotRepeated) {
  odoo().acts("crm.lead", "web_save_multi", {transport::json("[]"), close_without_reply(), transport::json("[]")});
  const Result<RowsWritten> written = write(many(1000));
  ASSERT_TRUE(written);
  EXPECT_EQ(written->done.size(), 500U);
  EXPECT_EQ(written->unknown.size(), 500U);
  EXPECT_EQ(written->unknown.front(), 501);
  EXPECT_THAT(written->failed, IsEmpty());
  EXPECT_EQ(odoo().count("crm.lead", "web_save_multi"), 2U);
}

TEST_F(WriteRowsTest, WithoutTheRightNothingIsDoneAndAnErrorSaysSo) {
  odoo().acts("crm.lead", "web_save_multi", {odoo().error("odoo.exceptions.AccessError", "not you", 403)});
  const Result<RowsWritten> written = write(many(1000));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kAccess);
  EXPECT_EQ(odoo().count("crm.lead", "web_save_multi"), 1U) << "every further row would be refused as well";
}

TEST_F(WriteRowsTest, ARightThatIsLostHalfWayEndsTheSending) {
  odoo().acts("crm.lead", "web_save_multi",
              {transport::json("[]"), odoo().error("odoo.exceptions.AccessError", "not you", 403)});
  const Result<RowsWritten> written = write(many(1000));
  ASSERT_TRUE(written) << "500 rows are done: that must not be lost in an error";
  EXPECT_EQ(written->done.size(), 500U);
  EXPECT_EQ(written->failed.size(), 500U) << "every row is accounted for";
  EXPECT_EQ(odoo().count("crm.lead", "web_save_multi"), 2U) << "every further row would be refused as well";
}

TEST_F(WriteRowsTest, BadRowsAreNotForgottenWhenTheRestCannotBeSent) {
  odoo().acts("crm.lead", "web_save_multi",
              {odoo().error("odoo.exceptions.ValidationError", "no", 422),
               odoo().error("odoo.exceptions.ValidationError", "no 1", 422),
               odoo().error("odoo.exceptions.AccessError", "not you", 403)});
  const Result<RowsWritten> written = write(many(2));
  ASSERT_TRUE(written) << "what is known of row 1 is lost: " << written.error().message;
  EXPECT_THAT(ids(written->failed), UnorderedElementsAre(1, 2));
}

TEST_F(WriteRowsTest, RowsWithoutAnIdAreRefusedBeforeAnythingIsSent) {
  for (const int major : {19, 14}) {
    begin(major);
    odoo().answers("crm.lead", major == 19 ? "web_save_multi" : "write", {"[]"});
    std::vector<Value> rows;
    for (int i = 1; i <= 250; ++i) rows.push_back(arena.object({{"id", i}, {"color", 1}}));
    rows.push_back(arena.object({{"color", 1}}));
    const Result<RowsWritten> written = write(arena.array(rows));
    ASSERT_FALSE(written) << major;
    EXPECT_EQ(written.error().code, Code::kInvalid) << major;
    EXPECT_EQ(odoo().count("crm.lead", "web_save_multi") + odoo().count("crm.lead", "write"), 0U) << major;
  }
}

TEST_F(WriteRowsTest, OlderVersionsGetOneWriteForEqualValues) {
  begin(14);
  odoo().answers("crm.lead", "write", {"true"});
  const Value rows = arena.array(
      {arena.object({{"id", 1}, {"color", 5}, {"name", "a"}}), arena.object({{"id", 2}, {"color", 6}, {"name", "a"}}),
       arena.object({{"name", "a"}, {"id", 3}, {"color", 5}}), arena.object({{"id", 4}, {"color", 5}, {"name", "a"}})});
  const Result<RowsWritten> written = write(rows);
  ASSERT_TRUE(written);
  EXPECT_THAT(written->done, UnorderedElementsAre(1, 2, 3, 4));
  EXPECT_THAT(odoo().asked("crm.lead", "write"), testing::IsSupersetOf({R"([[[2],{"color":6,"name":"a"}],{}])",
                                                                        R"([[[1,4],{"color":5,"name":"a"}],{}])"}));
}

TEST_F(WriteRowsTest, OlderVersionsKeepValuesOfAllKindsApart) {
  begin(14);
  odoo().answers("crm.lead", "write", {"true"});
  const Value values[] = {Value::of(true),
                          Value::of(false),
                          Value{},
                          Value::of(0),
                          Value::of(1),
                          Value::of(0.0),
                          Value::of(0.5),
                          Value::of(""),
                          Value::of("0"),
                          Value::of(int64_t{9007199254740993}),
                          Value::of(int64_t{9007199254740992}),
                          arena.array({1}),
                          arena.array({2}),
                          arena.array(std::initializer_list<Item>{}),
                          arena.bytes("a"),
                          arena.bytes("b")};
  std::vector<Value> rows;
  for (size_t i = 0; i < std::size(values); ++i)
    rows.push_back(arena.object({{"id", static_cast<int>(i) + 1}, {"x", values[i]}}));
  ASSERT_TRUE(write(arena.array(rows)));
  std::vector<std::string> expected;
  for (size_t i = 0; i < std::size(values); ++i)
    expected.push_back("[[[" + std::to_string(i + 1) + R"(],{"x":)" + value::to_json(values[i]) + "}],{}]");
  EXPECT_THAT(odoo().asked("crm.lead", "write"), testing::UnorderedElementsAreArray(expected));
}

TEST_F(WriteRowsTest, OlderVersionsKeepFieldsApartWhateverTheTextsHold) {
  begin(14);
  odoo().answers("crm.lead", "write", {"true"});
  const Value rows =
      arena.array({arena.object({{"id", 1}, {"a", "x"}, {"b", "y"}}), arena.object({{"id", 2}, {"a", "x\",\"b\":\"y"}}),
                   arena.object({{"id", 3}, {"a", "xb"}, {"b", ""}})});
  ASSERT_TRUE(write(rows));
  EXPECT_EQ(odoo().count("crm.lead", "write"), 3U);
}

TEST_F(WriteRowsTest, ACancelledWriteAccountsForEveryRow) {
  odoo().acts("crm.lead", "web_save_multi", {transport::json("[]"), transport::stall()});
  std::stop_source stop;
  std::jthread later([&] {
    EXPECT_TRUE(odoo().server.wait_for_requests(4));
    stop.request_stop();
  });
  const Result<RowsWritten> written = write(many(2500), {.stop = stop.get_token()});
  ASSERT_TRUE(written);
  EXPECT_EQ(written->done.size(), 500U);
  EXPECT_EQ(written->unknown.size(), 500U);
  EXPECT_EQ(written->failed.size(), 1500U) << "every row is accounted for";
}

}  // namespace
}  // namespace outrigger::odoo
