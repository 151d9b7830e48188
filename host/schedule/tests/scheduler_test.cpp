// The jobs in the journal's file: what survives, and what a plugin may do to them.
#include "host/schedule/scheduler.hpp"

#include "host/journal/tests/fixture.hpp"
#include "host/schedule/schedule_engine.hpp"

namespace outrigger::host {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class SchedulerTest : public ::testing::Test {
 protected:
  SchedulerTest() {
    start();
    declare({{"import", {.every_ms = 60'000}}, {"digest", {.cron = "0 7 * * *"}}, {"rebuild", {}}});
  }
  void start() {
    scheduler_.reset();
    file_.reset();
    auto file = JournalFile::open(folder_ / "journal.db", {&kScheduleTables});
    ASSERT_TRUE(file) << file.error().message;
    file_ = *std::move(file);
    auto scheduler = Scheduler::open(*file_, token_, {[this] { return now_; }, [this] { ++told_; }});
    ASSERT_TRUE(scheduler) << scheduler.error().message;
    scheduler_ = *std::move(scheduler);
    engine_ = std::make_unique<ScheduleEngine>(*scheduler_, "crm");
  }
  void declare(const std::vector<JobDeclaration>& jobs) { ASSERT_TRUE(scheduler_->declare("crm", jobs)); }
  Result<Document> call(std::string_view slot, std::initializer_list<std::pair<std::string_view, Item>> args) {
    return engine_->call(slot, arena_.object(args), {});
  }
  std::vector<std::string> due() {
    std::vector<std::string> names;
    for (const JobRun& run : scheduler_->due()) names.push_back(run.job);
    return names;
  }

  Folder folder_;
  std::string token_ = "tok";
  int64_t now_ = 1'800'000'000 * kSecond;
  int told_ = 0;
  Arena arena_;
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<ScheduleEngine> engine_;
};

TEST_F(SchedulerTest, ARunSurvivesACrashUnderItsId) {
  EXPECT_EQ(due(), std::vector<std::string>{"import"});
  const auto run = scheduler_->begin("crm", "import");
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->delivery, "tok-j1");
  EXPECT_EQ(run->due, now_);
  EXPECT_EQ(run->attempt, 1);
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_EQ(scheduler_->begin("crm", "import").error().code, Code::kConflict) << "one at a time";
  now_ += 5 * kSecond;
  start();
  const auto again = scheduler_->begin("crm", "import");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->delivery, "tok-j1");
  ASSERT_TRUE(scheduler_->finish("crm", "import", {}));
  EXPECT_EQ(scheduler_->finish("crm", "import", {}).error().code, Code::kConflict);
  start();
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_EQ(scheduler_->next_due(), now_ + 60 * kSecond);
  now_ += 60 * kSecond;
  EXPECT_NE(scheduler_->begin("crm", "import")->delivery, "tok-j1");
}

// The journal was put back from a backup that was made while a job ran: it came to its end since, and others ran.
TEST_F(SchedulerTest, ARestoredJournalRunsNothingThatMayHaveRun) {
  ASSERT_TRUE(scheduler_->begin("crm", "import"));
  ASSERT_TRUE(scheduler_->run_now("crm", "rebuild"));
  now_ += int64_t{3} * 86400 * kSecond;
  token_ = "another";
  start();
  EXPECT_THAT(due(), IsEmpty()) << "neither what was under way nor what was missed or asked for";
  EXPECT_EQ(scheduler_->next_due(), now_ + 60 * kSecond) << "each waits for its next time";
  now_ += 60 * kSecond;
  const auto run = scheduler_->begin("crm", "import");
  ASSERT_TRUE(run);
  EXPECT_TRUE(run->delivery.starts_with("another-")) << "and no id comes twice";
  EXPECT_EQ(run->attempt, 1);
  now_ += 5 * kSecond;
  start();
  EXPECT_EQ(due(), std::vector<std::string>{"import"}) << "a crash in the same epoch repeats it as ever";
}

TEST_F(SchedulerTest, WhatAPluginSetIsKept) {
  ASSERT_TRUE(call("set", {{"job", "import"}, {"cron", "0 9 * * *"}, {"zone", "Europe/Berlin"}, {"missed", 1}}));
  EXPECT_GT(told_, 1);
  start();
  declare({{"import", {.every_ms = 60'000}}});
  const std::vector<Job> jobs = scheduler_->list("crm");
  ASSERT_THAT(jobs, SizeIs(1)) << "what the manifest does not declare is gone";
  EXPECT_EQ(jobs[0].when.cron, "0 9 * * *");
  EXPECT_TRUE(jobs[0].when.skip_missed);
  ASSERT_TRUE(call("cancel", {{"job", "import"}}));
  start();
  EXPECT_EQ(scheduler_->next_due(), 0);
  ASSERT_TRUE(call("run_now", {{"job", "import"}}));
  EXPECT_EQ(due(), std::vector<std::string>{"import"});
}

TEST_F(SchedulerTest, TheListIsWhatTheHeaderSays) {
  ASSERT_TRUE(scheduler_->begin("crm", "import"));
  const auto list = call("list", {});
  ASSERT_TRUE(list);
  ASSERT_EQ(list->root().size(), 3U);
  const Value digest = list->root().at(0);
  EXPECT_EQ(digest["job"].text(), "digest");
  EXPECT_EQ(digest["next"].integer(), (1'800'000'000 + 23 * 3600) * kSecond);
  EXPECT_TRUE(digest["last"].is_null());
  EXPECT_TRUE(list->root().at(1)["running"].truthy());
  EXPECT_TRUE(list->root().at(2)["next"].is_null());
}

TEST_F(SchedulerTest, WrongCallsAreNamed) {
  EXPECT_EQ(call("set", {{"job", "none"}, {"every_ms", 5000}}).error().code, Code::kMissing);
  EXPECT_EQ(call("run_now", {{"job", "none"}}).error().code, Code::kMissing);
  EXPECT_EQ(call("set", {{"job", "import"}}).error().code, Code::kInvalid);
  EXPECT_EQ(call("set", {{"job", "import"}, {"every_ms", 5}}).error().code, Code::kInvalid);
  EXPECT_EQ(call("set", {{"job", "import"}, {"every_ms", 5000}, {"at", 1}}).error().code, Code::kInvalid);
  EXPECT_EQ(call("set", {{"job", "import"}, {"cron", "x"}}).error().code, Code::kInvalid);
  EXPECT_EQ(call("nonsense", {}).error().code, Code::kUnsupported);
  ScheduleEngine other(*scheduler_, "other");
  EXPECT_EQ(other.call("cancel", arena_.object({{"job", "import"}}), {}).error().code, Code::kMissing)
      << "another plugin's job is none of its business";
}

TEST_F(SchedulerTest, WhoAsksForARunKnowsWhenItHasEnded) {
  const auto ended = [&] { return scheduler_->ended("crm", "import"); };
  EXPECT_EQ(ended().runs, 0U);
  const auto first = scheduler_->begin("crm", "import");
  ASSERT_TRUE(first);
  const Result<uint64_t> awaited = scheduler_->ask("crm", "import");
  ASSERT_TRUE(awaited);
  ASSERT_TRUE(scheduler_->finish("crm", "import", {}));
  EXPECT_LT(ended().runs, *awaited) << "that run was under way before";
  const auto second = scheduler_->begin("crm", "import");
  ASSERT_TRUE(second);
  ASSERT_TRUE(scheduler_->finish("crm", "import", {.failed = true}));
  EXPECT_EQ(ended().runs, *awaited) << "one that failed has ended as well";
  EXPECT_EQ(ended().delivery, second->delivery);
  EXPECT_EQ(*scheduler_->ask("crm", "rebuild"), 1U) << "each job by itself";
  EXPECT_EQ(scheduler_->ask("crm", "none").error().code, Code::kMissing);
  EXPECT_THAT(scheduler_->list(), SizeIs(3)) << "of all plugins";
}

TEST_F(SchedulerTest, WhatCannotBeKeptHasNotHappened) {
  ASSERT_TRUE(file_->commit([](Database& in) -> Result<void> {
    in.run("DROP TABLE jobs");
    return {};
  }));
  EXPECT_FALSE(scheduler_->begin("crm", "import"));
  EXPECT_EQ(due(), std::vector<std::string>{"import"});
}

}  // namespace
}  // namespace outrigger::host
