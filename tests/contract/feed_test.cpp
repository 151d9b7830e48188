// The change feed on every Odoo, with the changes that no API makes done by SQL on its own PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <thread>

#include "integration/feed/feed.hpp"
#include "integration/feed/memory_sink.hpp"
#include "integration/feed/odoo_reader.hpp"
#include "integration/value/datetime.hpp"
#include "tests/contract/target.hpp"

namespace outrigger::contract {
namespace {

using feed::Heard;
using feed::Kind;

transport::Loop& loop() {
  static transport::Loop one;
  return one;
}

// A session of psql on the target's database, which stays open between two statements.
class Psql {
 public:
  explicit Psql(const Target& target) {
    for (const auto& [name, value] : target.postgres)
      if (name != "PSQL") setenv(name.c_str(), value.c_str(), 1);
    const std::string command = target.postgres.at("PSQL") + " -qAtX -v ON_ERROR_STOP=1 >/dev/null";
    pipe_ = popen(command.c_str(), "w");
  }
  ~Psql() { close(); }
  Psql(const Psql&) = delete;
  Psql& operator=(const Psql&) = delete;

  void send(const std::string& statement) {
    std::fputs((statement + ";\n").c_str(), pipe_);
    std::fflush(pipe_);
  }
  // Waits until all is done; false: one of them failed.
  bool close() {
    if (pipe_ == nullptr) return true;
    return pclose(std::exchange(pipe_, nullptr)) == 0;
  }

 private:
  FILE* pipe_;
};

// Lets a test act between two pages.
class Between final : public feed::Reader {
 public:
  explicit Between(feed::Reader& reader) : reader_(reader) {}
  std::function<void(int page)> after_page;

  Result<std::shared_ptr<const Document>> fields(const std::string& model, const feed::Manner& manner) override {
    return reader_.fields(model, manner);
  }
  void forget_fields() override { reader_.forget_fields(); }
  Result<feed::Page> page(const feed::Question& question, const feed::Manner& manner) override {
    Result<feed::Page> page = reader_.page(question, manner);
    if (after_page) after_page(++pages_);
    return page;
  }
  Result<std::vector<int64_t>> search(const std::string& model, Value domain, const feed::Manner& manner) override {
    return reader_.search(model, domain, manner);
  }
  Result<std::vector<int64_t>> existing(const std::string& model, const std::vector<int64_t>& ids,
                                        const feed::Manner& manner) override {
    return reader_.existing(model, ids, manner);
  }
  Result<int64_t> count(const std::string& model, const feed::Manner& manner) override {
    return reader_.count(model, manner);
  }
  [[nodiscard]] int64_t server_date() const override { return reader_.server_date(); }
  [[nodiscard]] int major() const override { return reader_.major(); }

 private:
  feed::Reader& reader_;
  int pages_ = 0;
};

class ChangeFeed : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    target_ = find_target(GetParam());
    ASSERT_NE(target_, nullptr) << "describe it in the environment, see tests/contract/target.hpp";
    if (target_->real && target_->postgres.empty()) GTEST_SKIP() << "its PostgreSQL cannot be reached";
    Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(loop(), target_->admin);
    ASSERT_TRUE(session) << session.error().message;
    session_ = *std::move(session);
    records_ = std::make_unique<odoo::Records>(*session_);
    odoo_ = std::make_unique<feed::OdooReader>(*session_);
    reader_ = std::make_unique<Between>(*odoo_);
  }

