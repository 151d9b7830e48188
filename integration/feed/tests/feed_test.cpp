// What subscribers hear, and when: on a FAKE Odoo, in both of its ways to compare times.
#include <thread>

#include "integration/feed/tests/looking.hpp"

namespace outrigger::feed {
namespace {

INSTANTIATE_TEST_SUITE_P(Odoo, Looking, testing::Values(14, 19), testing::PrintToStringParamName());

TEST_P(Looking, EveryKindOfChange) {
  const int64_t id = odoo_.create("one");
  start();
  odoo_.write(id, "two");
  look_again(feed_, odoo_);
  EXPECT_EQ(heard(), "changed 1");
  EXPECT_EQ(sink_.view("all").at(id), R"({"name":"two"})");
  odoo_.write(id, "two");
  look_again(feed_, odoo_);
  EXPECT_EQ(heard(), "") << "written, but nothing that anybody watches";
  odoo_.archive(id);
  look_again(feed_, odoo_);
  EXPECT_EQ(heard(), "archived 1");
  odoo_.unlink(id);
  look_again(feed_, odoo_, 86400);
  EXPECT_EQ(heard(), "deleted 1");
}

TEST_P(Looking, RecordsEnterAndLeaveADomain) {
  odoo_.create("one", 1);
  Stream stream = things();
  stream.subscribers.push_back(subscriber("won", R"([["stage", "=", 4]])"));
  stream.subscribers.push_back(subscriber("named", R"([["name", "ilike", "VIP"]])"));
  start(stream);
  odoo_.set_stage(1, 4);
  look_again(feed_, odoo_);
  EXPECT_EQ(texts(sink_.heard("won")), "entered 1");
  odoo_.write(1, "a vip");
  look_again(feed_, odoo_);
  EXPECT_EQ(texts(sink_.heard("named")), "entered 1");
  odoo_.set_stage(1, 2);
  look_again(feed_, odoo_);
  EXPECT_EQ(texts(sink_.heard("won")), "entered 1, changed 1, left 1");
}

TEST_P(Looking, WhatTheOverlapShowsAgainIsNeitherHandedOverNorAskedAbout) {
  for (int i = 0; i < 50; ++i) odoo_.create("row");
  Stream stream = things();
  stream.subscribers.push_back(subscriber("named", R"([["name", "ilike", "row"]])"));
  start(stream);
  odoo_.write(1, "other");
  look_again(feed_, odoo_, 61);
  const uint64_t handed = sink_.handed();
  const int searches = odoo_.searches;
  const int calls = odoo_.calls;
  look_again(feed_, odoo_, 5);
  EXPECT_EQ(sink_.handed(), handed);
  EXPECT_EQ(odoo_.searches, searches);
  EXPECT_EQ(odoo_.calls, calls + 1) << "one call of an idle look";
}

TEST_P(Looking, AThousandRowsInOneSecondOverManyPages) {
  Settings settings = odoo_.settings();
  settings.page = 100;
  auto feed = restarted(things(), settings);
  settle(*feed);
  odoo_.advance(61);
  for (int i = 0; i < 1000; ++i) odoo_.create("row");
  settle(*feed);
  EXPECT_EQ(sink_.heard("all").size(), 1000U);
}

// Ids and the order of their microseconds disagree within one second: a cursor of (second, id) loses one.
TEST_P(Looking, OrderWithinASecondDoesNotMatter) {
  Settings settings = odoo_.settings();
  settings.page = 1;
  for (int i = 0; i < 3; ++i) odoo_.create("row");
  auto feed = restarted(things(), settings);
  settle(*feed);
  odoo_.advance(100);
  const int64_t second = odoo_.micros() / 1'000'000 * 1'000'000;
  const int64_t fractions[] = {700'000, 200'000, 500'000};
  for (int64_t id = 1; id <= 3; ++id) {
    odoo_.write(id, "changed");
    odoo_.touch_at(id, second + fractions[id - 1]);
  }
  settle(*feed);
  EXPECT_EQ(texts(sink_.heard("all")), "changed 1, changed 2, changed 3");
}

TEST_P(Looking, WhatIsWrittenWhileAWindowIsPagedIsSeenByTheNext) {
  Settings settings = odoo_.settings();
  settings.page = 10;
  for (int i = 0; i < 100; ++i) odoo_.create("row");
  auto feed = restarted(things(), settings);
  settle(*feed);
  odoo_.advance(1000);
  for (int64_t id = 1; id <= 100; ++id) odoo_.write(id, "import");
  // Each page takes a minute, the whole window longer than the overlap.
  int count = 0;
  odoo_.after_page = [&](int) {
    odoo_.advance(60);
    if (++count == 5) odoo_.write(3, "behind the pages");
    if (count == 9) odoo_.write(99, "before them");
  };
  for (int i = 0; i < 11; ++i) ASSERT_TRUE(feed->look());
  odoo_.after_page = {};
  look_again(*feed, odoo_);
  EXPECT_EQ(sink_.view("all").at(3), R"({"name":"behind the pages"})");
  EXPECT_EQ(sink_.view("all").at(99), R"({"name":"before them"})");
}

TEST_P(Looking, ALateCommitWithinTheOverlapIsSeenByTheNextLook) {
  odoo_.create("one");
  odoo_.create("two");
  start();
  odoo_.advance(600);
  odoo_.write(1, "early");
  settle(feed_);
  odoo_.advance(61);
  odoo_.write(1, "again");
  settle(feed_);
  sink_.forget_heard();
  odoo_.commit_late(2, "late", 140);
  look_again(feed_, odoo_, 5);
  EXPECT_EQ(heard(), "changed 2");
}

TEST_P(Looking, ALateCommitBeyondTheOverlapIsSeenByTheIdentitySweep) {
  odoo_.create("one");
  odoo_.create("two");
  start();
  odoo_.advance(600);
  odoo_.write(1, "early");
  settle(feed_);
  sink_.forget_heard();
  odoo_.advance(61);
  odoo_.commit_late(2, "late", 400);
  settle(feed_);
  EXPECT_EQ(heard(), "") << "no look can see it";
  look_again(feed_, odoo_, 3700);
  EXPECT_EQ(heard(), "changed 2");
}

TEST_P(Looking, AHintIsALookNowAndAfterOneAndFiveSeconds) {
  odoo_.create("one");
  start();
  const int calls = odoo_.calls;
  feed_.hint("x.thing");
  settle(feed_);
  EXPECT_EQ(odoo_.calls, calls + 1);
  odoo_.advance(1);
  // 17 and 18 post before they commit: the first look saw nothing.
  odoo_.write(1, "two");
  settle(feed_);
  EXPECT_EQ(heard(), "changed 1");
  odoo_.advance(4);
  settle(feed_);
  EXPECT_EQ(odoo_.calls, calls + 3);
}

TEST_P(Looking, AHintWithIdsSeesSqlAndDeletionsAtOnce) {
  odoo_.create("one");
  odoo_.create("two");
  odoo_.create("three");
  start();
  odoo_.sql(1, "by sql");
  odoo_.unlink(2);
  feed_.hint("x.thing", {1, 2, 999});
  feed_.hint("x.thing", {1, 2, 999});
  feed_.hint("no.such.model", {1});
  settle(feed_);
  EXPECT_EQ(heard(), "changed 1, deleted 2");
}

TEST_P(Looking, AThousandHintsAreThreeLooks) {
  odoo_.create("one");
  start();
  const int calls = odoo_.calls;
  for (int i = 0; i < 1000; ++i) feed_.hint("x.thing");
  look_again(feed_, odoo_, 0.2);
  look_again(feed_, odoo_, 1);
  look_again(feed_, odoo_, 5);
  EXPECT_LE(odoo_.calls, calls + 4);
}

// A forged, doubled or reordered hint is a read too many, a lost one is a look later: what is told stays the same.
TEST_P(Looking, HintsOfAnyKindChangeNothingInWhatIsTold) {
  for (int i = 0; i < 5; ++i) odoo_.create("thing");
  start();
  EXPECT_TRUE(feed_.hint("x.thing", {3, 99999999}));
  EXPECT_FALSE(feed_.hint("x.other", {3}));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(feed_.hint("x.thing", {1, 2, 3}));
  settle(feed_);
  EXPECT_EQ(heard(), "") << "nothing changed";
  odoo_.write(2, "second");
  odoo_.write(1, "first");
  EXPECT_TRUE(feed_.hint("x.thing", {1}));
  EXPECT_TRUE(feed_.hint("x.thing", {2}));
  EXPECT_TRUE(feed_.hint("x.thing", {1}));
  odoo_.write(3, "third, of which the hint was lost");
  look_again(feed_, odoo_, 60);
  EXPECT_EQ(heard(), "changed 1, changed 2, changed 3") << "each once";
}

TEST_P(Looking, AddedFieldsAreTakenInSilently) {
  odoo_.create("one");
  odoo_.create("two");
  start();
  Stream stream = things();
  stream.fields.push_back("label");
  stream.subscribers[0].fields = {"name", "label"};
  stream.subscribers.push_back(subscriber("snap", {}, true));
  stream.subscribers.push_back(subscriber("late"));
  auto feed = restarted(stream);
  settle(*feed);
  EXPECT_EQ(heard("all"), "");
  EXPECT_EQ(sink_.view("all").at(1), R"({"name":"one","label":"label"})");
  EXPECT_EQ(sink_.view("late").size(), 2U);
}

// An upgrade of a plugin that wants one field more hears of what changed while it was made.
TEST_P(Looking, WhatChangedWhileAFieldWasAddedIsTold) {
  odoo_.create("one");
  odoo_.create("two");
  start();
  odoo_.write(2, "changed while we were away");
  Stream stream = things();
  stream.fields.push_back("label");
  stream.subscribers[0].fields = {"name", "label"};
  auto feed = restarted(stream);
  settle(*feed);
  EXPECT_EQ(heard("all"), "changed 2");
}

TEST_P(Looking, ANewSubscriberGetsItsSnapshotAndOthersWhatChangedMeanwhile) {
  odoo_.create("one");
  odoo_.create("two");
  start();
  odoo_.write(2, "changed while we were away");
  Stream stream = things();
  stream.subscribers.push_back(subscriber("snap", {}, true));
  auto feed = restarted(stream);
  settle(*feed);
  EXPECT_EQ(texts(sink_.heard("all")), "changed 2");
  EXPECT_EQ(texts(sink_.heard("snap")), "created 1, created 2");
  sink_.forget_heard();
  feed = restarted(stream);
  settle(*feed);
  EXPECT_EQ(texts(sink_.heard("snap")), "") << "once";
}

TEST_P(Looking, StatusSaysHowFarItIs) {
  odoo_.create("one");
  start();
  odoo_.write(1, "two");
  look_again(feed_, odoo_);
  odoo_.advance(3);
  const std::vector<StreamStatus> status = feed_.status();
  ASSERT_EQ(status.size(), 1U);
  EXPECT_EQ(status[0].model, "x.thing");
  EXPECT_EQ(status[0].heat, Heat::kHot);
  EXPECT_EQ(status[0].interval, 5);
  EXPECT_EQ(status[0].lag, 3);
  EXPECT_EQ(status[0].records, 1);
  EXPECT_FALSE(status[0].first_reading);
}

TEST_P(Looking, TheDriverStopsWhenItIsTold) {
  odoo_.create("one");
  ASSERT_TRUE(feed_.add(things()));
  std::jthread driver([&](std::stop_token stop) { feed_.run(stop); });
  while (sink_.view("all").empty()) std::this_thread::yield();
  driver.request_stop();
  driver.join();
  EXPECT_EQ(sink_.view("all").size(), 1U);
}

}  // namespace
}  // namespace outrigger::feed
