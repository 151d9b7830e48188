// What every Odoo that we talk to must do, over every transport that it offers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <iomanip>
#include <sstream>

#include "integration/value/json.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {
namespace {

using odoo::Records;
using odoo::Session;
using odoo::TransportChoice;

struct Case {
  const char* target;
  TransportChoice transport;
};

transport::Loop& loop() {
  static transport::Loop one;
  return one;
}

class Contract : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam().target);
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    session_ = connect(target_->admin);
    if (session_ == nullptr) GTEST_SKIP() << "this version does not offer the transport";
    records_ = std::make_unique<Records>(*session_);
  }

  std::unique_ptr<Session> connect(odoo::Connection connection) {
    connection.transport = GetParam().transport;
    Result<std::unique_ptr<Session>> session = Session::connect(loop(), connection);
    if (session) return *std::move(session);
    // JSON-2 came with 19.
    const bool absent = GetParam().transport == TransportChoice::kJson2 && session.error().code == Code::kProtocol;
    EXPECT_TRUE(absent) << session.error().message;
    return nullptr;
  }

  int64_t create_lead(const char* name) {
    Arena arena;
    const Value values =
        arena.object({{"name", name}, {"type", "opportunity"}, {"expected_revenue", 1234.5}, {"priority", "2"}});
    const Result<Document> ids = records_->create("crm.lead", arena.array({values}));
    EXPECT_TRUE(ids) << (ids ? "" : ids.error().message);
    return ids ? ids->root().integer() : 0;
  }

  Document read_one(int64_t id, std::vector<std::string_view> fields) {
    Arena arena;
    const Result<Document> rows = records_->search_read({.model = "crm.lead",
                                                         .domain = arena.array({arena.array({"id", "=", id})}),
                                                         .fields = fields,
                                                         .archived = true});
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().message);
    return rows ? *rows : Document();
  }

  Target* target_ = nullptr;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Records> records_;
};

TEST_P(Contract, SaysWhatItIs) {
  EXPECT_GE(session_->info().major, 14);
  EXPECT_GT(session_->info().uid, 0);
  const Result<Session::Details> details = session_->details();
  ASSERT_TRUE(details);
  EXPECT_FALSE(details->company_ids.empty());
}

TEST_P(Contract, KeepsTheTypesOfFields) {
  const int64_t id = create_lead("Ünïcode <&> \"desk\" 漢字 😀");
  const Document rows = read_one(id, {"name", "active", "color", "expected_revenue", "stage_id", "partner_id",
                                      "tag_ids", "create_date", "date_deadline", "email_from"});
  ASSERT_EQ(rows.root().size(), 1U);
  const Value lead = rows.root().at(0);
  EXPECT_EQ(lead["name"].text(), "Ünïcode <&> \"desk\" 漢字 😀");
  EXPECT_EQ(lead["active"].kind(), outrigger::Kind::kBool);
  EXPECT_EQ(lead["color"].kind(), outrigger::Kind::kInt);
  EXPECT_EQ(lead["expected_revenue"].kind(), outrigger::Kind::kDouble);
  EXPECT_EQ(lead["expected_revenue"].number(), 1234.5);
  EXPECT_EQ(lead["stage_id"].kind(), outrigger::Kind::kInt) << "many2one without names is an id";
  EXPECT_TRUE(lead["partner_id"].is_null()) << "Odoo's false for an empty relation is null";
  EXPECT_TRUE(lead["tag_ids"].is_array());
  EXPECT_EQ(lead["create_date"].text().size(), 19U);
  EXPECT_TRUE(lead["date_deadline"].is_null());
}

TEST_P(Contract, NamesUnknownFieldsBeforeAsking) {
  const Result<Document> rows = records_->search_read({.model = "crm.lead", .fields = {"name", "stage_idd"}});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Code::kMissing);
  EXPECT_THAT(rows.error().message, testing::HasSubstr("stage_idd (there is stage_id)"));
}

TEST_P(Contract, WritesAndDeletes) {
  const int64_t id = create_lead("written");
  Arena arena;
  ASSERT_TRUE(records_->write("crm.lead", {id}, arena.object({{"name", "changed"}, {"color", 3}})));
  EXPECT_EQ(read_one(id, {"name"}).root().at(0)["name"].text(), "changed");
  ASSERT_TRUE(records_->unlink("crm.lead", {id}));
  EXPECT_EQ(read_one(id, {"name"}).root().size(), 0U);
}

TEST_P(Contract, AMethodThatReturnsNoneIsDoneAndNull) {
  const int64_t id = create_lead("to be archived");
  const Result<Document> none =
      session_->call({.model = "crm.lead", .method = "action_archive", .ids = std::vector<int64_t>{id}});
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_FALSE(read_one(id, {"active"}).root().at(0)["active"].truthy());
}

