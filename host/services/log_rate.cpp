#include "host/services/log_rate.hpp"

#include <algorithm>
#include <utility>

namespace outrigger::host {

LogRate::Verdict LogRate::ask(int64_t now) {
  constexpr double kMicros = 1e6;
  const std::lock_guard lock(mutex_);
  if (last_ != 0) left_ = std::min<double>(kBurst, left_ + static_cast<double>(now - last_) / kMicros * kPerSecond);
  last_ = now;
  if (left_ < 1) {
    ++dropped_;
    return {};
  }
  left_ -= 1;
  return {true, std::exchange(dropped_, 0)};
}

void LogRate::add_dropped(uint64_t count) {
  const std::lock_guard lock(mutex_);
  dropped_ += count;
}

uint64_t LogRate::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

}  // namespace outrigger::host
