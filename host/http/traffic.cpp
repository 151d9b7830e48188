#include "host/http/traffic.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message, int32_t retry_after_ms = -1) {
  return {code, std::move(message), Source::kHost, Effect::kNone, retry_after_ms};
}

}  // namespace

int64_t Rate::next(int64_t now) {
  full_at_ = std::max(full_at_, now) + interval_;
  return std::max<int64_t>(0, full_at_ - burst_ - now);
}

Traffic::Traffic(TrafficLimits limits, Ticks now)
    : limits_(limits), now_(std::move(now)), rate_(limits.per_second, limits.burst) {}

Result<Traffic::Pass> Traffic::enter(const Deadline& deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (in_flight_ >= limits_.in_flight && waiting_ >= limits_.waiting)
    return refuse(Code::kLimit,
                  std::to_string(in_flight_ + waiting_) +
                      " requests of this plugin are under way already; ask for fewer at a time",
                  1000);
  ++waiting_;
  const bool free = changed_.wait_for(lock, stop, deadline.left(), [this] { return in_flight_ < limits_.in_flight; });
  --waiting_;
  if (stop.stop_requested()) return refuse(Code::kCancelled, "the request was cancelled before it was sent");
  if (!free)
    return refuse(Code::kDeadline,
                  "the request did not get its turn in time, since this plugin has too many others under way; ask for "
                  "fewer at a time");
  ++in_flight_;
  return Pass(*this);
}

Result<void> Traffic::pace(const Deadline& deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const std::chrono::microseconds wait(rate_.next(now_()));
  if (wait.count() > 0)
    changed_.wait_for(lock, stop, std::min<std::chrono::microseconds>(wait, deadline.left()), [] { return false; });
  if (stop.stop_requested()) return refuse(Code::kCancelled, "the request was cancelled");
  if (deadline.left().count() == 0)
    return refuse(Code::kDeadline, "the time for the request is over; allow it more, or ask less often");
  return {};
}

void Traffic::leave() {
  {
    const std::lock_guard lock(mutex_);
    --in_flight_;
  }
  changed_.notify_all();
}

}  // namespace outrigger::host
