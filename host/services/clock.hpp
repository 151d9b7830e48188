// The one source of time of this program, and what plugins see of it as outrigger.clock/1.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <string_view>

#include "outrigger/abi/clock.h"
#include "outrigger/result.hpp"

namespace outrigger::host {

// Microseconds since 1970 UTC.
int64_t now_micros();
// Microseconds from an arbitrary start; never steps back.
int64_t monotonic_micros();
// The instant of a wall-clock time in an IANA zone; both in microseconds. A time that the zone skips or repeats takes
// the offset before the change. kMissing: no such zone here, or no time zone data on this machine.
Result<int64_t> zone_to_utc(std::string_view zone, int64_t local);
Result<int64_t> zone_to_local(std::string_view zone, int64_t utc);

const or_clock_v1* clock_extension();

}  // namespace outrigger::host
