// A class under test: its life, and each kind of call.
#include <gmock/gmock.h>

#include <outrigger/testkit/fake_host.hpp>

namespace outrigger::testkit {
namespace {

class Clerk final : public Plugin {
 public:
  explicit Clerk(Context context) : Plugin(std::move(context)) { log().info("made for {}", this->context().database); }
  Result<void> activate() override {
    if (config()["refuse"].truthy()) return Error{Code::kInvalid, "set `mailbox`"};
    return {};
  }
  Result<Document> on_command(Command& command) override {
    command.print("{} {}\n", command.name(), command.args()["text"].text());
    metrics().add("commands_total", 1);
    return Document::build([&](Arena& a) { return a.object({{"limit", config()["limit"].integer()}}); });
  }
  Outcome on_changes(const Changes& batch) override {
    Outcomes outcomes(batch);
    for (const Change& change : batch) {
      if (change.kind() == ChangeKind::kDeleted) outcomes[change] = reject("it is gone");
      if (change.changed("stage_id")) outcomes[change] = retry(std::chrono::seconds(5), "later");
      if (!change.changed("name")) continue;
      Transaction kept;
      kept.put("name", change.after<std::string>("name")).outcome(change.delivery(), done());
      if (const auto stored = store().commit(kept); !stored) return stored.error();
      outcomes[change] = retry(std::chrono::seconds(1), "what the store says stands");
    }
    return outcomes;
  }
  JobResult on_job(const JobCall& call) override {
    return call.attempt() > 1 ? JobResult::again(std::chrono::seconds(1)) : JobResult::done("all in");
  }
  Result<Page> on_page(const PageRequest& request) override {
    Page page("Queue of " + std::string(request.query("team")));
    if (request.is_post()) return Page::redirect("queue");
    return page;
  }
  Outcome on_webhook(const WebhookCall& call) override {
    if (call.header("Content-Type") != "application/json") return reject("not JSON");
    return done();
  }
  Result<std::vector<Finding>> health(std::string_view) override {
    return std::vector{Finding::warn("no mailbox", "set mailbox")};
  }
  Result<void> prepare(Value config) override {
    if (config["limit"].integer() < 0) return Error{Code::kInvalid, "`limit` must not be negative"};
    return {};
  }
};

TEST(FakePlugin, RunsACommand) {
  FakeHost host;
  auto plugin = host.start<Clerk>({{"limit", 5}});
  const auto result = plugin.command("greet", {{"text", "Anna"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->root()["limit"].integer(), 5);
  EXPECT_EQ(plugin.said(), "greet Anna\n");
  EXPECT_TRUE(host.logs().has("made for test"));
  EXPECT_EQ(host.metrics().value("commands_total"), 1);
}

TEST(FakePlugin, DeliversChanges) {
  FakeHost host;
  auto plugin = host.start<Clerk>();
  const auto said =
      plugin.changes("crm.lead", {Changed(1), Changed(2).before({{"stage_id", 1}}).after({{"stage_id", 2}}),
                                  Changed(3).after({{"name", "Anna"}})});
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ((*said)[0].outcome, "reject");
  EXPECT_EQ((*said)[0].reason, "it is gone");
  EXPECT_EQ((*said)[1].outcome, "retry");
  EXPECT_EQ((*said)[1].after_ms, 5000);
  EXPECT_EQ((*said)[2].outcome, "done");
  EXPECT_EQ(host.store().get("name"), "Anna");
}

TEST(FakePlugin, RunsJobsPagesWebhooksAndHealth) {
  FakeHost host;
  auto plugin = host.start<Clerk>();
  EXPECT_EQ(plugin.job("import")->root()["note"].text(), "all in");
  EXPECT_TRUE(plugin.job("import", 2)->root()["again"].truthy());
  EXPECT_EQ(plugin.page("queue", {.query = {{"team", "North"}}})->root()["title"].text(), "Queue of North");
  EXPECT_EQ(plugin.page("queue", {.form = Object{{"team", "North"}}})->root()["redirect"].text(), "queue");
  EXPECT_EQ(plugin.webhook("orders", "{}", {{"Content-Type", "application/json"}})->outcome, "done");
  EXPECT_EQ(plugin.webhook("orders", "")->reason, "not JSON");
  EXPECT_EQ(plugin.health()->root().at(0)["level"].text(), "warn");
}

TEST(FakePlugin, Reconfigures) {
  FakeHost host;
  auto plugin = host.start<Clerk>({{"limit", 5}});
  EXPECT_EQ(plugin.reconfigure({{"limit", -1}}).error().message, "`limit` must not be negative");
  EXPECT_EQ(plugin.command("x")->root()["limit"].integer(), 5);
  EXPECT_TRUE(plugin.reconfigure({{"limit", 6}}));
  EXPECT_EQ(plugin.command("x")->root()["limit"].integer(), 6);
}

TEST(FakePlugin, TellsWhyItDidNotStart) {
  FakeHost host;
  auto plugin = host.start<Clerk>({{"refuse", true}});
  ASSERT_TRUE(plugin.error().has_value());
  EXPECT_EQ(plugin.error()->message, "set `mailbox`");
  EXPECT_EQ(plugin.command("x").error().message, "set `mailbox`");
}

TEST(FakePlugin, StandsByAndStops) {
  FakeHost host;
  auto plugin = host.stand_by<Clerk>();
  EXPECT_TRUE(plugin.health());
  plugin.activate();
  plugin.stop();
  EXPECT_EQ(plugin.command("x").error().code, Code::kCancelled);
  EXPECT_TRUE(host.problems().empty());
}

}  // namespace
}  // namespace outrigger::testkit
