// What is seen, compared with what was seen before.
#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Keep : public JournalTest {};

TEST_F(Keep, ToldRecordsAreCreatedWithTheSubscribedFieldsOnly) {
  EXPECT_EQ(see({{7, "Anna"}}).fresh, 1U);
  const Batch batch = next();
  ASSERT_THAT(lines(batch), ElementsAre("created 7 Anna"));
  const Value change = batch.changes.root().at(0);
  EXPECT_TRUE(change["before"].is_null());
  EXPECT_FALSE(change["after"].has("active"));
  EXPECT_EQ(change["after"]["stage_id"].integer(), 1);
  EXPECT_THAT(fields(change), ElementsAre("name", "stage_id"));
  EXPECT_EQ(change["create_date"].text(), "2026-01-01 00:00:00");
  EXPECT_EQ(change["attempt"].integer(), 1);
  EXPECT_EQ(change["at"].integer(), now_);
  EXPECT_EQ(batch.model, "crm.lead");
  EXPECT_EQ(batch.subscription, "leads");
  EXPECT_THAT(arrived_, ElementsAre("crm/leads"));
}

TEST_F(Keep, TheSameContentIsNotDeliveredAgain) {
  see({{7, "Anna"}});
  deliver();
  const feed::Kept kept = see({{.id = 7, .name = "Anna", .write_date = "2026-02-01 00:00:00"}});
  EXPECT_EQ(kept.same, 1U);
  EXPECT_THAT(deliver(), IsEmpty());
  const auto known = journal_->known(leads(), 0, 10);
  ASSERT_TRUE(known);
  ASSERT_THAT(*known, SizeIs(1));
  EXPECT_EQ(known->front().write_date, "2026-02-01 00:00:00") << "sweeps compare it";
}

TEST_F(Keep, AFieldThatNobodySubscribesToIsNoNews) {
  see({{7, "Anna"}});
  deliver();
  see(leads({{"crm/leads", {"name"}, "", false}}), {{7, "Anna", 5}});
  EXPECT_THAT(deliver(), IsEmpty());
}

TEST_F(Keep, KindsFollowFromWhatWasAndWhatIs) {
  see({{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}, {.id = 5, .name = "e", .matches = 0}});
  deliver();
  see({{1, "A"}, {.id = 2, .name = "b", .matches = 0}, {.id = 3, .name = "c", .archived = true}, {5, "e"}});
  lose({4});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 A was a", "left 2 b was b", "archived 3 c was c", "deleted 4  was d",
                                     "entered 5 e"));
  see({{3, "c"}});
  EXPECT_THAT(deliver(), ElementsAre("changed 3 c was c")) << "back from the archive";
}

TEST_F(Keep, AFieldsDifferenceIsNamed) {
  see({{1, "a"}});
  deliver();
  see({{1, "a", 4}});
  const Batch batch = next();
  EXPECT_THAT(fields(batch.changes.root().at(0)), ElementsAre("stage_id"));
  EXPECT_EQ(batch.changes.root().at(0)["before"]["stage_id"].integer(), 1);
}

TEST_F(Keep, ABacklogCompactsToOneStateAndBackAgainIsNothing) {
  see({{1, "a"}, {2, "b"}});
  deliver();
  see({{1, "x"}, {2, "y"}});
  see({{1, "z"}, {2, "b"}});
  EXPECT_EQ(figures().pending, 1);
  EXPECT_THAT(deliver(), ElementsAre("changed 1 z was a"));
}

TEST_F(Keep, WhatComesAndGoesUnheardIsNothing) {
  see({{1, "a"}});
  lose({1});
  see({{2, "b"}});
  see({{.id = 2, .name = "b", .matches = 0}});
  EXPECT_EQ(figures().pending, 0);
  see({{3, "c"}});
  deliver();
  lose({3});
  see({{3, "c"}});
  EXPECT_THAT(deliver(), IsEmpty()) << "it was not to be seen for a while only";
}

TEST_F(Keep, SilentlyKnownRecordsAreDeliveredWhenTheyChange) {
  see({{1, "a"}}, 0);
  EXPECT_THAT(deliver(), IsEmpty());
  see({{1, "b"}});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 b was a"));
}

TEST_F(Keep, AnIdThatComesBackIsAnotherRecord) {
  see({{1, "old"}});
  deliver();
  see({{.id = 1, .name = "new", .create_date = "2026-03-03 00:00:00"}});
  const Batch batch = next();
  EXPECT_THAT(lines(batch), testing::UnorderedElementsAre("deleted 1  was old", "created 1 new"));
  settle(batch);
  EXPECT_EQ(figures().records, 1);
}

