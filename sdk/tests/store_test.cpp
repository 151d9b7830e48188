// The store: what crosses, what comes back, and transactions that happen whole or not at all.
#include "services_rig.hpp"

namespace outrigger {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

struct Stores : testing::Test {
  FakeStore fake;
  Store store{&fake.table};
};

TEST_F(Stores, TextAndBytesComeBackAsTheyWere) {
  const std::string raw("\0\xFF\n", 3);
  ASSERT_TRUE(store.put("name", "Anna"));
  ASSERT_TRUE(store.put(raw, raw));
  EXPECT_THAT(*store.get("name"), Optional(std::string("Anna")));
  EXPECT_THAT(*store.get(raw), Optional(raw));
  EXPECT_EQ(*store.get("absent"), std::nullopt);
  EXPECT_THAT(*store.get_many({"absent", "name"}), ElementsAre(std::nullopt, Optional(std::string("Anna"))));
  EXPECT_THAT(*store.get_many({}), IsEmpty());
  ASSERT_TRUE(store.erase("name"));
  EXPECT_EQ(*store.get("name"), std::nullopt);
  fake.short_of = 1;
  EXPECT_EQ(store.get("name").error().code, Code::kProtocol) << "fewer values than keys";
}

TEST_F(Stores, ATransactionHappensWholeOrNotAtAll) {
  fake.data = {{"a", "1"}};
  Transaction first;
  std::string dying = "value";
  first.expect("a", "1").expect_absent("b").put("b", dying).erase("a").schema_version(4);
  first.outcome("d1", retry(std::chrono::seconds(1)));
  dying = "XXXXX";
  ASSERT_TRUE(store.commit(first));
  EXPECT_THAT(fake.data, ElementsAre(std::pair<const std::string, std::string>("b", "value")));
  EXPECT_EQ(fake.delivery, "d1");
  EXPECT_EQ(fake.outcome["outcome"].text(), "retry");
  EXPECT_EQ(fake.schema_version, 4U);
  const Result<void> again = store.commit(first);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kConflict);
  EXPECT_EQ(again.error().effect, Effect::kNone);
  Transaction plain;
  ASSERT_TRUE(store.commit(plain.put("c", "")));
  EXPECT_FALSE(fake.had_expected);
  EXPECT_TRUE(fake.outcome.is_null());
  EXPECT_THAT(*store.get("c"), Optional(std::string())) << "empty is not absent";
}

TEST_F(Stores, AScanGivesEntriesOrKeys) {
  fake.data = {{"a", "1"}, {"b", "2"}};
  const Result<StoreEntries> all = store.scan(StoreRange{.from = "a", .to = "c", .reverse = true, .limit = 5});
  ASSERT_TRUE(all);
  std::string text;
  for (const StoreEntry entry : *all) text += std::string(entry.key) + "=" + std::string(entry.value) + " ";
  EXPECT_EQ(text, "a=1 b=2 ");
  EXPECT_EQ(fake.seen_from, "a");
  EXPECT_EQ(fake.seen_to, "c");
  EXPECT_EQ(fake.seen_limit, 5);
  EXPECT_EQ(fake.seen_flags, OR_STORE_REVERSE);
  const Result<StoreEntries> keys = store.scan({.keys_only = true});
  text.clear();
  for (const StoreEntry entry : *keys) text += std::string(entry.key) + std::string(entry.value);
  EXPECT_EQ(text, "ab");
  fake.odd = true;
  const Result<StoreEntries> odd = store.scan();
  EXPECT_EQ(odd->size(), 3U);
  for (const StoreEntry entry : *odd) EXPECT_LE(entry.key.size(), 1U) << "an entry that is none reads as empty";
  const Result<StoreInfo> info = store.info();
  EXPECT_EQ(info->schema_version, 3U);
  EXPECT_EQ(info->quota, 1000);
}

TEST(StoreRange, APrefixEndsWhereItsLastByteDoes) {
  EXPECT_EQ(StoreRange::prefix("lead/").from, "lead/");
  EXPECT_EQ(StoreRange::prefix("lead/").to, "lead0");
  EXPECT_EQ(StoreRange::prefix("a\xFF\xFF").to, "b");
  EXPECT_EQ(StoreRange::prefix("\xFF").to, "") << "to the end";
  EXPECT_EQ(StoreRange::prefix("").to, "");
  const int64_t numbers[] = {INT64_MIN, -2, -1, 0, 1, 255, 256, INT64_MAX};
  for (size_t i = 1; i < std::size(numbers); ++i) EXPECT_LT(ordered(numbers[i - 1]), ordered(numbers[i]));
}

}  // namespace
}  // namespace outrigger