TEST_P(Contract, ArchivedRecordsShowOnlyWhenAskedFor) {
  const int64_t id = create_lead("archived");
  Arena arena;
  ASSERT_TRUE(records_->write("crm.lead", {id}, arena.object({{"active", false}})));
  const Value domain = arena.array({arena.array({"id", "=", id})});
  EXPECT_EQ(*records_->search_count({.model = "crm.lead", .domain = domain}), 0);
  EXPECT_EQ(*records_->search_count({.model = "crm.lead", .domain = domain, .archived = true}), 1);
}

TEST_P(Contract, AMissingRecordIsMissingAndNothingIsDone) {
  const int64_t id = create_lead("here");
  Arena arena;
  const Result<void> written = records_->write("crm.lead", {id, 2000000000}, arena.object({{"name", "not me"}}));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kMissing) << written.error().message;
  EXPECT_EQ(written.error().effect, Effect::kNone);
  EXPECT_EQ(read_one(id, {"name"}).root().at(0)["name"].text(), "here");
}

TEST_P(Contract, AMissingValueIsAValidationError) {
  Arena arena;
  const Result<Document> created = records_->create("crm.lead", arena.array({arena.object({{"name", false}})}));
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().code, Code::kValidation) << created.error().message;
  EXPECT_EQ(created.error().effect, Effect::kNone);
}

TEST_P(Contract, RightsAreAnAccessError) {
  const std::unique_ptr<Session> demo = connect(target_->demo);
  ASSERT_NE(demo, nullptr);
  const Result<Document> parameter = Records(*demo).parameter("database.uuid");
  ASSERT_FALSE(parameter);
  EXPECT_EQ(parameter.error().code, Code::kAccess) << parameter.error().message;
  EXPECT_TRUE(*records_->has_group("sales_team.group_sale_salesman_all_leads"));
  EXPECT_FALSE(*Records(*demo).has_group("sales_team.group_sale_salesman_all_leads"));
  EXPECT_LT(*Records(*demo).search_count({.model = "crm.lead"}), *records_->search_count({.model = "crm.lead"}));
}

TEST_P(Contract, AWrongKeyIsAnAuthErrorThatDoesNotShowIt) {
  odoo::Connection connection = target_->admin;
  connection.transport = GetParam().transport;
  connection.secret = "0123456789abcdef0123456789abcdef01234567";
  const Result<std::unique_ptr<Session>> session = Session::connect(loop(), connection);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, Code::kAuth) << session.error().message;
  EXPECT_THAT(session.error().message, testing::Not(testing::HasSubstr(connection.secret)));
}

TEST_P(Contract, AWrongDatabaseIsNamed) {
  odoo::Connection connection = target_->admin;
  connection.transport = GetParam().transport;
  connection.database = "no_such_database";
  const Result<std::unique_ptr<Session>> session = Session::connect(loop(), connection);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, Code::kMissing) << session.error().message;
  EXPECT_THAT(session.error().message, testing::HasSubstr("`database`"));
}

TEST_P(Contract, AnUnknownModelIsMissing) {
  const Result<Document> rows =
      session_->call({.model = "no.such.model", .method = "search", .args = {}, .read_only = true});
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Code::kMissing) << rows.error().message;
}

TEST_P(Contract, WritesDifferentValuesToManyRecords) {
  Arena arena;
  std::vector<int64_t> ids;
  std::vector<Value> rows;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(create_lead("row"));
    rows.push_back(arena.object({{"id", ids.back()}, {"color", i}}));
  }
  rows.push_back(arena.object({{"id", 2000000000}, {"color", 1}}));
  const Result<odoo::RowsWritten> written = records_->write_rows("crm.lead", arena.array(rows));
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_THAT(written->done, testing::UnorderedElementsAreArray(ids));
  ASSERT_EQ(written->failed.size(), 1U) << "the bad row alone";
  EXPECT_EQ(written->failed[0].id, 2000000000);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(read_one(ids[static_cast<size_t>(i)], {"color"}).root().at(0)["color"].integer(), i);
}

TEST_P(Contract, LoadIsAnUpsertByExternalId) {
  Arena arena;
  const std::string external =
      "outrigger_test.lead_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count());
  const auto load = [&](const char* name) {
    return session_->call(
        {.model = "crm.lead",
         .method = "load",
         .kwargs = arena.object({{"fields", arena.array({"id", "name"})},
                                 {"data", arena.array({arena.array({Value::of(std::string_view(external)), name})})}}),
         .context = arena.object({{"tz", "UTC"}})});
  };
  const Result<Document> first = load("first");
  ASSERT_TRUE(first) << first.error().message;
  const Result<Document> second = load("second");
  ASSERT_TRUE(second) << second.error().message;
  ASSERT_TRUE(first->root()["ids"].is_array()) << value::to_json(first->root());
  EXPECT_EQ(first->root()["ids"].at(0).integer(), second->root()["ids"].at(0).integer());
  EXPECT_EQ(read_one(first->root()["ids"].at(0).integer(), {"name"}).root().at(0)["name"].text(), "second");
}

