// When the plugin's jobs run: the manifest declares them, this moves them, durably.
//
//     if (auto set = schedule().every("import", std::chrono::minutes(15)); !set) return set.error();
//     if (auto set = schedule().cron("digest", "0 7 * * 1", "Asia/Ho_Chi_Minh"); !set) return set.error();
//     if (auto asked = schedule().run_now("import"); !asked) return asked.error();
//
// Threads: any. Text is borrowed for the call. See abi/schedule.h.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abi/schedule.h"
#include "clock.hpp"
#include "result.hpp"
#include "slot.hpp"

namespace outrigger {
inline namespace v1 {

// What becomes of runs that were due while the host was down.
enum class Missed : int32_t {
  kOnce = OR_MISSED_ONCE,  // one run, at once
  kSkip = OR_MISSED_SKIP,  // wait for the next
};

struct JobState {
  std::string job;
  std::optional<Time> next;
  std::optional<Time> last;
  bool running = false;
};

class Schedule {
 public:
  Schedule() = default;
  explicit Schedule(const or_schedule_v1* table) : table_(table) {}
  explicit operator bool() const { return table_ != nullptr; }

  // From the end of one run to the begin of the next; at least a second.
  [[nodiscard]] Result<void> every(std::string_view job, std::chrono::milliseconds period,
                                   Missed missed = Missed::kOnce) const {
    or_schedule_when when = empty(missed);
    when.every_ms = period.count();
    return set(job, when);
  }
  // Five fields, minute hour day month weekday, in an IANA zone (empty: UTC).
  [[nodiscard]] Result<void> cron(std::string_view job, std::string_view pattern, std::string_view zone = {},
                                  Missed missed = Missed::kOnce) const {
    or_schedule_when when = empty(missed);
    when.cron = to_abi(pattern);
    when.zone = to_abi(zone);
    return set(job, when);
  }
  // Once.
  [[nodiscard]] Result<void> at(std::string_view job, Time time, Missed missed = Missed::kOnce) const {
    or_schedule_when when = empty(missed);
    when.at = time.time_since_epoch().count();
    return set(job, when);
  }
  // It runs no more until one of the above or run_now.
  [[nodiscard]] Result<void> cancel(std::string_view job) const {
    return perform(table_, &or_schedule_v1::cancel, kAbsent, to_abi(job));
  }
  // As soon as it is not running; several requests are one run.
  [[nodiscard]] Result<void> run_now(std::string_view job) const {
    return perform(table_, &or_schedule_v1::run_now, kAbsent, to_abi(job));
  }
  [[nodiscard]] Result<std::vector<JobState>> list() const {
    const Result<Document> reply = ask(table_, &or_schedule_v1::list, kAbsent);
    if (!reply) return reply.error();
    std::vector<JobState> all;
    for (const Value one : reply->root().items())
      all.push_back(
          {std::string(one["job"].text()), time_of(one["next"]), time_of(one["last"]), one["running"].truthy()});
    return all;
  }

 private:
  static constexpr const char* kAbsent = "this host runs no jobs for the plugin, or it was not granted a schedule";

  static or_schedule_when empty(Missed missed) {
    or_schedule_when when{};
    when.struct_size = sizeof when;
    when.missed = static_cast<int32_t>(missed);
    return when;
  }
  [[nodiscard]] Result<void> set(std::string_view job, const or_schedule_when& when) const {
    return perform(table_, &or_schedule_v1::set, kAbsent, to_abi(job), &when);
  }

  const or_schedule_v1* table_ = nullptr;
};

}  // namespace v1
}  // namespace outrigger
