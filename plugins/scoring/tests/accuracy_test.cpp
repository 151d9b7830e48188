// The proof of accuracy, on data whose truth is known: better models win, intervals hold the truth, leaks are caught.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "engine/comparison.hpp"
#include "engine/lead_state.hpp"
#include "engine/points.hpp"
#include "made_history.hpp"

namespace outrigger::scoring {
namespace {

TEST(Measures, AreThoseOfTheDefinition) {
  Uniform random(1);
  std::vector<double> percent;
  std::vector<uint8_t> won;
  for (int i = 0; i < 300; ++i) {
    percent.push_back(std::floor(20 * random()) * 5);  // many ties, 0 among them
    won.push_back(random() < 0.3 ? 1 : 0);
  }
  double pairs = 0;
  double above = 0;
  for (size_t i = 0; i < won.size(); ++i)
    for (size_t j = 0; j < won.size(); ++j) {
      if (won[i] == 0 || won[j] != 0) continue;
      pairs += 1;
      above += percent[i] > percent[j] ? 1 : percent[i] == percent[j] ? 0.5 : 0;
    }
  EXPECT_DOUBLE_EQ(measure(percent, won).auc, above / pairs);
  EXPECT_DOUBLE_EQ(measure({50, 50}, {1, 0}).brier, 0.25);
  EXPECT_DOUBLE_EQ(measure({50, 50}, {1, 0}).log_loss, std::log(2));
  EXPECT_TRUE(std::isfinite(measure({0, 100}, {1, 0}).log_loss));
  EXPECT_FALSE(is_set(measure({10, 20}, {1, 1}).auc));
  EXPECT_FALSE(is_set(measure({}, {}).brier));
}

TEST(Calibration, CountsEveryLeadOnceAndKeepsTiesTogether) {
  Uniform random(2);
  std::vector<double> percent;
  std::vector<uint8_t> won;
  for (int i = 0; i < 1000; ++i) {
    percent.push_back(i % 4 == 0 ? 33 : 100 * random());
    won.push_back(random() < percent.back() / 100 ? 1 : 0);
  }
  const auto rows = calibration(percent, won, 10);
  EXPECT_GE(rows.size(), 7U);
  EXPECT_LE(rows.size(), 10U);
  size_t leads = 0;
  size_t wins = 0;
  size_t inside = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    leads += rows[i].leads;
    wins += rows[i].won;
    EXPECT_TRUE(i == 0 || rows[i].low > rows[i - 1].high);
    if (rows[i].observed_low <= rows[i].predicted && rows[i].predicted <= rows[i].observed_high) ++inside;
  }
  EXPECT_EQ(leads, 1000U);
  EXPECT_EQ(wins, static_cast<size_t>(std::count(won.begin(), won.end(), 1)));
  EXPECT_GE(inside + 1, rows.size());  // these scores are the truth
  EXPECT_LT(calibration_error(rows), 5);
  EXPECT_TRUE(calibration({}, {}, 10).empty());
}

TEST(Calibration, GroupsAreOfOneSizeWhateverTheNumberOfLeads) {
  for (const size_t leads : {10U, 29U, 101U, 635U, 1009U}) {
    std::vector<double> percent;
    for (size_t i = 0; i < leads; ++i) percent.push_back(100.0 * static_cast<double>(i) / static_cast<double>(leads));
    const auto rows = calibration(percent, std::vector<uint8_t>(leads, 1), 10);
    EXPECT_EQ(rows.size(), 10U) << leads;
    for (const CalibrationRow& row : rows) {
      EXPECT_GE(row.leads, leads / 10) << leads;
      EXPECT_LE(row.leads, leads / 10 + 1) << leads;
    }
  }
  EXPECT_EQ(calibration({1, 2, 3}, {0, 1, 0}, 10).size(), 3U);
}

TEST(Lift, CountsEqualScoresInPart) {
  const auto rows = lift({90, 50, 50, 50, 10}, {1, 1, 0, 0, 0}, {0.2, 0.4, 1});
  EXPECT_DOUBLE_EQ(rows[0].win_rate, 100);
  EXPECT_DOUBLE_EQ(rows[0].lift, 2.5);
  EXPECT_DOUBLE_EQ(rows[1].win_rate, 100 * (1 + 1.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(rows[2].captured, 1);
  const auto in_bands = bands({0, 9.99, 10, 100}, {0, 1, 0, 1});
  EXPECT_EQ(in_bands[0].leads, 2U);
  EXPECT_EQ(in_bands[9].won, 1U);
}

// Scores that are the truth and uniform: AUC 5/6, Brier 1/6, log loss 1/2, by integration.
TEST(Bootstrap, IntervalsHoldTheTruth) {
  constexpr int kTimes = 200;
  int auc = 0;
  int brier = 0;
  int log_loss = 0;
  for (int time = 0; time < kTimes; ++time) {
    Uniform random(static_cast<uint64_t>(time) + 1);
    std::vector<double> percent;
    std::vector<uint8_t> won;
    for (int i = 0; i < 300; ++i) {
      const double p = random();
      percent.push_back(100 * p);
      won.push_back(random() < p ? 1 : 0);
    }
    const Intervals of = bootstrap({percent}, won, {.replicates = 200}).each[0];
    auc += of.auc.holds(5.0 / 6) ? 1 : 0;
    brier += of.brier.holds(1.0 / 6) ? 1 : 0;
    log_loss += of.log_loss.holds(0.5) ? 1 : 0;
  }
  // 95 % of 200 are 190; three standard deviations are 9, and percentile intervals are a little narrow.
  for (const int held : {auc, brier, log_loss}) {
    EXPECT_GE(held, 178);
    EXPECT_LE(held, 199);
  }
}

TEST(Bootstrap, IsTheSameEveryTimeAndPairsTheModels) {
  Uniform random(3);
  std::vector<double> good;
  std::vector<double> bad;
  std::vector<uint8_t> won;
  for (int i = 0; i < 500; ++i) {
    good.push_back(100 * random());
    bad.push_back(0.5 * good.back() + 50 * random());
    won.push_back(random() < good.back() / 100 ? 1 : 0);
  }
  const Compared a = bootstrap({bad, good}, won, {});
  const Compared b = bootstrap({bad, good}, won, {});
  EXPECT_EQ(a.each[1].auc.low, b.each[1].auc.low);
  EXPECT_NE(a.each[1].auc.low, bootstrap({bad, good}, won, {.seed = 2}).each[1].auc.low);
  EXPECT_GT(a.minus_first[1].auc.low, 0);
  EXPECT_LT(a.minus_first[1].brier.high, 0);
  // Drawn together, so narrower than the two intervals apart.
  EXPECT_LT(a.minus_first[1].auc.high - a.minus_first[1].auc.low, a.each[1].auc.high - a.each[0].auc.low);
  EXPECT_EQ(a.minus_first[0].auc.high, 0);
}

const Report& report_of(const Comparison& comparison, const std::string& name) {
  for (const Report& report : comparison.reports)
    if (report.name == name) return report;
  throw std::runtime_error("no report of " + name);
}

Comparison compare(const MadeHistory& made, Comparing comparing = {}) {
  comparing.cut = made.cut;
  return compare(made.sample(), made.timeline, made.pipeline, made.variables, 0, comparing);
}

TEST(Split, GivesEachLeadOnePlaceAndAReason) {
  const MadeHistory made = make_history({.leads = 3000, .seed = 1});
  const Split split =
      split_by_time(made.leads, made.timeline, made.pipeline.rules, made.leads.created[10], made.cut, {});
  EXPECT_EQ(split.before_start, 10U);
  EXPECT_GT(split.undecided, 40U);
  EXPECT_GT(split.seen_decided, 100U);
  EXPECT_EQ(split.train.size() + split.test.size() + split.before_start + split.undecided + split.seen_decided +
                split.other_outcome,
            made.leads.size());
  for (const uint32_t row : split.train) EXPECT_LT(made.timeline.decided[row], made.cut);
  for (const uint32_t row : split.test) {
    EXPECT_GE(made.timeline.decided[row], made.cut);
    EXPECT_EQ(made.leads.status[row], WonStatus::kPending);
    EXPECT_LT(made.timeline.observed[row], made.timeline.decided[row]);
  }
  const int64_t at = cut_at(made.timeline, 0.6);
  const auto before = [&](int64_t decided) { return decided < at; };
  const auto known = made.leads.size() - split.undecided;
  EXPECT_NEAR(static_cast<double>(std::count_if(made.timeline.decided.begin(), made.timeline.decided.end(), before)),
              0.6 * static_cast<double>(known), 10);
}

TEST(Split, LeavesOutWhatCannotHaveBeenKnown) {
  MadeHistory made = make_history({.leads = 1000, .seed = 1});
  Split before = split_by_time(made.leads, made.timeline, made.pipeline.rules, 0, made.cut, {});
  // Reopened after the cut; edited after the cut; a test lead of which only its end is known.
  made.leads.status[before.train[0]] = WonStatus::kPending;
  made.timeline.observed[before.train[1]] = made.cut + 1;
  made.leads.status[before.test[0]] = WonStatus::kLost;
  const Split after = split_by_time(made.leads, made.timeline, made.pipeline.rules, 0, made.cut, {});
  EXPECT_EQ(after.other_outcome, 1U);
  EXPECT_EQ(after.changed_since, before.changed_since + 1);
  EXPECT_EQ(after.train.size(), before.train.size() - 1);
  EXPECT_EQ(after.test.size(), before.test.size() - 1);
  EXPECT_EQ(after.seen_decided, before.seen_decided + 1);
  const Split strict = split_by_time(made.leads, made.timeline, made.pipeline.rules, 0, made.cut, {.strict = true});
  EXPECT_EQ(strict.train.size(), after.train.size() - after.changed_since);
}

// The reason for losing is written when a lead is lost. With its time it is not learned from; without, it is suspected.
TEST(Leaks, APlantedOneIsCaught) {
  MadeHistory made = make_history({.leads = 3000, .seed = 4});
  Signal reason = Signal::category("lost_reason_id");
  for (size_t row = 0; row < made.leads.size(); ++row) {
    const bool lost = made.leads.status[row] == WonStatus::kLost;
    reason.code.push_back(lost ? reason.values.code("too expensive") : 0);
    reason.known_from.push_back(made.timeline.decided[row]);
  }
  const Comparison clean = compare(made);
  EXPECT_TRUE(clean.suspects.empty()) << clean.suspects[0].why;
  made.signals.columns.push_back(reason);
  const Comparison timed = compare(made);
  EXPECT_EQ(timed.concealed.back().first, "lost_reason_id");
  EXPECT_GT(timed.concealed.back().second, 500U);
  EXPECT_TRUE(timed.suspects.empty());
  EXPECT_EQ(report_of(timed, "extended").intervals.auc.value, report_of(clean, "extended").intervals.auc.value);

  made.signals.columns.back().known_from.clear();
  const Comparison untimed = compare(made);
  ASSERT_EQ(untimed.suspects.size(), 1U);
  EXPECT_EQ(untimed.suspects[0].variable, "lost_reason_id");
  EXPECT_GT(untimed.suspects[0].train_auc, 0.97);
  EXPECT_THAT(untimed.suspects[0].why, testing::HasSubstr("leave it out"));

  // Also when it leaks into the leads that are judged, as today's columns would.
  for (size_t row = 0; row < made.leads.size(); ++row)
    if (made.timeline.won[row] == 0) made.signals.columns.back().code[row] = reason.values.code("too expensive");
  const Comparison everywhere = compare(made);
  ASSERT_EQ(everywhere.suspects.size(), 1U);
  EXPECT_GT(everywhere.suspects[0].test_auc, 0.97);
}

// Customers log in once they are won. Points up to the decision do not know that; points of today would.
TEST(Leaks, PointsStopAtTheDecision) {
  MadeHistory made = make_history({.leads = 2000, .seed = 8});
  std::vector<PointEvent> events;
  for (size_t row = 0; row < made.leads.size(); ++row)
    if (made.timeline.won[row] != 0 && made.timeline.decided[row] != kNever)
      events.push_back({made.leads.id[row], 0, made.timeline.decided[row], "login"});
  const std::vector<PointRule> rules{{"login", 5}};
  const std::vector<int64_t> until = known_until(made.timeline, made.cut);
  const Signal points = points_signal("points", events, rules, made.leads, until);
  for (const double each : points.numbers) EXPECT_FALSE(each > 0);
  made.signals.columns.push_back(
      points_signal("points", events, rules, made.leads, std::vector<int64_t>(made.leads.size(), kNever - 1)));
  const Comparison leaking = compare(made);
  ASSERT_EQ(leaking.suspects.size(), 1U);
  EXPECT_EQ(leaking.suspects[0].variable, "points");
}

TEST(Comparison, MoreSignalsWinWhereTheyMatter) {
  const Comparison comparison = compare(make_history({.leads = 6000, .seed = 5, .signals = 0.8}));
  ASSERT_EQ(comparison.problem, "");
  ASSERT_EQ(comparison.reports.size(), 4U);
  for (const std::string name : {"extended", "logistic"}) {
    const Report& report = report_of(comparison, name);
    EXPECT_GT(report.minus_odoo.auc.low, 0.02) << name;
    EXPECT_LT(report.minus_odoo.brier.high, 0) << name;
  }
  EXPECT_LT(report_of(comparison, "logistic").calibration_error, 4);
  EXPECT_NEAR(report_of(comparison, "base rate").intervals.auc.value, 0.5, 1e-12);
  EXPECT_GT(report_of(comparison, "logistic").lift[1].lift, report_of(comparison, "odoo").lift[1].lift);
  size_t of_teams = 0;
  for (const TeamReport& team : comparison.reports[0].teams) of_teams += team.leads;
  EXPECT_EQ(of_teams, comparison.judged);
}

TEST(Comparison, MoreSignalsDoNotWinWhereTheyAreNoise) {
  int claimed = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Comparing comparing;
    comparing.kinds = {ModelKind::kOdoo, ModelKind::kExtended};
    comparing.drawing.replicates = 300;
    const Comparison comparison = compare(make_history({.leads = 2000, .seed = seed, .signals = 0}), comparing);
    const Report& extended = report_of(comparison, "extended");
    if (extended.minus_odoo.auc.low > 0) ++claimed;
    EXPECT_GT(extended.minus_odoo.auc.value, -0.03) << seed;
  }
  EXPECT_LE(claimed, 1);
}

TEST(Comparison, ARegressionSharesWhatNaiveBayesCountsTwice) {
  const Comparison comparison = compare(make_history({.leads = 6000, .seed = 6, .odoo = 0.9, .copies = 4}));
  const Report& odoo = report_of(comparison, "odoo");
  const Report& logistic = report_of(comparison, "logistic");
  EXPECT_LT(logistic.minus_odoo.brier.high, 0);
  EXPECT_LT(logistic.minus_odoo.log_loss.high, 0);
  EXPECT_LT(logistic.calibration_error, odoo.calibration_error / 2);
}

// What a model's Brier score is expected to be follows from its scores and the true probabilities.
TEST(Comparison, IntervalsHoldTheTruth) {
  constexpr int kTimes = 60;
  std::map<std::string, int> held;
  for (int time = 0; time < kTimes; ++time) {
    const MadeHistory made = make_history({.leads = 900, .seed = static_cast<uint64_t>(time) + 100});
    Comparing comparing;
    comparing.drawing.replicates = 300;
    const Split split = split_by_time(made.leads, made.timeline, made.pipeline.rules, 0, made.cut, {});
    const Leads train_leads = select(made.leads, split.train);
    const Signals train_signals = select(made.signals, split.train);
    std::vector<uint8_t> won;
    for (const uint32_t row : split.test) won.push_back(made.timeline.won[row]);
    for (const ModelKind kind : {ModelKind::kOdoo, ModelKind::kExtended, ModelKind::kLogistic}) {
      const auto scores = train(kind, {train_leads, train_signals}, made.pipeline, made.variables, 0, {})
                              ->score(made.sample(), split.test);
      double expected = 0;
      for (size_t i = 0; i < scores.size(); ++i) {
        const double p = made.truth[split.test[i]];
        expected += p * brier_of(scores[i], true) + (1 - p) * brier_of(scores[i], false);
      }
      expected /= static_cast<double>(scores.size());
      const Interval brier = bootstrap({scores}, won, comparing.drawing).each[0].brier;
      held[std::string(name_of(kind))] += brier.holds(expected) ? 1 : 0;
    }
  }
  for (const auto& [name, times] : held) EXPECT_GE(times, 52) << name;  // 95 % are 57, three deviations 5
}

TEST(Comparison, TakesScoresFromElsewhereAndSaysWhatIsMissing) {
  MadeHistory made = make_history({.leads = 1500, .seed = 7});
  Comparing comparing;
  comparing.drawing.replicates = 50;
  comparing.kinds = {ModelKind::kOdoo};
  std::vector<double> truth = made.truth;
  for (double& each : truth) each *= 100;
  const Split split = split_by_time(made.leads, made.timeline, made.pipeline.rules, 0, made.cut, {});
  truth[split.test[3]] = kUnset;
  comparing.others = {{"truth", truth}};
  const Comparison comparison = compare(made, comparing);
  EXPECT_EQ(comparison.unscored, 1U);
  EXPECT_EQ(comparison.judged, split.test.size() - 1);
  EXPECT_GT(report_of(comparison, "truth").minus_odoo.auc.low, 0);
  comparing.cut = made.leads.created[0];
  EXPECT_THAT(compare(made.sample(), made.timeline, made.pipeline, made.variables, 0, comparing).problem,
              testing::HasSubstr("choose a later cut"));
  comparing.cut = kNever;
  EXPECT_THAT(compare(made.sample(), made.timeline, made.pipeline, made.variables, 0, comparing).problem,
              testing::HasSubstr("choose an earlier cut"));
}

}  // namespace
}  // namespace outrigger::scoring