  void start(int64_t page = 2000) {
    feed::Settings settings;
    settings.page = page;
    feed_ = std::make_unique<feed::Feed>(*reader_, sink_, settings);
    const feed::Stream stream{
        .model = "crm.lead",
        .fields = {"name", "stage_id", "color"},
        .subscribers = {{.name = "all", .fields = {"name", "color"}, .domain = {}},
                        {.name = "red", .fields = {"name"}, .domain = R"([["color", "=", 1]])"},
                        {.name = "vip", .fields = {"name"}, .domain = R"([["name", "ilike", "vip"]])"}}};
    ASSERT_TRUE(feed_->add(stream));
    settle();
    sink_.forget_heard();
  }
  void settle() {
    for (int i = 0; i < 1000; ++i) {
      const Result<bool> looked = feed_->look();
      ASSERT_TRUE(looked) << looked.error().message;
      if (!*looked) return;
    }
    FAIL() << "the feed does not come to rest";
  }
  void look() {
    const uint64_t before = feed_->status().at(0).looks;
    feed_->hint("crm.lead");
    // One that comes shortly after another waits a fifth of a second.
    for (int i = 0; i < 2000 && feed_->status().at(0).looks == before; ++i) {
      settle();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    settle();
  }
  std::string heard(const std::string& name = "all") {
    std::string text;
    for (const Heard& each : sink_.heard(name)) {
      const auto known = names_.find(each.id);
      text += (text.empty() ? "" : ", ") + std::string(feed::to_string(each.kind)) + " " +
              (known == names_.end() ? std::to_string(each.id) : known->second);
    }
    sink_.forget_heard();
    return text;
  }

  std::vector<int64_t> create(const std::vector<std::string>& names) {
    Arena arena;
    std::vector<Value> rows;
    for (const std::string& name : names)
      rows.push_back(arena.object({{"name", Value::of(std::string_view(name))}, {"color", 0}}));
    const Value quiet = arena.object({{"tracking_disable", true}, {"mail_create_nolog", true}});
    const Result<Document> ids = records_->create("crm.lead", arena.array(rows), {}, quiet);
    EXPECT_TRUE(ids) << (ids ? "" : ids.error().message);
    std::vector<int64_t> list;
    if (ids)
      for (const Value id : ids->root().items()) list.push_back(id.integer());
    for (size_t i = 0; i < list.size(); ++i) names_[list[i]] = names[i];
    return list;
  }
  void write(int64_t id, const char* field, Value value) {
    Arena arena;
    const Result<void> written = records_->write("crm.lead", {id}, arena.object({{field, value}}));
    ASSERT_TRUE(written) << written.error().message;
  }
  // Sets the name by SQL; `write_date`: seconds before now, with a fraction, or nothing to leave it.
  void sql(int64_t id, const std::string& name, std::optional<std::string> write_date = {}) {
    if (!target_->real) {
      Arena arena;
      sandbox::RawChange change{"crm.lead", {id}, arena.object({{"name", Value::of(std::string_view(name))}})};
      change.write_date = write_date.value_or("");
      ASSERT_TRUE(target_->service->change(change));
      return;
    }
    Psql psql(*target_);
    psql.send("update crm_lead set name = '" + name + "'" + (write_date ? ", write_date = '" + *write_date + "'" : "") +
              " where id = " + std::to_string(id));
    ASSERT_TRUE(psql.close());
  }
  // So many seconds ago by the server's clock, with microseconds.
  std::string ago(int64_t seconds, const char* fraction = "123456") {
    return value::to_datetime(session_->server_date() - seconds) + "." + fraction;
  }

  Target* target_ = nullptr;
  std::unique_ptr<odoo::Session> session_;
  std::unique_ptr<odoo::Records> records_;
  std::unique_ptr<feed::OdooReader> odoo_;
  std::unique_ptr<Between> reader_;
  feed::MemorySink sink_;
  std::unique_ptr<feed::Feed> feed_;
  std::map<int64_t, std::string> names_;
};

TEST_P(ChangeFeed, SeesEveryKindOfChange) {
  const std::vector<int64_t> old = create({"old"});
  start();
  const std::vector<int64_t> made = create({"A", "B"});
  look();
  EXPECT_EQ(heard(), "created A, created B");
  write(made[0], "color", Value::of(1));
  write(made[1], "name", Value::of("B the VIP"));
  look();
  EXPECT_EQ(heard("red"), "entered A");
  write(made[0], "color", Value::of(2));
  write(made[1], "active", Value::of(false));
  look();
  EXPECT_EQ(heard("red"), "left A");
  EXPECT_EQ(sink_.view("vip").count(made[1]), 1U) << "archived records are watched, too";
  ASSERT_TRUE(records_->unlink("crm.lead", {old[0]}));
  feed_->hint("crm.lead", {old[0]});
  settle();
  EXPECT_EQ(heard(), "deleted old") << "a hint with its id verifies at once";
}

TEST_P(ChangeFeed, ArchivingAndAskedDomains) {
  const std::vector<int64_t> made = create({"C", "D"});
  start();
  write(made[0], "active", Value::of(false));
  write(made[1], "name", Value::of("D, a vIp"));
  look();
  EXPECT_EQ(heard("vip"), "entered D");
  look();
  EXPECT_EQ(sink_.view("all").at(made[1]), R"({"name":"D, a vIp","color":0})");
}

TEST_P(ChangeFeed, AThousandRowsOfOneInstant) {
  start(100);
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("import " + std::to_string(i));
  const std::vector<int64_t> ids = create(names);
  ASSERT_EQ(ids.size(), 1000U);
  look();
  std::set<int64_t> told;
  for (const Heard& each : sink_.heard("all")) told.insert(each.id);
  EXPECT_EQ(sink_.heard("all").size(), 1000U);
  EXPECT_EQ(told, std::set<int64_t>(ids.begin(), ids.end()));
  ASSERT_TRUE(records_->unlink("crm.lead", ids));
}

TEST_P(ChangeFeed, OrderWithinASecondDoesNotMatter) {
  const std::vector<int64_t> made = create({"56", "57", "58"});
  start();
  start(1);  // the first reading is done
  const std::string fractions[] = {"700000", "200000", "500000"};
  for (size_t i = 0; i < 3; ++i) sql(made[i], "changed", ago(1, fractions[i].c_str()));
  look();
  EXPECT_EQ(heard(), "changed 56, changed 57, changed 58");
}

TEST_P(ChangeFeed, LateCommits) {
  const std::vector<int64_t> made = create({"late", "too late", "mover"});
  sql(made[0], "late", ago(3600));
  sql(made[1], "too late", ago(3600));
  start();
  write(made[2], "color", Value::of(5));
  look();
  EXPECT_EQ(heard(), "changed mover") << "the window has moved on";
  sql(made[0], "late, changed", ago(100));
  sql(made[1], "too late, changed", ago(1000));
  look();
  EXPECT_EQ(heard(), "changed late");
  feed_->recheck();
  settle();
  EXPECT_EQ(heard(), "changed too late");
}

TEST_P(ChangeFeed, ATransactionThatIsHeldOpen) {
  if (!target_->real) GTEST_SKIP() << "the sandbox has no transactions; see LateCommits";
  const std::vector<int64_t> made = create({"held", "mover"});
  start();
  Psql held(*target_);
  held.send("begin");
  held.send("update crm_lead set name = 'held, changed', write_date = now() at time zone 'UTC' where id = " +
            std::to_string(made[0]));
  held.send("notify outrigger_test");
  // Another session sees the lock once the update is done.
  Psql watcher(*target_);
  watcher.send(
      "do $$ begin for i in 1..500 loop perform pg_sleep(0.02); perform 1 from pg_locks l join pg_class c on "
      "c.oid = l.relation where c.relname = 'crm_lead' and l.mode = 'RowExclusiveLock' and l.pid <> "
      "pg_backend_pid(); if found then return; end if; end loop; raise 'no lock'; end $$");
  ASSERT_TRUE(watcher.close());
  write(made[1], "color", Value::of(7));
  look();
  EXPECT_EQ(heard(), "changed mover");
  held.send("commit");
  ASSERT_TRUE(held.close());
  look();
  EXPECT_EQ(heard(), "changed held");
}

TEST_P(ChangeFeed, SqlWithoutAWriteDateIsFoundByTheContentSweep) {
  const std::vector<int64_t> made = create({"scored", "mover"});
  sql(made[0], "scored", ago(3600));
  start();
  sql(made[0], "scored, changed");
  look();
  EXPECT_EQ(heard(), "");
  feed_->recheck();
  settle();
  EXPECT_EQ(heard(), "changed scored");
}

TEST_P(ChangeFeed, DeletionsAreFoundBySweeps) {
  const std::vector<int64_t> made = create({"by rpc", "by sql"});
  start();
  ASSERT_TRUE(records_->unlink("crm.lead", {made[0]}));
  if (target_->real) {
    Psql psql(*target_);
    psql.send("delete from crm_lead where id = " + std::to_string(made[1]));
    ASSERT_TRUE(psql.close());
  } else {
    ASSERT_TRUE(target_->service->change({.model = "crm.lead", .ids = {made[1]}, .erase = true}));
  }
  look();
  EXPECT_EQ(heard(), "");
  feed_->recheck();
  settle();
  EXPECT_EQ(heard(), "deleted by rpc, deleted by sql");
}

TEST_P(ChangeFeed, AMergeChangesOneAndDeletesTheOthers) {
  if (!target_->real) GTEST_SKIP() << "the sandbox does not merge";
  const std::vector<int64_t> made = create({"kept", "merged", "merged too"});
  start();
  // 14 fails to put the answer on the wire, after it committed.
  static_cast<void>(session_->call({.model = "crm.lead", .method = "merge_opportunity", .ids = made}));
  look();
  feed_->recheck();
  settle();
  size_t deleted = 0;
  for (const Heard& each : sink_.heard("all")) deleted += each.kind == Kind::kDeleted ? 1 : 0;
  EXPECT_EQ(deleted, 2U);
  for (const int64_t id : made) {
    Arena arena;
    const Result<int64_t> there = records_->search_count(
        {.model = "crm.lead", .domain = arena.array({arena.array({"id", "=", id})}), .archived = true});
    ASSERT_TRUE(there);
    EXPECT_EQ(sink_.view("all").count(id), static_cast<size_t>(*there)) << names_[id];
  }
}

TEST_P(ChangeFeed, WritesDuringThePagingAreNotLost) {
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) names.push_back("row " + std::to_string(i));
  const std::vector<int64_t> made = create(names);
  start(10);
  for (const int64_t id : made) write(id, "color", Value::of(3));
  int pages = 0;
  reader_->after_page = [&](int) {
    if (++pages != 2) return;
    write(made[1], "name", Value::of("behind the pages"));
    write(made[29], "name", Value::of("before them"));
  };
  look();
  reader_->after_page = {};
  look();
  EXPECT_EQ(sink_.view("all").at(made[1]), R"({"name":"behind the pages","color":3})");
  EXPECT_EQ(sink_.view("all").at(made[29]), R"({"name":"before them","color":3})");
  EXPECT_GE(pages, 3);
}

