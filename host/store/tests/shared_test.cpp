// Facts: published by one plugin, read and watched by others.
#include "host/store/shared_engine.hpp"

#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Shared : public JournalTest {
 protected:
  Shared() { watch({{"assignment/scores", {}, "", false}}); }
  void watch(std::vector<feed::Subscriber> watchers) {
    feed::Stream stream{"fact:scoring.score", {}, std::move(watchers)};
    ASSERT_TRUE(journal_->reconcile({&stream, 1}));
  }
  Result<Document> publish(std::vector<int64_t> ids, std::initializer_list<Item> values,
                           std::string_view model = "crm.lead", std::string_view fact = "scoring.score") {
    SharedEngine scoring(*journal_, "scoring");
    return scoring.call(
        "publish",
        arena_.object({{"fact", fact}, {"model", model}, {"ids", arena_.ids(ids)}, {"values", arena_.array(values)}}),
        {});
  }
  std::vector<std::string> read(std::vector<int64_t> ids) {
    SharedEngine other(*journal_, "assignment");
    const auto reply = other.call(
        "read", arena_.object({{"fact", "scoring.score"}, {"model", "crm.lead"}, {"ids", arena_.ids(ids)}}), {});
    EXPECT_TRUE(reply);
    std::vector<std::string> found;
    for (const Value fact : reply->root().items())
      found.push_back(std::to_string(fact["id"].integer()) + "=" + std::to_string(fact["value"].integer()) + "@" +
                      std::to_string((fact["at"].integer() - begin_) / kSecond));
    return found;
  }
  std::vector<std::string> watched(const std::string& who = "assignment/scores") {
    const Batch batch = next(10, who);
    settle(batch);
    std::vector<std::string> all;
    for (const Value change : batch.changes.root().items()) {
      EXPECT_EQ(batch.model, "fact:scoring.score");
      all.push_back(std::string(change["kind"].text()) + " " + std::string(change["model"].text()) + " " +
                    std::to_string(change["id"].integer()) + " " + std::to_string(change["after"]["value"].integer()));
    }
    return all;
  }
  const int64_t begin_ = now_;
  Arena arena_;
};

TEST_F(Shared, AreReadByIdOrAll) {
  ASSERT_TRUE(publish({3, 1, 2}, {30, 10, 20}));
  now_ += kSecond;
  ASSERT_TRUE(publish({2}, {20}));
  EXPECT_THAT(read({}), ElementsAre("1=10@0", "2=20@1", "3=30@0"));
  EXPECT_THAT(read({3, 9, 1, 3}), ElementsAre("1=10@0", "3=30@0"));
  ASSERT_TRUE(publish({1}, {nullptr}));
  start();
  EXPECT_THAT(read({}), ElementsAre("2=20@1", "3=30@0"));
}

TEST_F(Shared, WatchersAreTold) {
  ASSERT_TRUE(publish({1, 2}, {10, 20}));
  EXPECT_THAT(watched(), ElementsAre("created crm.lead 1 10", "created crm.lead 2 20"));
  ASSERT_TRUE(publish({1, 2}, {11, 20}));
  EXPECT_THAT(watched(), ElementsAre("changed crm.lead 1 11"));
  ASSERT_TRUE(publish({1}, {nullptr}));
  EXPECT_THAT(watched(), ElementsAre("deleted crm.lead 1 0"));
  ASSERT_TRUE(publish({2}, {5}, "res.partner"));
  EXPECT_THAT(watched(), ElementsAre("created res.partner 2 5")) << "another model's record 2";
}

TEST_F(Shared, ALateWatcherHearsWhatItAskedFor) {
  ASSERT_TRUE(publish({1, 2}, {10, 20}));
  watch({{"assignment/scores", {}, "", false}, {"late/all", {}, "", true}, {"late/new", {}, "", false}});
  EXPECT_THAT(watched("late/all"), ElementsAre("created crm.lead 1 10", "created crm.lead 2 20"));
  EXPECT_THAT(watched("late/new"), IsEmpty());
  ASSERT_TRUE(publish({1}, {11}));
  EXPECT_THAT(watched("late/all"), ElementsAre("changed crm.lead 1 11"));
  EXPECT_THAT(watched("late/new"), ElementsAre("changed crm.lead 1 11"));
  EXPECT_EQ(watched().size(), 2U) << "the first watcher's backlog is its own";
}

TEST_F(Shared, AnObjectIsShownAsItself) {
  ASSERT_TRUE(publish({1}, {arena_.object({{"score", 5}, {"grade", "A"}})}));
  settle(next(10, "assignment/scores"));
  ASSERT_TRUE(publish({1}, {arena_.object({{"score", 6}, {"grade", "A"}})}));
  const Batch batch = next(10, "assignment/scores");
  const Value change = batch.changes.root().at(0);
  EXPECT_EQ(change["after"]["score"].integer(), 6);
  EXPECT_EQ(change["before"]["score"].integer(), 5);
  EXPECT_THAT(fields(change), ElementsAre("score"));
}

TEST_F(Shared, WrongCallsAreNamed) {
  EXPECT_EQ(publish({1}, {1}, "crm.lead", "other.fact").error().code, Code::kAccess);
  EXPECT_EQ(publish({1, 2}, {1}).error().code, Code::kInvalid);
  EXPECT_EQ(publish({0}, {1}).error().code, Code::kInvalid);
  EXPECT_EQ(publish({1}, {arena_.text(std::string(70'000, 'x'))}).error().code, Code::kInvalid);
  EXPECT_THAT(read({}), IsEmpty());
}

}  // namespace
}  // namespace outrigger::host
