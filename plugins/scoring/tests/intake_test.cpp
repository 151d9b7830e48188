// The intake as another system and a customer's data protection officer see it, and the JSON that comes from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <outrigger/json.hpp>
#include <outrigger/testkit/fake_host.hpp>

#include "extra_fields.hpp"
#include "intake.hpp"
#include "looks.hpp"

namespace outrigger::scoring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testkit::FakeHost;

constexpr int64_t kDay = 86'400'000'000;
constexpr int64_t kNow = 1'772'359'200'000'000;  // 2026-03-01 10:00:00

// Reads and stores through a real instance's services.
class Receiver final : public Plugin {
 public:
  using Plugin::Plugin;
  Outcome on_webhook(const WebhookCall& call) override { return on_activity(call, store(), clock(), log(), config()); }
  Result<Document> on_command(Command& command) override {
    if (command.name() == "forget") {
      const auto gone = forget_old(store(), intake_rules(config()), clock().now().time_since_epoch().count());
      if (!gone) return gone.error();
      return Document::build([&](Arena& arena) { return arena.object({{"gone", static_cast<int64_t>(*gone)}}); });
    }
    if (command.name() == "look") {
      const auto taken = take_looks(odoo(), clock(), store());
      if (!taken) return taken.error();
      return Document::build([&](Arena& arena) { return arena.object({{"taken", static_cast<int64_t>(*taken)}}); });
    }
    std::vector<std::string> ids;
    if (const auto read = each_kept_event(store(),
                                          [&](const KeptEvent& event) {
                                            ids.push_back(event.id + " " + event.event + " " + event.email + " " +
                                                          std::to_string(event.lead) + " " + event.text);
                                          });
        !read)
      return read.error();
    return Document::build([&](Arena& arena) {
      std::vector<Value> all;
      for (const std::string& id : ids) all.push_back(arena.text(id));
      return arena.array(all);
    });
  }
};

class IntakeTest : public testing::Test {
 protected:
  IntakeTest() { host_.clock().set(Time(std::chrono::microseconds(kNow))); }
  testkit::FakePlugin start(const testkit::Object& config = {}) { return host_.start<Receiver>(config); }
  static std::vector<std::string> kept(testkit::FakePlugin& plugin) {
    std::vector<std::string> all;
    const auto listed = plugin.command("list");
    EXPECT_TRUE(listed);
    if (listed)
      for (const Value one : listed->root().items()) all.emplace_back(one.text());
    return all;
  }
  FakeHost host_;
};

std::string event(const std::string& id, const std::string& more = {}, const std::string& at = "2026-02-20T10:00:00Z") {
  return R"({"id": ")" + id + R"(", "event": "form", "at": ")" + at +
         R"(", "email": "An@Example.com ", "consent": true)" + more + "}";
}
std::string body(const std::string& events) { return R"({"events": [)" + events + "]}"; }

TEST_F(IntakeTest, KeepsEventsOnceInWhateverOrderTheyCome) {
  auto plugin = start();
  ASSERT_TRUE(plugin.webhook("activity", body(event("b", "", "2026-02-21T10:00:00+07:00") + "," + event("a"))));
  ASSERT_TRUE(
      plugin.webhook("activity", body(event("a", R"(, "text": "/again")") + "," + event("b") + "," + event("c"))));
  EXPECT_THAT(kept(plugin),
              ElementsAre("a form an@example.com 0 ", "c form an@example.com 0 ", "b form an@example.com 0 "));
}

