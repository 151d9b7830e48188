// How long a call may take: a budget for the plugin's own time, and a cap on all of it. Time in which the plugin waits
// for a service of the host is not its own.
//
//     CallWatch watch;
//     watch.begin("commands.run", {.own = 30s, .total = 10min}, now);
//     if (auto why = watch.tick(now, services_under_way)) kill(*why);
//     watch.end();
//
// Threads: any. Times: microseconds from any start, never stepping back.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace outrigger::host {

struct CallLimits {
  std::chrono::milliseconds own{30000};
  std::chrono::milliseconds total{600000};
};

class CallWatch {
 public:
  void begin(std::string what, CallLimits limits, int64_t now);
  void end();
  // Counts the time since the last tick. The reason, once, when a limit is passed: "did not answer commands.run within
  // 30 s of its own time".
  std::optional<std::string> tick(int64_t now, bool waits_for_host);
  [[nodiscard]] bool active() const;

 private:
  mutable std::mutex mutex_;
  bool active_ = false;
  std::string what_;
  CallLimits limits_;
  int64_t begun_ = 0;
  int64_t last_ = 0;
  int64_t own_ = 0;
};

}  // namespace outrigger::host
