// What fails, clocks that are wrong, models that cannot be watched: on a FAKE Odoo.
#include "integration/feed/tests/looking.hpp"

namespace outrigger::feed {
namespace {

using testing::HasSubstr;

class Trouble : public Looking {};
INSTANTIATE_TEST_SUITE_P(Odoo, Trouble, testing::Values(14, 19), testing::PrintToStringParamName());

TEST_P(Trouble, AChangeIsNotLostWhenTheSinkFails) {
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

TEST_P(Trouble, AFailingLookIsSaidOnceAndWaitsLonger) {
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

TEST_P(Trouble, AClockSetBackIsSaidAndNothingIsSkipped) {
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

TEST_P(Trouble, APositionOfTheFutureIsNoticedAfterARestart) {
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

TEST_P(Trouble, AWriteDateOfTheFutureDoesNotDragTheWindowAlong) {
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

TEST_P(Trouble, WithoutADateItWorksFromTheRowsAlone) {
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

TEST_P(Trouble, ItSaysWhyAModelCannotBeWatched) {
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

}  // namespace
}  // namespace outrigger::feed
