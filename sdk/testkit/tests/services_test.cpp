// The other services of a FakeHost: clock, store, shared facts, schedule, web, secrets, domains.
#include <gmock/gmock.h>

#include <functional>
#include <outrigger/testkit/fake_host.hpp>

namespace outrigger::testkit {
namespace {

using testing::ElementsAre;

class Puppet final : public Plugin {
 public:
  using Plugin::clock;
  using Plugin::domains;
  using Plugin::http;
  using Plugin::Plugin;
  using Plugin::schedule;
  using Plugin::secrets;
  using Plugin::shared;
  using Plugin::store;
  static inline std::function<void(const Puppet&)> work;
  Result<Document> on_command(Command&) override {
    work(*this);
    return Document();
  }
};

struct FakeServices : testing::Test {
  FakeHost host;
  void run(std::function<void(const Puppet&)> work) {
    Puppet::work = std::move(work);
    ASSERT_TRUE(host.start<Puppet>().command("work"));
  }
};

TEST_F(FakeServices, TheClockMovesWhenItIsTold) {
  using std::chrono::hours;
  host.clock().set(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + hours(7));
  host.clock().zone("Europe/Brussels", hours(1));
  run([&](const Puppet& plugin) {
    const Time start = plugin.clock().now();
    const auto before = plugin.clock().monotonic();
    host.clock().advance(std::chrono::minutes(15));
    EXPECT_EQ(plugin.clock().now() - start, std::chrono::minutes(15));
    EXPECT_EQ(plugin.clock().monotonic() - before, std::chrono::minutes(15));
    const auto local = plugin.clock().to_local("Asia/Ho_Chi_Minh", start);
    ASSERT_TRUE(local);
    EXPECT_EQ(local->time_since_epoch() - start.time_since_epoch(), hours(7));
    EXPECT_EQ(*plugin.clock().to_utc("Asia/Ho_Chi_Minh", *local), start);
    EXPECT_TRUE(plugin.clock().to_local("Europe/Brussels", start));
    EXPECT_EQ(plugin.clock().to_local("Mars/Olympus", start).error().code, Code::kMissing);
  });
}

TEST_F(FakeServices, TheStoreComparesAndKeepsOutcomes) {
  host.store().put("lead/1", "old");
  run([](const Puppet& plugin) {
    Transaction stale;
    stale.expect("lead/1", "other").put("lead/1", "new");
    EXPECT_EQ(plugin.store().commit(stale).error().code, Code::kConflict);
    EXPECT_EQ(**plugin.store().get("lead/1"), "old");
    Transaction good;
    good.expect("lead/1", "old").expect_absent("lead/2").put("lead/1", "new").put("lead/2", "x").schema_version(3);
    good.outcome("d1", done());
    EXPECT_TRUE(plugin.store().commit(good));
    const auto all = plugin.store().scan(StoreRange::prefix("lead/"));
    ASSERT_TRUE(all);
    EXPECT_EQ(all->size(), 2U);
    EXPECT_EQ((*all->begin()).value, "new");
    for (const bool reverse : {false, true}) {
      std::string keys;
      const auto each = plugin.store().each(StoreRange{.from = "lead/", .reverse = reverse, .limit = 1},
                                            [&](const StoreEntry& entry) { keys += std::string(entry.key) + " "; });
      EXPECT_TRUE(each);
      EXPECT_EQ(keys, reverse ? "lead/2 lead/1 " : "lead/1 lead/2 ") << "over pages of one";
    }
    EXPECT_TRUE(plugin.store().erase("lead/2"));
    const auto info = plugin.store().info();
    EXPECT_EQ(info->schema_version, 3U);
    EXPECT_EQ(info->keys, 1);
  });
  EXPECT_EQ(host.store().outcome("d1")["outcome"].text(), "done");
  host.store().quota(4);
  run([](const Puppet& plugin) { EXPECT_EQ(plugin.store().put("key", "12345").error().code, Code::kLimit); });
  EXPECT_EQ(host.store().get("key"), std::nullopt);
}

TEST_F(FakeServices, FactsAreShared) {
  host.shared().publish("scoring.score", "crm.lead", 42, 73.5);
  run([](const Puppet& plugin) {
    const auto scores = plugin.shared().read("scoring.score", "crm.lead", {41, 42});
    ASSERT_TRUE(scores);
    ASSERT_EQ(scores->size(), 1U);
    EXPECT_EQ((*scores->begin()).value.number(), 73.5);
    EXPECT_TRUE(plugin.shared().publish("load.open", {"res.users", 2}, Value::of(4)));
  });
  EXPECT_EQ(host.shared().value("load.open", "res.users", 2)["value"].integer(), 4);
}

TEST_F(FakeServices, TheScheduleIsWrittenDown) {
  run([](const Puppet& plugin) {
    EXPECT_TRUE(plugin.schedule().cron("digest", "0 7 * * 1", "Asia/Ho_Chi_Minh"));
    EXPECT_TRUE(plugin.schedule().every("import", std::chrono::minutes(15)));
    EXPECT_EQ(plugin.schedule().every("import", std::chrono::milliseconds(5)).error().code, Code::kInvalid);
    EXPECT_TRUE(plugin.schedule().run_now("import"));
    EXPECT_EQ(plugin.schedule().list()->size(), 2U);
  });
  EXPECT_EQ(host.schedule().job("digest").cron, "0 7 * * 1");
  EXPECT_EQ(host.schedule().job("import").every_ms, 900000);
  EXPECT_EQ(host.schedule().job("import").asked, 1);
}

TEST_F(FakeServices, TheWebAnswersAsScripted) {
  host.secrets().put("rates", "s3cret");
  host.http().when("https://x.org/rates").reply(200, R"({"eur": 1})", {{"etag", "1"}}).reply(304);
  host.http().when("POST", "https://x.org/orders").fails(Code::kUnreachable, "no connection");
  run([](const Puppet& plugin) {
    const auto first = plugin.http().request({.url = "https://x.org/rates", .secret = "rates", .secret_as = "bearer"});
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->body(), R"({"eur": 1})");
    EXPECT_EQ(first->header("ETag"), "1");
    EXPECT_EQ(plugin.http().request({.url = "https://x.org/rates"})->status(), 304);
    EXPECT_EQ(plugin.http().request({.method = "POST", .url = "https://x.org/orders"}).error().code,
              Code::kUnreachable);
    EXPECT_TRUE(plugin.secrets().rotate("rates", "newer"));
    EXPECT_EQ(plugin.secrets().rotate("other", "x").error().code, Code::kMissing);
  });
  EXPECT_EQ(host.http().requests().at(0).secret, "rates");
  EXPECT_EQ(host.secrets().value("rates"), "newer");
}

TEST_F(FakeServices, DomainsAreEvaluatedOnColumns) {
  run([](const Puppet& plugin) {
    Arena a;
    const auto set = plugin.domains().compile(
        "crm.lead", a.array({a.array({a.array({"name", "=", "Anna"})}), a.array({a.array({"id", ">", 1})})}),
        Meaning::kSearch);
    ASSERT_TRUE(set);
    EXPECT_THAT(*set->fields(), ElementsAre("name", "id"));
    const auto bits = set->match(a.object({{"name", a.array({"Anna", "Ben"})}, {"id", a.array({1, 2})}}));
    ASSERT_TRUE(bits);
    EXPECT_TRUE((*bits)[0].test(0));
    EXPECT_FALSE((*bits)[0].test(1));
    EXPECT_TRUE((*bits)[1].test(1));
  });
}

TEST_F(FakeServices, WithholdsAnExtension) {
  host.withhold(OR_STORE_ID);
  run([](const Puppet& plugin) {
    EXPECT_FALSE(static_cast<bool>(plugin.store()));
    EXPECT_EQ(plugin.store().put("a", "b").error().code, Code::kUnsupported);
  });
}

}  // namespace
}  // namespace outrigger::testkit
