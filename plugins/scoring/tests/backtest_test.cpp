// Leads put back in time, alarms, and what lies in a pipeline.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "engine/alarm.hpp"
#include "engine/backtest.hpp"
#include "engine/pipeline.hpp"
#include "made_history.hpp"

namespace outrigger::scoring {
namespace {

using testing::ElementsAre;

constexpr int64_t kDay = 86'400'000'000;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Three leads: won early, lost late, open.
struct Three {
  Leads leads{0};
  std::vector<int64_t> decided{5 * kDay, 50 * kDay, kNever};
  std::vector<int64_t> edited{6 * kDay, 60 * kDay, 70 * kDay};
  Three() {
    for (int64_t id = 1; id <= 3; ++id) {
      const size_t row = leads.append(id);
      leads.created[row] = id * kDay;
      leads.stage[row] = 3;
    }
    leads.status = {WonStatus::kWon, WonStatus::kLost, WonStatus::kPending};
    leads.probability = {100, 0, 40};
  }
};

TEST(Backtest, SeesALeadAsItArrivedOrAtTheLastLookBeforeItsDecision) {
  const Three three;
  const Rules rules;
  const Backtest blind = go_back(three.leads, rules, 0, three.decided, three.edited, {}, 20 * kDay);
  EXPECT_EQ(blind.leads.stage[0], 3);  // decided before the cut: it stays
  EXPECT_EQ(blind.leads.stage[1], 0);
  EXPECT_EQ(blind.leads.status[1], WonStatus::kPending);
  EXPECT_EQ(blind.timeline.observed[1], 2 * kDay);
  EXPECT_EQ(blind.timeline.won, (std::vector<uint8_t>{1, 0, 0}));
  EXPECT_EQ(blind.on_arrival, 1U);
  EXPECT_FALSE(is_set(blind.odoo_then[1]));

  std::vector<std::vector<Look>> looks(3);
  looks[1] = {{10 * kDay, 1, 30.5}, {40 * kDay, 2, 61.25}, {55 * kDay, 3, 0}};  // the last is after the decision
  const Backtest seen = go_back(three.leads, rules, 0, three.decided, three.edited, looks, 20 * kDay);
  EXPECT_EQ(seen.leads.stage[1], 2);
  EXPECT_EQ(seen.timeline.observed[1], 40 * kDay);
  EXPECT_EQ(seen.odoo_then[1], 61.25);
  EXPECT_EQ(seen.looked_at, 1U);
}

TEST(Backtest, LeavesOutWhatHasNoTimeAndSaysSo) {
  Three three;
  three.decided[0] = kNever;
  const Backtest past = go_back(three.leads, {}, 0, three.decided, three.edited, {}, 20 * kDay);
  EXPECT_EQ(past.without_time, 1U);
  EXPECT_EQ(past.timeline.decided[0], kNever);
  EXPECT_TRUE(past.others().empty());
  EXPECT_EQ(cut_of(three.leads, {}, {kNever, kNever, 7 * kDay}, 0.5),
            kNever);  // the open one's time counts for nothing
}

TEST(Backtest, NeverLooksAtALeadAfterItsDecision) {
  const MadeHistory made = make_history({.leads = 1500, .seed = 11});
  std::vector<std::vector<Look>> looks(made.leads.size());
  Uniform random(3);
  for (size_t row = 0; row < looks.size(); ++row)
    for (int i = 0; i < 4; ++i)
      looks[row].push_back({made.leads.created[row] + static_cast<int64_t>(random() * 40) * kDay, 1, 50});
  for (auto& of : looks) std::sort(of.begin(), of.end(), [](const Look& a, const Look& b) { return a.at < b.at; });
  const Backtest past =
      go_back(made.leads, made.pipeline.rules, 0, made.timeline.decided, made.timeline.observed, looks, made.cut);
  for (size_t row = 0; row < past.leads.size(); ++row)
    if (past.timeline.decided[row] != kNever && past.timeline.decided[row] >= made.cut) {
      EXPECT_LT(past.timeline.observed[row], past.timeline.decided[row]);
    }
}

Comparison compared(const MadeHistory& made) {
  Comparing comparing;
  comparing.cut = made.cut;
  comparing.drawing.replicates = 100;
  return compare(made.sample(), made.timeline, made.pipeline, made.variables, 0, comparing);
}

TEST(Alarms, HearAWinRateAndAVariableThatMoved) {
  MadeHistory made = make_history({.leads = 4000, .seed = 5});
  for (uint32_t row = 0; row < made.leads.size(); ++row) {
    if (made.timeline.decided[row] == kNever || made.timeline.decided[row] < made.cut) continue;
    if (row % 3 != 0) made.timeline.won[row] = 1;
    made.leads.feature[0][row] = made.leads.values[0].code("a new campaign");
  }
  const Comparison comparison = compared(made);
  ASSERT_EQ(comparison.problem, "");
  bool rate = false;
  bool level = false;
  bool source = false;
  for (const Alarm& alarm : alarms(made.sample(), made.timeline, made.variables, comparison, 1)) {
    rate = rate || (alarm.kind == Alarm::Kind::kWinRate && alarm.after > alarm.before + 20);
    level = level || alarm.kind == Alarm::Kind::kLevel;
    source = source || (alarm.kind == Alarm::Kind::kVariable && alarm.variable == "source_id");
  }
  EXPECT_TRUE(rate && level && source);
}

TEST(Alarms, DoNotTakeChanceForAChange) {
  EXPECT_EQ(instability({0, 0}, {5, 5}), 0);
  EXPECT_EQ(instability({10}, {99}), 0);
  EXPECT_LT(instability({500, 500}, {52, 48}), 0.01);
  EXPECT_GT(instability({500, 500}, {95, 5}), 0.2);
  std::vector<size_t> many(400, 3);  // a value for every third lead
  EXPECT_LT(instability(many, std::vector<size_t>(400, 1)), 0.2);
}

OpenLead lead(int64_t id, double revenue) {
  OpenLead made;
  made.id = id;
  made.revenue = revenue;
  made.created = made.moved = 100 * kDay;
  made.user = 1;
  return made;
}

TEST(Pipeline, IdleIsWhatNobodyWorksOn) {
  std::vector<OpenLead> open{lead(1, 100), lead(2, 900), lead(3, kNan), lead(4, -5), lead(5, 70)};
  open[0].moved = 95 * kDay;  // moved lately
  open[1].moved = 10 * kDay;  // not
  open[1].probability = 50;
  open[2].moved = 10 * kDay;           // no value that can be added up
  open[3].next_activity = 110 * kDay;  // planned
  open[4].next_activity = 20 * kDay;   // overdue
  const Idle idle = find_idle(open, 100 * kDay, 14);
  EXPECT_THAT(idle.rows, ElementsAre(1, 4, 2));
  EXPECT_EQ(idle.value, 970);
  EXPECT_EQ(idle.weighted, 450);
  EXPECT_EQ(idle.overdue, 1U);
}

TEST(Pipeline, EveryLeadWithoutASalespersonHasAReason) {
  const std::vector<AuditTeam> teams{{1, "ready", 2, true, true},
                                     {2, "empty", 0, true, false},
                                     {3, "out", 1, false, true},
                                     {4, "full", 1, true, false}};
  std::vector<OpenLead> open;
  for (int64_t team = 0; team <= 5; ++team) {
    open.push_back(lead(team + 1, 10));
    open.back().team = team;
    open.back().user = 0;
  }
  open[1].created = 50 * kDay;  // of the ready team: its age is no reason
  open.push_back(lead(7, 10));
  open.back().team = 1;
  open.back().user = 0;
  open.back().had_user = true;
  open.push_back(lead(8, 10));  // has one
  open.push_back(lead(9, 10));
  open.back().user = open.back().team = 0;
  open.back().created = 90 * kDay;
  const auto why = [&](const std::vector<AuditTeam>& of, const AssignmentRules& rules) {
    std::vector<WhyUnassigned> all;
    for (const Unassigned& one : find_unassigned(open, of, rules, 101 * kDay)) all.push_back(one.why);
    return all;
  };
  using Why = WhyUnassigned;
  EXPECT_THAT(why(teams, {}), ElementsAre(Why::kWaiting, Why::kWaiting, Why::kNoMembers, Why::kOptedOut,
                                          Why::kNoCapacity, Why::kUnknown, Why::kHadOne, Why::kTooOld));
  EXPECT_EQ(why({}, {}).front(), Why::kNoTeam) << "none is ready";
  EXPECT_THAT(why(teams, {.there = false}), testing::Each(Why::kNoRule));
  EXPECT_THAT(why(teams, {.members_known = false}), testing::Each(Why::kUnknown));
}

TEST(Pipeline, DuplicatesJoinOverAddressAndNumber) {
  std::vector<OpenLead> open{lead(1, 10), lead(2, 50), lead(3, 20), lead(4, 5), lead(5, 1)};
  open[0].email = open[1].email = "a@x";
  open[1].phone = open[2].phone = "12345678";
  open[3].email = "b@x";
  const Duplicates found = find_duplicates(open);
  ASSERT_EQ(found.groups.size(), 1U);
  EXPECT_THAT(found.groups[0], ElementsAre(1, 2, 0));
  EXPECT_EQ(found.extra, 2U);
  EXPECT_EQ(found.counted_twice, 30);
}

TEST(Pipeline, ACrowdIsNoDuplicate) {
  std::vector<OpenLead> open;
  for (int64_t id = 1; id <= 1000; ++id) {
    open.push_back(lead(id, 1));
    open.back().email = "info@portal";
  }
  const Duplicates found = find_duplicates(open);
  EXPECT_TRUE(found.groups.empty());
  EXPECT_EQ(found.crowds, 1000U);
}

TEST(Pipeline, StaleIsOlderThanWinsTakeOrPastItsDay) {
  std::vector<OpenLead> open{lead(1, 10), lead(2, 20), lead(3, 30), lead(4, 40)};
  open[0].created = 20 * kDay;
  open[1].deadline = 99 * kDay;
  open[2].deadline = 100 * kDay;  // today
  std::vector<double> won(100);
  for (size_t i = 0; i < won.size(); ++i) won[i] = static_cast<double>(i) / 2;
  won.push_back(kNan);
  won.push_back(-4);
  const Stale stale = find_stale(open, won, 100 * kDay);
  EXPECT_EQ(stale.days, 48);
  EXPECT_THAT(stale.rows, ElementsAre(1, 0));
  EXPECT_EQ(stale.past_deadline, 1U);
  EXPECT_EQ(find_stale(open, {1, 2, 3}, 100 * kDay).days, 0);
  EXPECT_TRUE(find_stale({}, {}, 0).rows.empty());
}

}  // namespace
}  // namespace outrigger::scoring
