// Cron lines: five fields, minute hour day month weekday, in a time zone.
//
//     Result<Cron> cron = Cron::parse("30 7 * * mon-fri");
//     Result<int64_t> next = cron->next(now, "Asia/Ho_Chi_Minh");
//
// A field is *, a number, a range (1-5), a step (*/15, 9-17/2, 20/10: from 20 on) or a list of these (1,15,20-25).
// Months and weekdays have English names of three letters; Sunday is 0 and 7. When neither day nor weekday begins with
// *, either of them is enough, as in every cron.
//
// When clocks change: a time that is skipped runs at the moment of the change, once, however many were skipped; a time
// that comes twice runs the first time only. A line whose hour is * follows the real clock instead: every hour of it,
// also the one that comes twice.
//
// Threads: plain data. Times: microseconds UTC.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>

#include "outrigger/result.hpp"

namespace outrigger::host {

struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;    // 1 to 31
  std::bitset<13> months;  // 1 to 12
  std::bitset<7> weekdays;
  bool any_day = false;
  bool any_weekday = false;

  // kInvalid: names the character (from 1) at which it is wrong, and what belongs there; also for a day that never
  // comes.
  static Result<Cron> parse(std::string_view line);
  // The first time after `after`. kMissing: the zone is not known; empty is UTC.
  [[nodiscard]] Result<int64_t> next(int64_t after, std::string_view zone) const;
  [[nodiscard]] bool on_day(unsigned month, unsigned day, unsigned weekday) const;
};

}  // namespace outrigger::host
