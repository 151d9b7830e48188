#include <algorithm>
#include <array>
#include <string>

#include "host/schedule/cron.hpp"

namespace outrigger::host {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr size_t kLongestLine = 500;

struct FieldOf {
  const char* what;
  int first;
  int last;
  const std::string_view* names;  // of first, first + 1 ...
  size_t name_count;
};
constexpr FieldOf kFields[] = {{"a minute is 0 to 59", 0, 59, nullptr, 0},
                               {"an hour is 0 to 23", 0, 23, nullptr, 0},
                               {"a day is 1 to 31", 1, 31, nullptr, 0},
                               {"a month is 1 to 12, or jan to dec", 1, 12, kMonths.data(), kMonths.size()},
                               {"a weekday is 0 to 7, or sun to sat", 0, 7, kWeekdays.data(), kWeekdays.size()}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

class Parser {
 public:
  explicit Parser(std::string_view line) : line_(line) {}

  Result<Cron> run() {
    if (line_.size() > kLongestLine) return wrong("a cron line has at most 500 characters");
    Cron cron;
    std::array<std::bitset<64>, 5> sets;
    std::array<bool, 5> any{};
    for (size_t i = 0; i < sets.size(); ++i) {
      skip_blanks();
      if (at_ == line_.size()) return wrong("there are five fields: minute hour day month weekday");
      if (!field(kFields[i], sets[i], any[i])) return wrong(problem_);
    }
    skip_blanks();
    if (at_ != line_.size()) return wrong("there are five fields, this is a sixth");
    for (size_t i = 0; i < 60; ++i) cron.minutes[i] = sets[0][i];
    for (size_t i = 0; i < 24; ++i) cron.hours[i] = sets[1][i];
    for (size_t i = 0; i < 32; ++i) cron.days[i] = sets[2][i];
    for (size_t i = 0; i < 13; ++i) cron.months[i] = sets[3][i];
    for (size_t i = 0; i < 8; ++i)
      if (sets[4][i]) cron.weekdays[i % 7] = true;
    cron.any_day = any[2];
    cron.any_weekday = any[4];
    if (!comes(cron)) {
      at_ = 0;
      return wrong("there is no such day in these months");
    }
    return cron;
  }

 private:
  Error wrong(const char* what) const {
    return {Code::kInvalid,
            "the cron line \"" + std::string(line_.substr(0, 60)) + "\" is wrong at character " +
                std::to_string(at_ + 1) + ": " + what,
            Source::kPlugin, Effect::kNone, -1};
  }
  bool fail(const char* what) {
    problem_ = what;
    return false;
  }
  void skip_blanks() {
    while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
  }
  [[nodiscard]] bool is(char c) const { return at_ < line_.size() && line_[at_] == c; }
  [[nodiscard]] bool ends() const { return at_ == line_.size() || is_blank(line_[at_]); }

  bool field(const FieldOf& of, std::bitset<64>& set, bool& any) {
    any = is('*');  // a step over all of them counts as unrestricted, as in every cron
    for (;;) {
      if (!part(of, set)) return false;
      if (ends()) return true;
      if (!is(',')) return fail("only - / and , may follow a number");
      ++at_;
    }
  }

  bool part(const FieldOf& of, std::bitset<64>& set) {
    int from = of.first;
    int to = of.last;
    const bool star = is('*');
    bool range = star;
    if (star) {
      ++at_;
    } else {
      const size_t begin = at_;
      if (!number(of, from)) return false;
      to = from;
      if (is('-')) {
        ++at_;
        if (!number(of, to)) return false;
        range = true;
        if (to < from) {
          at_ = begin;
          return fail("a range begins with the smaller number");
        }
      }
    }
    int step = 1;
    if (is('/')) {
      ++at_;
      const size_t begin = at_;
      if (!digits(step)) return fail("a step is a number from 1 on");
      if (step < 1 || step > of.last) {
        at_ = begin;
        return fail("a step is from 1 to the largest value of its field");
      }
      if (!range) to = of.last;
    }
    for (int value = from; value <= to; value += step) set[static_cast<size_t>(value)] = true;
    return true;
  }

  bool number(const FieldOf& of, int& out) {
    const size_t begin = at_;
    for (size_t i = 0; i < of.name_count; ++i) {
      const std::string_view name = of.names[i];
      if (line_.size() - at_ < name.size()) continue;
      if (!std::equal(name.begin(), name.end(), line_.begin() + static_cast<std::ptrdiff_t>(at_),
                      [](char a, char b) { return a == lower(b); }))
        continue;
      at_ += name.size();
      out = of.first + static_cast<int>(i);
      return true;
    }
    if (!digits(out) || out < of.first || out > of.last) {
      at_ = begin;
      return fail(of.what);
    }
    return true;
  }

  bool digits(int& out) {
    const size_t begin = at_;
    out = 0;
    while (at_ < line_.size() && is_digit(line_[at_]) && at_ - begin < 4) out = out * 10 + (line_[at_++] - '0');
    return at_ != begin;
  }

  // 30 February comes never; 29 February does.
  static bool comes(const Cron& cron) {
    constexpr unsigned kLongest[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!cron.any_weekday) return true;
    for (size_t month = 1; month <= 12; ++month)
      for (size_t day = 1; cron.months[month] && day <= kLongest[month]; ++day)
        if (cron.days[day]) return true;
    return false;
  }

  std::string_view line_;
  size_t at_ = 0;
  const char* problem_ = "";
};

}  // namespace

Result<Cron> Cron::parse(std::string_view line) { return Parser(line).run(); }

}  // namespace outrigger::host
