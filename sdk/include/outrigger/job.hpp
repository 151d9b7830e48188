// Work at set times: the manifest declares a job, on_job does it.
//
//     JobResult on_job(const JobCall& call) override {
//       auto left = import_some();                                     // a part, a second or so
//       if (!left) return left.error();                                // tried again with back-off
//       if (*left > 0) return JobResult::again();                      // other calls come between the parts
//       return JobResult::done("all rows imported");
//     }
//
// Threads: the instance's own. Everything in a JobCall is borrowed until on_job returns.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "abi/jobs.h"
#include "arena.hpp"
#include "clock.hpp"
#include "outcome.hpp"
#include "result.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

class JobCall {
 public:
  // REQUIRES: call outlives *this.
  explicit JobCall(const or_job_call& call) : call_(call) {}

  [[nodiscard]] std::string_view name() const { return from_abi(call_.job); }
  // The same when this run is repeated after a crash.
  [[nodiscard]] std::string_view delivery() const { return from_abi(call_.delivery); }
  [[nodiscard]] Time due() const { return Time(std::chrono::microseconds(call_.due)); }
  [[nodiscard]] uint32_t attempt() const { return call_.attempt; }  // from 1, since the last success

 private:
  const or_job_call& call_;
};

class JobResult {
 public:
  JobResult(Done) {}                                    // NOLINT(google-explicit-constructor)
  JobResult(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  // The note is one line for the admin.
  static JobResult done(std::string note = {}) {
    JobResult result{Done{}};
    result.note_ = std::move(note);
    return result;
  }
  // There is more to do, at the earliest after this time.
  static JobResult again(std::chrono::milliseconds after = {}, std::string note = {}) {
    JobResult result{Done{}};
    result.again_ = true;
    result.after_ms_ = after.count() < 0 ? 0 : after.count();
    result.note_ = std::move(note);
    return result;
  }

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] bool is_again() const { return again_; }
  [[nodiscard]] int64_t after_ms() const { return after_ms_; }
  [[nodiscard]] const std::string& note() const { return note_; }

  // As it crosses; null when done without a note.
  [[nodiscard]] Document report() const {
    if (!again_ && note_.empty()) return {};
    return Document::build([&](Arena& arena) {
      return arena.object({{"again", again_}, {"after_ms", after_ms_}, {"note", arena.text(note_)}});
    });
  }

 private:
  std::optional<Error> error_;
  bool again_ = false;
  int64_t after_ms_ = 0;
  std::string note_;
};

}  // namespace v1
}  // namespace outrigger
