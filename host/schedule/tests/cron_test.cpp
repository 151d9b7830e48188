// Cron lines: what they mean, when they come, what is wrong with them.
#include "host/schedule/cron.hpp"

#include <date/tz.h>
#include <gmock/gmock.h>

#include <sstream>

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

int64_t utc(const std::string& text) {
  std::istringstream in(text);
  date::sys_time<std::chrono::microseconds> time;
  in >> date::parse("%Y-%m-%d %H:%M", time);
  EXPECT_FALSE(in.fail()) << text;
  return time.time_since_epoch().count();
}
std::string text(int64_t micros) {
  return date::format("%Y-%m-%d %H:%M",
                      date::sys_time<std::chrono::minutes>(
                          std::chrono::duration_cast<std::chrono::minutes>(std::chrono::microseconds(micros))));
}
// The next times, in UTC.
std::vector<std::string> times(std::string_view line, const std::string& after, std::string_view zone = {},
                               size_t count = 3) {
  const Result<Cron> cron = Cron::parse(line);
  EXPECT_TRUE(cron) << cron.error().message;
  std::vector<std::string> all;
  int64_t at = utc(after);
  for (size_t i = 0; cron && i < count; ++i) {
    const Result<int64_t> next = cron->next(at, zone);
    EXPECT_TRUE(next) << next.error().message;
    if (!next) break;
    EXPECT_GT(*next, at);
    at = *next;
    all.push_back(text(at));
  }
  return all;
}
std::string mistake(std::string_view line) {
  const Result<Cron> cron = Cron::parse(line);
  return cron ? "none" : cron.error().message;
}

TEST(Cron, FieldsMeanWhatTheyMeanElsewhere) {
  EXPECT_THAT(times("* * * * *", "2026-01-01 00:00"),
              ElementsAre("2026-01-01 00:01", "2026-01-01 00:02", "2026-01-01 00:03"));
  EXPECT_THAT(times("*/20 9-17/4 * * *", "2026-01-01 09:30"),
              ElementsAre("2026-01-01 09:40", "2026-01-01 13:00", "2026-01-01 13:20"));
  EXPECT_THAT(times("50/5 0 * * *", "2026-01-01 00:00"),
              ElementsAre("2026-01-01 00:50", "2026-01-01 00:55", "2026-01-02 00:50"));
  EXPECT_THAT(
      times("5,1,3-4 0 1 JAN *", "2026-01-01 00:00", {}, 5),
      ElementsAre("2026-01-01 00:01", "2026-01-01 00:03", "2026-01-01 00:04", "2026-01-01 00:05", "2027-01-01 00:01"));
  EXPECT_THAT(times("30 7 * * mon-fri", "2026-01-02 08:00"),
              ElementsAre("2026-01-05 07:30", "2026-01-06 07:30", "2026-01-07 07:30"));
  EXPECT_THAT(times("0 0 * * 7", "2026-01-01 00:00", {}, 1), ElementsAre("2026-01-04 00:00"));
  EXPECT_THAT(times("0 0 * * sun", "2026-01-01 00:00", {}, 1), ElementsAre("2026-01-04 00:00"));
  EXPECT_THAT(times("0 0 * * fri-7", "2026-01-01 00:00"),
              ElementsAre("2026-01-02 00:00", "2026-01-03 00:00", "2026-01-04 00:00"));
  EXPECT_THAT(times("  0\t12  *  *  * ", "2026-01-01 00:00", {}, 1), ElementsAre("2026-01-01 12:00"));
}

TEST(Cron, DayAndWeekdayAreEitherOrUnlessOneIsAStar) {
  EXPECT_THAT(times("0 0 13 * fri", "2026-02-01 00:00"),
              ElementsAre("2026-02-06 00:00", "2026-02-13 00:00", "2026-02-20 00:00"));
  EXPECT_THAT(times("0 0 13 * *", "2026-02-01 00:00"),
              ElementsAre("2026-02-13 00:00", "2026-03-13 00:00", "2026-04-13 00:00"));
  EXPECT_THAT(times("0 0 */10 * thu", "2026-01-01 00:00", {}, 2), ElementsAre("2026-05-21 00:00", "2026-06-11 00:00"));
}

TEST(Cron, RareDaysComeInTheEnd) {
  EXPECT_THAT(times("0 0 29 2 *", "2026-01-01 00:00"),
              ElementsAre("2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"));
  EXPECT_THAT(times("0 0 29 2 *", "2097-01-01 00:00", {}, 1), ElementsAre("2104-02-29 00:00"));
  EXPECT_THAT(times("0 0 31 * *", "2026-01-31 00:00", {}, 2), ElementsAre("2026-03-31 00:00", "2026-05-31 00:00"));
}

