// The life of a job, and what manifests say of it.
#include "host/schedule/job.hpp"

#include <gmock/gmock.h>

#include <map>

#include "host/schedule/cron.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kHour = 3600 * kSecond;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kStart = 1'800'000'000 * kSecond;  // 2027-01-15 08:00 UTC

Job declared(const When& when, int64_t now = kStart) { return Job::declare("crm", {"import", when}, now); }

TEST(Job, EveryCountsFromTheEndOfARun) {
  Job job = declared({.every_ms = 60'000});
  ASSERT_TRUE(job.due_at(kStart)) << "the first run is at once";
  job.begin("d1", kStart);
  EXPECT_FALSE(job.due_at(kStart + kHour)) << "one at a time";
  job.finish({}, kStart + 10 * kSecond);
  EXPECT_EQ(job.next, kStart + 70 * kSecond);
  EXPECT_EQ(job.last, kStart + 10 * kSecond);
}

TEST(Job, AFailureIsRepeatedWithBackOffUnderItsId) {
  Job job = declared({.every_ms = 60'000});
  int64_t now = kStart;
  int64_t waited = 0;
  for (int i = 0; i < 15; ++i) {
    job.begin("d" + std::to_string(i), now);
    EXPECT_EQ(job.delivery, "d0");
    EXPECT_EQ(job.due, kStart);
    job.finish({.failed = true, .note = "no connection"}, now);
    EXPECT_EQ(job.attempts, i + 1);
    EXPECT_GE(*job.next - now, waited);
    waited = *job.next - now;
    EXPECT_LE(waited, kHour);
    now = *job.next;
  }
  EXPECT_EQ(waited, kHour);
  EXPECT_EQ(job.error, "no connection");
  job.begin("x", now);
  job.finish({}, now);
  EXPECT_EQ(job.attempts, 0);
  EXPECT_EQ(job.error, "");
  job.begin("fresh", *job.next);
  EXPECT_EQ(job.delivery, "fresh");
}

TEST(Job, AgainIsAnotherPartWithAnotherId) {
  Job job = declared({.cron = "0 7 * * *"});
  const int64_t first = *job.next;
  job.begin("d1", first);
  job.finish({.again = true, .after_ms = 500}, first + kSecond);
  EXPECT_EQ(job.next, first + kSecond + 500'000);
  job.begin("d2", *job.next);
  EXPECT_EQ(job.delivery, "d2");
  job.finish({}, first + 2 * kSecond);
  EXPECT_EQ(job.next, first + kDay);
}

TEST(Job, ACrashRepeatsTheRunUnderItsId) {
  Job job = declared({.cron = "0 7 * * *", .skip_missed = true});
  job.begin("d1", *job.next);
  job.recover(kStart + 10 * kDay);
  ASSERT_TRUE(job.due_at(kStart + 10 * kDay));
  job.begin("d2", kStart + 10 * kDay);
  EXPECT_EQ(job.delivery, "d1");
}

TEST(Job, MissedRunsAreOneRunOrNone) {
  const int64_t later = kStart + 5 * kDay;
  Job once = declared({.cron = "0 7 * * *"});
  once.recover(later);
  EXPECT_TRUE(once.due_at(later));
  once.begin("d", later);
  once.finish({}, later);
  EXPECT_GT(*once.next, later) << "one, not five";
  Job skip = declared({.cron = "0 7 * * *", .skip_missed = true});
  skip.recover(later);
  EXPECT_FALSE(skip.due_at(later));
  EXPECT_LE(*skip.next, later + kDay);
  Job single = declared({.at = kStart + kHour, .skip_missed = true});
  single.recover(later);
  EXPECT_FALSE(single.next);
}

TEST(Job, RunNowIsOneRunHoweverOftenItIsAskedFor) {
  Job job = declared({});
  EXPECT_FALSE(job.next) << "no time of its own";
  job.run_now(kStart);
  job.run_now(kStart);
  ASSERT_TRUE(job.due_at(kStart));
  job.begin("d1", kStart);
  job.run_now(kStart + kSecond);
  job.run_now(kStart + kSecond);
  EXPECT_FALSE(job.due_at(kStart + kSecond));
  job.finish({}, kStart + 2 * kSecond);
  ASSERT_TRUE(job.due_at(kStart + 2 * kSecond)) << "asked for while it ran";
  job.begin("d2", kStart + 2 * kSecond);
  job.finish({}, kStart + 3 * kSecond);
  EXPECT_FALSE(job.next);
}

TEST(Job, CancelEndsItUntilSetOrAskedFor) {
  Job job = declared({.every_ms = 60'000});
  job.begin("d", kStart);
  job.cancel();
  job.finish({.again = true}, kStart);
  EXPECT_FALSE(job.next);
  job.run_now(kStart);
  EXPECT_TRUE(job.due_at(kStart));
  job.begin("d2", kStart);
  job.finish({}, kStart);
  EXPECT_FALSE(job.next);
  job.set({.at = kStart + kHour}, kStart);
  EXPECT_EQ(job.next, kStart + kHour);
  job.begin("d3", kStart + kHour);
  job.finish({}, kStart + kHour);
  EXPECT_FALSE(job.next) << "once";
}

TEST(Job, ATimeSetDuringARunIsNotLost) {
  Job job = declared({.every_ms = 60'000});
  job.begin("d", kStart);
  job.set({.at = kStart + kSecond}, kStart);
  job.finish({}, kStart + 5 * kSecond);
  EXPECT_EQ(job.next, kStart + 5 * kSecond);
}

TEST(Job, TheManifestChangesWhatThePluginHasNotSet) {
  Job job = declared({.cron = "0 7 * * *"});
  const auto before = job.next;
  job.redeclare({.cron = "0 7 * * *"}, kStart + kSecond);
  EXPECT_EQ(job.next, before);
  job.redeclare({.every_ms = 60'000}, kStart + kSecond);
  EXPECT_EQ(job.next, kStart + kSecond);
  job.set({.every_ms = 120'000}, kStart + kSecond);
  job.redeclare({.cron = "0 9 * * *"}, kStart + kSecond);
  EXPECT_EQ(job.when.every_ms, 120'000);
}

TEST(Job, ADayIsSimulatedWithoutWaiting) {
  std::map<std::string, Job> jobs;
  std::map<std::string, int> runs;
  jobs.emplace("minute", declared({.cron = "* * * * *"}));
  jobs.emplace("every", declared({.every_ms = 30'000}));
  jobs.emplace("daily", declared({.cron = "30 7 * * *", .zone = "Asia/Ho_Chi_Minh"}));
  int64_t now = kStart;
  for (;;) {
    now = INT64_MAX;
    for (const auto& [name, job] : jobs) now = std::min(now, job.next.value_or(INT64_MAX));
    if (now >= kStart + kDay) break;
    for (auto& [name, job] : jobs) {
      if (!job.due_at(now)) continue;
      job.begin("d", now);
      job.finish({}, now);
      ++runs[name];
    }
  }
  EXPECT_EQ(runs["minute"], 1439);
  EXPECT_EQ(runs["every"], 2880);
  EXPECT_EQ(runs["daily"], 1);
}

std::string mistake(std::initializer_list<std::pair<std::string_view, Item>> entry) {
  Arena arena;
  const auto read = read_schedule(arena.array({arena.object(entry)}));
  return read ? "none" : read.error().message;
}

TEST(Schedule, IsReadFromTheManifest) {
  Arena arena;
  const auto read = read_schedule(arena.array(
      {arena.object({{"job", "a"}, {"every", "15m"}}), arena.object({{"job", "b"}, {"at", "2027-01-15T08:00:00Z"}}),
       arena.object({{"job", "c"}, {"cron", "0 7 * * mon"}, {"zone", "Asia/Ho_Chi_Minh"}, {"missed", "skip"}}),
       arena.object({{"job", "d"}})}));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->at(0).when.every_ms, 900'000);
  EXPECT_EQ(read->at(1).when.at, kStart);
  EXPECT_EQ(read->at(2).when, (When{0, 0, "0 7 * * mon", "Asia/Ho_Chi_Minh", true}));
  EXPECT_EQ(read->at(3).when, When{});
  EXPECT_TRUE(read_schedule({})->empty());
}

TEST(Schedule, IsSaidAsItIsWritten) {
  EXPECT_EQ(to_text(When{.every_ms = 900'000}), "every 15m");
  EXPECT_EQ(to_text(When{.every_ms = 90'000}), "every 90s");
  EXPECT_EQ(to_text(When{.every_ms = 1500}), "every 1500ms") << "as only a plugin can say it";
  EXPECT_EQ(to_text(When{.cron = "30 7 * * mon-fri", .zone = "Asia/Ho_Chi_Minh"}),
            "cron 30 7 * * mon-fri, Asia/Ho_Chi_Minh");
  EXPECT_EQ(to_text(When{.at = int64_t{1'798'761'600} * 1'000'000}), "at 2027-01-01T00:00:00Z");
  EXPECT_EQ(to_text(When{}), "");
}

TEST(Schedule, AMistakeNamesJobAndKey) {
  EXPECT_THAT(mistake({{"every", "1m"}}), HasSubstr("names its `job`"));
  EXPECT_THAT(mistake({{"job", "a"}, {"every", "soon"}}), HasSubstr("the job a: `every` must be like"));
  EXPECT_THAT(mistake({{"job", "a"}, {"every", 5}}), HasSubstr("must be a text"));
  EXPECT_THAT(mistake({{"job", "a"}, {"evry", "1m"}}), HasSubstr("`evry` is not known"));
  EXPECT_THAT(mistake({{"job", "a"}, {"every", "1m"}, {"cron", "* * * * *"}}), HasSubstr("only one of"));
  EXPECT_THAT(mistake({{"job", "a"}, {"cron", "* * * *"}}), HasSubstr("five fields"));
  EXPECT_THAT(mistake({{"job", "a"}, {"cron", "* * * * *"}, {"zone", "Nowhere"}}), HasSubstr("\"Nowhere\""));
  EXPECT_THAT(mistake({{"job", "a"}, {"every", "1m"}, {"zone", "UTC"}}), HasSubstr("a zone belongs to a cron line"));
  EXPECT_THAT(mistake({{"job", "a"}, {"at", "2027-02-30T00:00:00Z"}}), HasSubstr("`at` must be like"));
  EXPECT_THAT(mistake({{"job", "a"}, {"missed", "never"}}), HasSubstr("`missed`"));
  Arena arena;
  EXPECT_THAT(read_schedule(arena.array({arena.object({{"job", "a"}}), arena.object({{"job", "a"}})})).error().message,
              HasSubstr("declared twice"));
  EXPECT_FALSE(read_schedule(Value::of("daily")));
}

}  // namespace
}  // namespace outrigger::host
