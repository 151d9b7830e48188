// The first reading, and going on after a crash: on a FAKE Odoo.
#include "integration/feed/tests/looking.hpp"

namespace outrigger::feed {
namespace {

class FirstReading : public Looking {};
INSTANTIATE_TEST_SUITE_P(Odoo, FirstReading, testing::Values(14, 19), testing::PrintToStringParamName());

TEST_P(FirstReading, TheFirstReadingIsSilentUnlessASnapshotIsWanted) {
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

TEST_P(FirstReading, WhatIsCreatedDuringTheFirstReadingIsNews) {
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

TEST_P(FirstReading, ACrashInTheFirstReadingGoesOnWhereItWas) {
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

TEST_P(FirstReading, ACrashInALongWindowGoesOnWhereItWas) {
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

}  // namespace
}  // namespace outrigger::feed
