// The change feed on every Odoo, with the changes that no API makes done by SQL on its own PostgreSQL.
#include "tests/contract/feed_rig.hpp"

namespace outrigger::contract {
namespace {

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
  // The first reading is done. What others wrote within the overlap comes again, a page of one at a time: so it is short.
  start(1, {.overlap = 5, .look_every = 3600});
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

OUTRIGGER_CONTRACT(ChangeFeed, "Feed");

}  // namespace
}  // namespace outrigger::contract
