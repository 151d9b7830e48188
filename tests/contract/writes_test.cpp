// The writer against every Odoo that we talk to: anchors, comparing, plans and undo, with a salesperson's rights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "integration/writes/plan.hpp"
#include "integration/writes/tests/rig.hpp"
#include "tests/contract/lossy_remote.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {
namespace {

using odoo::Session;
using odoo::TransportChoice;
using writes::Operation;
using writes::Request;

struct WritesCase {
  const char* target;
  TransportChoice transport;
};

transport::Loop& loop() {
  static transport::Loop one;
  return one;
}

int64_t clock_millis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class Writes : public testing::TestWithParam<WritesCase> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam().target);
    ASSERT_NE(target_, nullptr);
    demo_ = connect(target_->demo);
    if (demo_ == nullptr) GTEST_SKIP() << "this version does not offer the transport";
    admin_ = connect(target_->admin);
    use(*demo_);
  }
  std::unique_ptr<Session> connect(odoo::Connection connection) {
    connection.transport = GetParam().transport;
    Result<std::unique_ptr<Session>> session = Session::connect(loop(), connection);
    if (session) return *std::move(session);
    EXPECT_TRUE(GetParam().transport == TransportChoice::kJson2 && session.error().code == Code::kProtocol)
        << session.error().message;
    return nullptr;
  }
  void use(Session& session) {
    remote_ = std::make_unique<LossyRemote>(session);
    writes::Options options;
    options.epoch = "contract " + std::to_string(clock_millis());  // so that no run meets the anchors of another
    options.now = [] { return clock_millis(); };
    writer_ = std::make_unique<writes::Writer>(*remote_, log_, options);
    session_ = &session;
  }
  Result<Document> perform(const Request& request, const std::string& key = {}, const std::string& run = "run") {
    return writer_->perform(request, {.plugin = "contract", .run = run, .key = key});
  }
  Document read(std::string_view model, int64_t id, std::vector<std::string_view> fields) {
    const Result<Document> rows = odoo::Records(*session_).read(model, {id}, fields);
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().message);
    return rows ? Document::build([&](Arena& arena) { return arena.copy(rows->root().at(0)); }) : Document();
  }
  int64_t count(std::string_view model, std::string_view field, Value value) {
    Arena arena;
    const Result<int64_t> found = odoo::Records(*session_).search_count(
        {.model = model, .domain = arena.array({arena.array({Value::of(field), "=", value})}), .archived = true});
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found ? *found : -1;
  }
  int64_t lead(std::initializer_list<std::pair<std::string_view, Item>> more = {}) {
    Arena arena;
    std::vector<Field> values{{"name", Value::of("contract")},
                              {"type", Value::of("opportunity")},
                              {"user_id", Value::of(session_->info().uid)},
                              {"stage_id", Value::of(first_stage())}};
    for (const auto& [key, item] : more) values.push_back({key, item.value});
    const Result<Document> ids = odoo::Records(*session_).create("crm.lead", arena.array({arena.object(values)}));
    EXPECT_TRUE(ids) << (ids ? "" : ids.error().message);
    return ids ? ids->root().at(0).integer() : 0;
  }
  int64_t stage(bool won) {
    Arena arena;
    const Result<Document> stages =
        odoo::Records(*session_).search_read({.model = "crm.stage",
                                              .domain = arena.array({arena.array({"is_won", "=", won})}),
                                              .fields = {"id"},
                                              .order = "sequence, id"});
    return stages && stages->root().size() > 0 ? stages->root().at(0)["id"].integer() : 0;
  }
  int64_t first_stage() { return stage(false); }
  std::string unique(const char* name) {
    static int number = 0;
    return std::string(name) + " " + std::to_string(clock_millis()) + "-" + std::to_string(++number);
  }

  Target* target_ = nullptr;
  std::unique_ptr<Session> demo_;
  std::unique_ptr<Session> admin_;
  Session* session_ = nullptr;
  std::unique_ptr<LossyRemote> remote_;
  writes::testing_rig::MemoryLog log_;
  std::unique_ptr<writes::Writer> writer_;
};