TEST_F(IntakeTest, KeepsNothingOfWhatIsForgedOrImpossibleAndSaysWhy) {
  const IntakeRules rules{365 * kDay, true};
  const auto why = [&](const std::string& one) {
    const auto read = read_intake(body(one), rules, kNow);
    return !read ? read.error().message : read->refused.empty() ? "kept" : read->refused[0];
  };
  EXPECT_EQ(why(event("a")), "kept");
  EXPECT_THAT(why(event("a", "", "2026-03-01T10:06:00Z")), HasSubstr("future"));
  EXPECT_THAT(why(event("a", "", "2024-03-01T10:06:00Z")), HasSubstr("retention_days"));
  EXPECT_THAT(why(event("a", "", "yesterday")), HasSubstr("`at`"));
  EXPECT_THAT(why(event("a", "", "2026-02-30T10:06:00Z")), HasSubstr("`at`"));
  EXPECT_THAT(why(event("")), HasSubstr("`id`"));
  EXPECT_THAT(why(event(std::string(101, 'x'))), HasSubstr("`id`"));
  EXPECT_THAT(why(event("a\\n/b")), HasSubstr("`id`"));
  EXPECT_THAT(why(R"({"id": "a", "event": "form", "at": 1772000000, "consent": true})"), HasSubstr("neither"));
  EXPECT_THAT(why(R"({"id": "a", "event": "form", "at": 1772000000, "lead": -3, "consent": true})"),
              HasSubstr("a `lead` that is none"));
  EXPECT_THAT(why(event("a", R"(, "lead": -1)")), HasSubstr("a `lead` that is none")) << "not lead 1";
  EXPECT_EQ(why(R"({"id": "a", "event": "form", "at": 1772000000, "lead": 3, "consent": true})"), "kept");
  EXPECT_THAT(why(R"({"id": "a", "event": "form", "at": 1772000000, "lead": 3})"), HasSubstr("consent"));
  EXPECT_THAT(why("7"), HasSubstr("not an object"));
  EXPECT_THAT(why(event("a", R"(, "text": ")" + std::string(301, 'x') + "\"")), HasSubstr("text"));
  EXPECT_TRUE(
      read_intake(body(R"({"id": "a", "event": "form", "at": 1772000000, "lead": 3})"), {365 * kDay, false}, kNow)
          ->refused.empty());
}

TEST_F(IntakeTest, RejectsABodyOfWhichNothingCanBeUsed) {
  auto plugin = start();
  for (const std::string& bad : {std::string("{"), std::string("[]"), body("7"), std::string("\xff\xfe"),
                                 "{\"events\": [" + std::string(100000, '[') + "]}"}) {
    const auto said = plugin.webhook("activity", bad);
    ASSERT_TRUE(said);
    EXPECT_EQ(said->outcome, "reject");
  }
  EXPECT_EQ(plugin.webhook("orders", body(event("a")))->outcome, "reject");
  EXPECT_TRUE(kept(plugin).empty());
}

TEST_F(IntakeTest, TriesAgainWhenItCannotBeStoredAndKeepsItWithItsOutcome) {
  auto plugin = start();
  host_.store().fail_next(Code::kUnreachable, "the disk is full");
  const auto failed = plugin.webhook("activity", body(event("a")));
  ASSERT_FALSE(failed) << "an error, which the host tries again with back-off";
  EXPECT_THAT(failed.error().message, HasSubstr("the disk is full"));
  EXPECT_TRUE(kept(plugin).empty());
  EXPECT_EQ(plugin.webhook("activity", body(event("a")))->outcome, "done");
  EXPECT_EQ(kept(plugin).size(), 1U);
}

TEST_F(IntakeTest, ForgetsAPersonWhoWithdrawsAndWhatIsOld) {
  auto plugin = start({{"activity", testkit::keep(testkit::Object{{"retention_days", 30}}.value())}});
  ASSERT_TRUE(plugin.webhook(
      "activity", body(event("a") + "," + event("old", "", "2026-02-03T10:00:00Z") +
                       R"(,{"id": "other", "event": "form", "at": 1772000000, "email": "b@x.vn", "consent": true})")));
  EXPECT_EQ(kept(plugin).size(), 3U);
  host_.clock().set(Time(std::chrono::microseconds(kNow + 5 * kDay)));
  EXPECT_EQ(plugin.command("forget")->root()["gone"].integer(), 1);
  ASSERT_TRUE(plugin.webhook("activity", body(R"({"id": "w", "event": "withdraw", "email": "AN@example.com"})")));
  EXPECT_THAT(kept(plugin), ElementsAre("other form b@x.vn 0 "));
  EXPECT_EQ(host_.store().size(), 2U);  // the event and its id: nothing of the others stays behind
  const std::string both = event("late") + R"(, {"id": "w2", "event": "withdraw", "email": "an@example.com"})";
  ASSERT_TRUE(plugin.webhook("activity", body(both)));
  EXPECT_EQ(host_.store().size(), 2U) << "nor what came with the withdrawal";
}

