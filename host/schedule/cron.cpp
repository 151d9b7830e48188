#include "host/schedule/cron.hpp"

#include <date/tz.h>

#include <chrono>
#include <optional>

namespace outrigger::host {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using Local = date::local_time<minutes>;
using Instant = date::sys_time<microseconds>;

constexpr int kMostDays = 366 * 41;  // a 29 February on a given weekday, around 2100

// No zone is UTC, which needs no time zone database: to read that takes longer than all else at a host's start.
std::optional<Instant> earliest(const date::time_zone* zone, Local local) {
  if (zone == nullptr) return Instant(microseconds(local.time_since_epoch()));
  const date::local_info info = zone->get_info(date::local_time<seconds>(local));
  if (info.result == date::local_info::nonexistent) return info.first.end;
  return Instant(microseconds(local.time_since_epoch()) - microseconds(info.first.offset));
}

class Search {
 public:
  Search(const Cron& cron, const date::time_zone* zone, Instant after) : cron_(cron), zone_(zone), after_(after) {}

  std::optional<Instant> run() const { return cron_.hours.all() ? by_real_clock() : by_wall_clock(); }

 private:
  [[nodiscard]] bool on(date::local_days day) const {
    const date::year_month_day date(day);
    return cron_.on_day(static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                        date::weekday(day).c_encoding());
  }
  [[nodiscard]] Local local_of(Instant time) const {
    const seconds offset = zone_ == nullptr ? seconds(0) : zone_->get_info(time).offset;
    const microseconds local = time.time_since_epoch() + offset;
    return Local(std::chrono::floor<minutes>(local));
  }

  [[nodiscard]] std::optional<Instant> by_wall_clock() const {
    const auto first = std::chrono::floor<date::days>(local_of(after_));
    for (int i = 0; i < kMostDays; ++i) {
      const date::local_days day = first + date::days(i);
      if (!on(day)) continue;
      for (int hour = 0; hour < 24; ++hour) {
        if (!cron_.hours[static_cast<size_t>(hour)]) continue;
        for (int minute = 0; minute < 60; ++minute) {
          if (!cron_.minutes[static_cast<size_t>(minute)]) continue;
          const std::optional<Instant> at = earliest(zone_, Local(day) + hours(hour) + minutes(minute));
          if (at && *at > after_) return at;
        }
      }
    }
    return std::nullopt;
  }

  // Minute by minute within a day that counts, else on to the next day.
  [[nodiscard]] std::optional<Instant> by_real_clock() const {
    Instant at = std::chrono::floor<minutes>(after_) + minutes(1);
    const Instant end = at + date::days(kMostDays);
    while (at < end) {
      const Local local = local_of(at);
      const auto day = std::chrono::floor<date::days>(local);
      if (!on(day)) {
        const std::optional<Instant> next_day = earliest(zone_, Local(day + date::days(1)));
        at = next_day && *next_day > at ? *next_day : at + hours(1);
        continue;
      }
      const auto minute = (local - Local(day)).count() % 60;
      if (cron_.minutes[static_cast<size_t>(minute)]) return at;
      at += minutes(1);
    }
    return std::nullopt;
  }

  const Cron& cron_;
  const date::time_zone* zone_;
  Instant after_;
};

}  // namespace

bool Cron::on_day(unsigned month, unsigned day, unsigned weekday) const {
  if (!months[month]) return false;
  if (any_day || any_weekday) return days[day] && weekdays[weekday];
  return days[day] || weekdays[weekday];
}

Result<int64_t> Cron::next(int64_t after, std::string_view zone) const {
  try {
    const date::time_zone* found = zone.empty() || zone == "UTC" ? nullptr : date::locate_zone(std::string(zone));
    const std::optional<Instant> at = Search(*this, found, Instant(microseconds(after))).run();
    if (at) return int64_t{at->time_since_epoch().count()};
    return Error{Code::kInvalid, "the cron line never comes", Source::kPlugin, Effect::kNone, -1};
  } catch (const std::exception&) {
    return Error{Code::kMissing,
                 "the time zone \"" + std::string(zone) + "\" is not known here: correct its name, or install tzdata",
                 Source::kHost, Effect::kNone, -1};
  }
}

}  // namespace outrigger::host
