// How many lines an instance may log: 200 at once, then 50 a second. Those beyond are counted.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <mutex>

namespace outrigger::host {

class LogRate {
 public:
  static constexpr int kBurst = 200;
  static constexpr int kPerSecond = 50;

  struct Verdict {
    bool pass = false;
    uint64_t dropped = 0;  // with the first line that passes again: how many were dropped before it
  };
  // now: microseconds from any start, never stepping back.
  Verdict ask(int64_t now);
  // Lines that were dropped elsewhere.
  void add_dropped(uint64_t count);
  // Dropped since a line passed last.
  [[nodiscard]] uint64_t dropped() const;

 private:
  mutable std::mutex mutex_;
  double left_ = kBurst;
  int64_t last_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace outrigger::host
