#include "integration/domain/moment.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include "integration/domain/program.hpp"

namespace outrigger::domain {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kHour = 3600;
constexpr int64_t kMinute = 60;

bool digits(std::string_view text, size_t at, size_t size, int& out) {
  if (at + size > text.size()) return false;
  for (size_t i = at; i < at + size; ++i)
    if (text[i] < '0' || text[i] > '9') return false;
  std::from_chars(text.data() + at, text.data() + at + size, out);
  return true;
}

bool read_day(std::string_view text, int64_t& seconds) {
  int y = 0;
  int m = 0;
  int d = 0;
  if (text.size() < 10 || text[4] != '-' || text[7] != '-' || !digits(text, 0, 4, y) || !digits(text, 5, 2, m) ||
      !digits(text, 8, 2, d))
    return false;
  const year_month_day date{year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d))};
  if (y == 0 || !date.ok()) return false;
  seconds = sys_days(date).time_since_epoch().count() * kDaySeconds;
  return true;
}

// What follows the day: " 12:00:00", "T12:00:00", " 12:00", " 12:00:00.25".
bool read_clock(std::string_view text, int64_t& seconds) {
  int h = 0;
  int m = 0;
  int s = 0;
  // Odoo 19 looks at whole seconds.
  if (text.size() > 10 && text[9] == '.' && text.find_first_not_of("0123456789", 10) == std::string_view::npos)
    text = text.substr(0, 9);
  if ((text.size() != 6 && text.size() != 9) || (text[0] != ' ' && text[0] != 'T') || text[3] != ':') return false;
  if (!digits(text, 1, 2, h) || !digits(text, 4, 2, m)) return false;
  if (text.size() == 9 && (text[6] != ':' || !digits(text, 7, 2, s))) return false;
  if (h > 23 || m > 59 || s > 59) return false;
  seconds += h * kHour + m * kMinute + s;
  return true;
}

// The clock while relative terms are applied to it.
class Relative {
 public:
  Relative(const Setting& setting, int64_t local) : setting_(setting), local_(local) {}

  void today() {
    local_ = day_of(local_) * kDaySeconds;
    day_ = true;
  }
  [[nodiscard]] int64_t local() const { return local_; }
  [[nodiscard]] bool is_day() const { return day_; }