TEST_P(Writes, ACreateWhoseReplyIsLostMakesOneRecordWithAllItsValues) {
  for (Session* session : {demo_.get(), admin_.get()}) {
    use(*session);
    const std::string name = unique(" Ten \"desks\", 漢 ");
    Arena arena;
    const Value values = arena.object({{"name", Value::of(std::string_view(name))},
                                       {"type", "opportunity"},
                                       {"expected_revenue", 1234.55},
                                       {"color", 3},
                                       {"priority", "2"},
                                       {"stage_id", first_stage()},
                                       {"user_id", session->info().uid},
                                       {"date_deadline", "2026-12-31"},
                                       {"date_closed", "2026-01-02 03:04:05"},
                                       {"tag_ids", arena.array({arena.array({6, 0, arena.array({1, 2})})})},
                                       {"description", "<p>hi <b>x</b></p>"},
                                       {"partner_id", false}});
    const Request create{.operation = Operation::kCreate, .model = "crm.lead", .values = arena.array({values, values})};
    remote_->lose = "load";
    const Result<Document> made = perform(create, name);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made->root().size(), 2U);
    EXPECT_EQ(count("crm.lead", "name", Value::of(std::string_view(name))), 2);
    const Document row = read("crm.lead", made->root().at(1).integer(),
                              {"name", "type", "expected_revenue", "color", "priority", "stage_id", "date_deadline",
                               "date_closed", "tag_ids", "description", "partner_id"});
    EXPECT_EQ(row.root()["name"].text(), name);
    EXPECT_EQ(row.root()["expected_revenue"].number(), 1234.55);
    EXPECT_EQ(row.root()["color"].integer(), 3);
    EXPECT_EQ(row.root()["priority"].text(), "2");
    EXPECT_EQ(row.root()["date_deadline"].text(), "2026-12-31");
    EXPECT_EQ(row.root()["date_closed"].text(), "2026-01-02 03:04:05") << "UTC, whatever the user's time zone";
    EXPECT_TRUE(row.root()["tag_ids"] == arena.array({1, 2}));
    EXPECT_EQ(row.root()["description"].text(), "<p>hi <b>x</b></p>");
    EXPECT_TRUE(row.root()["partner_id"].is_null());
    const Result<Document> again = perform(create, name);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->root() == made->root());
    EXPECT_EQ(count("crm.lead", "name", Value::of(std::string_view(name))), 2);
  }
}

TEST_P(Writes, ARefusedCreateMakesNothingAndSaysWhy) {
  Arena arena;
  const Result<Document> refused = perform(
      {.operation = Operation::kCreate, .model = "crm.lead", .values = arena.array({arena.object({{"color", 1}})})});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kValidation);
  EXPECT_EQ(refused.error().effect, Effect::kNone);
}

TEST_P(Writes, AMessageWhoseReplyIsLostIsPostedOnce) {
  const int64_t id = lead();
  Arena arena;
  const Request note{.operation = Operation::kMessagePost,
                     .model = "crm.lead",
                     .ids = {id},
                     .values = arena.object({{"body", "a < b & c"}})};
  remote_->lose = "message_post";
  const Result<Document> posted = perform(note, unique("note"));
  ASSERT_TRUE(posted) << posted.error().message;
  const std::string anchor = log_.intents.back().anchor;
  EXPECT_EQ(count("mail.message", "message_id", Value::of(std::string_view(anchor))), 1);
  const Document message = read("mail.message", posted->root().integer(), {"body", "res_id"});
  EXPECT_EQ(message.root()["res_id"].integer(), id);
  if (target_->real) {
    EXPECT_EQ(message.root()["body"].text(), "<p>a &lt; b &amp; c</p>");
  }
}

TEST_P(Writes, SendsOnlyWhatDiffers) {
  const int64_t id = lead();
  Arena arena;
  const Request write{.operation = Operation::kWrite,
                      .model = "crm.lead",
                      .ids = {id},
                      .values = arena.object({{"name", "other"},
                                              {"expected_revenue", 10.5},
                                              {"date_deadline", "2026-12-24"},
                                              {"description", "<p>a<script>x</script></p>"},
                                              {"partner_id", false},
                                              {"tag_ids", arena.array({arena.array({4, 1})})}})};
  remote_->lose = "write";
  ASSERT_TRUE(perform(write));
  const int sent = remote_->writes;
  ASSERT_TRUE(perform(write));
  EXPECT_EQ(remote_->writes - sent, 0) << "nothing differs, not even what Odoo made of the HTML";
}

TEST_P(Writes, DifferentRowsAreWrittenAndOneBadRowIsNamed) {
  Arena arena;
  std::vector<Value> rows;
  for (int i = 1; i <= 6; ++i) rows.push_back(arena.object({{"id", lead()}, {"color", i}}));
  rows.push_back(arena.object({{"id", 99999999}, {"color", 1}}));
  remote_->lose = session_->info().major >= 19 ? "web_save_multi" : "write";
  const Result<Document> done =
      perform({.operation = Operation::kWriteRows, .model = "crm.lead", .values = arena.array(rows)});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->root()["done"].size(), 6U);
  ASSERT_EQ(done->root()["failed"].size(), 1U);
  EXPECT_EQ(done->root()["failed"].at(0)["id"].integer(), 99999999);
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(read("crm.lead", rows[static_cast<size_t>(i)]["id"].integer(), {"color"}).root()["color"].integer(),
              i + 1);
}

