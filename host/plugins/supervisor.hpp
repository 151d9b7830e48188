// Keeps one instance alive: starts it, starts it again after a crash, and gives up on one that crashes too often.
//
//     Supervisor supervisor(maker, &monotonic_micros);
//     if (Result<void> started = supervisor.start(); !started) return started.error();
//     Result<Document> done = supervisor.call("changes.deliver", batch);
//     supervisor.status();      // running, waiting to be started again, quarantined: with the reason
//
// After a crash the next start waits 1 s, then 2, 4 ... up to 60 s; an instance that stays up for five minutes begins
// anew. Three crashes within five minutes end in quarantine, until release() or a new plugin. What was asked meanwhile
// is refused with retry_after_ms, so that its delivery waits and is not lost.
//
// Threads: any; calls run one at a time. Time comes from the function that was given, so tests move it.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "host/plugins/instance.hpp"

namespace outrigger::host {

class Supervisor {
 public:
  using Maker = std::function<Result<std::unique_ptr<Instance>>(bool standby)>;
  using Clock = std::function<int64_t()>;  // microseconds, never stepping back

  static constexpr int64_t kSecond = 1000000;
  static constexpr int64_t kWindow = 300 * kSecond;
  static constexpr size_t kMostCrashes = 3;

  enum class State { kStopped, kRunning, kWaiting, kQuarantined };
  struct Status {
    State state = State::kStopped;
    std::string reason;         // of kWaiting and kQuarantined: the last crash
    uint64_t crashes = 0;       // since it was made
    int64_t next_start_ms = 0;  // of kWaiting: from now
    int pid = 0;
  };

  Supervisor(Maker make, Clock clock);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // The first start. Its failure is the caller's to report, and is tried again as after a crash.
  Result<void> start();
  Result<Document> call(std::string_view operation, Value args, const Sink& sink = {});
  // Starts it again when that is due. To be called now and then; call() does it too.
  void tend();
  // Lifts the quarantine.
  void release();
  // Another version in its place, without losing or doubling what is under way: the new one is made to stand by and
  // asked for its health; the call under way ends (after `drain` it is cancelled); the old one is stopped; the new one
  // is activated. If any of that fails, the old version works on, and the error says why.
  Result<void> replace(Maker make, std::chrono::milliseconds drain = std::chrono::milliseconds(10000));
  // Ends what is blocked, from any thread; then stop.
  void cancel();
  void stop();
  [[nodiscard]] Status status() const;

 private:
  std::shared_ptr<Instance> current() const;
  Result<void> drain(std::unique_lock<std::timed_mutex>& calls, std::chrono::milliseconds patience);
  void put(std::shared_ptr<Instance> instance, Maker make);
  void note_end(const Error& why);
  Error unavailable() const;

  Maker make_;
  Clock clock_;
  mutable std::mutex mutex_;     // of what follows
  std::timed_mutex call_mutex_;  // one call at a time, and none while the instance is changed
  std::shared_ptr<Instance> instance_;
  State state_ = State::kStopped;
  std::string reason_;
  std::deque<int64_t> recent_;
  uint64_t crashes_ = 0;
  int64_t started_at_ = 0;
  int64_t next_start_ = 0;
  int64_t backoff_ = kSecond;
};

const char* to_string(Supervisor::State state);

}  // namespace outrigger::host
