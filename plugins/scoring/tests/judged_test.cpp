// A whole history judged, on data whose truth is known: a leak is left out, and histories that say nothing say so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "judged.hpp"
#include "made_history.hpp"
#include "report.hpp"

namespace outrigger::scoring {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Whole {
  History history;
  Known known;
};

// Made leads as a plugin reads them: closed ones as they are today, with the time of their decision.
Whole whole(const Making& making) {
  MadeHistory made = make_history(making);
  Whole result;
  result.history.major = making.major;
  result.history.model = made.pipeline;
  result.history.variables = made.variables;
  result.history.leads = made.leads;
  result.known.fields = made.signals;
  result.known.decided = made.timeline.decided;
  for (uint32_t row = 0; row < made.leads.size(); ++row) {
    result.known.edited.push_back(made.leads.created[row]);
    if (made.timeline.decided[row] == kNever) continue;
    const bool won = made.timeline.won[row] != 0;
    result.history.leads.status[row] = won ? WonStatus::kWon : WonStatus::kLost;
    result.history.leads.active[row] = won ? 1 : 0;
    result.history.leads.probability[row] = won ? 100 : 0;
    if (won) result.history.leads.stage[row] = 4;
  }
  return result;
}

Judging quick() {
  Judging judging;
  judging.share = 0.6;
  judging.replicates = 200;
  return judging;
}

const scoring::Report& of(const Judged& judged, const char* name) {
  for (const scoring::Report& report : judged.comparison.reports)
    if (report.name == name) return report;
  throw std::runtime_error(name);
}

TEST(Judged, FurtherVariablesWinWhereTheyDecide) {
  const Whole all = whole({.leads = 6000, .seed = 21, .odoo = 0.5, .signals = 1.2});
  const Judged judged = judge(all.history, all.known, quick());
  ASSERT_EQ(judged.comparison.problem, "");
  EXPECT_THAT(judged.left_out, IsEmpty());
  EXPECT_GT(of(judged, "extended").minus_odoo.auc.low, 0);
  EXPECT_LT(of(judged, "extended").minus_odoo.brier.high, 0);
  EXPECT_GT(of(judged, "logistic").minus_odoo.auc.low, 0);
  EXPECT_LT(of(judged, "odoo").intervals.brier.value, of(judged, "base rate").intervals.brier.value);
}

TEST(Judged, NoAlarmWhereNothingChanged) {
  for (uint64_t seed = 31; seed <= 38; ++seed) {
    const Whole all = whole({.leads = 3000, .seed = seed});
    const Judged judged = judge(all.history, all.known, quick());
    ASSERT_EQ(judged.comparison.problem, "");
    for (const Alarm& alarm : judged.alarms)
      EXPECT_EQ(alarm.kind, Alarm::Kind::kLevel) << seed << " " << alarm.variable;
  }
}

TEST(Judged, LeavesOutALeakAndIsAsGoodAsWithout) {
  Whole all = whole({.leads = 3000, .seed = 22, .odoo = 0.7, .signals = 0});
  const Judged clean = judge(all.history, all.known, quick());
  Signal leak = Signal::category("x_outcome");
  leak.code.resize(all.history.leads.size());
  for (uint32_t row = 0; row < leak.code.size(); ++row)
    if (all.known.decided[row] != kNever)
      leak.code[row] = leak.values.code(all.history.leads.status[row] == WonStatus::kWon ? "yes" : "no");
  all.known.fields.columns.push_back(leak);
  const Judged judged = judge(all.history, all.known, quick());
  ASSERT_EQ(judged.left_out.size(), 1U);
  EXPECT_EQ(judged.left_out[0].variable, "x_outcome");
  EXPECT_EQ(of(judged, "logistic").intervals.auc.value, of(clean, "logistic").intervals.auc.value);

  // Known only since the decision: nothing has to be left out, since nobody sees it before.
  all.known.fields.columns.back().known_from = all.known.decided;
  const Judged concealed = judge(all.history, all.known, quick());
  EXPECT_THAT(concealed.left_out, IsEmpty());
  EXPECT_GT(concealed.comparison.concealed.back().second, 1000U);
}

TEST(Judged, SaysWhenThereIsNothingToLearnFrom) {
  Whole all = whole({.leads = 400, .seed = 23});
  std::fill(all.known.decided.begin(), all.known.decided.end(), kNever);  // no closing date anywhere
  const Judged undated = judge(all.history, all.known, quick());
  EXPECT_THAT(undated.comparison.problem, HasSubstr("nothing to learn from"));
  EXPECT_GT(undated.past.without_time, 300U);

  const Judged empty = judge(whole({.leads = 0}).history, {}, quick());
  EXPECT_FALSE(empty.comparison.problem.empty());
}

TEST(Judged, OneClassOnlyGivesScoresAndNoOrder) {
  for (const bool won : {true, false}) {
    Whole all = whole({.leads = 800, .seed = 24});
    for (uint32_t row = 0; row < all.history.leads.size(); ++row)
      if (all.known.decided[row] != kNever) {
        all.history.leads.status[row] = won ? WonStatus::kWon : WonStatus::kLost;
        all.history.leads.probability[row] = won ? 100 : 0;
        all.history.leads.active[row] = won ? 1 : 0;
      }
    const Judged judged = judge(all.history, all.known, quick());
    for (const scoring::Report& report : judged.comparison.reports) {
      EXPECT_FALSE(is_set(report.intervals.auc.value)) << report.name;
      EXPECT_TRUE(std::isfinite(report.intervals.brier.value)) << report.name;
    }
    // And a page can be made of it.
    const Speech say("en");
    outrigger::Report page("t");
    show_report(page, {all.history, all.known, judged, say, 0});
    EXPECT_TRUE(page.value().has("blocks"));
  }
}

TEST(Judged, TakesNumbersThatAreNoneTiesAndValuesOfEveryLead) {
  Whole all = whole({.leads = 1500, .seed = 25});
  Uniform random(1);
  Signal wild = Signal::number("x_wild");
  Signal own = Signal::category("x_own");
  Signal tied = Signal::number("x_tied");
  Signal lists = Signal::of_tags("x_lists");
  for (uint32_t row = 0; row < all.history.leads.size(); ++row) {
    constexpr double kInfinite = std::numeric_limits<double>::infinity();
    const double numbers[] = {kUnset, kInfinite, -kInfinite, -1e300, 1e300, 0};
    wild.numbers.push_back(numbers[static_cast<size_t>(random() * 6)]);
    own.code.push_back(own.values.code(std::to_string(row)));
    tied.numbers.push_back(7);
    lists.tag_end.push_back(static_cast<uint32_t>(lists.tag.size()));
    for (int t = 0; t < 40; ++t) lists.append_tag(std::to_string(row * 40 + static_cast<uint32_t>(t)));
  }
  all.known.fields.columns = {wild, own, tied, lists};
  const Judged judged = judge(all.history, all.known, quick());
  ASSERT_EQ(judged.comparison.problem, "");
  for (const scoring::Report& report : judged.comparison.reports) {
    EXPECT_TRUE(std::isfinite(report.intervals.log_loss.value)) << report.name;
    for (const CalibrationRow& row : report.calibration) EXPECT_TRUE(row.low >= 0 && row.high <= 100) << report.name;
  }
}

TEST(Judged, PointsAreThoseOfTheMomentThatIsJudged) {
  Whole all = whole({.leads = 300, .seed = 26});
  all.known.rules = {{"form", 10, 0, 0}};
  const int64_t created = all.history.leads.created[5];
  all.known.events = {{all.history.leads.id[5], 0, created + 1000, "late"},
                      {all.history.leads.id[5], 0, created - 5, "before"}};
  const Signals signals = all.known.at(all.history.leads, std::vector<int64_t>(all.history.leads.size(), created));
  ASSERT_EQ(signals.columns.back().name, "points");
  EXPECT_EQ(signals.columns.back().numbers[5], 10);
  EXPECT_EQ(signals.columns.back().numbers[6], 0);
}

}  // namespace
}  // namespace outrigger::scoring