TEST_P(Contract, GroupsAddUpToTheCount) {
  const Result<Document> groups =
      records_->read_group({.model = "crm.lead", .archived = true}, {"stage_id"}, {"__count", "expected_revenue:sum"});
  ASSERT_TRUE(groups) << groups.error().message;
  int64_t sum = 0;
  for (const Value group : groups->root().items()) sum += group["__count"].integer();
  EXPECT_EQ(sum, *records_->search_count({.model = "crm.lead", .archived = true}));
}

TEST_P(Contract, ANumberThatWasNeverSetCanBeToldFromZero) {
  // Both read as 0.0; a count of those that are set tells them apart.
  Arena arena;
  const int64_t id = create_lead("zero");
  ASSERT_TRUE(records_->write("crm.lead", {id}, arena.object({{"probability", 0.0}})));
  const Value domain = arena.array({arena.array({"id", "=", id})});
  const Result<Document> counts = records_->read_group({.model = "crm.lead", .domain = domain, .archived = true}, {},
                                                       {"__count", "probability:count"});
  ASSERT_TRUE(counts) << counts.error().message;
  ASSERT_EQ(counts->root().size(), 1U);
  EXPECT_EQ(counts->root().at(0)["__count"].integer(), 1);
  EXPECT_EQ(counts->root().at(0)["probability:count"].integer(), 1);
}

TEST_P(Contract, ReadsAllPagesByAscendingId) {
  int64_t last = 0;
  int64_t seen = 0;
  for (;;) {
    Arena arena;
    const Result<Document> page = records_->search_read({.model = "crm.lead",
                                                         .domain = arena.array({arena.array({"id", ">", last})}),
                                                         .fields = {"name"},
                                                         .order = "id",
                                                         .archived = true,
                                                         .limit = 100});
    ASSERT_TRUE(page) << page.error().message;
    for (const Value lead : page->root().items()) {
      EXPECT_GT(lead["id"].integer(), last);
      last = lead["id"].integer();
      ++seen;
    }
    if (page->root().size() == 0) break;
  }
  EXPECT_EQ(seen, *records_->search_count({.model = "crm.lead", .archived = true}));
}

// "2026-12-31 23:59:59" -> "2027-01-01 00:00:00"
std::string a_second_later(const std::string& text) {
  std::tm time{};
  std::istringstream(text) >> std::get_time(&time, "%Y-%m-%d %H:%M:%S");
  const std::time_t later = timegm(&time) + 1;
  char out[32];
  std::strftime(out, sizeof out, "%Y-%m-%d %H:%M:%S", gmtime_r(&later, &time));
  return out;
}

TEST_P(Contract, WindowsOfWholeSecondsFindARecordOnce) {
  const int64_t id = create_lead("in a window");
  const Document row = read_one(id, {"write_date"});
  const std::string from(row.root().at(0)["write_date"].text());
  const std::string until = a_second_later(from);
  Arena arena;
  const Value inside =
      arena.array({arena.array({"id", "=", id}), arena.array({"write_date", ">=", Value::of(std::string_view(from))}),
                   arena.array({"write_date", "<", Value::of(std::string_view(until))})});
  EXPECT_EQ(*records_->search_count({.model = "crm.lead", .domain = inside}), 1);
  const Value after =
      arena.array({arena.array({"id", "=", id}), arena.array({"write_date", ">", Value::of(std::string_view(from))})});
  const int64_t raw = session_->info().major < 19 ? 1 : 0;
  EXPECT_EQ(*records_->search_count({.model = "crm.lead", .domain = after}), raw)
      << "14 compares microseconds, 19 whole seconds";
}

TEST_P(Contract, PostsAMessage) {
  const int64_t id = create_lead("to be told");
  const Result<int64_t> message = records_->message_post("crm.lead", id, "Ring the bell", false);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_GT(*message, 0);
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  switch (info.param.transport) {
    case TransportChoice::kXmlRpc: return "XmlRpc";
    case TransportChoice::kJsonRpc: return "JsonRpc";
    case TransportChoice::kJson2: return "Json2";
    default: return "Auto";
  }
}

#define OUTRIGGER_TARGET(Name)                                                                       \
  INSTANTIATE_TEST_SUITE_P(                                                                          \
      Name, Contract,                                                                                \
      testing::Values(Case{#Name, TransportChoice::kAuto}, Case{#Name, TransportChoice::kXmlRpc},    \
                      Case{#Name, TransportChoice::kJsonRpc}, Case{#Name, TransportChoice::kJson2}), \
      case_name)
OUTRIGGER_TARGET(Sandbox19);
OUTRIGGER_TARGET(Sandbox14);
OUTRIGGER_TARGET(Real19);
OUTRIGGER_TARGET(Real14);
OUTRIGGER_TARGET(RealSource);

}  // namespace
}  // namespace outrigger::contract
