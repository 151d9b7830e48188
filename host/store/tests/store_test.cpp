// The store: keys per plugin, compare-and-set, quota, and commits that carry an outcome.
#include "host/store/store_engine.hpp"

#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StoreTest : public JournalTest {
 protected:
  StoreTest() { reopen(); }
  std::vector<const Tables*> tables() override { return {&kDeliveryTables, &kStoreTables}; }
  // The fixture's constructor opened the file without our tables.
  void reopen() {
    store_.reset();
    start();
    store_ = std::make_unique<Store>(*file_, *journal_, StoreOptions{.quota = 1000});
    engine_ = std::make_unique<StoreEngine>(*store_, "crm");
  }
  Result<Document> call(std::string_view slot, std::initializer_list<std::pair<std::string_view, Item>> args) {
    return engine_->call(slot, arena_.object(args), {});
  }
  Value pair(const char* key, const char* value) {
    return arena_.array({key, value == nullptr ? Item(nullptr) : Item(value)});
  }
  Result<Document> put(const char* key, const char* value) {
    return call("commit", {{"changes", arena_.array({pair(key, value)})}});
  }
  std::vector<std::string> scan(std::initializer_list<std::pair<std::string_view, Item>> args) {
    const Result<Document> reply = call("scan", args);
    EXPECT_TRUE(reply);
    std::vector<std::string> found;
    for (const Value one : reply->root().items())
      found.push_back(one.is_array() ? std::string(one.at(0).text()) + "=" + std::string(one.at(1).text())
                                     : std::string(one.text()));
    return found;
  }
  std::string get(const char* key) {
    const Result<Document> reply = call("get", {{"keys", arena_.array({key})}});
    EXPECT_TRUE(reply);
    const Value value = reply->root().at(0);
    return value.is_null() ? "absent" : std::string(value.text());
  }

  Arena arena_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<StoreEngine> engine_;
};

TEST_F(StoreTest, KeepsBytesInOrder) {
  for (const char* key : {"b", "a", "c", "\xff"}) ASSERT_TRUE(put(key, "1"));
  ASSERT_TRUE(put("b", "2"));
  reopen();
  EXPECT_THAT(scan({}), ElementsAre("a=1", "b=2", "c=1", "\xff=1"));
  EXPECT_THAT(scan({{"from", "b"}, {"to", "c"}}), ElementsAre("b=2"));
  EXPECT_THAT(scan({{"reverse", true}, {"limit", 2}, {"keys", true}}), ElementsAre("\xff", "c"));
  EXPECT_EQ(get("b"), "2");
  ASSERT_TRUE(put("b", nullptr));
  EXPECT_EQ(get("b"), "absent");
  EXPECT_EQ(call("scan", {{"limit", 1'000'000}}).error().code, Code::kLimit);
}

TEST_F(StoreTest, NobodyReadsAnothersKeys) {
  ASSERT_TRUE(put("a", "mine"));
  StoreEngine other(*store_, "other");
  const auto reply = other.call("get", arena_.object({{"keys", arena_.array({"a"})}}), {});
  EXPECT_TRUE(reply->root().at(0).is_null());
  EXPECT_EQ(other.call("info", {}, {})->root()["keys"].integer(), 0);
  ASSERT_TRUE(other.call("commit", arena_.object({{"changes", arena_.array({pair("a", nullptr)})}}), {}));
  EXPECT_EQ(get("a"), "mine");
}

TEST_F(StoreTest, AnExpectationThatDoesNotHoldStoresNothing) {
  ASSERT_TRUE(put("a", "1"));
  const auto commit = [&](Value expected) {
    return call("commit", {{"expected", arena_.array({expected})}, {"changes", arena_.array({pair("b", "2")})}});
  };
  EXPECT_EQ(commit(pair("a", "0")).error().code, Code::kConflict);
  EXPECT_EQ(commit(pair("a", nullptr)).error().code, Code::kConflict);
  EXPECT_EQ(commit(pair("z", "")).error().code, Code::kConflict);
  EXPECT_EQ(get("b"), "absent");
  EXPECT_TRUE(commit(pair("a", "1")));
  EXPECT_EQ(get("b"), "2");
}

TEST_F(StoreTest, TheQuotaIsOfKeysAndValues) {
  const std::string large(990, 'x');
  ASSERT_TRUE(put("a", large.c_str()));
  const auto refused = put("b", "0123456789");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kLimit);
  EXPECT_THAT(refused.error().message, HasSubstr("quota is 1000"));
  EXPECT_EQ(get("b"), "absent");
  const Document info = *call("info", {});
  EXPECT_EQ(info.root()["bytes"].integer(), 991);
  EXPECT_EQ(info.root()["keys"].integer(), 1);
  EXPECT_EQ(info.root()["quota"].integer(), 1000);
  ASSERT_TRUE(put("a", "small"));
  EXPECT_TRUE(put("b", "0123456789"));
}

