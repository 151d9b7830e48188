// A store while work is only planned: it reads as if everything had been kept, and nothing was.
#include "host/store/planned_store.hpp"

#include <random>

#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;

using Pairs = std::vector<std::pair<std::string, std::string>>;

class PlannedStoreTest : public JournalTest {
 protected:
  PlannedStoreTest() {
    start();  // the fixture's constructor opened the file without our tables
    store_ = std::make_unique<Store>(*file_, *journal_, StoreOptions{});
  }
  std::vector<const Tables*> tables() override { return {&kDeliveryTables, &kStoreTables}; }
  [[nodiscard]] Pairs kept(const std::string& plugin) const { return *store_->scan(plugin, {}); }

  std::unique_ptr<Store> store_;
};

TEST_F(PlannedStoreTest, ReadsShowWhatWasCommittedAndNothingIsKept) {
  ASSERT_TRUE(store_->commit("crm", {.changes = {{"a", "1"}, {"b", "2"}}}));
  PlannedStore planned(*store_, "crm");
  ASSERT_TRUE(planned.commit({.schema_version = 7, .changes = {{"a", "9"}, {"b", std::nullopt}, {"c", "3"}}}));
  EXPECT_THAT(*planned.get({"a", "b", "c"}), ElementsAre("9", std::nullopt, "3"));
  EXPECT_EQ(*planned.scan({}), (Pairs{{"a", "9"}, {"c", "3"}}));
  EXPECT_EQ(planned.totals()->schema_version, 7);
  EXPECT_EQ(kept("crm"), (Pairs{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(store_->totals("crm")->schema_version, 0);
}

TEST_F(PlannedStoreTest, WhatIsExpectedIsComparedWithThePlan) {
  ASSERT_TRUE(store_->commit("crm", {.changes = {{"a", "1"}}}));
  PlannedStore planned(*store_, "crm");
  ASSERT_TRUE(planned.commit({.expected = {{"a", "1"}}, .changes = {{"a", "2"}}}));
  EXPECT_EQ(planned.commit({.expected = {{"a", "1"}}, .changes = {{"b", "2"}}}).error().code, Code::kConflict);
  EXPECT_EQ(*planned.scan({}), (Pairs{{"a", "2"}}));
  EXPECT_EQ(planned.commit({.changes = {{"", "2"}}}).error().code, Code::kInvalid) << "a store would refuse it too";
}

// The oracle is another plugin's store, into which the same is really committed.
TEST_F(PlannedStoreTest, EveryScanIsThatOfAStoreWhichKeptIt) {
  std::mt19937 random(7);
  const auto key = [&] { return std::string(1, static_cast<char>('a' + random() % 12)) + std::to_string(random() % 4); };
  for (int round = 0; round < 30; ++round) {
    ASSERT_TRUE(store_->forget("crm"));
    ASSERT_TRUE(store_->forget("oracle"));
    StoreCommit first;
    for (int i = 0; i < 20; ++i) first.changes.emplace_back(key(), "kept" + std::to_string(i));
    ASSERT_TRUE(store_->commit("crm", first));
    ASSERT_TRUE(store_->commit("oracle", first));
    PlannedStore planned(*store_, "crm");
    StoreCommit second;
    for (int i = 0; i < 25; ++i)
      second.changes.emplace_back(key(),
                                  random() % 2 == 0 ? std::nullopt : std::optional("planned" + std::to_string(i)));
    ASSERT_TRUE(planned.commit(second));
    ASSERT_TRUE(store_->commit("oracle", second));
    for (int i = 0; i < 20; ++i) {
      const StoreScan scan{.from = random() % 3 == 0 ? "" : key(),
                           .to = random() % 3 == 0 ? "" : key(),
                           .limit = static_cast<int64_t>(random() % 6),
                           .reverse = random() % 2 == 0,
                           .keys_only = random() % 4 == 0};
      EXPECT_EQ(*planned.scan(scan), *store_->scan("oracle", scan))
          << round << ": " << scan.from << " to " << scan.to << ", " << scan.limit << (scan.reverse ? ", reverse" : "");
    }
  }
}

}  // namespace
}  // namespace outrigger::host
