// Numbers in bins, points by behaviour.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "engine/bins.hpp"
#include "engine/points.hpp"
#include "made_history.hpp"

namespace outrigger::scoring {
namespace {

constexpr int64_t kDay = 86'400'000'000;

std::vector<Observed> numbers(size_t count, double (*chance)(double), uint64_t seed) {
  Uniform random(seed);
  std::vector<Observed> values;
  for (size_t i = 0; i < count; ++i) {
    const double number = 100 * random();
    values.push_back({number, random() < chance(number)});
  }
  return values;
}

TEST(Bins, FindTheCutsThatPartWonFromLost) {
  const auto chance = [](double x) { return x > 30 && x < 70 ? 0.8 : 0.2; };
  const Bins bins = learn_bins(numbers(3000, chance, 1), {});
  ASSERT_EQ(bins.cuts.size(), 2U);
  EXPECT_NEAR(bins.cuts[0], 30, 1.5);
  EXPECT_NEAR(bins.cuts[1], 70, 1.5);
  EXPECT_EQ(bins.code(10), 1U);
  EXPECT_EQ(bins.code(50), 2U);
  EXPECT_EQ(bins.code(bins.cuts[1]), 3U);
}

TEST(Bins, FindNothingWhereThereIsNothing) {
  size_t cuts = 0;
  for (uint64_t seed = 1; seed <= 50; ++seed)
    cuts += learn_bins(numbers(
                           1000, [](double) { return 0.4; }, seed),
                       {})
                .cuts.size();
  EXPECT_LE(cuts, 2U);
}

TEST(Bins, DoNotDependOnTheOrderAndKeepTheirMinimum) {
  auto values = numbers(
      2000, [](double x) { return x / 100; }, 3);
  const BinRules rules{Binning::kEntropy, 150, 6};
  const Bins bins = learn_bins(values, rules);
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(learn_bins(values, rules).cuts, bins.cuts);
  ASSERT_GE(bins.cuts.size(), 1U);
  EXPECT_LE(bins.cuts.size(), 5U);
  std::vector<size_t> count(bins.size());
  for (const Observed& value : values) ++count[bins.code(value.number)];
  for (uint32_t code = 1; code < count.size(); ++code) EXPECT_GE(count[code], 150U) << bins.text(code);
}

TEST(Bins, OfQuantilesAreAboutEqual) {
  const auto values = numbers(
      1000, [](double) { return 0.5; }, 4);
  const Bins bins = learn_bins(values, {Binning::kQuantiles, 50, 4});
  ASSERT_EQ(bins.cuts.size(), 3U);
  std::vector<size_t> count(bins.size());
  for (const Observed& value : values) ++count[bins.code(value.number)];
  for (size_t code = 1; code < count.size(); ++code) EXPECT_NEAR(static_cast<double>(count[code]), 250, 12);
}

TEST(Bins, TakeAnyInput) {
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(learn_bins({}, {}).cuts.empty());
  EXPECT_TRUE(learn_bins({{kUnset, true}, {infinite, false}, {-infinite, true}}, {}).cuts.empty());
  EXPECT_TRUE(learn_bins(std::vector<Observed>(500, {7, true}), {}).cuts.empty());
  std::vector<Observed> tied(200, {1, true});
  tied.insert(tied.end(), 200, {2, false});
  const Bins bins = learn_bins(tied, {});
  EXPECT_EQ(bins.cuts, std::vector<double>{2});
  EXPECT_EQ(bins.code(kUnset), 0U);
  EXPECT_EQ(bins.code(infinite), 0U);
  EXPECT_EQ(bins.text(1), "< 2");
  EXPECT_EQ(bins.text(2), ">= 2");
}

TEST(Bins, CutAtShortDecimals) {
  EXPECT_EQ(shortest_between(9.3, 11.8), 10);
  EXPECT_EQ(shortest_between(0.1234, 0.1236), 0.1235);
  EXPECT_EQ(shortest_between(1, 2), 2);
  EXPECT_EQ(shortest_between(-2, -1), -1);
  const double next = std::nextafter(1.0, 2.0);
  EXPECT_EQ(shortest_between(1.0, next), next);
}

const std::vector<PointRule> kRules{{"page view", 2, 10, 5}, {"download", 10, 0, 0}, {"unsubscribed", -4, 0, 6}};

TEST(Points, FadeAndAreCapped) {
  const std::vector<PointEvent> events{{1, 0, 0, "a"}, {1, 1, 0, "b"}};
  EXPECT_DOUBLE_EQ(points_at(events, kRules, 0).total, 12);
  EXPECT_DOUBLE_EQ(points_at(events, kRules, 10 * kDay).total, 11);
  EXPECT_DOUBLE_EQ(points_at(events, kRules, 20 * kDay).total, 10.5);
  std::vector<PointEvent> many;
  for (int i = 0; i < 9; ++i) many.push_back({1, 0, i, "v" + std::to_string(i)});
  many.push_back({1, 2, 1, "u1"});
  many.push_back({1, 2, 2, "u2"});
  const PointSum sum = points_at(many, kRules, 100);
  EXPECT_DOUBLE_EQ(sum.of_rule[0], 5);
  EXPECT_DOUBLE_EQ(sum.of_rule[2], -6);
  EXPECT_DOUBLE_EQ(sum.total, -1);
}

TEST(Points, DoNotDependOnOrderAndDropRepetitions) {
  std::vector<PointEvent> events;
  for (int i = 0; i < 40; ++i)
    events.push_back({1, static_cast<uint32_t>(i % 4), i * kDay / 3, "e" + std::to_string(i)});  // rule 3 is not there
  const PointSum in_order = points_at(events, kRules, 9 * kDay);
  std::vector<PointEvent> replayed = events;
  replayed.insert(replayed.end(), events.rbegin(), events.rend());
  const PointSum out_of_order = points_at(replayed, kRules, 9 * kDay);
  EXPECT_EQ(out_of_order.total, in_order.total);
  EXPECT_EQ(in_order.repeated, 0U);
  EXPECT_EQ(out_of_order.repeated, 21U);  // those up to the ninth day, of the rules that are there
}

TEST(Points, KnowNothingOfTheFuture) {
  Leads leads(0);
  leads.append(3);
  leads.append(8);
  leads.append(9);
  const std::vector<PointEvent> events{{9, 1, 50, "c"}, {3, 1, 10, "a"}, {3, 1, 20, "b"}, {4, 1, 0, "nobody"}};
  const Signal points = points_signal("points", events, kRules, leads, {15, 15, 15});
  EXPECT_EQ(points.numbers[0], 10);
  EXPECT_EQ(points.numbers[1], 0);
  EXPECT_EQ(points.numbers[2], 0);
}

TEST(Points, ALeadWithoutEventsHasNoneWhereNobodyLookedAndElseZero) {
  Leads leads(0);
  for (const int64_t id : {3, 8, 9}) leads.append(id);
  const Signal points = points_signal("points", {{3, 1, 10, "a"}}, kRules, leads, {9, 9, 10});
  EXPECT_FALSE(is_set(points.numbers[0]));
  EXPECT_FALSE(is_set(points.numbers[1]));
  EXPECT_EQ(points.numbers[2], 0);
  EXPECT_FALSE(is_set(points_signal("points", {}, kRules, leads, {9, 9, 10}).numbers[2]));
}

TEST(Points, SayWhatIsWrongWithARule) {
  EXPECT_TRUE(check(kRules).empty());
  const auto wrong = check({{"a", kUnset, -1, -2}, {"a", 1, 0, 0}});
  ASSERT_EQ(wrong.size(), 4U);
  EXPECT_THAT(wrong[1], testing::HasSubstr("half_life must be a number of days"));
  EXPECT_THAT(wrong[3], testing::HasSubstr("twice"));
}

}  // namespace
}  // namespace outrigger::scoring
