#include "host/schedule/when.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <set>

#include "host/schedule/cron.hpp"

namespace outrigger::host {
namespace {

constexpr int64_t kShortest = 1000;
constexpr int64_t kLongestDays = 3660;
constexpr std::string_view kKeys[] = {"job", "every", "cron", "zone", "at", "missed"};

Error invalid(std::string message) { return {Code::kInvalid, std::move(message), Source::kPlugin, Effect::kNone, -1}; }

std::optional<int64_t> milliseconds_of(std::string_view text) {
  int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr + 1 != text.data() + text.size() || number < 1 || number > 1'000'000'000)
    return std::nullopt;
  switch (*read.ptr) {
    case 's': return number * 1000;
    case 'm': return number * 60'000;
    case 'h': return number * 3'600'000;
    case 'd': return number * 86'400'000;
    default: return std::nullopt;
  }
}

std::optional<int64_t> instant_of(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  int length = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2u:%2uZ%n", &year, &month, &day, &hour, &minute, &second, &length) !=
          6 ||
      length != static_cast<int>(text.size()))
    return std::nullopt;
  const std::chrono::year_month_day date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
  if (!date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto time = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                    std::chrono::seconds(second);
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

Result<JobDeclaration> read_one(Value entry) {
  JobDeclaration read;
  read.job = entry["job"].text();
  if (read.job.empty() || read.job.size() > 64) return invalid("each entry of `schedule` names its `job`");
  const std::string where = "the job " + read.job + ": ";
  for (const Field field : entry.fields()) {
    if (std::find(std::begin(kKeys), std::end(kKeys), field.key) == std::end(kKeys))
      return invalid(where + "`" + std::string(field.key) +
                     "` is not known; there are every, cron, zone, at and missed");
    if (!field.value.is_string()) return invalid(where + "`" + std::string(field.key) + "` must be a text");
  }
  if (entry.has("every")) {
    const auto ms = milliseconds_of(entry["every"].text());
    if (!ms) return invalid(where + "`every` must be like \"30s\", \"15m\", \"2h\" or \"1d\"");
    read.when.every_ms = *ms;
  }
  if (entry.has("at")) {
    const auto at = instant_of(std::string(entry["at"].text()));
    if (!at || *at == 0) return invalid(where + "`at` must be like \"2027-01-01T07:00:00Z\", in UTC");
    read.when.at = *at;
  }
  read.when.cron = entry["cron"].text();
  read.when.zone = entry["zone"].text();
  if (entry.has("cron") && read.when.cron.empty()) return invalid(where + "`cron` is empty");
  if (const std::string_view missed = entry["missed"].text(); entry.has("missed")) {
    if (missed != "once" && missed != "skip") return invalid(where + "`missed` must be \"once\" or \"skip\"");
    read.when.skip_missed = missed == "skip";
  }
  if (Result<void> ok = check_when(read.when); !ok) return invalid(where + ok.error().message);
  return read;
}

}  // namespace

Result<void> check_when(const When& when) {
  const int given = (when.every_ms != 0 ? 1 : 0) + (when.at != 0 ? 1 : 0) + (when.cron.empty() ? 0 : 1);
  if (given > 1) return invalid("only one of every, cron and at may be given");
  if (!when.zone.empty() && when.cron.empty()) return invalid("a zone belongs to a cron line");
  if (when.every_ms != 0 && (when.every_ms < kShortest || when.every_ms > kLongestDays * 86'400'000))
    return invalid("a job runs at most once a second and at least every ten years");
  if (when.at < 0) return invalid("at is a time after 1970");
  if (when.cron.empty()) return {};
  const Result<Cron> cron = Cron::parse(when.cron);
  if (!cron) return cron.error();
  if (const Result<int64_t> next = cron->next(0, when.zone); !next) return next.error();
  return {};
}

std::string to_text(const When& when) {
  if (!when.cron.empty()) return "cron " + when.cron + (when.zone.empty() ? "" : ", " + when.zone);
  if (when.at != 0) {
    const auto time = std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(when.at));
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    char text[48];
    std::snprintf(text, sizeof text, "at %04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text;
  }
  if (when.every_ms == 0) return {};
  constexpr std::pair<int64_t, const char*> kUnits[] = {
      {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}};
  for (const auto& [ms, unit] : kUnits)
    if (when.every_ms % ms == 0) return "every " + std::to_string(when.every_ms / ms) + unit;
  return "every " + std::to_string(when.every_ms) + "ms";
}

Result<std::vector<JobDeclaration>> read_schedule(Value schedule) {
  std::vector<JobDeclaration> jobs;
  if (schedule.is_null()) return jobs;
  if (!schedule.is_array()) return invalid("`schedule` must be a list of jobs");
  std::set<std::string> names;
  for (const Value entry : schedule.items()) {
    Result<JobDeclaration> read = read_one(entry);
    if (!read) return read.error();
    if (!names.insert(read->job).second) return invalid("the job " + read->job + " is declared twice");
    jobs.push_back(*std::move(read));
  }
  return jobs;
}

}  // namespace outrigger::host
