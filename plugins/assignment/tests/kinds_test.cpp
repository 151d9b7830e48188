// Win rates by kind of lead: how much a member's own leads of a kind count.
#include <gtest/gtest.h>

#include <random>

#include "engine/kind_rates.hpp"

namespace outrigger::assignment {
namespace {

constexpr int64_t kLan = 11;
constexpr int64_t kPierre = 12;
double alike(int64_t) { return 1; }

TEST(Kinds, AMemberWhoIsGoodAtOneKindIsTakenForItAndNotForTheOther) {
  KindRates rates(1);
  rates.add({"web"}, kLan, 80, 20);
  rates.add({"fair"}, kLan, 20, 80);
  rates.add({"web"}, kPierre, 20, 80);
  rates.add({"fair"}, kPierre, 80, 20);
  rates.learn(alike);
  EXPECT_GT(rates.factor(1, kLan, {"web"}), 1.4);
  EXPECT_LT(rates.factor(1, kLan, {"fair"}), 0.6);
  EXPECT_GT(rates.factor(1, kPierre, {"fair"}), 1.4);
  EXPECT_LT(rates.factor(1, kLan, {"web"}), 1.6) << "never more than what was seen: 80 of 100 beside 100 of 200";
}

TEST(Kinds, WhatIsChanceSaysNearlyNothing) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
  KindRates rates(1);
  for (int64_t user = 1; user <= 20; ++user)
    for (const char* value : {"a", "b", "c", "d", "e"}) {
      std::binomial_distribution<int> wins(30, 0.3);
      const int won = wins(random);
      rates.add({value}, user, won, 30 - won);
    }
  rates.learn(alike);
  EXPECT_GT(rates.weight(0), 100);
  for (int64_t user = 1; user <= 20; ++user) EXPECT_NEAR(rates.factor(1, user, {"a"}), 1, 0.15);
}

TEST(Kinds, WithoutLeadsOfTheKindTheMembersOwnRateHolds) {
  KindRates rates(2);
  rates.add({"web", "be"}, kLan, 5, 5);
  rates.learn(alike);
  EXPECT_DOUBLE_EQ(rates.factor(1.2, kPierre, {"web", "be"}), 1.2);
  EXPECT_DOUBLE_EQ(rates.factor(1.2, kLan, {"fair", ""}), 1.2);
  EXPECT_DOUBLE_EQ(rates.factor(0.7, kLan, {"", ""}), 0.7) << "a value that is not set says nothing";
  EXPECT_FALSE(rates.evidence(kPierre, {"web", "be"}));
}

TEST(Kinds, TheEvidenceIsTheFieldWithTheMostLeads) {
  KindRates rates(2);
  rates.add({"web", "be"}, kLan, 3, 1);
  rates.add({"fair", "be"}, kLan, 2, 8);
  rates.learn(alike);
  const auto found = rates.evidence(kLan, {"web", "be"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->field, 1U);
  EXPECT_EQ(found->won, 5);
  EXPECT_EQ(found->closed, 14);
}

TEST(Kinds, NothingThatIsReadMakesAFactorThatIsNone) {
  KindRates empty(1);
  empty.learn(alike);
  EXPECT_DOUBLE_EQ(empty.factor(1, kLan, {"web"}), 1);
  KindRates all_lost(1);
  all_lost.add({"web"}, kLan, 0, 50);
  all_lost.add({"web"}, kPierre, 0, 50);
  all_lost.learn(alike);
  EXPECT_TRUE(std::isfinite(all_lost.factor(1, kLan, {"web"})));
  EXPECT_GE(all_lost.factor(1, kLan, {"web"}), 0);
}

}  // namespace
}  // namespace outrigger::assignment
