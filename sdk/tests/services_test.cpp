// The host services beside Odoo: what crosses, what comes back, and hosts that do not have them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <outrigger/domain.hpp>
#include <outrigger/http.hpp>
#include <outrigger/metrics.hpp>
#include <outrigger/schedule.hpp>
#include <outrigger/secrets.hpp>
#include <outrigger/shared.hpp>
#include <outrigger/store.hpp>

#include "services_rig.hpp"

namespace outrigger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// --- metrics

TEST(Metrics, CrossWithTheirLabels) {
  static std::vector<std::string> seen;
  or_metrics_v1 table{};
  table.struct_size = sizeof table;
  const auto note = [](void*, or_str name, double number, const or_value* labels) {
    std::string line = std::string(from_abi(name)) + " " + std::to_string(static_cast<int>(number));
    if (labels != nullptr)
      for (const Field field : Value(*labels).fields())
        line += " " + std::string(field.key) + "=" + std::string(field.value.text());
    seen.push_back(line);
  };
  table.add = note;
  table.set = note;
  table.observe = note;
  const Metrics metrics(&table);
  metrics.add("leads_total");
  metrics.add("leads_total", 3, {{"source", "fair"}, {"team", "north"}});
  metrics.set("queue", 7);
  metrics.observe("import_seconds", 2);
  EXPECT_THAT(seen,
              ElementsAre("leads_total 1", "leads_total 3 source=fair team=north", "queue 7", "import_seconds 2"));
  table.struct_size = offsetof(or_metrics_v1, observe);
  metrics.observe("import_seconds", 2);
  Metrics().add("nothing");
  EXPECT_EQ(seen.size(), 4U) << "without the function nothing happens";
}
// --- shared

TEST(Shared, FactsArePublishedAndRead) {
  struct Seen {
    std::string fact, model;
    std::vector<int64_t> ids;
    std::vector<double> values;
  } seen;
  or_shared_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &seen;
  table.publish = [](void* ctx, or_str fact, or_str model, const int64_t* ids, uint64_t count, const or_value* values,
                     or_error*) -> or_status {
    auto& self = *static_cast<Seen*>(ctx);
    self.fact = from_abi(fact);
    self.model = from_abi(model);
    self.ids.assign(ids, ids + count);
    for (uint64_t i = 0; i < count; ++i) self.values.push_back(Value(values[i]).number().value_or(-1));
    return OR_OK;
  };
  table.read = [](void* ctx, or_str, or_str, const int64_t* ids, uint64_t count, or_doc* out, or_error*) {
    static_cast<Seen*>(ctx)->ids.assign(ids, ids + count);
    return answer(out, [](Arena& arena) {
      return arena.array({arena.object({{"id", 42}, {"value", 73.5}, {"at", 9}}), arena.object({{"id", 43}})});
    });
  };
  const Shared shared(&table);
  ASSERT_TRUE(shared.publish("scoring.score", Record{"crm.lead", 42}, Value::of(73.5)));
  ASSERT_TRUE(shared.publish("scoring.score", "crm.lead", {1, 2}, {Value::of(1), Value{}}));
  EXPECT_EQ(seen.fact, "scoring.score");
  EXPECT_EQ(seen.model, "crm.lead");
  EXPECT_THAT(seen.ids, ElementsAre(1, 2));
  EXPECT_THAT(seen.values, ElementsAre(73.5, 1, -1));
  EXPECT_EQ(shared.publish("scoring.score", "crm.lead", {1, 2}, {Value::of(1)}).error().code, Code::kInvalid);

  const Result<Facts> facts = shared.read("scoring.score", "crm.lead", {42, 43});
  ASSERT_EQ(facts->size(), 2U);
  const Fact first = *facts->begin();
  EXPECT_EQ(first.id, 42);
  EXPECT_EQ(first.value.number(), 73.5);
  EXPECT_EQ(first.at, at(9));
  EXPECT_EQ(shared.read("scoring.score", "crm.lead", {})->size(), 0U) << "no ids are not all ids";
  EXPECT_THAT(seen.ids, ElementsAre(42, 43)) << "the host was not asked";
  EXPECT_EQ(shared.read_all("scoring.score", "crm.lead")->size(), 2U);
  EXPECT_THAT(seen.ids, IsEmpty());
}

