// A writer changes the sandbox at random, by RPC, by SQL and in transactions that commit late, while looks run a page
// at a time, fail at random and are killed and begun again. When it settles, what each subscriber was told adds up to
// the database, row by row. OUTRIGGER_FEED_SEED=N replays one run.
#include <gtest/gtest.h>

#include <cstdlib>

#include "integration/feed/feed.hpp"
#include "integration/feed/memory_sink.hpp"
#include "integration/feed/odoo_reader.hpp"
#include "integration/sandbox/tests/rig.hpp"
#include "integration/value/datetime.hpp"

namespace outrigger::feed {
namespace {

using sandbox::Injection;
using sandbox::Table;

constexpr int64_t kSecond = 1'000'000;

struct Run {
  int major;
  uint64_t seed;
};

class Model : public testing::TestWithParam<Run> {
 protected:
  size_t pick(size_t below) { return std::uniform_int_distribution<size_t>(0, below - 1)(random_); }
  int64_t any_lead() {
    const Table& leads = rig_.database.table("crm.lead");
    for (;;) {
      const auto id = static_cast<int64_t>(1 + pick(static_cast<size_t>(leads.last_id())));
      if (leads.exists(id)) return id;
    }
  }
  std::string some_leads() {
    std::string ids = "[" + std::to_string(any_lead());
    for (size_t more = pick(4); more > 0; --more) ids += "," + std::to_string(any_lead());
    return ids + "]";
  }
  std::string name() { return "lead " + std::to_string(++names_); }

  void rpc(const std::string& method, const std::string& args) {
    const sandbox::Reply reply = rig_.jsonrpc("crm.lead", method, args);
    ASSERT_FALSE(reply.root().has("error")) << reply.body;
  }
  // `late`: the transaction began so many seconds ago; -1: plain SQL.
  void sql(int64_t late) {
    Arena arena;
    sandbox::RawChange change{"crm.lead", {any_lead()}};
    if (late < 0) {
      const Value tags = arena.array({static_cast<int64_t>(1 + pick(3))});
      change.values = arena.object({{"probability", static_cast<double>(pick(100))}, {"tag_ids", tags}});
    } else {
      change.values = arena.object({{"name", arena.text(name())}});
      change.write_date = value::to_datetime(rig_.now / kSecond - late) + ".123456";
    }
    ASSERT_TRUE(rig_.service.change(change));
  }

  void write_something() {
    switch (pick(12)) {
      case 0:
      case 1: rpc("create", R"([[{"name":")" + name() + R"("},{"name":")" + name() + R"("}]])"); break;
      case 2:
      case 3: rpc("write", "[" + some_leads() + R"(,{"name":")" + name() + R"("}])"); break;
      case 4: rpc("write", "[" + some_leads() + R"(,{"stage_id":)" + std::to_string(1 + pick(3)) + "}]"); break;
      case 5: rpc("write", "[" + some_leads() + R"(,{"active":false}])"); break;
      case 6: rpc("write", "[" + some_leads() + R"(,{"active":true,"tag_ids":[[6,0,[2,1]]]}])"); break;
      case 7: rpc("unlink", "[[" + std::to_string(any_lead()) + "]]"); break;
      case 8: sql(-1); break;
      case 9: sql(static_cast<int64_t>(pick(140))); break;
      case 10: sql(static_cast<int64_t>(200 + pick(1000))); break;
      case 11: {
        sandbox::RawChange change{"crm.lead", {any_lead()}};
        change.erase = pick(4) == 0;
        ASSERT_TRUE(rig_.service.change(change));
        break;
      }
      default: break;
    }
  }

  // What webhooks may bring: the records, late or early, others, none, the same again and again, some that never were.
  void hint_something(Feed& feed) {
    const std::vector<int64_t> ids = {any_lead(), any_lead()};
    switch (pick(5)) {
      case 0: feed.hint("crm.lead", ids); break;
      case 1:
        for (int i = 0; i < 100; ++i) feed.hint("crm.lead", ids);
        break;
      case 2: feed.hint("crm.lead", {1'000'000 + static_cast<int64_t>(pick(1'000'000)), ids[0]}); break;
      case 3: feed.hint("crm.lead"); break;
      case 4:
        for (int64_t id = 1; id < 1500; ++id) feed.hint("crm.lead", {id});
        break;
      default: break;
    }
  }

  void break_something() {
    static constexpr Injection::Kind kKinds[] = {Injection::Kind::kHtml, Injection::Kind::kError500,
                                                 Injection::Kind::kTruncated, Injection::Kind::kWrongJson};
    static constexpr Injection::Kind kRepeated[] = {Injection::Kind::kCutBefore, Injection::Kind::kReset};
    Injection injection{.match = "crm.lead/" + std::string(pick(3) == 0 ? "read" : "search")};
    // What breaks a connection is tried again after a true quarter of a second: seldom.
    injection.kind = pick(8) == 0 ? kRepeated[pick(2)] : kKinds[pick(4)];
    rig_.service.inject(injection);
  }