  Result<void> term(std::string_view term, std::string_view whole) {
    const char sign = term.front();
    if ((sign != '+' && sign != '-' && sign != '=') || term.size() < 3) return bad(term, whole);
    const std::string_view rest = term.substr(1);
    if (const int weekday = weekday_of(rest); weekday != 0) return to_weekday(sign, weekday, whole);
    if (rest == "week_start") {
      if (!setting_.first_weekday) return no_week(whole);
      return to_weekday(sign, *setting_.first_weekday, whole);
    }
    int64_t number = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size() - 1, number);
    constexpr int64_t kFarthest = 100'000;
    if (read.ec != std::errc() || read.ptr != rest.data() + rest.size() - 1 || number < 0 || number > kFarthest)
      return bad(term, whole);
    const bool done = sign == '=' ? set(rest.back(), number) : add(rest.back(), sign == '-' ? -number : number);
    return done ? Result<void>() : bad(term, whole);
  }

 private:
  static Error bad(std::string_view term, std::string_view whole) {
    return mistaken("`" + std::string(term) + "` in the date '" + std::string(whole) +
                    "' is no term such as -7d, =1d or today");
  }
  static Error no_week(std::string_view whole) {
    return undecided("the date '" + std::string(whole) +
                     "' depends on the first day of the week in the user's language");
  }

  static int weekday_of(std::string_view name) {
    constexpr std::array<std::string_view, 7> kNames = {"monday", "tuesday",  "wednesday", "thursday",
                                                        "friday", "saturday", "sunday"};
    for (size_t i = 0; i < kNames.size(); ++i)
      if (kNames[i] == name) return static_cast<int>(i) + 1;
    return 0;
  }

  // "=": that day of the week which begins as the user's language says, at midnight; "+" and "-": the next or the
  // last one, today included, at this time of day.
  Result<void> to_weekday(char sign, int weekday, std::string_view whole) {
    constexpr int kWeek = 7;
    // 1970-01-01 was a Thursday.
    const int64_t here = ((day_of(local_) + 3) % kWeek + kWeek) % kWeek + 1;
    if (sign != '=') {
      const int64_t ahead = (weekday - here + kWeek) % kWeek;
      local_ += (sign == '+' || ahead == 0 ? ahead : ahead - kWeek) * kDaySeconds;
      return {};
    }
    // Weeks begin on Saturday, Sunday or Monday: from Monday to Friday all have the same Monday.
    constexpr int kFriday = 5;
    if (!setting_.first_weekday && (weekday != 1 || here > kFriday)) return no_week(whole);
    const int first = setting_.first_weekday.value_or(1);
    const auto place = [&](int64_t one) { return (one - first + kWeek) % kWeek; };
    local_ = (day_of(local_) - place(here) + place(weekday)) * kDaySeconds;
    return {};
  }

  // Keeps the time of day; a day that the month lacks becomes its last.
  void to_month(int64_t y, int64_t month_index, unsigned d) {
    y += month_index >= 0 ? month_index / 12 : -((-month_index + 11) / 12);
    const auto m = static_cast<unsigned>((month_index % 12 + 12) % 12 + 1);
    const std::chrono::year_month_day_last last{year(static_cast<int>(y)), std::chrono::month_day_last{month(m)}};
    if (day(d) > last.day()) d = static_cast<unsigned>(last.day());
    const int64_t clock = local_ - day_of(local_) * kDaySeconds;
    local_ =
        sys_days(year_month_day{year(static_cast<int>(y)), month(m), day(d)}).time_since_epoch().count() * kDaySeconds +
        clock;
  }

  [[nodiscard]] year_month_day date() const { return sys_days(days(day_of(local_))); }

  bool add(char unit, int64_t number) {
    const year_month_day now = date();
    const auto y = static_cast<int>(now.year());
    const auto m = static_cast<int64_t>(static_cast<unsigned>(now.month())) - 1;
    const auto d = static_cast<unsigned>(now.day());
    constexpr int64_t kMostYears = 5000;
    switch (unit) {
      case 'd': local_ += number * kDaySeconds; return true;
      case 'w': local_ += number * 7 * kDaySeconds; return true;
      case 'm':
        if (number < -kMostYears * 12 || number > kMostYears * 12) return false;
        to_month(y, m + number, d);
        return true;
      case 'y':
        if (number < -kMostYears || number > kMostYears) return false;
        to_month(y + number, m, d);
        return true;
      case 'H': local_ += number * kHour; break;
      case 'M': local_ += number * kMinute; break;
      case 'S': local_ += number; break;
      default: return false;
    }
    day_ = false;
    return true;
  }

  bool set(char unit, int64_t number) {
    const year_month_day now = date();
    const int64_t midnight = day_of(local_) * kDaySeconds;
    const int64_t hour = (local_ - midnight) / kHour * kHour;
    const auto fits = [&](int64_t low, int64_t high) { return number >= low && number <= high; };
    switch (unit) {
      case 'y':  // keeps month and day
        if (!fits(1, 9999)) return false;
        local_ = midnight;
        to_month(number, static_cast<int64_t>(static_cast<unsigned>(now.month())) - 1,
                 static_cast<unsigned>(now.day()));
        return true;
      case 'm':  // keeps the day, or takes the month's last
        if (!fits(1, 12)) return false;
        local_ = midnight;
        to_month(static_cast<int>(now.year()), number - 1, static_cast<unsigned>(now.day()));
        return true;
      case 'd': {
        // A day that the month lacks becomes its last.
        if (!fits(1, 31)) return false;
        local_ = midnight;
        to_month(static_cast<int>(now.year()), static_cast<int64_t>(static_cast<unsigned>(now.month())) - 1,
                 static_cast<unsigned>(number));
        return true;
      }
      case 'H':
        if (!fits(0, 23)) return false;
        local_ = midnight + number * kHour;
        break;
      case 'M':
        if (!fits(0, 59)) return false;
        local_ = midnight + hour + number * kMinute;
        break;
      case 'S':
        if (!fits(0, 59)) return false;
        local_ = local_ / kMinute * kMinute + number;
        break;
      default: return false;
    }
    day_ = false;
    return true;
  }

  const Setting& setting_;
  int64_t local_;
  bool day_ = false;
};

Result<Moment> read_relative(std::string_view text, const Setting& setting) {
  if (!setting.user_zone)
    return undecided("the date '" + std::string(text) + "' depends on the user's time zone, which is not known here");
  const int64_t now = setting.now / kMicros;
  const Result<int64_t> local = setting.user_zone->to_local(now * kMicros);
  if (!local) return local.error();
  const int64_t offset = *local / kMicros - now;
  Relative clock(setting, now + offset);
  bool today = false;
  bool first = true;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.size(), text.find(' ', at));
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (first && (word == "today" || word == "now")) {
      today = word == "today";
      if (today) clock.today();
    } else if (Result<void> done = clock.term(word, text); !done) {
      return done.error();
    }
    first = false;
  }
  if (clock.is_day()) return Moment{true, true, clock.local()};
  // What began as a day and got a time is taken as UTC by Odoo; the rest keeps the offset of this moment.
  return Moment{false, true, clock.local() - (today ? 0 : offset)};
}

}  // namespace

bool read_stored(std::string_view text, int64_t& seconds) {
  if (!read_day(text, seconds)) return false;
  return text.size() == 10 || read_clock(text.substr(10), seconds);
}

Result<Moment> read_moment(std::string_view text, const Setting& setting) {
  if (text.empty()) return mistaken("a date is empty; use False for \"not set\"");
  if (text[0] < '0' || text[0] > '9') return read_relative(text, setting);
  Moment moment;
  if (!read_stored(text, moment.seconds))
    return mistaken("'" + std::string(text.substr(0, 40)) + "' is no date such as 2026-01-31 or 2026-01-31 12:00:00");
  moment.day = text.size() == 10;
  return moment;
}

}  // namespace outrigger::domain
