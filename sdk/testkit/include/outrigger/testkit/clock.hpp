// The clock of a FakeHost: it stands still until the test moves it.
//
//     host.clock().set(std::chrono::sys_days(2026y / March / 2) + 7h);
//     host.clock().advance(std::chrono::minutes(15));
//     host.clock().zone("Europe/Brussels", std::chrono::hours(1));     // a fixed offset: no summer time
//
// It begins at 2026-01-01 00:00 UTC and knows UTC, Asia/Ho_Chi_Minh, Asia/Kolkata and Asia/Tokyo, which have one offset
// all year. A zone that it does not know is kMissing, as on a machine without it. Threads: any.
#pragma once

#include <map>
#include <outrigger/clock.hpp>

#include "core.hpp"

namespace outrigger::testkit {

class FakeClock {
 public:
  explicit FakeClock(Core& core) : core_(core) {}

  [[nodiscard]] Time now() const {
    const std::lock_guard lock(core_.mutex);
    return now_;
  }
  void set(Time now) {
    const std::lock_guard lock(core_.mutex);
    now_ = now;
  }
  // Moves the monotonic clock as well.
  void advance(std::chrono::microseconds by) {
    const std::lock_guard lock(core_.mutex);
    now_ += by;
    monotonic_ += by;
  }
  void zone(std::string name, std::chrono::seconds east_of_utc) {
    const std::lock_guard lock(core_.mutex);
    zones_[std::move(name)] = east_of_utc;
  }

  // For or_clock_v1.
  [[nodiscard]] std::chrono::microseconds monotonic() const {
    const std::lock_guard lock(core_.mutex);
    return monotonic_;
  }
  [[nodiscard]] Result<int64_t> offset(std::string_view name) const {
    const auto at = zones_.find(std::string(name));
    if (at == zones_.end())
      return Error{
          Code::kMissing,
          "the fake clock does not know the zone " + std::string(name) + "; give it an offset with host.clock().zone()",
          Source::kHost};
    return std::chrono::microseconds(at->second).count();
  }

 private:
  Core& core_;
  Time now_ = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  std::chrono::microseconds monotonic_{1};
  std::map<std::string, std::chrono::seconds> zones_{{"UTC", std::chrono::seconds(0)},
                                                     {"Asia/Ho_Chi_Minh", std::chrono::hours(7)},
                                                     {"Asia/Kolkata", std::chrono::minutes(330)},
                                                     {"Asia/Tokyo", std::chrono::hours(9)}};
};

}  // namespace outrigger::testkit
