// When to look: often where something happens, seldom where nothing does, never more than the database allows.
//
//     const Intervals intervals = intervals_for(streams, hot, settings);
//     Pace pace;
//     pace.looked(now, changed);
//     if (pace.due(intervals) <= now) ...
//
// A stream is hot for two minutes after its first look or a change, warm for half an hour, cold then. The intervals stretch with the
// number of streams, so that they all together keep to the budget: warm and hot ones take at most a third and a half
// of the calls a second, cold ones four fifths of what an idle day may cost; the rest is for sweeps.
//
// Pure: time, in microseconds, is passed in. Threads: one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "integration/feed/watch.hpp"

namespace outrigger::feed {

enum class Heat { kHot, kWarm, kCold };
const char* to_string(Heat heat);

// Microseconds.
struct Intervals {
  int64_t hot = 0;
  int64_t warm = 0;
  int64_t cold = 0;
  int64_t telltale = 0;
};
Intervals intervals_for(size_t streams, size_t hot, const Settings& settings);
// Between an hour and a day, so that sweeps of all streams keep to their fifth of an idle day. Microseconds.
int64_t identity_interval(int64_t records, size_t streams, const Settings& settings);

class Pace {
 public:
  void looked(int64_t now, bool changed);
  // Seen otherwise than by a look.
  void changed(int64_t now) { changed_at_ = now; }
  // The next look comes after the pause: doubling, with jitter, up to `longest` microseconds, or as long as the server
  // says. So what passes by itself is seen to have passed after about as long again.
  int64_t failed(int64_t now, int32_t retry_after_ms, std::minstd_rand& jitter,
                 int64_t longest = int64_t{300} * 1'000'000);
  // For so long, without doubling: our own disk is full, and how soon there is room says nothing of Odoo.
  void hold(int64_t now, int32_t ms) {
    failures_ = std::max(failures_, 1);
    not_before_ = now + int64_t{ms} * 1000;
  }
  void succeeded() { failures_ = 0; }
  // Look at once, and again after one and after five seconds: Odoo 17 and 18 post webhooks before the commit. Hints
  // alone bring no two looks within half a second.
  void hinted(int64_t now);

  [[nodiscard]] Heat heat(int64_t now) const;
  // When the next look is due.
  [[nodiscard]] int64_t due(const Intervals& intervals) const;
  [[nodiscard]] int64_t not_before() const { return not_before_; }
  [[nodiscard]] int failures() const { return failures_; }

 private:
  int64_t looked_at_ = 0;  // 0: never
  int64_t changed_at_ = 0;
  int64_t not_before_ = 0;
  int failures_ = 0;
  int64_t hint_served_at_ = INT64_MIN / 2;
  std::vector<int64_t> hints_;
};

}  // namespace outrigger::feed
