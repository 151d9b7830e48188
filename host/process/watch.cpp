#include "host/process/watch.hpp"

namespace outrigger::host {
namespace {

std::string seconds(std::chrono::milliseconds time) {
  const auto millis = time.count();
  if (millis % 1000 == 0) return std::to_string(millis / 1000) + " s";
  return std::to_string(millis) + " ms";
}

int64_t micros(std::chrono::milliseconds time) { return std::chrono::microseconds(time).count(); }

}  // namespace

void CallWatch::begin(std::string what, CallLimits limits, int64_t now) {
  const std::lock_guard lock(mutex_);
  active_ = true;
  what_ = std::move(what);
  limits_ = limits;
  begun_ = last_ = now;
  own_ = 0;
}

void CallWatch::end() {
  const std::lock_guard lock(mutex_);
  active_ = false;
}

bool CallWatch::active() const {
  const std::lock_guard lock(mutex_);
  return active_;
}

std::optional<std::string> CallWatch::tick(int64_t now, bool waits_for_host) {
  const std::lock_guard lock(mutex_);
  if (!active_) return std::nullopt;
  if (!waits_for_host) own_ += now - last_;
  last_ = now;
  std::optional<std::string> why;
  if (own_ >= micros(limits_.own))
    why = "did not answer " + what_ + " within " + seconds(limits_.own) + " of its own time";
  else if (now - begun_ >= micros(limits_.total))
    why = "did not answer " + what_ + " within " + seconds(limits_.total);
  if (why) active_ = false;
  return why;
}

}  // namespace outrigger::host
