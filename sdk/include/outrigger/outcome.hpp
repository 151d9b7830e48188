// What became of a delivery: done(), retry(after), reject(reason), or an Error.
//
//     Outcome on_webhook(const WebhookCall& call) override {
//       if (call.body().empty()) return reject("an empty order");              // no further attempt; the admin sees
//       why if (auto made = import(call.body()); !made) return made.error();       // tried again with back-off return
//       done();
//     }
//
// Threads: plain values. Ownership: an Outcome owns its text.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arena.hpp"
#include "result.hpp"

namespace outrigger {
inline namespace v1 {

struct Done {};

class Outcome {
 public:
  enum class Kind { kDone, kRetry, kReject, kFailed, kEach };

  Outcome(Done) {}                                                          // NOLINT(google-explicit-constructor)
  Outcome(Error error) : kind_(Kind::kFailed), error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  explicit Outcome(std::vector<Outcome> each) : kind_(Kind::kEach), each_(std::move(each)) {}  // one a change

  static Outcome retry(int64_t after_ms, std::string reason) {
    Outcome outcome{Done{}};
    outcome.kind_ = Kind::kRetry;
    outcome.after_ms_ = after_ms;
    outcome.reason_ = std::move(reason);
    return outcome;
  }
  static Outcome reject(std::string reason) {
    Outcome outcome{Done{}};
    outcome.kind_ = Kind::kReject;
    outcome.reason_ = std::move(reason);
    return outcome;
  }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_done() const { return kind_ == Kind::kDone; }
  [[nodiscard]] int64_t after_ms() const { return after_ms_; }  // of a retry; negative: the host's back-off
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] const Error& error() const { return error_; }               // REQUIRES: kFailed
  [[nodiscard]] const std::vector<Outcome>& each() const { return each_; }  // REQUIRES: kEach

  // One delivery's as it crosses, see abi/changes.h.
  [[nodiscard]] Value to_value(Arena& arena) const {
    switch (kind_) {
      case Kind::kDone: return arena.object({{"outcome", "done"}});
      case Kind::kReject: return arena.object({{"outcome", "reject"}, {"reason", arena.text(reason_)}});
      case Kind::kFailed: return repeat(arena, error_.retry_after_ms, error_.message);
      case Kind::kRetry: return repeat(arena, after_ms_, reason_);
      case Kind::kEach: break;
    }
    return repeat(arena, -1, "the plugin gave outcomes for several deliveries where there is one");
  }

 private:
  static Value repeat(Arena& arena, int64_t after_ms, std::string_view reason) {
    std::vector<Field> fields{{"outcome", Value::of("retry")}};
    if (after_ms >= 0) fields.push_back({"after_ms", Value::of(after_ms)});
    if (!reason.empty()) fields.push_back({"reason", arena.text(reason)});
    return arena.object(fields);
  }

  Kind kind_ = Kind::kDone;
  int64_t after_ms_ = -1;
  std::string reason_;
  Error error_{Code::kOk, {}, Source::kPlugin, Effect::kNone, -1};
  std::vector<Outcome> each_;
};

// All that was asked has been done.
inline Done done() { return {}; }
// The same delivery once more, not earlier than after this time.
inline Outcome retry(std::chrono::milliseconds after, std::string reason = {}) {
  return Outcome::retry(after.count() < 0 ? 0 : after.count(), std::move(reason));
}
// No further attempt. The reason is for the admin, one sentence; the delivery is kept and can be replayed.
inline Outcome reject(std::string reason) { return Outcome::reject(std::move(reason)); }

}  // namespace v1
}  // namespace outrigger
