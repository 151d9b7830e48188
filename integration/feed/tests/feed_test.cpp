// What subscribers hear, and when: on a FAKE Odoo, in both of its ways to compare times.
#include "integration/feed/feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "integration/feed/tests/fake_reader.hpp"

namespace outrigger::feed {
namespace {

using testing::HasSubstr;

class Looking : public testing::TestWithParam<int> {
 protected:
  void start(Stream stream = things()) {
    ASSERT_TRUE(feed_.add(std::move(stream)));
    settle(feed_);
    sink_.forget_heard();
  }
  std::string heard(const std::string& name = "all") {
    const std::string text = texts(sink_.heard(name));
    sink_.forget_heard();
    return text;
  }
  // As after a crash: what the sink kept is all that is left.
  std::unique_ptr<Feed> restarted(Stream stream = things(), Settings settings = {}) {
    settings.monotonic = [this] { return odoo_.monotonic(); };
    auto feed = std::make_unique<Feed>(odoo_, sink_, settings);
    EXPECT_TRUE(feed->add(std::move(stream)));
    return feed;
  }

  FakeReader odoo_{GetParam()};
  MemorySink sink_;
  std::vector<Problem> problems_;
  Feed feed_{odoo_, sink_, odoo_.settings(), [this](const Problem& problem) { problems_.push_back(problem); }};
};
INSTANTIATE_TEST_SUITE_P(Odoo, Looking, testing::Values(14, 19), testing::PrintToStringParamName());

TEST_P(Looking, TheFirstReadingIsSilentUnlessASnapshotIsWanted) {
  odoo_.create("one");
  odoo_.create("two");
  Stream stream = things();
  stream.subscribers.push_back(subscriber("snap", {}, true));
  ASSERT_TRUE(feed_.add(stream));
  settle(feed_);
  EXPECT_EQ(texts(sink_.heard("all")), "");
  EXPECT_EQ(texts(sink_.heard("snap")), "created 1, created 2");
  EXPECT_EQ(sink_.view("all").size(), 2U);
  sink_.forget_heard();
  odoo_.create("three");
  look_again(feed_, odoo_);
  EXPECT_EQ(heard("all"), "created 3");
}

TEST_P(Looking, WhatIsCreatedDuringTheFirstReadingIsNews) {
  for (int i = 0; i < 5; ++i) odoo_.create("old");
  odoo_.after_page = [this](int pages) {
    if (pages == 2) odoo_.create("young");
  };
  Settings settings;
  settings.page = 2;
  auto feed = restarted(things(), settings);
  settle(*feed);
  EXPECT_EQ(texts(sink_.heard("all")), "created 6");
}

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

TEST_P(Looking, ACrashInTheFirstReadingGoesOnWhereItWas) {
  for (int i = 0; i < 10; ++i) odoo_.create("row");
  odoo_.advance(1000);
  odoo_.create("the newest");
  Stream stream = things();
  stream.subscribers = {subscriber("snap", {}, true)};
  Settings settings;
  settings.page = 2;
  auto feed = restarted(stream, settings);
  while (sink_.handed() < 6) ASSERT_TRUE(feed->look());
  odoo_.write(1, "changed while we were away");
  odoo_.advance(1000);
  feed = restarted(stream, settings);
  settle(*feed);
  EXPECT_EQ(sink_.handed(), 12U) << "eleven rows once, and the changed one";
  EXPECT_EQ(sink_.heard("snap").size(), 12U) << texts(sink_.heard("snap"));
  EXPECT_EQ(sink_.view("snap").at(1), R"({"name":"changed while we were away"})");
}

TEST_P(Looking, ACrashInALongWindowGoesOnWhereItWas) {
  for (int i = 0; i < 10; ++i) odoo_.create("row");
  Settings settings;
  settings.page = 2;
  auto feed = restarted(things(), settings);
  settle(*feed);
  odoo_.advance(1000);
  for (int64_t id = 1; id <= 10; ++id) odoo_.write(id, "import");
  const uint64_t before = sink_.handed();
  while (sink_.handed() < before + 6) ASSERT_TRUE(feed->look());
  odoo_.write(2, "behind the pages");
  odoo_.advance(300);
  feed = restarted(things(), settings);
  // Not the sweep of a start, which would find it anyway.
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(feed->look());
  EXPECT_EQ(sink_.heard("all").size(), 10U);
  look_again(*feed, odoo_, 5);
  EXPECT_EQ(sink_.view("all").at(2), R"({"name":"behind the pages"})");
}

TEST_P(Looking, AChangeIsNotLostWhenTheSinkFails) {
  odoo_.create("one");
  start();
  odoo_.write(1, "two");
  odoo_.advance(61);
  sink_.fail_next(1);
  EXPECT_FALSE(feed_.look());
  ASSERT_FALSE(problems_.empty());
  EXPECT_THAT(problems_.front().kind, "journal");
  look_again(feed_, odoo_);
  EXPECT_EQ(heard(), "changed 1");
  EXPECT_TRUE(problems_.back().over);
}

TEST_P(Looking, AFailingLookIsSaidOnceAndWaitsLonger) {
  odoo_.create("one");
  start();
  const Error down{Code::kUnreachable, "Odoo is not there", outrigger::Source::kNetwork, Effect::kNone, -1};
  odoo_.errors.assign(5, down);
  int failures = 0;
  int64_t last = 0;
  std::vector<int64_t> pauses;
  for (int i = 0; i < 2000 && !odoo_.errors.empty(); ++i) {
    odoo_.advance(1);
    if (feed_.look()) continue;
    if (++failures > 1) pauses.push_back(odoo_.monotonic() - last);
    last = odoo_.monotonic();
  }
  EXPECT_EQ(failures, 5);
  EXPECT_GT(pauses.back(), pauses.front());
  ASSERT_EQ(problems_.size(), 1U);
  EXPECT_EQ(problems_[0].sentence, "Odoo is not there");
  odoo_.write(1, "two");
  look_again(feed_, odoo_, 400);
  EXPECT_EQ(heard(), "changed 1");
  ASSERT_EQ(problems_.size(), 2U);
  EXPECT_TRUE(problems_[1].over);
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

TEST_P(Looking, AClockSetBackIsSaidAndNothingIsSkipped) {
  odoo_.create("one");
  odoo_.create("two");
  start();
  odoo_.write(1, "before");
  look_again(feed_, odoo_);
  sink_.forget_heard();
  odoo_.set_back(7200);
  odoo_.write(2, "after");
  look_again(feed_, odoo_, 61);
  EXPECT_EQ(heard(), "changed 2");
  ASSERT_FALSE(problems_.empty());
  EXPECT_EQ(problems_[0].kind, "clock");
  EXPECT_TRUE(problems_.back().over) << "after the sweep that followed at once";
  odoo_.write(1, "later");
  look_again(feed_, odoo_, 61);
  EXPECT_EQ(heard(), "changed 1");
}

TEST_P(Looking, APositionOfTheFutureIsNoticedAfterARestart) {
  odoo_.create("one");
  start();
  odoo_.write(1, "before");
  look_again(feed_, odoo_);
  odoo_.set_back(86400);
  odoo_.write(1, "after");
  sink_.forget_heard();
  auto feed = restarted();
  settle(*feed);
  look_again(*feed, odoo_);
  EXPECT_EQ(texts(sink_.heard("all")), "changed 1");
}

TEST_P(Looking, AWriteDateOfTheFutureDoesNotDragTheWindowAlong) {
  odoo_.create("one");
  odoo_.create("two");
  start();
  odoo_.touch_at(1, odoo_.micros() + int64_t{365} * 86400 * 1'000'000);
  look_again(feed_, odoo_, 3700);
  odoo_.write(2, "now");
  look_again(feed_, odoo_, 61);
  EXPECT_EQ(heard(), "changed 2");
  EXPECT_TRUE(problems_.empty());
}

TEST_P(Looking, WithoutADateItWorksFromTheRowsAlone) {
  odoo_.has_date = false;
  odoo_.create("one");
  start();
  odoo_.write(1, "two");
  look_again(feed_, odoo_);
  EXPECT_EQ(heard(), "changed 1");
  odoo_.commit_late(1, "three", 100);
  look_again(feed_, odoo_);
  EXPECT_EQ(heard(), "changed 1");
}

TEST_P(Looking, ItSaysWhyAModelCannotBeWatched) {
  const auto problem = [&](Stream stream) {
    MemorySink sink;
    std::string said;
    Feed feed(odoo_, sink, odoo_.settings(), [&](const Problem& each) { said = each.sentence; });
    const Result<void> added = feed.add(std::move(stream));
    if (!added) return added.error().message;
    EXPECT_FALSE(feed.look());
    return said;
  };
  Stream stream = things();
  stream.fields.push_back("stagee");
  EXPECT_THAT(problem(stream), HasSubstr("x.thing.stagee"));
  stream = things();
  stream.fields.push_back("file");
  EXPECT_THAT(problem(stream), HasSubstr("holds a file"));
  stream = things();
  stream.subscribers[0].domain = R"([["name", "?", 1]])";
  EXPECT_THAT(problem(stream), HasSubstr("the domain of all"));
  stream = things();
  stream.subscribers[0].fields = {"label"};
  EXPECT_THAT(problem(stream), HasSubstr("not among the fields"));
  odoo_.definitions = R"({"name": {"type": "char", "store": true}, "stage": {"type": "integer", "store": true}})";
  EXPECT_THAT(problem(things()), HasSubstr("keeps no write_date"));
  odoo_.errors.push_back({Code::kAccess, "no group allows it", outrigger::Source::kOdoo, Effect::kNone, -1});
  EXPECT_THAT(problem(things()), HasSubstr("may not read x.thing"));
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
