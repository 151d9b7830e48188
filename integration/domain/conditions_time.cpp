// Conditions on dates, datetimes and their parts.
#include <algorithm>
#include <charconv>
#include <chrono>

#include "integration/domain/moment.hpp"
#include "integration/domain/program.hpp"

namespace outrigger::domain {
namespace {

constexpr int64_t kMicros = 1'000'000;

// From `low` on and before `high`, in seconds; for dates their midnights.
struct Span {
  int64_t low = 0;
  int64_t high = 0;
};

Result<Span> span_of(FieldType type, const Moment& moment, const Setting& setting) {
  if (type == FieldType::kDate) {
    const int64_t midnight = day_of(moment.seconds) * kDaySeconds;
    return Span{midnight, midnight + kDaySeconds};
  }
  if (!moment.day) return Span{moment.seconds, moment.seconds + 1};
  if (!setting.user_zone)
    return undecided("where a day begins depends on the user's time zone, which is not known here");
  const Result<int64_t> midnight = setting.user_zone->to_utc(moment.seconds * kMicros);
  if (!midnight) return midnight.error();
  const int64_t low = *midnight / kMicros;
  return Span{low, low + (moment.relative ? 1 : kDaySeconds)};
}

// The text of a date as it is stored; anything else than its own characters might match in ways of the database.
Result<Test> time_like(FieldType type, Operator op, Value wanted, const Setting& setting) {
  if (!wanted.truthy()) {
    if (!is_whole(op)) return Test([](Value) { return Answer::kYes; });
    return Test([](Value have) { return answer(is_empty(have)); });
  }
  // A dash, because digits alone might be found in a fraction of a second that is stored and not sent.
  if (!wanted.is_string() || wanted.text().find_first_not_of("0123456789-: ") != std::string_view::npos ||
      wanted.text().find('-') == std::string_view::npos)
    return undecided("a date is compared with a pattern that is more or less than a date");
  if (is_whole(op) && type == FieldType::kDatetime)
    return undecided("a fraction of a second may be stored, which a whole pattern would have to name");
  return like_test(op, wanted.text(), setting);
}

bool stored(Value have, int64_t& seconds) { return have.is_string() && read_stored(have.text(), seconds); }

struct Parts {
  int64_t year, quarter, month, week, day_of_year, day_of_month, day_of_week, hour, minute, second;
};

// Quarter and weekday as SQL has them.
Parts parts_of(int64_t local) {
  using std::chrono::days;
  using std::chrono::sys_days;
  using std::chrono::year_month_day;
  const sys_days here{days(day_of(local))};
  const year_month_day date{here};
  const int64_t clock = local - day_of(local) * kDaySeconds;
  const auto new_year = [](std::chrono::year year) { return sys_days(year / 1 / 1); };
  const unsigned weekday = std::chrono::weekday(here).c_encoding();  // Sunday 0
  // The week of a day is that of its Thursday.
  const sys_days thursday = here + days(4 - (weekday == 0 ? 7 : static_cast<int>(weekday)));
  const int64_t into = (thursday - new_year(year_month_day{thursday}.year())).count();
  const auto month = static_cast<int64_t>(static_cast<unsigned>(date.month()));
  return {static_cast<int>(date.year()),
          (month - 1) / 3 + 1,
          month,
          into / 7 + 1,
          (here - new_year(date.year())).count() + 1,
          static_cast<int64_t>(static_cast<unsigned>(date.day())),
          weekday,
          clock / 3600,
          clock / 60 % 60,
          clock % 60};
}

struct Part {
  std::string_view name;
  int64_t Parts::*value;
};
// Of a date, the parts of time are 0.
constexpr Part kParts[] = {{"year_number", &Parts::year},        {"quarter_number", &Parts::quarter},
                           {"month_number", &Parts::month},      {"iso_week_number", &Parts::week},
                           {"day_of_year", &Parts::day_of_year}, {"day_of_month", &Parts::day_of_month},
                           {"day_of_week", &Parts::day_of_week}, {"hour_number", &Parts::hour},
                           {"minute_number", &Parts::minute},    {"second_number", &Parts::second}};

// filtered_domain() counts quarters and weekdays otherwise.
int64_t value_of(const Part& part, const Parts& parts, Meaning meaning) {
  if (meaning == Meaning::kFilter && part.name == "quarter_number") return parts.month / 4 + 1;
  if (meaning == Meaning::kFilter && part.name == "day_of_week") return (parts.day_of_week + 6) % 7;
  return parts.*part.value;
}

struct Numbers {
  std::vector<int64_t> values;
  bool empty = false;
};

Result<Numbers> read_numbers(const std::vector<Value>& wanted, const Setting& setting) {
  Numbers numbers;
  for (const Value value : wanted) {
    const std::string_view text = value.text();
    int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    // Python's False is 0, so that filtered_domain() finds either by either.
    const bool filter = setting.meaning == Meaning::kFilter;
    if (is_empty(value) || (filter && value.as_integer() == 0)) {
      numbers.empty = true;
      if (filter) numbers.values.push_back(0);
    } else if (const auto whole = value.as_integer(); whole && !value.boolean()) {
      numbers.values.push_back(*whole);
    } else if (!text.empty() && read.ptr == text.data() + text.size() && read.ec == std::errc()) {
      if (setting.meaning == Meaning::kSearch) numbers.values.push_back(number);
    } else {
      return undecided("a part of a date is compared with " + shown(value));
    }
  }
  return numbers;
}

}  // namespace

Result<Test> time_test(FieldType type, Operator op, Value wanted, const Setting& setting) {
  if (is_like(op)) return time_like(type, op, wanted, setting);
  if (is_inequality(op)) {
    if (is_empty(wanted)) return Test([](Value) { return Answer::kNo; });
    if (wanted.is_array()) return undecided("a date is compared with a list");
    if (!wanted.is_string()) return mistaken("a date is compared with " + shown(wanted));
    const Result<Moment> moment = read_moment(wanted.text(), setting);
    if (!moment) return moment.error();
    const Result<Span> span = span_of(type, *moment, setting);
    if (!span) return span.error();
    // Beyond a day means beyond its end.
    const bool below = op == Operator::kLess || op == Operator::kLessOrEqual;
    const int64_t edge = op == Operator::kLess || op == Operator::kGreaterOrEqual ? span->low : span->high;
    // "today" on an instant is its midnight: what comes after the very second.
    return Test([edge, below](Value have) {
      if (is_empty(have)) return Answer::kNo;
      int64_t seconds = 0;
      if (!stored(have, seconds)) return Answer::kUnknown;
      return answer(below ? seconds < edge : seconds >= edge);
    });
  }
  const Result<std::vector<Value>> values = wanted_values(op, wanted);
  if (!values) return values.error();
  std::vector<int64_t> moments;
  bool empty_too = false;
  for (const Value value : *values) {
    if (value.boolean() == false || (value.is_null() && !wanted.is_array())) {
      empty_too = true;
      continue;
    }
    if (!value.is_string()) return mistaken("a date is compared with " + shown(value));
    const Result<Moment> moment = read_moment(value.text(), setting);
    if (!moment) return moment.error();
    const Result<Span> span = span_of(type, *moment, setting);
    if (!span) return span.error();
    moments.push_back(span->low);
  }
  return Test([moments, empty_too](Value have) {
    if (is_empty(have)) return answer(empty_too);
    int64_t seconds = 0;
    if (!stored(have, seconds)) return Answer::kUnknown;
    return answer(std::find(moments.begin(), moments.end(), seconds) != moments.end());
  });
}

Result<Test> part_test(FieldType type, std::string_view name, Operator op, Value wanted, const Setting& setting) {
  const Part* found = nullptr;
  for (const Part& part : kParts)
    if (part.name == name) found = &part;
  if (found == nullptr) return mistaken("a date has no part `" + std::string(name) + "`");
  if (is_like(op)) return undecided("a part of a date is compared with a pattern");
  if (type == FieldType::kDatetime && !setting.context_zone)
    return undecided("parts of an instant depend on the time zone of the context, which is not known here");
  const bool ordered = is_inequality(op);
  const Result<std::vector<Value>> values =
      ordered ? Result<std::vector<Value>>(std::vector<Value>{wanted}) : wanted_values(op, wanted);
  if (!values) return values.error();
  const Result<Numbers> numbers = read_numbers(*values, setting);
  if (!numbers) return numbers.error();
  if (ordered && (numbers->values.size() != 1 || is_empty(wanted)))
    return undecided("a part of a date is ordered against " + shown(wanted));
  const Zone zone = type == FieldType::kDatetime ? *setting.context_zone : Zone::utc();
  return Test([part = *found, numbers = *numbers, op, ordered, zone, meaning = setting.meaning](Value have) {
    if (is_empty(have)) return answer(!ordered && numbers.empty);
    int64_t seconds = 0;
    if (!stored(have, seconds)) return Answer::kUnknown;
    const Result<int64_t> local = zone.to_local(seconds * kMicros);
    if (!local) return Answer::kUnknown;
    const int64_t number = value_of(part, parts_of(*local / kMicros), meaning);
    if (ordered) return answer(compare(op, number < numbers.values[0] ? -1 : number > numbers.values[0] ? 1 : 0));
    return answer(std::find(numbers.values.begin(), numbers.values.end(), number) != numbers.values.end());
  });
}

}  // namespace outrigger::domain
