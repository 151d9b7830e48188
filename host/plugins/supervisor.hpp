// Keeps one instance alive: starts it, starts it again after a crash, and gives up on one that crashes too often.
//
//     Supervisor supervisor(maker, &monotonic_micros);
//     if (Result<void> started = supervisor.start(); !started) return started.error();
//     Result<Document> done = supervisor.call("changes.deliver", batch);
//     supervisor.status();      // running, waiting to be started again, quarantined: with the reason
//
// After a crash the next start waits 1 s, then 2, 4 ... up to 60 s; an instance that stays up for five minutes begins
// anew. Three crashes within five minutes end in quarantine, until it is replaced or configured anew. What was asked
// meanwhile is refused with retry_after_ms, so that its delivery waits and is not lost.
//
// It can be changed while it works, and several of them together or none:
//
//     Result<std::shared_ptr<Instance>> fresh = Supervisor::stand_by(make);      // another version, for take()
//     Result<Supervisor::Prepared> prepared = supervisor.prepare(config);        // a new configuration, for commit()
//     if (!fresh || !prepared) return;                                           // nothing was changed
//
// Whoever calls in between waits, and is answered by what is there then: no call is lost or made twice.
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

#include "host/plugins/call_gate.hpp"
#include "host/plugins/instance.hpp"

namespace outrigger::host {

class Supervisor {
 public:
  using Maker = std::function<Result<std::unique_ptr<Instance>>(bool standby)>;
  using Clock = std::function<int64_t()>;  // microseconds, never stepping back

  static constexpr int64_t kSecond = 1000000;
  static constexpr int64_t kWindow = 300 * kSecond;
  static constexpr size_t kMostCrashes = 3;
  static constexpr std::chrono::milliseconds kDrain{10000};
  // Longer than any call of a plugin in a process of its own may take (CallLimits::total).
  static constexpr std::chrono::milliseconds kLongestTurn{660000};

  enum class State { kStopped, kRunning, kWaiting, kQuarantined };
  struct Status {
    State state = State::kStopped;
    std::string reason;         // of kWaiting and kQuarantined: the last crash
    uint64_t crashes = 0;       // since it was made
    uint64_t restarts = 0;      // started again after a crash, since it was made
    int64_t next_start_ms = 0;  // of kWaiting: from now
    int pid = 0;
  };

  Supervisor(Maker make, Clock clock);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // The first start. Its failure is the caller's to report, and is tried again as after a crash.
  Result<void> start();
  // kDeadline: the call before it does not end, which only a plugin in this process can get away with.
  Result<Document> call(std::string_view operation, Value args, const Sink& sink = {});
  // Starts it again when that is due. To be called now and then; call() does it too.
  void tend();

  // Another version: made, created, and asked for its health; it waits to be activated.
  static Result<std::shared_ptr<Instance>> stand_by(const Maker& make);
  // It takes the place of the one at work: the call under way ends (after `drain` it is cancelled); the old one is
  // stopped; the new one is activated. If any of that fails, the old version works on, and the error says why.
  Result<void> take(std::shared_ptr<Instance> fresh, Maker make, std::chrono::milliseconds drain = kDrain);
  // Both.
  Result<void> replace(Maker make, std::chrono::milliseconds drain = kDrain);

  // A new configuration for the instance at work: what was prepared is abandoned unless it is committed. Calls wait for
  // as long as it exists, so keep it shortly.
  class Prepared {
   public:
    Prepared(Prepared&& other) noexcept;
    Prepared& operator=(Prepared&&) = delete;
    ~Prepared();
    // `make` makes instances of the new configuration. One that is not up is started with it at the next turn.
    void commit(Maker make);

   private:
    friend class Supervisor;
    Prepared(Supervisor& of, std::unique_lock<CallGate> turn, std::shared_ptr<Instance> instance)
        : of_(&of), turn_(std::move(turn)), instance_(std::move(instance)) {}
    Supervisor* of_;  // null: moved from, committed or abandoned
    std::unique_lock<CallGate> turn_;
    std::shared_ptr<Instance> instance_;  // null: it was not up
  };
  // kUnsupported: the plugin cannot be configured at work, so replace it. kDeadline: the call under way lasts longer
  // than `patience`. Other errors are the plugin's own. It works on as before then.
  Result<Prepared> prepare(Value config, std::chrono::milliseconds patience = kDrain);

  // Ends what is blocked, from any thread; then stop.
  void cancel();
  void stop();
  // Lets the call under way end within `drain`, then stops.
  void retire(std::chrono::milliseconds drain = kDrain);
  [[nodiscard]] Status status() const;
  // How the version at work is made.
  [[nodiscard]] Maker maker() const;

 private:
  std::shared_ptr<Instance> current() const;
  Result<void> drain(std::unique_lock<CallGate>& turn, std::chrono::milliseconds patience);
  Error go_back(Error why);
  void put(std::shared_ptr<Instance> instance, Maker make);
  void start_at_next_turn(Maker make);
  void note_end(const Error& why);
  Error unavailable() const;

  Maker make_;
  Clock clock_;
  CallGate gate_;             // one call at a time, and none while the instance is changed
  mutable std::mutex mutex_;  // of make_ and of what follows
  std::shared_ptr<Instance> instance_;
  State state_ = State::kStopped;
  std::string reason_;
  std::deque<int64_t> recent_;
  uint64_t crashes_ = 0;
  uint64_t restarts_ = 0;
  int64_t started_at_ = 0;
  int64_t next_start_ = 0;
  int64_t backoff_ = kSecond;
};

const char* to_string(Supervisor::State state);

}  // namespace outrigger::host