// --- schedule

TEST(Schedule, SaysExactlyOneKindOfTime) {
  struct Seen {
    std::string job, cron, zone;
    int64_t every = 0, at = 0;
    int32_t missed = 0;
    std::vector<std::string> calls;
  } seen;
  or_schedule_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &seen;
  table.set = [](void* ctx, or_str job, const or_schedule_when* when, or_error*) -> or_status {
    auto& self = *static_cast<Seen*>(ctx);
    EXPECT_EQ((when->every_ms != 0) + (when->at != 0) + (when->cron.len != 0), 1);
    self.job = from_abi(job);
    self.cron = from_abi(when->cron);
    self.zone = from_abi(when->zone);
    self.every = when->every_ms;
    self.at = when->at;
    self.missed = when->missed;
    return OR_OK;
  };
  table.cancel = [](void* ctx, or_str, or_error*) -> or_status {
    static_cast<Seen*>(ctx)->calls.emplace_back("cancel");
    return OR_OK;
  };
  table.run_now = [](void* ctx, or_str, or_error* error) -> or_status {
    static_cast<Seen*>(ctx)->calls.emplace_back("run_now");
    return fill_error(error, {Code::kMissing, "no such job", Source::kHost});
  };
  table.list = [](void*, or_doc* out, or_error*) {
    return answer(out, [](Arena& arena) {
      return arena.array({arena.object({{"job", "import"}, {"next", 5}, {"last", nullptr}, {"running", true}})});
    });
  };
  const Schedule schedule(&table);
  ASSERT_TRUE(schedule.every("import", std::chrono::minutes(15), Missed::kSkip));
  EXPECT_EQ(seen.every, 900'000);
  EXPECT_EQ(seen.missed, OR_MISSED_SKIP);
  ASSERT_TRUE(schedule.cron("digest", "0 7 * * 1", "Asia/Ho_Chi_Minh"));
  EXPECT_EQ(seen.cron, "0 7 * * 1");
  EXPECT_EQ(seen.zone, "Asia/Ho_Chi_Minh");
  ASSERT_TRUE(schedule.at("import", at(77)));
  EXPECT_EQ(seen.at, 77);
  ASSERT_TRUE(schedule.cancel("import"));
  EXPECT_EQ(schedule.run_now("nonsense").error().message, "no such job");
  EXPECT_THAT(seen.calls, ElementsAre("cancel", "run_now"));
  const auto jobs = schedule.list();
  EXPECT_EQ(jobs->at(0).job, "import");
  EXPECT_EQ(jobs->at(0).next, at(5));
  EXPECT_EQ(jobs->at(0).last, std::nullopt);
  EXPECT_TRUE(jobs->at(0).running);
}

// --- http

TEST(Http, ARequestCrossesAndAReplyIsRead) {
  static bool odd = false;
  or_http_v1 table{};
  table.struct_size = sizeof table;
  table.request = [](void*, const or_http_request* request, or_doc* out, or_error*) {
    if (odd) return answer(out, [](Arena&) { return Value::of(3); });
    EXPECT_EQ(from_abi(request->method), "PUT");
    EXPECT_EQ(from_abi(request->url), "https://example.com/x");
    EXPECT_EQ(Value(*request->headers).at(0).at(1).text(), "text/plain");
    EXPECT_EQ(from_abi(request->body), "hello");
    EXPECT_EQ(from_abi(request->secret), "key");
    EXPECT_EQ(from_abi(request->secret_as), "bearer");
    EXPECT_EQ(request->deadline_ms, 5000);
    return answer(out, [](Arena& arena) {
      return arena.object({{"status", 404},
                           {"url", "https://example.com/y"},
                           {"headers", arena.array({arena.array({"etag", "7"})})},
                           {"body", arena.bytes("gone")}});
    });
  };
  const Http http(&table);
  const Result<HttpReply> reply = http.request({.method = "PUT",
                                                .url = "https://example.com/x",
                                                .headers = {{"Content-Type", "text/plain"}},
                                                .body = "hello",
                                                .secret = "key",
                                                .secret_as = "bearer",
                                                .deadline_ms = 5000});
  ASSERT_TRUE(reply) << "404 is a reply";
  EXPECT_EQ(reply->status(), 404);
  EXPECT_FALSE(reply->ok());
  EXPECT_EQ(reply->url(), "https://example.com/y");
  EXPECT_EQ(reply->header("ETag"), "7");
  EXPECT_EQ(reply->header("absent"), "");
  EXPECT_EQ(reply->body(), "gone");
  odd = true;
  const Result<HttpReply> nonsense = http.request({.url = "https://example.com"});
  ASSERT_TRUE(nonsense);
  EXPECT_EQ(nonsense->status(), 0);
  EXPECT_FALSE(nonsense->ok());
}

// --- secrets

TEST(Secrets, AreHandedInAndNeverReadBack) {
  static std::vector<std::string> seen;
  or_secrets_v1 table{};
  table.struct_size = sizeof table;
  table.put = [](void*, or_str name, or_str value, int64_t expires, or_error*) -> or_status {
    seen.push_back("put " + std::string(from_abi(name)) + " " + std::string(from_abi(value)) + " " +
                   std::to_string(expires));
    return OR_OK;
  };
  table.rotate = [](void*, or_str, or_str, int64_t, or_error* error) -> or_status {
    return fill_error(error, {Code::kMissing, "there is none", Source::kHost});
  };
  table.erase = [](void*, or_str name, or_error*) -> or_status {
    seen.push_back("erase " + std::string(from_abi(name)));
    return OR_OK;
  };
  table.list = [](void*, or_doc* out, or_error*) {
    return answer(out, [](Arena& arena) {
      return arena.array({arena.object({{"name", "mailbox"}, {"stored", 4}, {"expires", nullptr}}), 7});
    });
  };
  const Secrets secrets(&table);
  ASSERT_TRUE(secrets.put("mailbox", "x", at(9)));
  EXPECT_EQ(secrets.rotate("mailbox", "y").error().code, Code::kMissing);
  ASSERT_TRUE(secrets.erase("mailbox"));
  EXPECT_THAT(seen, ElementsAre("put mailbox x 9", "erase mailbox"));
  const auto all = secrets.list();
  EXPECT_EQ(all->at(0).name, "mailbox");
  EXPECT_EQ(all->at(0).stored, at(4));
  EXPECT_EQ(all->at(0).expires, std::nullopt);
  EXPECT_EQ(all->at(1).name, "") << "an item that is none";
}

// --- domains

struct FakeDomains {
  FakeDomains() {
    table.struct_size = sizeof table;
    table.ctx = this;
    table.compile = [](void* ctx, or_str model, const or_value* domains, int32_t meaning, int64_t* set,
                       or_error* error) -> or_status {
      auto& self = *static_cast<FakeDomains*>(ctx);
      if (from_abi(model) != "crm.lead")
        return fill_error(error, {Code::kUnsupported, "name ilike needs the database", Source::kHost});
      EXPECT_EQ(Value(*domains).size(), 2U);
      self.seen_meaning = meaning;
      *set = ++self.made;
      ++self.alive;
      return OR_OK;
    };
    table.fields = [](void*, int64_t set, or_doc* out, or_error*) {
      return answer(out, [&](Arena& arena) { return arena.array({"name", "partner_id.country_id", set}); });
    };
    table.match = [](void*, int64_t, const or_value* columns, or_doc* out, or_error*) {
      EXPECT_TRUE(Value(*columns).has("name"));
      return answer(out, [](Arena& arena) { return arena.array({arena.bytes("\x05\x01"), arena.bytes("")}); });
    };
    table.release = [](void* ctx, int64_t) { --static_cast<FakeDomains*>(ctx)->alive; };
    table.print = [](void*, const or_value*, int32_t form, or_doc* out, or_error*) {
      return answer(out, [&](Arena& arena) { return arena.text(form == OR_DOMAIN_JSON ? "[]" : "()"); });
    };
  }
  or_domain_v1 table{};
  int64_t made = 0, alive = 0;
  int32_t seen_meaning = 0;
};

TEST(Domains, ASetIsReleasedOnce) {
  FakeDomains fake;
  const Domains domains(&fake.table);
  Arena arena;
  const Value two = arena.array({arena.array({}), "[('name', '=', 'x')]"});
  {
    Result<DomainSet> set = domains.compile("crm.lead", two, Meaning::kFilter);
    ASSERT_TRUE(set);
    EXPECT_EQ(fake.seen_meaning, OR_DOMAIN_FILTER);
    EXPECT_THAT(*set->fields(), ElementsAre("name", "partner_id.country_id", ""));
    const auto bitmaps = set->match(arena.object({{"name", arena.array({"x"})}}));
    ASSERT_EQ(bitmaps->size(), 2U);
    const Bitmap& first = bitmaps->front();
    EXPECT_TRUE(first.test(0));
    EXPECT_FALSE(first.test(1));
    EXPECT_TRUE(first.test(8));
    EXPECT_FALSE(first.test(99)) << "beyond the end";
    EXPECT_EQ(first.count(), 3U);
    EXPECT_EQ(bitmaps->back().count(), 0U);
    DomainSet moved = *std::move(set);
    EXPECT_EQ(fake.alive, 1);
    Result<DomainSet> other = domains.compile("crm.lead", two, Meaning::kSearch);
    *other = std::move(moved);
    EXPECT_EQ(fake.alive, 2) << "each is released when its holder goes";
  }
  EXPECT_EQ(fake.alive, 0);
  EXPECT_EQ(domains.compile("other", two, Meaning::kSearch).error().message, "name ilike needs the database");
  EXPECT_EQ(*domains.print_json(two.at(0)), "[]");
  EXPECT_EQ(*domains.print_python(two.at(0)), "()");
}

// --- hosts that are older, or do not grant it

TEST(Services, WithoutTheExtensionEveryCallSaysSo) {
  Arena arena;
  Transaction transaction;
  const Error errors[] = {Store().get("a").error(),
                          Store().scan().error(),
                          Store().commit(transaction).error(),
                          Store().info().error(),
                          Shared().publish("a.b", Record{"m", 1}, {}).error(),
                          Shared().read_all("a.b", "m").error(),
                          Schedule().run_now("a").error(),
                          Schedule().cron("a", "* * * * *").error(),
                          Schedule().list().error(),
                          Http().request({.url = "https://example.com"}).error(),
                          Secrets().put("a", "b").error(),
                          Secrets().list().error(),
                          Domains().compile("m", arena.array({}), Meaning::kSearch).error(),
                          Domains().print_json({}).error(),
                          DomainSet(nullptr, 1).fields().error()};
  for (const Error& error : errors) {
    EXPECT_EQ(error.code, Code::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr("not granted"));
  }
  EXPECT_FALSE(Store() || Shared() || Schedule() || Http() || Secrets() || Domains());
}

TEST(Services, AHostWhoseTableEndsEarlierIsNotCalledBeyondIt) {
  FakeStore store;
  store.table.struct_size = offsetof(or_store_v1, commit);
  EXPECT_EQ(*Store(&store.table).get("a"), std::nullopt);
  EXPECT_EQ(Store(&store.table).put("a", "b").error().code, Code::kUnsupported);
  EXPECT_EQ(Store(&store.table).info().error().code, Code::kUnsupported);
  store.table.struct_size = sizeof store.table;
  store.table.info = nullptr;
  EXPECT_EQ(Store(&store.table).info().error().code, Code::kUnsupported) << "NULL";

  FakeDomains domains;
  domains.table.struct_size = offsetof(or_domain_v1, release);
  Arena arena;
  {
    const auto set = Domains(&domains.table).compile("crm.lead", arena.array({"", ""}), Meaning::kSearch);
    ASSERT_TRUE(set);
  }
  EXPECT_EQ(domains.alive, 1) << "it could not be released, and nothing crashed";
  EXPECT_EQ(Domains(&domains.table).print_json({}).error().code, Code::kUnsupported);
}

TEST(Services, RepliesOfAnUnknownKindReadAsEmpty) {
  or_store_v1 store{};
  store.struct_size = sizeof store;
  store.scan = [](void*, or_str, or_str, uint32_t, int64_t, or_doc* out, or_error*) -> or_status {
    out->root = or_value{8, 3, {}};
    return OR_OK;
  };
  store.info = [](void*, or_doc* out, or_error*) -> or_status {
    out->root = or_value{OR_OBJECT, 3, {}};
    return OR_OK;
  };
  EXPECT_TRUE(Store(&store).scan()->empty());
  EXPECT_EQ(Store(&store).info()->keys, 0) << "a count without fields";
}

}  // namespace
}  // namespace outrigger
