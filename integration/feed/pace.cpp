#include "integration/feed/pace.hpp"

#include <algorithm>

namespace outrigger::feed {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86400;
constexpr int64_t kHotFor = 120 * kSecond;
constexpr int64_t kWarmFor = 1800 * kSecond;

int64_t micros(double seconds) { return static_cast<int64_t>(seconds * static_cast<double>(kSecond)); }

}  // namespace

const char* to_string(Heat heat) {
  switch (heat) {
    case Heat::kHot: return "hot";
    case Heat::kWarm: return "warm";
    case Heat::kCold: return "cold";
  }
  return "";
}

Intervals intervals_for(size_t streams, size_t hot, const Settings& settings) {
  const double count = static_cast<double>(std::max<size_t>(1, streams));
  const double calls = settings.calls_per_second;
  const double idle = 0.8 * static_cast<double>(std::max<int64_t>(1, settings.idle_calls_per_day));
  Intervals result;
  const auto least = static_cast<double>(std::max<int64_t>(1, settings.look_every));
  result.hot = micros(calls > 0 ? std::max(least, 2 * static_cast<double>(hot) / calls) : least);
  result.warm = std::max(result.hot, micros(calls > 0 ? std::max(6 * least, 3 * count / calls) : 6 * least));
  result.cold = std::max(result.warm, micros(std::max(12 * least, count * static_cast<double>(kDay) / idle)));
  result.telltale = micros(900);
  return result;
}

int64_t identity_interval(int64_t records, size_t streams, const Settings& settings) {
  if (settings.identity_every > 0) return settings.identity_every * kSecond;
  const int64_t whole = 1 + records / std::max<int64_t>(1, settings.sweep_page);
  const auto pages = static_cast<double>(whole);
  const double calls = 0.15 * static_cast<double>(std::max<int64_t>(1, settings.idle_calls_per_day)) /
                       static_cast<double>(std::max<size_t>(1, streams));
  return micros(std::clamp(pages * static_cast<double>(kDay) / calls, 3600.0, static_cast<double>(kDay)));
}

void Pace::looked(int64_t now, bool changed) {
  // Who has just started it wants to see it work.
  if (changed || looked_at_ == 0) changed_at_ = now;
  looked_at_ = now;
  if (std::erase_if(hints_, [&](int64_t at) { return at <= now; }) != 0) hint_served_at_ = now;
}

int64_t Pace::failed(int64_t now, int32_t retry_after_ms, std::minstd_rand& jitter, int64_t longest) {
  const int64_t ceiling = std::min(longest, (2 * kSecond) << std::min(failures_, 20));
  ++failures_;
  std::uniform_int_distribution<int64_t> spread(ceiling / 2, ceiling);
  not_before_ = now + std::max<int64_t>(spread(jitter), int64_t{retry_after_ms} * 1000);
  return not_before_;
}

void Pace::hinted(int64_t now) {
  // One that is due soon after will do: a thousand webhooks of one import are one look.
  for (const int64_t wait : {int64_t{0}, kSecond, 5 * kSecond}) {
    const int64_t at = wait == 0 ? std::max(now, hint_served_at_ + kSecond / 2) : now + wait;
    const int64_t soon = at + (wait == 0 ? kSecond / 5 : kSecond);
    const bool covered =
        std::any_of(hints_.begin(), hints_.end(), [&](int64_t each) { return each >= at && each < soon; });
    if (!covered) hints_.push_back(at);
  }
  std::sort(hints_.begin(), hints_.end());
}

Heat Pace::heat(int64_t now) const {
  if (changed_at_ != 0 && now - changed_at_ < kHotFor) return Heat::kHot;
  return changed_at_ != 0 && now - changed_at_ < kWarmFor ? Heat::kWarm : Heat::kCold;
}

int64_t Pace::due(const Intervals& intervals) const {
  if (looked_at_ == 0) return 0;
  const Heat now = heat(looked_at_);
  const int64_t wait = now == Heat::kHot ? intervals.hot : now == Heat::kWarm ? intervals.warm : intervals.cold;
  const int64_t due = looked_at_ + wait;
  return hints_.empty() ? due : std::min(due, hints_.front());
}

}  // namespace outrigger::feed
