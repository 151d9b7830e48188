// What a parent's write_date does not show is seen by a stream of its own: messages, activities, order lines, stock
// moves, tags and attendees, on real Odoos (the sandbox has none of them).
#include "tests/contract/feed_rig.hpp"

namespace outrigger::contract {
namespace {

class FeedStreams : public ChangeFeed {
 protected:
  void SetUp() override {
    ChangeFeed::SetUp();
    if (IsSkipped()) return;
    if (!target_->real) GTEST_SKIP() << "the sandbox has no such models";
  }

  // Watches the parent's fields as "parent" and the stream's as "child".
  void watch(const std::string& parent, const std::vector<std::string>& fields, const std::string& child,
             const std::vector<std::string>& child_fields) {
    feed_ = std::make_unique<feed::Feed>(*reader_, sink_, feed::Settings{});
    for (const auto& [model, wanted, name] :
         {std::tuple{parent, fields, "parent"}, std::tuple{child, child_fields, "child"}})
      ASSERT_TRUE(feed_->add({.model = model, .fields = wanted, .subscribers = {{.name = name, .fields = wanted}}}));
    models_ = {parent, child};
    settle();
    sink_.forget_heard();
  }
  // Looks at both; a look that comes shortly after another waits a moment.
  void look_at_both() {
    std::vector<uint64_t> before;
    for (const feed::StreamStatus& status : feed_->status()) before.push_back(status.looks);
    for (const std::string& model : models_) feed_->hint(model);
    for (int i = 0; i < 2000; ++i) {
      settle();
      const std::vector<feed::StreamStatus> now = feed_->status();
      if (now[0].looks > before[0] && now[1].looks > before[1]) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    FAIL() << "no look was made";
  }
  // "created, changed" of these records; what else happens in a database that works is left out.
  std::string kinds(const char* name, const std::vector<int64_t>& ids) {
    std::string text;
    for (const Heard& each : sink_.heard(name))
      if (std::find(ids.begin(), ids.end(), each.id) != ids.end())
        text += (text.empty() ? "" : ", ") + std::string(feed::to_string(each.kind));
    return text;
  }

  int64_t make(const std::string& model, Value values) {
    Arena arena;
    const Result<Document> made = records_->create(model, arena.array({values}));
    EXPECT_TRUE(made) << model << ": " << (made ? "" : made.error().message);
    return made ? made->root().at(0).integer() : 0;
  }
  void set(const std::string& model, int64_t id, const char* field, Value value) {
    Arena arena;
    const Result<void> written = records_->write(model, {id}, arena.object({{field, value}}));
    ASSERT_TRUE(written) << written.error().message;
  }
  int64_t first(const std::string& model, Value domain = {}) {
    const Result<Document> rows =
        records_->search_read({.model = model, .domain = domain, .fields = {"id"}, .limit = 1});
    EXPECT_TRUE(rows && rows->root().size() == 1) << model;
    return rows && rows->root().size() == 1 ? rows->root().at(0)["id"].integer() : 0;
  }
  int64_t lines_of(const std::string& model, const char* parent, int64_t id) {
    Arena arena;
    return first(model, arena.array({arena.array({parent, "=", id})}));
  }
  int64_t product() {
    Arena arena;
    return make("product.product", arena.object({{"name", "A thing of a contract test"}}));
  }
  int64_t partner() {
    Arena arena;
    return make("res.partner", arena.object({{"name", "Somebody of a contract test"}}));
  }

  std::vector<std::string> models_;
};

TEST_P(FeedStreams, AMessageOnALead) {
  const int64_t lead = create({"lead"}).at(0);
  watch("crm.lead", {"name"}, "mail.message", {"body", "model", "res_id"});
  const Result<int64_t> message = records_->message_post("crm.lead", lead, "a note", false);
  ASSERT_TRUE(message) << message.error().message;
  look_at_both();
  EXPECT_EQ(kinds("parent", {lead}), "");
  EXPECT_EQ(kinds("child", {*message}), "created");
}

TEST_P(FeedStreams, AnActivityOnALeadAndItsEnd) {
  const int64_t lead = create({"lead"}).at(0);
  watch("crm.lead", {"name"}, "mail.activity", {"date_deadline", "res_id", "res_model", "summary"});
  Arena arena;
  const int64_t activity =
      make("mail.activity",
           arena.object({{"res_model_id", first("ir.model", arena.array({arena.array({"model", "=", "crm.lead"})}))},
                         {"res_id", lead},
                         {"activity_type_id", first("mail.activity.type")},
                         {"summary", "call"}}));
  look_at_both();
  EXPECT_EQ(kinds("parent", {lead}), "");
  EXPECT_EQ(kinds("child", {activity}), "created");
  sink_.forget_heard();
  set("mail.activity", activity, "summary", Value::of("call again"));
  look_at_both();
  EXPECT_EQ(kinds("child", {activity}), "changed");
  sink_.forget_heard();
  // Done is deleted, or archived where the type keeps it.
  ASSERT_TRUE(records_->unlink("mail.activity", {activity}));
  feed_->recheck();
  settle();
  EXPECT_EQ(kinds("child", {activity}), "deleted");
}

TEST_P(FeedStreams, ALineOfAnOrder) {
  Arena arena;
  const Value line = arena.object({{"product_id", product()}, {"product_uom_qty", 2}});
  const int64_t order =
      make("sale.order",
           arena.object({{"partner_id", partner()}, {"order_line", arena.array({arena.array({0, 0, line})})}}));
  const int64_t row = lines_of("sale.order.line", "order_id", order);
  watch("sale.order", {"amount_total", "name"}, "sale.order.line", {"name", "order_id", "product_uom_qty"});
  set("sale.order.line", row, "name", Value::of("another text"));
  look_at_both();
  EXPECT_EQ(kinds("parent", {order}), "");
  EXPECT_EQ(kinds("child", {row}), "changed");
}

TEST_P(FeedStreams, AMoveOfATransfer) {
  Arena arena;
  const auto location = [&](const char* usage) {
    return first("stock.location", arena.array({arena.array({"usage", "=", usage})}));
  };
  const int64_t from = location("internal");
  const int64_t to = location("customer");
  const int64_t type = first("stock.picking.type", arena.array({arena.array({"code", "=", "outgoing"})}));
  const int64_t picking =
      make("stock.picking", arena.object({{"picking_type_id", type}, {"location_id", from}, {"location_dest_id", to}}));
  std::vector<Field> values{
      {"picking_id", Value::of(picking)},
      {"product_id", Value::of(product())},
      {"product_uom", Value::of(first("uom.uom", arena.array({arena.array({"name", "=", "Units"})})))},
      {"product_uom_qty", Value::of(1)},
      {"location_id", Value::of(from)},
      {"location_dest_id", Value::of(to)}};
  if (session_->info().major < 19) values.push_back({"name", Value::of("a move")});
  const int64_t move = make("stock.move", arena.object(values));
  watch("stock.picking", {"name", "origin"}, "stock.move", {"picking_id", "product_uom_qty", "state"});
  set("stock.move", move, "product_uom_qty", Value::of(5));
  look_at_both();
  EXPECT_EQ(kinds("parent", {picking}), "");
  EXPECT_EQ(kinds("child", {move}), "changed");
}

TEST_P(FeedStreams, ATagThatIsRenamed) {
  const int64_t lead = create({"lead"}).at(0);
  Arena arena;
  const int64_t tag = make("crm.tag", arena.object({{"name", arena.text("tag of " + std::to_string(lead))}}));
  set("crm.lead", lead, "tag_ids", arena.array({arena.array({6, 0, arena.array({tag})})}));
  watch("crm.lead", {"name", "tag_ids"}, "crm.tag", {"name"});
  set("crm.tag", tag, "name", arena.text("renamed " + std::to_string(lead)));
  look_at_both();
  EXPECT_EQ(kinds("parent", {lead}), "");
  EXPECT_EQ(kinds("child", {tag}), "changed");
}

TEST_P(FeedStreams, AnAttendeesAnswer) {
  Arena arena;
  const int64_t guest = partner();
  const int64_t event =
      make("calendar.event", arena.object({{"name", "a meeting"},
                                           {"start", "2027-01-04 09:00:00"},
                                           {"stop", "2027-01-04 10:00:00"},
                                           {"partner_ids", arena.array({arena.array({6, 0, arena.array({guest})})})}}));
  const int64_t attendee = lines_of("calendar.attendee", "event_id", event);
  watch("calendar.event", {"name", "start"}, "calendar.attendee", {"event_id", "partner_id", "state"});
  set("calendar.attendee", attendee, "state", Value::of("accepted"));
  look_at_both();
  EXPECT_EQ(kinds("parent", {event}), "");
  EXPECT_EQ(kinds("child", {attendee}), "changed");
}

OUTRIGGER_CONTRACT(FeedStreams, "Feed");

}  // namespace
}  // namespace outrigger::contract
