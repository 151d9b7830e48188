// How much one plugin may ask of the web: so many requests at once, so many that wait, so many a second.
//
//     Result<Traffic::Pass> pass = traffic.enter(deadline, stop);    // waits for its turn
//     if (Result<void> ok = traffic.pace(deadline, stop); !ok) ...   // before each request on the wire
//
// It belongs to the plugin, not to the instance: all of a plugin's instances share one. Errors: kLimit when too many
// wait already; kDeadline, kCancelled; nothing was sent in each. Threads: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>

#include "outrigger/result.hpp"

namespace outrigger::host {

// Microseconds from any start, never stepping back.
using Ticks = std::function<int64_t()>;

class Deadline {
 public:
  Deadline(Ticks now, std::chrono::milliseconds from_now)
      : now_(std::move(now)), at_(now_() + from_now.count() * 1000) {}
  [[nodiscard]] std::chrono::milliseconds left() const {
    const int64_t micros = at_ - now_();
    return std::chrono::milliseconds(micros > 0 ? (micros + 999) / 1000 : 0);
  }

 private:
  Ticks now_;
  int64_t at_;
};

// A number a second on average, more for a moment.
class Rate {
 public:
  Rate(int per_second, int burst) : interval_(1000000 / per_second), burst_(burst * interval_) {}
  // How long the next one has to wait, in microseconds.
  int64_t next(int64_t now);

 private:
  int64_t interval_;
  int64_t burst_;
  int64_t full_at_ = INT64_MIN;  // when all that was let through has been made up for
};

struct TrafficLimits {
  int in_flight = 8;
  int waiting = 32;
  int per_second = 50;
  int burst = 200;
};

class Traffic {
 public:
  class Pass {
   public:
    explicit Pass(Traffic& of) : of_(&of) {}
    Pass(Pass&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
      if (of_ != nullptr) of_->leave();
    }

   private:
    Traffic* of_;
  };

  Traffic(TrafficLimits limits, Ticks now);
  Result<Pass> enter(const Deadline& deadline, const std::stop_token& stop);
  Result<void> pace(const Deadline& deadline, const std::stop_token& stop);

 private:
  void leave();

  TrafficLimits limits_;
  Ticks now_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  int in_flight_ = 0;
  int waiting_ = 0;
  Rate rate_;
};

}  // namespace outrigger::host
