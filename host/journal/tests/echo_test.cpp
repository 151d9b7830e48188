// A plugin does not hear of its own writes, and of everything else it does.
#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Echo : public JournalTest {
 protected:
  Echo() { see(stream(), {{1, "a", 1, false, 3}}, 0); }
  static feed::Stream stream() {
    return leads({{"crm/leads", {"name", "stage_id"}, "", false}, {"other/leads", {"name", "stage_id"}, "", false}});
  }
  void expect_stage(int64_t stage) {
    Arena arena;
    ASSERT_TRUE(journal_->expect_echo("crm", "crm.lead", 1, arena.object({{"stage_id", stage}})));
  }
  std::vector<std::string> to_other() {
    const Batch batch = next(10, "other/leads");
    settle(batch);
    return lines(batch);
  }
};

TEST_F(Echo, ItsOwnValueIsNoNewsToTheAuthorAndIsToOthers) {
  expect_stage(2);
  start();
  see(stream(), {{1, "a", 2, false, 3}});
  EXPECT_THAT(deliver(), IsEmpty());
  EXPECT_THAT(to_other(), ElementsAre("changed 1 a was a"));
  see(stream(), {{1, "a", 1, false, 3}});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 a was a")) << "somebody put it back";
  see(stream(), {{1, "a", 2, false, 3}});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 a was a")) << "it was expected once";
}

TEST_F(Echo, AUsersEditInTheSameReadIsDelivered) {
  expect_stage(2);
  see(stream(), {{1, "edited", 2, false, 3}});
  const Batch batch = next();
  ASSERT_THAT(lines(batch), ElementsAre("changed 1 edited was a"));
  EXPECT_THAT(fields(batch.changes.root().at(0)), ElementsAre("name"));
}

TEST_F(Echo, AnotherValueIsAnEditThatCameBetween) {
  expect_stage(2);
  see(stream(), {{1, "a", 3, false, 3}});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 a was a"));
  see(stream(), {{1, "a", 2, false, 3}});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 a was a")) << "a user's, and the same value by chance";
}

TEST_F(Echo, WhatWaitsAlreadyDoesNotNameIt) {
  see(stream(), {{1, "edited", 1, false, 3}});
  expect_stage(2);
  see(stream(), {{1, "edited", 2, false, 3}});
  const Batch batch = next();
  EXPECT_THAT(fields(batch.changes.root().at(0)), ElementsAre("name"));
}

TEST_F(Echo, ExpectationsEnd) {
  options_.echo_ms = 1000;
  start();
  expect_stage(2);
  now_ += 2 * kSecond;
  see(stream(), {{1, "a", 2, false, 3}});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 a was a"));
}

TEST_F(Echo, ExpectationsAreBounded) {
  options_.most_echoes = 2;
  start();
  for (int64_t stage = 2; stage < 6; ++stage) expect_stage(stage);
  const auto left = file_->read<int64_t>([](Database& in) {
    Statement of = in.statement("SELECT count(*) FROM echoes");
    return of.step() ? of.integer(0) : int64_t{-1};
  });
  EXPECT_EQ(*left, 2);
}

}  // namespace
}  // namespace outrigger::host