TEST_F(Keep, EachSubscriberHearsOfItsOwnFieldsAndDomain) {
  const feed::Stream two =
      leads({{"crm/names", {"name"}, "", false}, {"other/stages", {"stage_id"}, "[[\"stage_id\",\"=\",2]]", false}});
  see(two, {{1, "a", 1, false, 1}});
  settle(next(10, "crm/names"));
  EXPECT_TRUE(next(10, "other/stages").empty());
  see(two, {{1, "a", 2, false, 3}});
  EXPECT_TRUE(next(10, "crm/names").empty());
  EXPECT_EQ(next(10, "other/stages").changes.root().at(0)["kind"].text(), "entered");
}

TEST_F(Keep, AnAddedFieldOrSubscriberIsTakenAsKnown) {
  see({{1, "a"}});
  deliver();
  feed::Stream wider =
      leads({{"new/all", {"active", "name"}, "", false}, {"crm/leads", {"name", "phone", "stage_id"}, "", false}});
  wider.fields = {"active", "name", "phone", "stage_id"};
  see(wider, {{1, "a", 1, false, 3}}, 0b10);
  EXPECT_THAT(deliver(), IsEmpty()) << "phone is new, and no news";
  EXPECT_TRUE(next(10, "new/all").empty());
  see(wider, {{1, "b", 1, false, 3}});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 b was a"));
  EXPECT_THAT(lines(next(10, "new/all")), ElementsAre("changed 1 b was a"));
}

TEST_F(Keep, PlacesInAStreamAreNotMixedUp) {
  const feed::Subscriber a{"a/x", {"name"}, "", false};
  const feed::Subscriber b{"b/x", {"name"}, "", false};
  see(leads({a, b}), {{1, "one", 1, false, 0b10}}, 0);
  see(leads({b, a}), {{1, "one", 1, false, 0b01}});
  EXPECT_EQ(figures().pending, 0) << "b matched and matches, a did not and does not";
  see(leads({b}), {{1, "two", 1, false, 0b1}});
  EXPECT_EQ(lines(next(10, "b/x")).size(), 1U);
}

TEST_F(Keep, ARemovedSubscribersRowsAreDroppedAndThatIsSaid) {
  see({{1, "a"}, {2, "b"}});
  see(leads({{"new/all", {"name"}, "", false}}), {});
  EXPECT_THAT(said_, ElementsAre(HasSubstr("crm/leads is not subscribed any more: 2 deliveries")));
  EXPECT_EQ(figures().pending, 0);
}

TEST_F(Keep, SixtyFourSubscribersButNotMore) {
  std::vector<feed::Subscriber> many;
  for (int i = 0; i < 64; ++i) many.push_back({"p" + std::to_string(i) + "/x", {"name"}, "", false});
  see(leads(many), {{1, "a", 1, false, ~uint64_t{0}}});
  EXPECT_EQ(figures().pending, 64);
  for (auto& one : many) one.domain = "[]";
  see(leads(many), {{1, "a", 1, false, ~uint64_t{0}}}, 0);
  see(leads(many), {{1, "b", 1, false, ~uint64_t{0} << 1}});
  EXPECT_EQ(figures().pending, 63) << "the first has not heard of it, and it is not in its domain any more";
  many.push_back({"one/more", {"name"}, "", false});
  const auto refused = journal_->keep(leads(many), {}, {}, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kLimit);
}

TEST_F(Keep, PositionsAreKeptWithTheirRows) {
  EXPECT_EQ(journal_->position(leads())->baseline_after, -1) << "nothing was read yet";
  feed::Position position{100, 5, 6, 7, 8, 9, "shape"};
  ASSERT_TRUE(journal_->keep(leads(), {}, position, 0));
  start();
  const auto read = journal_->position(leads());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seen_until, 100);
  EXPECT_EQ(read->content_done, 9);
  EXPECT_EQ(read->shape, "shape");
  EXPECT_EQ(*journal_->count_known(leads()), 0);
}

TEST_F(Keep, AnUnusableIdIsRefusedAndNothingIsKept) {
  feed::Seen good;
  good.id = 1;
  feed::Seen bad;
  bad.id = 0;
  const feed::Seen both[] = {good, bad};
  EXPECT_FALSE(journal_->keep(leads(), both, {}, 1));
  EXPECT_EQ(figures().records, 0);
  EXPECT_EQ(see({{1, "a"}}).fresh, 1U) << "what was rolled back is not remembered either";
}

