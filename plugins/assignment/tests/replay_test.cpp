// Past weeks once more: when each lead would have been given, to whom, and what that makes.
#include "engine/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/outcome.hpp"

namespace outrigger::assignment {
namespace {

constexpr int64_t kHour = 3600LL * 1'000'000;
constexpr int64_t kDay = 24 * kHour;

Lead lead(int64_t id, int64_t created, double revenue = 100) {
  Lead lead;
  lead.id = id;
  lead.created = created;
  lead.probability = 50;
  lead.revenue = revenue;
  return lead;
}

// One team; `daily` leads a day for each of its members.
Work work(std::vector<Lead> leads, const std::vector<int>& daily) {
  Work work;
  work.leads = std::move(leads);
  Team team;
  team.id = 7;
  for (size_t i = 0; i < daily.size(); ++i) {
    Member member;
    member.id = static_cast<int64_t>(i) + 1;
    member.user = member.id + 100;
    member.monthly = 30 * daily[i];
    team.members.push_back(member);
  }
  work.teams.push_back(std::move(team));
  return work;
}

std::vector<int64_t> hours_of(const Replayed& then, int64_t from) {
  std::vector<int64_t> hours;
  for (const Handed& one : then.leads) hours.push_back(one.at == 0 ? -1 : (one.at - from) / kHour);
  return hours;
}

TEST(Replay, ARunGivesWhatHadComeByThen) {
  const int64_t from = 1000 * kDay;
  const Work all = work({lead(1, from - kHour), lead(2, from + kHour), lead(3, from + 30 * kHour)}, {10});
  const Replayed then = replay(all, {.from = from, .until = from + 2 * kDay, .every = kDay}, plan_fairly);
  EXPECT_EQ(hours_of(then, from), (std::vector<int64_t>{0, 24, 48}));
  EXPECT_EQ(then.leads[1].user, 101);
}

TEST(Replay, TheQuotaOfADayHoldsOverRunsAndComesBack) {
  const int64_t from = 1000 * kDay;
  const Work all = work({lead(1, from, 300), lead(2, from, 200), lead(3, from, 100)}, {1});
  const Replayed then = replay(all, {.from = from, .until = from + 3 * kDay, .every = 6 * kHour}, plan_fairly);
  EXPECT_EQ(hours_of(then, from), (std::vector<int64_t>{0, 24, 48})) << "one in 24 hours, the best first";
}

TEST(Replay, LiveGivesAtTheNextLookAndARunTakesWhatFoundNoRoom) {
  const int64_t from = 1000 * kDay;
  const Work all = work({lead(1, from + kHour), lead(2, from + 2 * kHour)}, {1});
  const Replayed live = replay(all, {.from = from, .until = from + 2 * kDay, .live = true}, plan_fairly);
  EXPECT_EQ(live.leads[0].at, from + kHour);
  EXPECT_EQ(live.leads[1].at, 0) << "no run looks at it again";
  EXPECT_EQ(live.leads[1].reason, Reason::kCapped);
  const Replayed both = replay(all, {.from = from, .until = from + 3 * kDay, .every = kDay, .live = true}, plan_fairly);
  EXPECT_EQ(hours_of(both, from), (std::vector<int64_t>{1, 48}));
}

TEST(Replay, ALeadThatNoRuleWantsKeepsItsReason) {
  const int64_t from = 1000 * kDay;
  Work all = work({lead(1, from), lead(2, from)}, {5});
  all.teams[0].rule = Flags{0, 1};
  const Replayed then = replay(all, {.from = from, .until = from + 2 * kDay, .every = kDay}, plan_fairly);
  EXPECT_EQ(then.leads[0].reason, Reason::kNoTeamRule);
  EXPECT_EQ(then.leads[1].reason, Reason::kAssigned);
}

TEST(Replay, OfTwoWithOneAddressTheLaterWaits) {
  const int64_t from = 1000 * kDay;
  Work all = work({lead(1, from), lead(2, from + kDay + kHour, 900)}, {5});
  all.leads[0].duplicates = all.leads[1].duplicates = {1, 2};
  const Replayed then = replay(all, {.from = from, .until = from + 3 * kDay, .every = kDay}, plan_fairly);
  EXPECT_EQ(hours_of(then, from), (std::vector<int64_t>{0, -1})) << "the second had not come yet at the first run";
  EXPECT_EQ(then.leads[1].reason, Reason::kDuplicate);
}

TEST(Replay, ACustomerWhoComesBackAfterTheFirstLeadIsClosedIsNoDuplicate) {
  const int64_t from = 1000 * kDay;
  Work all = work({lead(1, from), lead(2, from + 2 * kDay)}, {5});
  all.leads[0].closed = from + kDay;
  all.leads[0].duplicates = all.leads[1].duplicates = {1, 2};
  const Replayed then = replay(all, {.from = from, .until = from + 3 * kDay, .every = kDay}, plan_fairly);
  EXPECT_EQ(hours_of(then, from), (std::vector<int64_t>{0, 48}));
}

TEST(Replay, OfVeryManyARunLooksAtTheBest) {
  const int64_t from = 1000 * kDay;
  std::vector<Lead> leads;
  for (int64_t id = 1; id <= int64_t{kMostAtOnce} + 1000; ++id)
    leads.push_back(lead(id, from, static_cast<double>(id)));
  const Work all = work(std::move(leads), {2});
  const Replayed then = replay(all, {.from = from, .until = from + 3 * kDay, .every = kHour}, plan_fairly);
  EXPECT_TRUE(then.looked_at_part);
  std::vector<int64_t> days;
  for (size_t i = all.leads.size(); i-- > all.leads.size() - 8;) days.push_back((then.leads[i].at - from) / kDay);
  EXPECT_EQ(days, (std::vector<int64_t>{0, 0, 1, 1, 2, 2, 3, 3})) << "two a day, the best first";
  EXPECT_EQ(then.runs, 4U) << "a run without room is none";
}

TEST(Replay, IsTheSameEachTime) {
  const int64_t from = 1000 * kDay;
  std::vector<Lead> leads;
  for (int64_t id = 1; id <= 300; ++id) leads.push_back(lead(id, from + id * kHour / 7, static_cast<double>(id % 13)));
  const Work all = work(std::move(leads), {3, 2, 1});
  const ReplayOptions options{.from = from, .until = from + 14 * kDay, .every = kHour, .live = true};
  std::vector<int64_t> told;
  const Replayed one = replay(all, options, plan_fairly, [&](int64_t at) { told.push_back(at); });
  const Replayed two = replay(all, options, plan_fairly);
  for (size_t i = 0; i < one.leads.size(); ++i) EXPECT_EQ(one.leads[i].user, two.leads[i].user);
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
}

TEST(Outcome, SaysLoadSpeedEvennessAndWhatWasToBeWon) {
  const Span span{1000 * kDay, 1003 * kDay};
  const std::vector<Lead> leads{lead(1, span.from, 100), lead(2, span.from, 200), lead(3, span.from + kDay, 300)};
  const std::vector<Handed> handed{{span.from + 2 * kHour, 7, 1, 101, Reason::kAssigned},
                                   {span.from + 30 * kHour, 7, 1, 101, Reason::kAssigned},
                                   {0, 7, 0, 0, Reason::kCapped}};
  const Outcome outcome = outcome_of(leads, handed, {{101, 30}, {102, 30}}, span,
                                     [](size_t lead, int64_t, int64_t) { return lead == 0 ? 0.5 : 0.25; });
  EXPECT_EQ(outcome.given, 2U);
  EXPECT_THAT(outcome.hours, testing::ElementsAre(2, 30));
  EXPECT_EQ(outcome.hours_at(0.5), 2);
  EXPECT_EQ(outcome.hours_at(0.9), 30);
  EXPECT_DOUBLE_EQ(outcome.wins, 0.75);
  EXPECT_DOUBLE_EQ(outcome.value, 100);
  EXPECT_DOUBLE_EQ(outcome.evenness, 0.5) << "one of two has everything";
  EXPECT_EQ(outcome.loads.at(102).leads, 0U);
  EXPECT_THAT(outcome.waiting, testing::ElementsAre(1, 1, 1));
  EXPECT_EQ(outcome.reasons.at(Reason::kCapped), 1U);
}

TEST(Outcome, OfNothingIsNothing) {
  const Outcome outcome = outcome_of({}, {}, {}, {0, 1}, [](size_t, int64_t, int64_t) { return 1.0; });
  EXPECT_EQ(outcome.hours_at(0.5), 0);
  EXPECT_EQ(outcome.evenness, 0);
}

}  // namespace
}  // namespace outrigger::assignment