TEST_P(ChangeFeed, LostRightsAreNoDeletion) {
  start();
  const size_t before = sink_.view("all").size();
  Result<std::unique_ptr<odoo::Session>> demo = odoo::Session::connect(loop(), target_->demo);
  ASSERT_TRUE(demo) << demo.error().message;
  feed::OdooReader reader(**demo);
  feed::Feed limited(reader, sink_, {});
  ASSERT_TRUE(
      limited.add({.model = "crm.lead", .fields = {"name"}, .subscribers = {{.name = "all", .fields = {"name"}}}}));
  limited.recheck();
  for (bool more = true; more;) {
    const Result<bool> looked = limited.look();
    ASSERT_TRUE(looked) << looked.error().message;
    more = *looked;
  }
  EXPECT_EQ(sink_.view("all").size(), before);
  const feed::Problems problems = limited.status().at(0).problems;
  EXPECT_TRUE(problems.count("short_answer") + problems.count("hidden") > 0);
}

TEST_P(ChangeFeed, SaysWhatAModelOrFieldLacks) {
  const auto problem = [&](const feed::Stream& stream) {
    std::string said;
    feed::Feed feed(*reader_, sink_, {}, [&](const feed::Problem& each) { said = each.sentence; });
    EXPECT_TRUE(feed.add(stream));
    EXPECT_FALSE(feed.look());
    return said;
  };
  EXPECT_THAT(problem({.model = "no.such.model", .fields = {"name"}}),
              testing::HasSubstr("has no model no.such.model"));
  EXPECT_THAT(problem({.model = "crm.lead", .fields = {"namee"}}), testing::HasSubstr("crm.lead.namee"));
}

INSTANTIATE_TEST_SUITE_P(Sandbox19, ChangeFeed, testing::Values("Sandbox19"), [](const auto&) { return "Feed"; });
INSTANTIATE_TEST_SUITE_P(Sandbox14, ChangeFeed, testing::Values("Sandbox14"), [](const auto&) { return "Feed"; });
INSTANTIATE_TEST_SUITE_P(Real19, ChangeFeed, testing::Values("Real19"), [](const auto&) { return "Feed"; });
INSTANTIATE_TEST_SUITE_P(Real14, ChangeFeed, testing::Values("Real14"), [](const auto&) { return "Feed"; });
INSTANTIATE_TEST_SUITE_P(RealSource, ChangeFeed, testing::Values("RealSource"), [](const auto&) { return "Feed"; });

}  // namespace
}  // namespace outrigger::contract
