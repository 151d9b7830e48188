#include "host/services/clock.hpp"

#include <date/tz.h>

#include <chrono>

#include "outrigger/value.hpp"

namespace outrigger::host {
namespace {

using std::chrono::microseconds;

Error no_zone(std::string_view zone, const char* why) {
  return {Code::kMissing,
          "the time zone \"" + std::string(zone) + "\" is not known on this machine (" + why +
              "); install tzdata or correct the name",
          Source::kHost, Effect::kNone, -1};
}

or_status answer(const Result<int64_t>& result, int64_t* out, or_error* error) {
  if (!result) return fill_error(error, result.error());
  *out = *result;
  return OR_OK;
}

}  // namespace

int64_t now_micros() {
  return std::chrono::duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

int64_t monotonic_micros() {
  return std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Result<int64_t> zone_to_utc(std::string_view zone, int64_t local) {
  try {
    const date::local_time<microseconds> time{microseconds(local)};
    const auto* found = date::locate_zone(std::string(zone));
    const date::local_info info = found->get_info(time);
    return (time.time_since_epoch() - info.first.offset).count();
  } catch (const std::exception& problem) {
    return no_zone(zone, problem.what());
  }
}

Result<int64_t> zone_to_local(std::string_view zone, int64_t utc) {
  try {
    const date::sys_time<microseconds> time{microseconds(utc)};
    return (time.time_since_epoch() + date::locate_zone(std::string(zone))->get_info(time).offset).count();
  } catch (const std::exception& problem) {
    return no_zone(zone, problem.what());
  }
}

const or_clock_v1* clock_extension() {
  static constexpr or_clock_v1 kTable{sizeof(or_clock_v1),
                                      0,
                                      nullptr,
                                      [](void*) { return now_micros(); },
                                      [](void*) { return monotonic_micros(); },
                                      [](void*, or_str zone, int64_t local, int64_t* utc, or_error* error) {
                                        return answer(zone_to_utc(from_abi(zone), local), utc, error);
                                      },
                                      [](void*, or_str zone, int64_t utc, int64_t* local, or_error* error) {
                                        return answer(zone_to_local(from_abi(zone), utc), local, error);
                                      }};
  return &kTable;
}

}  // namespace outrigger::host