TEST_F(StoreTest, WrongCallsAreNamed) {
  EXPECT_EQ(put("", "x").error().code, Code::kInvalid);
  EXPECT_EQ(put(std::string(513, 'k').c_str(), "x").error().code, Code::kInvalid);
  EXPECT_EQ(put("k", std::string((1 << 20) + 1, 'v').c_str()).error().code, Code::kInvalid);
  EXPECT_EQ(call("commit", {{"changes", arena_.array({arena_.array({"only a key"})})}}).error().code, Code::kInvalid);
  EXPECT_EQ(call("commit", {{"delivery", "d"}}).error().code, Code::kInvalid);
  EXPECT_EQ(call("get", {}).error().code, Code::kInvalid);
  EXPECT_EQ(call("nonsense", {}).error().code, Code::kUnsupported);
}

TEST_F(StoreTest, TheSchemaVersionIsKeptBesideTheData) {
  ASSERT_TRUE(call("commit", {{"schema_version", 3}}));
  ASSERT_TRUE(put("a", "1"));
  reopen();
  EXPECT_EQ(call("info", {})->root()["schema_version"].integer(), 3);
}

TEST_F(StoreTest, AnOutcomeIsKeptWithTheDataOrNeitherIs) {
  see({{1, "a"}, {2, "b"}});
  const Batch batch = next();
  const auto delivery = [&](size_t i) { return arena_.text(batch.changes.root().at(i)["delivery"].text()); };
  const auto commit = [&](Value of, Value expected) {
    return call("commit", {{"expected", expected},
                           {"changes", arena_.array({pair("seen", "yes")})},
                           {"delivery", of},
                           {"outcome", arena_.object({{"outcome", "done"}})}});
  };
  EXPECT_EQ(commit(delivery(0), arena_.array({pair("seen", "no")})).error().code, Code::kConflict);
  EXPECT_EQ(figures().pending, 2);
  ASSERT_TRUE(commit(delivery(0), {}));
  EXPECT_EQ(figures().pending, 1);
  EXPECT_EQ(commit(delivery(0), {}).error().code, Code::kConflict) << "it has its outcome";
  // What is returned later does not matter for the first, and does for the second.
  settle(batch, arena_.array({arena_.object({{"outcome", "retry"}}), arena_.object({{"outcome", "reject"}})}));
  EXPECT_EQ(figures().pending, 0);
  EXPECT_EQ(figures().skipped, 1);
}

TEST_F(StoreTest, AnOutcomeSurvivesACrashBeforeTheCallReturns) {
  see({{1, "a"}});
  const Batch batch = next();
  ASSERT_TRUE(call("commit", {{"changes", arena_.array({pair("posted", "1")})},
                              {"delivery", arena_.text(batch.changes.root().at(0)["delivery"].text())},
                              {"outcome", arena_.object({{"outcome", "done"}})}}));
  reopen();
  EXPECT_EQ(get("posted"), "1");
  EXPECT_TRUE(next().empty());
}

TEST_F(StoreTest, AnOutcomeIsOfTheDeliveryThatIsBeingWorkedOn) {
  see({{1, "a"}});
  const Batch batch = next();
  const std::string id(batch.changes.root().at(0)["delivery"].text());
  const auto commit = [&](StoreEngine& by, std::string_view of) {
    return by.call("commit",
                   arena_.object({{"changes", arena_.array({pair("k", "v")})},
                                  {"delivery", of},
                                  {"outcome", arena_.object({{"outcome", "done"}})}}),
                   {});
  };
  StoreEngine thief(*store_, "other");
  EXPECT_EQ(commit(thief, id).error().code, Code::kConflict);
  EXPECT_EQ(commit(*engine_, "x-1").error().code, Code::kConflict);
  fail(batch);
  EXPECT_EQ(commit(*engine_, id).error().code, Code::kConflict) << "the host has given it up";
  EXPECT_EQ(get("k"), "absent");
}

TEST_F(StoreTest, KeysOfARecordAreFoundAndErased) {
  for (const char* key : {"res.partner:4", "res.partner:42", "res.partner:42:notes", "res.partner:421", "x"})
    ASSERT_TRUE(put(key, "v"));
  const auto found = store_->export_record("res.partner", 42);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->root().size(), 2U);
  EXPECT_EQ(found->root().at(0)["plugin"].text(), "crm");
  EXPECT_EQ(*store_->erase_record("res.partner", 42), 2U);
  EXPECT_THAT(scan({{"keys", true}}), ElementsAre("res.partner:4", "res.partner:421", "x"));
  EXPECT_EQ(call("info", {})->root()["keys"].integer(), 3);
  EXPECT_TRUE(store_->export_record("res.partner", 42)->root().is_null());
}

}  // namespace
}  // namespace outrigger::host
