// A job runner on a real scheduler, with a plugin that answers what the test says.
#include "host/delivery/job_runner.hpp"

#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class JobRunnerTest : public ::testing::Test {
 protected:
  JobRunnerTest() {
    file_ = *JournalFile::open(folder_ / "journal.db", {&kScheduleTables});
    scheduler_ = *Scheduler::open(*file_, "tok", {[this] { return now_; }, [] {}});
    EXPECT_TRUE(scheduler_->declare("crm", {{"import", {.every_ms = 60'000}}}));
    EXPECT_TRUE(scheduler_->declare("other", {{"digest", {.every_ms = 60'000}}}));
    runner_ = std::make_unique<JobRunner>(
        *scheduler_,
        JobRunner::Options{.plugin = "crm",
                           .now = [this] { return now_; },
                           .say = [this](const std::string& sentence) { told_.push_back(sentence); }},
        [this](std::string_view operation, Value args) {
          ran_.push_back(std::string(operation) + " " + std::string(args["job"].text()));
          deliveries_.emplace_back(args["delivery"].text());
          return answer_;
        });
  }
  size_t run() {
    const Result<size_t> ran = runner_->run_due();
    EXPECT_TRUE(ran) << ran.error().message;
    return ran ? *ran : 0;
  }

  Folder folder_;
  int64_t now_ = 1'800'000'000 * kSecond;
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Scheduler> scheduler_;
  Result<Document> answer_ = Document();
  std::vector<std::string> ran_;
  std::vector<std::string> told_;
  std::vector<std::string> deliveries_;
  std::unique_ptr<JobRunner> runner_;
};

TEST_F(JobRunnerTest, RunsItsOwnPluginsJobsOnly) {
  EXPECT_EQ(run(), 1U);
  EXPECT_THAT(ran_, ElementsAre("jobs.run import"));
  EXPECT_EQ(run(), 0U) << "not due again";
  now_ += 60 * kSecond;
  EXPECT_EQ(run(), 1U);
}

TEST_F(JobRunnerTest, AFailureIsSaidAndTriedAgainUnderTheSameDelivery) {
  answer_ = Error{Code::kInternal, "it fell over", Source::kPlugin, Effect::kNone, -1};
  run();
  EXPECT_THAT(told_, ElementsAre(StartsWith("job import: ")));
  EXPECT_EQ(run(), 0U) << "it waits first";
  answer_ = Document();
  now_ += 3600 * kSecond;
  EXPECT_EQ(run(), 1U);
  ASSERT_EQ(deliveries_.size(), 2U);
  EXPECT_EQ(deliveries_[0], deliveries_[1]);
}

TEST_F(JobRunnerTest, OneIsRunThatSomebodyAsksFor) {
  ASSERT_TRUE(scheduler_->declare("crm", {{"import", {.every_ms = 60'000}}, {"rebuild", {}}}));
  EXPECT_EQ(runner_->run_one("rebuild").error().code, Code::kConflict) << "it is not due";
  ASSERT_TRUE(scheduler_->run_now("crm", "rebuild"));
  EXPECT_TRUE(runner_->run_one("rebuild"));
  EXPECT_THAT(ran_, ElementsAre("jobs.run rebuild")) << "and nothing else that is due";
  EXPECT_EQ(runner_->run_one("none").error().code, Code::kMissing);
}

TEST_F(JobRunnerTest, NothingRunsAfterTheEnd) {
  runner_->stop();
  EXPECT_EQ(run(), 0U);
  EXPECT_THAT(ran_, IsEmpty());
}

}  // namespace
}  // namespace outrigger::host
