// Time, as the host tells it: clock().now().
//
// The host's clock is virtual in tests; a plugin that uses no other source of time can be tested at any date.
// Times are std::chrono::sys_time with microseconds, always UTC. Threads: any.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "abi/clock.h"
#include "result.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

// A time in a reply: microseconds UTC. Nothing for null and 0.
inline std::optional<Time> time_of(Value value) {
  const int64_t micros = value.integer();
  return micros == 0 ? std::nullopt : std::optional<Time>(Time(std::chrono::microseconds(micros)));
}

class Clock {
 public:
  Clock() = default;
  explicit Clock(const or_clock_v1* table) : table_(table) {}

  // REQUIRES: the host granted "outrigger.clock/1"; without it, the epoch.
  [[nodiscard]] Time now() const {
    if (!OR_HAS(or_clock_v1, table_, now)) return Time{};
    return Time(std::chrono::microseconds(table_->now(table_->ctx)));
  }
  // For measuring how long something took.
  [[nodiscard]] std::chrono::microseconds monotonic() const {
    if (!OR_HAS(or_clock_v1, table_, monotonic)) return std::chrono::microseconds{0};
    return std::chrono::microseconds(table_->monotonic(table_->ctx));
  }
  // The instant of a wall-clock time in an IANA zone. kMissing: the zone is not known here.
  [[nodiscard]] Result<Time> to_utc(std::string_view zone,
                                    std::chrono::local_time<std::chrono::microseconds> local) const {
    if (!OR_HAS(or_clock_v1, table_, to_utc)) return Error{Code::kUnsupported, "this host's clock knows no time zones"};
    or_error error = empty_error();
    int64_t utc = 0;
    const or_status status = table_->to_utc(table_->ctx, to_abi(zone), local.time_since_epoch().count(), &utc, &error);
    if (status != OR_OK) return to_error(status, error);
    return Time(std::chrono::microseconds(utc));
  }
  // The wall-clock time in the zone at an instant.
  [[nodiscard]] Result<std::chrono::local_time<std::chrono::microseconds>> to_local(std::string_view zone,
                                                                                    Time utc) const {
    if (!OR_HAS(or_clock_v1, table_, to_local))
      return Error{Code::kUnsupported, "this host's clock knows no time zones"};
    or_error error = empty_error();
    int64_t local = 0;
    const or_status status =
        table_->to_local(table_->ctx, to_abi(zone), utc.time_since_epoch().count(), &local, &error);
    if (status != OR_OK) return to_error(status, error);
    return std::chrono::local_time<std::chrono::microseconds>(std::chrono::microseconds(local));
  }

 private:
  const or_clock_v1* table_ = nullptr;
};

}  // namespace v1
}  // namespace outrigger