TEST_P(Writes, UndoOfAWonStageRestoresProbability) {
  Arena arena;
  for (const bool manual : {true, false}) {
    const int64_t id = manual ? lead({{"probability", 33.0}}) : lead();
    const std::vector<std::string_view> fields{"stage_id", "probability", "automated_probability", "date_closed",
                                               "active"};
    const Document before = read("crm.lead", id, fields);
    const std::string run = unique("won");
    ASSERT_TRUE(perform({.operation = Operation::kWrite,
                         .model = "crm.lead",
                         .ids = {id},
                         .values = arena.object({{"stage_id", stage(true)}})},
                        "", run));
    EXPECT_EQ(read("crm.lead", id, fields).root()["probability"].number(), 100.0);
    const Result<writes::Plan> plan = writes::undo(run, *writer_);
    ASSERT_TRUE(plan) << plan.error().message;
    const Result<writes::Applied> applied =
        writes::apply(*plan, *writer_, {.plugin = "contract", .run = "undo of " + run});
    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_TRUE(applied->all_done());
    const Document after = read("crm.lead", id, fields);
    for (const std::string_view field : fields)
      EXPECT_TRUE(after.root()[field] == before.root()[field]) << field << " manual " << manual;
  }
}

TEST_P(Writes, UndoOfALossRestoresAManualProbability) {
  Arena arena;
  const int64_t id = lead({{"probability", 33.0}});
  const std::string run = unique("lost");
  remote_->lose = "action_set_lost";
  ASSERT_TRUE(
      perform({.operation = Operation::kCall, .model = "crm.lead", .method = "action_set_lost", .ids = {id}}, "", run));
  EXPECT_FALSE(read("crm.lead", id, {"active"}).root()["active"].truthy());
  const Result<writes::Plan> plan = writes::undo(run, *writer_);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_TRUE(writes::apply(*plan, *writer_, {.plugin = "contract", .run = "undo"}));
  const Document after = read("crm.lead", id, {"active", "probability"});
  EXPECT_TRUE(after.root()["active"].truthy());
  EXPECT_EQ(after.root()["probability"].number(), 33.0);
}

TEST_P(Writes, APlanIsAppliedAndRefusesWhatHasMovedOn) {
  Arena arena;
  const int64_t one = lead();
  const int64_t two = lead();
  writes::Plan plan({.epoch = writer_->epoch(), .title = "contract"});
  for (const int64_t id : {one, two})
    ASSERT_TRUE(plan.add({.operation = Operation::kWrite,
                          .model = "crm.lead",
                          .ids = {id},
                          .values = arena.object({{"name", "planned"}, {"expected_revenue", 99.5}})},
                         *remote_));
  const Result<Document> made = plan.add({.operation = Operation::kCreate,
                                          .model = "crm.lead",
                                          .values = arena.array({arena.object({{"name", "made by a plan"}})})},
                                         *remote_);
  ASSERT_TRUE(made);
  ASSERT_TRUE(plan.add({.operation = Operation::kWrite,
                        .model = "crm.lead",
                        .ids = {made->root().at(0).integer()},
                        .values = arena.object({{"color", 5}})},
                       *remote_));
  EXPECT_EQ(remote_->writes, 0);
  ASSERT_TRUE(odoo::Records(*session_).write("crm.lead", {two}, arena.object({{"name", "the user's"}})));
  const Result<writes::Plan> read_back = writes::Plan::from_json(plan.to_json());
  ASSERT_TRUE(read_back) << read_back.error().message;
  const Result<writes::Applied> applied = writes::apply(*read_back, *writer_, {.plugin = "contract", .run = "apply"});
  ASSERT_TRUE(applied) << applied.error().message;
  ASSERT_EQ(applied->rows.size(), 4U);
  EXPECT_EQ(applied->rows[0].kind, writes::Applied::Kind::kDone) << applied->rows[0].says;
  EXPECT_EQ(applied->rows[1].kind, writes::Applied::Kind::kMoved);
  EXPECT_EQ(applied->rows[2].kind, writes::Applied::Kind::kDone);
  EXPECT_EQ(applied->rows[3].kind, writes::Applied::Kind::kDone);
  EXPECT_EQ(read("crm.lead", one, {"name"}).root()["name"].text(), "planned");
  EXPECT_EQ(read("crm.lead", two, {"name"}).root()["name"].text(), "the user's");
  EXPECT_EQ(read("crm.lead", applied->rows[3].id, {"color"}).root()["color"].integer(), 5);
}

