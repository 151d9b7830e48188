// A courier on a real journal file, with a plugin that answers what the test says.
#include "host/delivery/courier.hpp"

#include <deque>

#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CourierTest : public JournalTest {
 protected:
  CourierTest() {
    courier_ = std::make_unique<Courier>(
        *journal_,
        Courier::Options{.plugin = "crm",
                         .subscribers = {"crm/leads"},
                         .batch = 10,
                         .now = [this] { return now_; },
                         .say = [this](const std::string& sentence) { told_.push_back(sentence); },
                         .began = [this](const std::string& delivery) { around_.push_back("began " + delivery); },
                         .ended = [this](const std::string& delivery) { around_.push_back("ended " + delivery); }},
        [this](std::string_view, Value args) { return answer(args); });
  }

  Result<Document> answer(Value args) {
    for (const Value change : args["changes"].items()) {
      heard_.push_back(std::string(change["kind"].text()) + " " + std::to_string(change["id"].integer()));
      deliveries_.emplace_back(change["delivery"].text());
    }
    if (answers_.empty()) return Document();
    Result<Document> answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  static Error away() {
    return {Code::kUnreachable, "the plugin is being restarted", Source::kHost, Effect::kNone, -1};
  }
  Courier::Round round() {
    const Result<Courier::Round> round = courier_->deliver_due();
    EXPECT_TRUE(round) << round.error().message;
    return round ? *round : Courier::Round{};
  }

  std::vector<std::string> told_;
  std::vector<std::string> around_;
  std::vector<std::string> heard_;
  std::vector<std::string> deliveries_;
  std::deque<Result<Document>> answers_;
  std::unique_ptr<Courier> courier_;
};

TEST_F(CourierTest, DeliversWhatIsDueAndThenNothing) {
  see({{1, "a"}, {2, "b"}});
  EXPECT_EQ(round().delivered, 2U);
  EXPECT_THAT(heard_, ElementsAre("created 1", "created 2"));
  EXPECT_EQ(round().delivered, 0U);
  EXPECT_EQ(figures().pending, 0);
}

TEST_F(CourierTest, TheWritesOfAnAttemptBelongToItsDelivery) {
  see({{1, "a"}});
  round();
  ASSERT_EQ(deliveries_.size(), 1U);
  EXPECT_THAT(around_, ElementsAre("began " + deliveries_[0], "ended " + deliveries_[0]));
}

TEST_F(CourierTest, AnInstanceThatIsAwayCostsNoAttempt) {
  see({{1, "a"}});
  for (int i = 0; i < 20; ++i) {
    answers_.emplace_back(away());
    round();
    now_ += 3600 * kSecond;
  }
  EXPECT_THAT(told_, IsEmpty()) << "nothing was given up";
  const auto events = journal_->list({}, 10);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 1U);
  EXPECT_EQ((*events)[0].attempts, 0);
  EXPECT_EQ(round().delivered, 1U);
  EXPECT_EQ(figures().pending, 0);
}

TEST_F(CourierTest, AFailureOfThePluginIsGivenUpInTheEndAndSaid) {
  see({{1, "a"}});
  const Error fault{Code::kInternal, "it fell over", Source::kPlugin, Effect::kNone, -1};
  for (int i = 0; i < options_.most_attempts; ++i) {
    answers_.emplace_back(fault);
    round();
    now_ += 7200 * kSecond;
  }
  EXPECT_THAT(told_, ElementsAre("1 deliveries of crm/leads were given up: see `outrigger events dead`"));
  EXPECT_EQ(figures().dead, 1);
}

TEST_F(CourierTest, AStoppedInstanceIsSaidAndItsWorkWaits) {
  see({{1, "a"}});
  answers_.emplace_back(Error{Code::kCancelled, "the instance is stopped", Source::kHost, Effect::kNone, -1});
  EXPECT_TRUE(round().stopping);
  EXPECT_EQ(figures().pending, 1);
}

}  // namespace
}  // namespace outrigger::host