TEST_F(IntakeTest, TakesAThousandAtOnceAndNoMore) {
  auto plugin = start();
  std::string many;
  for (int i = 0; i < 1001; ++i) many += (i > 0 ? "," : "") + event("e" + std::to_string(i));
  const auto said = plugin.webhook("activity", body(many));
  EXPECT_EQ(said->outcome, "reject");
  EXPECT_THAT(said->reason, HasSubstr("at most 1000"));
  ASSERT_EQ(plugin.webhook("activity", body(many.substr(0, many.rfind(",{"))))->outcome, "done");
  EXPECT_EQ(kept(plugin).size(), 1000U);
}

TEST_F(IntakeTest, ALookIsKeptWhenSomethingMoved) {
  host_.odoo().rows("crm.lead",
                    {{{"id", 1}, {"stage_id", 2}, {"automated_probability", 31.25}, {"probability", 31.25}},
                     {{"id", 2}, {"stage_id", 3}, {"automated_probability", 80.0}, {"probability", 80.0}},
                     {{"id", 3}, {"stage_id", 4}, {"automated_probability", 100.0}, {"probability", 100.0}}});
  auto plugin = start();
  EXPECT_EQ(plugin.command("look")->root()["taken"].integer(), 2);
  EXPECT_EQ(plugin.command("look")->root()["taken"].integer(), 0);
  host_.odoo().rows("crm.lead", {{{"id", 1}, {"stage_id", 2}, {"automated_probability", 44.0}, {"probability", 44.0}}});
  EXPECT_EQ(plugin.command("look")->root()["taken"].integer(), 1);
  EXPECT_EQ(host_.store().get(look_key(1))->size(), 28U);
  for (int i = 0; i < 100; ++i) {
    host_.odoo().rows("crm.lead",
                      {{{"id", 1}, {"stage_id", 2}, {"automated_probability", double(i)}, {"probability", 44.0}}});
    ASSERT_TRUE(plugin.command("look"));
  }
  EXPECT_EQ(host_.store().get(look_key(1))->size(), 14 * kMostLooks);
}

std::string parsed(const std::string& text) {
  Arena arena;
  const Result<Value> value = parse_json(text, arena);
  if (!value) return value.error().message;
  return value->is_string() ? std::string(value->text()) : value->number() ? std::to_string(*value->number()) : "value";
}

TEST(Json, IsReadStrictly) {
  EXPECT_EQ(parsed(R"("a\u00e9\ud83d\ude00\n\"")"), "a\xc3\xa9\xf0\x9f\x98\x80\n\"");
  EXPECT_EQ(parsed(" -12.5e1 "), "-125.000000");
  EXPECT_EQ(parsed("99999999999999999999"), "100000000000000000000.000000");
  EXPECT_EQ(parsed(R"({"a": [1, {"b": null}, true, false, ""]})"), "value");
  for (const char* bad : {"",       "{",   "[1,]", "{\"a\" 1}", "01",          "1.",          "-",
                          "+1",     "nul", "\"a",  "\"\\x\"",   "\"\\ud800\"", "\"\\udc00\"", "\"\\u12\"",
                          "\"\t\"", "1 2", "[1}",  "1e999",     "NaN",         "{a: 1}",      "'a'"})
    EXPECT_THAT(parsed(bad), HasSubstr("is not JSON from byte")) << bad;
  EXPECT_THAT(parsed(std::string(50, '[') + std::string(50, ']')), HasSubstr("is not JSON"));
}

TEST(Names, TheNearestIsFound) {
  const std::vector<std::string> names{"expected_revenue", "type", "industry_id", "x_size"};
  EXPECT_EQ(nearest("expected_revenu", names), "expected_revenue");
  EXPECT_EQ(nearest("industri_id", names), "industry_id");
  EXPECT_EQ(nearest("zzzzzz", names), "");
}

}  // namespace
}  // namespace outrigger::scoring