TEST_P(Writes, AnOrderWithLinesIsMadeOnceConfirmedOnceAndTakenBack) {
  if (!target_->real) GTEST_SKIP() << "the sandbox has no order lines";
  use(*admin_);
  Arena arena;
  const auto any = [&](const char* model, Value domain) {
    const Result<Document> found =
        odoo::Records(*session_).search_read({.model = model, .domain = domain, .fields = {"id"}, .limit = 1});
    return found && found->root().size() > 0 ? found->root().at(0)["id"].integer() : int64_t{0};
  };
  const int64_t product = any("product.product", arena.array({arena.array({"sale_ok", "=", true})}));
  const auto line = [&](const char* name, double quantity) {
    return arena.array({0, 0, arena.object({{"product_id", product}, {"product_uom_qty", quantity}, {"name", name}})});
  };
  remote_->lose = "load";
  const Result<Document> order = perform(
      {.operation = Operation::kCreate,
       .model = "sale.order",
       .values = arena.array({arena.object({{"partner_id", any("res.partner", Value{})},
                                            {"order_line", arena.array({line("first", 2), line("second", 3)})}})})},
      unique("order"), "made");
  ASSERT_TRUE(order) << order.error().message;
  const int64_t id = order->root().at(0).integer();
  EXPECT_EQ(count("sale.order.line", "order_id", Value::of(id)), 2);
  const std::string run = unique("confirm");
  remote_->lose = "action_confirm";
  const Result<Document> confirmed =
      perform({.operation = Operation::kCall, .model = "sale.order", .method = "action_confirm", .ids = {id}}, "", run);
  ASSERT_TRUE(confirmed) << confirmed.error().message;
  EXPECT_EQ(read("sale.order", id, {"state"}).root()["state"].text(), "sale");
  const Result<writes::Plan> plan = writes::undo(run, *writer_);
  ASSERT_TRUE(plan) << plan.error().message;
  const Result<writes::Applied> applied = writes::apply(*plan, *writer_, {.plugin = "contract", .run = "undo"});
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_TRUE(applied->all_done());
  EXPECT_EQ(read("sale.order", id, {"state"}).root()["state"].text(), "draft");
}

TEST_P(Writes, AnActivityIsMadeOnce) {
  if (!target_->real) GTEST_SKIP() << "the sandbox has no ir.model";
  Arena arena;
  const int64_t id = lead();
  const Result<Document> models = odoo::Records(*admin_).search_read(
      {.model = "ir.model", .domain = arena.array({arena.array({"model", "=", "crm.lead"})}), .fields = {"id"}});
  ASSERT_TRUE(models);
  const std::string summary = unique("Call");
  remote_->lose = "load";
  const Result<Document> made =
      perform({.operation = Operation::kCreate,
               .model = "mail.activity",
               .values = arena.array({arena.object({{"res_model_id", models->root().at(0)["id"].integer()},
                                                    {"res_id", id},
                                                    {"summary", Value::of(std::string_view(summary))},
                                                    {"date_deadline", "2027-01-04"},
                                                    {"user_id", session_->info().uid}})})},
              summary);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(count("mail.activity", "summary", Value::of(std::string_view(summary))), 1);
}

TEST_P(Writes, ACreateMayPointAtAnArchivedRecord) {
  if (!target_->real) GTEST_SKIP() << "the sandbox finds archived records";
  Arena arena;
  const Result<Document> partner = odoo::Records(*admin_).create(
      "res.partner", arena.array({arena.object({{"name", "archived"}, {"active", false}})}));
  ASSERT_TRUE(partner);
  const Result<Document> made =
      perform({.operation = Operation::kCreate,
               .model = "crm.lead",
               .values = arena.array({arena.object({{"name", "x"}, {"partner_id", partner->root().at(0)}})})});
  ASSERT_TRUE(made) << made.error().message;
}

std::string case_name(const testing::TestParamInfo<WritesCase>& info) {
  switch (info.param.transport) {
    case TransportChoice::kXmlRpc: return "XmlRpc";
    case TransportChoice::kJsonRpc: return "JsonRpc";
    default: return "Json2";
  }
}

#define OUTRIGGER_WRITES(Name)                                                                                   \
  INSTANTIATE_TEST_SUITE_P(                                                                                      \
      Name, Writes,                                                                                              \
      testing::Values(WritesCase{#Name, TransportChoice::kXmlRpc}, WritesCase{#Name, TransportChoice::kJsonRpc}, \
                      WritesCase{#Name, TransportChoice::kJson2}),                                               \
      case_name)
OUTRIGGER_WRITES(Sandbox19);
OUTRIGGER_WRITES(Sandbox14);
OUTRIGGER_WRITES(Real19);
OUTRIGGER_WRITES(Real14);
OUTRIGGER_WRITES(RealSource);

}  // namespace
}  // namespace outrigger::contract