  Stream stream() const {
    const std::vector<std::string> fields = {"name", "stage_id", "active", "probability", "tag_ids"};
    return {
        .model = "crm.lead",
        .fields = fields,
        .subscribers = {{.name = "all", .fields = fields, .domain = {}, .snapshot = true},
                        {.name = "here", .fields = {"name"}, .domain = R"([["stage_id", "=", 2]])", .snapshot = true},
                        {.name = "asked",
                         .fields = {"name", "stage_id"},
                         .domain = R"([["name", "ilike", "7"]])",
                         .snapshot = true}}};
  }
  std::unique_ptr<Feed> begin() {
    Settings settings;
    settings.page = 17;
    settings.sweep_page = 23;
    settings.seed = GetParam().seed;
    settings.monotonic = [this] { return rig_.now.load(); };
    auto feed = std::make_unique<Feed>(reader_, sink_, settings);
    EXPECT_TRUE(feed->add(stream()));
    return feed;
  }

  // What a subscriber believes after all that it was told.
  std::map<int64_t, std::string> told(const std::string& subscriber) const {
    std::map<int64_t, std::string> view;
    for (const Heard& heard : sink_.heard(subscriber)) {
      if (heard.kind == Kind::kLeft || heard.kind == Kind::kDeleted)
        view.erase(heard.id);
      else
        view[heard.id] = heard.content;
    }
    return view;
  }
  std::map<int64_t, std::string> truth(const Subscriber& subscriber) {
    Table& leads = rig_.database.table("crm.lead");
    std::map<int64_t, std::string> rows;
    for (int64_t id = 1; id <= leads.last_id(); ++id) {
      if (!leads.exists(id)) continue;
      if (subscriber.name == "here" && leads.get(id, "stage_id").integer() != 2) continue;
      if (subscriber.name == "asked" && leads.get(id, "name").text().find('7') == std::string_view::npos) continue;
      Arena arena;
      std::vector<Field> fields;
      for (const std::string& field : subscriber.fields) {
        Value value = leads.get(id, field);
        if (field == "probability") value = Value::of(value.number().value_or(0));
        if (field == "tag_ids") {
          std::vector<int64_t> tags;
          for (const Value tag : value.items()) tags.push_back(tag.integer());
          std::sort(tags.begin(), tags.end());
          value = arena.ids(tags);
        }
        fields.push_back({field, value});
      }
      rows[id] = value::to_json(arena.object(fields));
    }
    return rows;
  }

  std::mt19937_64 random_{GetParam().seed};
  sandbox::Rig rig_{sandbox::Options{.major = GetParam().major, .leads = 60}};
  std::unique_ptr<odoo::Session> session_ = rig_.connect();
  OdooReader reader_{*session_};
  MemorySink sink_;
  int names_ = 0;
};

TEST_P(Model, WhatWasToldAddsUpToTheDatabase) {
  std::unique_ptr<Feed> feed = begin();
  for (int step = 0; step < 600; ++step) {
    for (size_t writes = pick(3); writes > 0; --writes) ASSERT_NO_FATAL_FAILURE(write_something());
    if (pick(12) == 0) break_something();
    if (pick(20) == 0) sink_.fail_next(1);
    if (pick(8) == 0) hint_something(*feed);
    if (pick(60) == 0) feed = begin();
    rig_.now += static_cast<int64_t>(pick(pick(10) == 0 ? 4000 : 20) * 1'000'000 + pick(1'000'000));
    for (size_t looks = pick(4); looks > 0; --looks) static_cast<void>(feed->look());
  }
  rig_.service.clear_injections();
  sink_.fail_next(0);
  // A day and a half: every kind of sweep has its turn.
  for (int i = 0; i < 36; ++i) {
    rig_.now += 3600 * kSecond;
    bool more = true;
    while (more) {
      const Result<bool> looked = feed->look();
      ASSERT_TRUE(looked) << looked.error().message;
      more = *looked;
    }
  }
  for (const Subscriber& subscriber : stream().subscribers) {
    EXPECT_EQ(told(subscriber.name), truth(subscriber)) << subscriber.name;
    EXPECT_EQ(sink_.view(subscriber.name), truth(subscriber)) << subscriber.name;
  }
  EXPECT_GT(sink_.heard("all").size(), 500U) << "a run in which nothing happens proves nothing";
  EXPECT_TRUE(feed->status().at(0).problems.empty()) << feed->status().at(0).problems.begin()->second;
}

std::vector<Run> runs() {
  if (const char* seed = std::getenv("OUTRIGGER_FEED_SEED"); seed != nullptr)
    return {{14, std::strtoull(seed, nullptr, 10)}, {19, std::strtoull(seed, nullptr, 10)}};
  return {{14, 1}, {14, 2}, {19, 3}, {19, 4}, {19, 5}};
}
INSTANTIATE_TEST_SUITE_P(Sandbox, Model, testing::ValuesIn(runs()), [](const auto& each) {
  return "Odoo" + std::to_string(each.param.major) + "Seed" + std::to_string(each.param.seed);
});

}  // namespace
}  // namespace outrigger::feed