TEST(Cron, IsInItsZone) {
  EXPECT_THAT(times("30 7 * * *", "2026-01-01 00:00", "Asia/Ho_Chi_Minh", 2),
              ElementsAre("2026-01-01 00:30", "2026-01-02 00:30"));
  EXPECT_THAT(times("0 0 1 * *", "2026-01-30 12:00", "Pacific/Auckland", 1), ElementsAre("2026-01-31 11:00"));
  const auto unknown = Cron::parse("* * * * *")->next(0, "Mars/Olympus");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kMissing);
}

// Berlin: 2026-03-29 02:00 becomes 03:00 (01:00 UTC); 2026-10-25 03:00 becomes 02:00 (01:00 UTC).
TEST(Cron, ASkippedTimeRunsAtTheChangeOnce) {
  EXPECT_THAT(times("30 2 * * *", "2026-03-28 12:00", "Europe/Berlin", 2),
              ElementsAre("2026-03-29 01:00", "2026-03-30 00:30"));
  EXPECT_THAT(times("0,20,40 2 * * *", "2026-03-28 12:00", "Europe/Berlin", 2),
              ElementsAre("2026-03-29 01:00", "2026-03-30 00:00"));
}

TEST(Cron, ATimeThatComesTwiceRunsOnce) {
  EXPECT_THAT(times("30 2 * * *", "2026-10-24 12:00", "Europe/Berlin", 2),
              ElementsAre("2026-10-25 00:30", "2026-10-26 01:30"));
  EXPECT_THAT(times("30 2 * * *", "2026-10-25 01:10", "Europe/Berlin", 1), ElementsAre("2026-10-26 01:30"))
      << "begun between the two";
}

TEST(Cron, AnHourlyLineFollowsTheRealClock) {
  EXPECT_THAT(times("30 * * * *", "2026-10-24 23:45", "Europe/Berlin", 4),
              ElementsAre("2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 02:30", "2026-10-25 03:30"));
  EXPECT_THAT(times("30 * * * *", "2026-03-29 00:00", "Europe/Berlin", 3),
              ElementsAre("2026-03-29 00:30", "2026-03-29 01:30", "2026-03-29 02:30"));
  EXPECT_THAT(times("*/30 * 25 10 *", "2026-10-24 12:00", "Europe/Berlin", 2),
              ElementsAre("2026-10-24 22:00", "2026-10-24 22:30"));
}

TEST(Cron, MidnightThatDoesNotExist) {
  // Beirut moves at midnight: 2026-03-29 00:00 becomes 01:00.
  EXPECT_THAT(times("0 0 * * *", "2026-03-28 12:00", "Asia/Beirut", 2),
              ElementsAre("2026-03-28 22:00", "2026-03-29 21:00"));
  EXPECT_THAT(times("0 * 29 3 *", "2026-03-28 12:00", "Asia/Beirut", 1), ElementsAre("2026-03-28 22:00"));
}

TEST(Cron, AMistakeIsShownAtItsPlace) {
  EXPECT_THAT(mistake("61 * * * *"), HasSubstr("character 1: a minute is 0 to 59"));
  EXPECT_THAT(mistake("0 24 * * *"), HasSubstr("character 3: an hour is 0 to 23"));
  EXPECT_THAT(mistake("0 0 0 * *"), HasSubstr("character 5: a day is 1 to 31"));
  EXPECT_THAT(mistake("0 0 1 foo *"), HasSubstr("character 7: a month is 1 to 12"));
  EXPECT_THAT(mistake("0 0 * * 8"), HasSubstr("character 9: a weekday is 0 to 7"));
  EXPECT_THAT(mistake("5-1 * * * *"), HasSubstr("character 1: a range begins with the smaller number"));
  EXPECT_THAT(mistake("*/0 * * * *"), HasSubstr("character 3: a step"));
  EXPECT_THAT(mistake("*/x * * * *"), HasSubstr("character 3: a step"));
  EXPECT_THAT(mistake("1;2 * * * *"), HasSubstr("character 2: only - / and ,"));
  EXPECT_THAT(mistake("1, * * * *"), HasSubstr("character 3"));
  EXPECT_THAT(mistake("* * * *"), HasSubstr("character 8: there are five fields"));
  EXPECT_THAT(mistake("* * * * * *"), HasSubstr("character 11: there are five fields, this is a sixth"));
  EXPECT_THAT(mistake(""), HasSubstr("five fields"));
  EXPECT_THAT(mistake("0 0 30 2 *"), HasSubstr("no such day"));
  EXPECT_THAT(mistake("99999999999999999999 * * * *"), HasSubstr("character 1"));
  EXPECT_THAT(mistake(std::string(600, '*')), HasSubstr("at most 500"));
  EXPECT_EQ(mistake("0 0 30 2 mon"), "none") << "Mondays there are";
}

}  // namespace
}  // namespace outrigger::host