TEST_F(Keep, AFullDiskPausesTheFeedAndLetsDeliveriesEnd) {
  std::vector<Lead> many;
  for (int i = 1; i <= 2000; ++i) many.push_back({i, std::string(50, 'x')});
  see(std::vector<Lead>(many.begin(), many.begin() + 500));
  const Batch batch = next(500);
  ASSERT_TRUE(file_->commit([](Database& in) -> Result<void> {
    in.run("PRAGMA max_page_count = 1");  // as many as there are
    return {};
  }));
  Arena arena;
  std::vector<feed::Seen> seen;
  for (const Lead& lead : many) {
    feed::Seen one;
    one.id = lead.id;
    one.create_date = lead.create_date;
    one.fields = arena.object({{"name", arena.text(lead.name + "y")}});
    one.matches = 1;
    seen.push_back(one);
  }
  const auto refused = journal_->keep(leads(), seen, {12345, 0, 0, 0, 0, 0, ""}, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kLimit);
  EXPECT_GT(refused.error().retry_after_ms, 0);
  EXPECT_NE(journal_->position(leads())->seen_until, 12345) << "nothing of it was kept";
  EXPECT_EQ(figures().records, 500);
  EXPECT_EQ(settle(batch).done, 500U);
  ASSERT_TRUE(file_->commit([](Database& in) -> Result<void> {
    in.run("PRAGMA max_page_count = 1073741823");
    return {};
  }));
  EXPECT_TRUE(journal_->keep(leads(), seen, {12345, 0, 0, 0, 0, 0, ""}, 1));
}

TEST_F(JournalTest, FiguresAreKeptAndNotCounted) {
  see({{1, "a"}, {2, "b"}, {3, "c"}});
  EXPECT_EQ(figures().records, 3);
  EXPECT_EQ(*journal_->count_known(leads()), 3);
  see({{.id = 2, .name = "again", .create_date = "2026-02-02 00:00:00"}, {4, "d"}});
  EXPECT_EQ(figures().records, 4) << "an id that came back is one record";
  lose({1, 4, 99});
  EXPECT_EQ(figures().records, 2);
  ASSERT_TRUE(journal_->open_epoch("uuid-2", "moved"));
  EXPECT_EQ(figures().records, 0);
  EXPECT_EQ(*journal_->count_known(leads()), 0);
}

TEST_F(JournalTest, WhereAWindowHasComeToSurvives) {
  feed::Position at;
  at.seen_until = 100;
  at.window_until = 200;
  at.window_after = 17;
  ASSERT_TRUE(journal_->keep(leads(), {}, at, 0));
  start();
  EXPECT_EQ(journal_->position(leads())->window_until, 200);
  EXPECT_EQ(journal_->position(leads())->window_after, 17);
}

TEST_F(JournalTest, ExpectedEchoesAreForgottenWhenTheyHaveExpired) {
  see({{1, "a"}});
  Arena arena;
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(journal_->expect_echo("crm", "crm.lead", 1, arena.object({{"name", "mine"}})));
  EXPECT_EQ(*journal_->prune(3), 0U);
  now_ += (options_.echo_ms + 1) * 1000;
  EXPECT_EQ(*journal_->prune(3), 3U) << "no more than that at once";
  EXPECT_EQ(*journal_->prune(3), 2U);
  EXPECT_EQ(*journal_->prune(3), 0U);
}

// Everything that is kept of a record comes by, wherever it is.
TEST_F(JournalTest, EachKeptStateIsShown) {
  see({{1, "shadow"}, {2, "was"}});
  deliver();
  see({{2, "is"}});
  Arena arena;
  ASSERT_TRUE(journal_->expect_echo("crm", "crm.lead", 1, arena.object({{"name", "mine"}})));
  std::vector<std::string> seen;
  ASSERT_TRUE(journal_->each_kept([&](std::string_view model, int64_t id, Value fields) {
    seen.push_back(std::string(model) + " " + std::to_string(id) + " " + std::string(fields["name"].text()));
  }));
  EXPECT_THAT(
      seen, ::testing::UnorderedElementsAre("crm.lead 1 shadow", "crm.lead 2 is", "crm.lead 2 was", "crm.lead 1 mine"));
}

}  // namespace
}  // namespace outrigger::host
