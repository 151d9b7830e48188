#include "host/plugins/supervisor.hpp"

#include <algorithm>
#include <utility>

namespace outrigger::host {
namespace {

constexpr int64_t kLongestBackoff = 60 * Supervisor::kSecond;

}  // namespace

const char* to_string(Supervisor::State state) {
  switch (state) {
    case Supervisor::State::kStopped: return "stopped";
    case Supervisor::State::kRunning: return "running";
    case Supervisor::State::kWaiting: return "waiting";
    case Supervisor::State::kQuarantined: return "quarantined";
  }
  return "unknown";
}

Supervisor::Supervisor(Maker make, Clock clock) : make_(std::move(make)), clock_(std::move(clock)) {}

Supervisor::~Supervisor() { stop(); }

Result<void> Supervisor::start() {
  const std::lock_guard one_at_a_time(gate_);
  Result<std::unique_ptr<Instance>> made = maker()(false);
  if (!made) {
    {
      const std::lock_guard lock(mutex_);
      state_ = State::kWaiting;
    }
    note_end(made.error());
    return made.error();
  }
  const std::lock_guard lock(mutex_);
  instance_ = *std::move(made);
  state_ = State::kRunning;
  started_at_ = clock_();
  return {};
}

Result<Document> Supervisor::call(std::string_view operation, Value args, const Sink& sink) {
  tend();
  std::unique_lock turn(gate_, std::defer_lock);
  if (!turn.try_lock_for(kLongestTurn))
    return Error{Code::kDeadline, "another call of the plugin does not end; restart the host to be rid of it",
                 Source::kHost, Effect::kNone, 60000};
  const std::shared_ptr<Instance> instance = current();
  if (instance == nullptr) return unavailable();
  Result<Document> result = instance->call(operation, args, sink);
  if (!result)
    if (const std::optional<Error> ended = instance->ended()) note_end(*ended);
  return result;
}

void Supervisor::tend() {
  {
    const std::shared_ptr<Instance> instance = current();
    if (instance != nullptr)
      if (const std::optional<Error> ended = instance->ended()) note_end(*ended);
  }
  const auto due = [this] {
    const std::lock_guard lock(mutex_);
    return state_ == State::kWaiting && clock_() >= next_start_;
  };
  if (!due()) return;
  const std::lock_guard one_at_a_time(gate_);
  if (!due()) return;  // another thread was quicker
  Result<std::unique_ptr<Instance>> made = maker()(false);
  if (!made) return note_end(made.error());
  const std::lock_guard lock(mutex_);
  if (state_ != State::kWaiting) return;
  instance_ = *std::move(made);
  state_ = State::kRunning;
  started_at_ = clock_();
  ++restarts_;
}

// A crash, or a start that failed.
void Supervisor::note_end(const Error& why) {
  std::shared_ptr<Instance> gone;
  const std::lock_guard lock(mutex_);
  if (state_ != State::kRunning && state_ != State::kWaiting) return;
  if (state_ == State::kRunning && instance_ != nullptr && !instance_->ended()) return;  // replaced meanwhile
  if (why.code == Code::kCancelled) return;
  const int64_t now = clock_();
  if (state_ == State::kRunning && now - started_at_ >= kWindow) {
    backoff_ = kSecond;
    recent_.clear();
  }
  gone = std::exchange(instance_, nullptr);
  reason_ = why.message;
  ++crashes_;
  recent_.push_back(now);
  while (now - recent_.front() > kWindow) recent_.pop_front();
  if (recent_.size() >= kMostCrashes) {
    state_ = State::kQuarantined;
    return;
  }
  state_ = State::kWaiting;
  next_start_ = now + backoff_;
  backoff_ = std::min(backoff_ * 2, kLongestBackoff);
}

Error Supervisor::unavailable() const {
  const std::lock_guard lock(mutex_);
  Error error{Code::kUnreachable, {}, Source::kHost, Effect::kNone, -1};
  if (state_ == State::kQuarantined) {
    error.message = "the plugin is in quarantine after " + std::to_string(kMostCrashes) +
                    " crashes within 5 minutes (" + reason_ +
                    "); mend or replace it, then `outrigger plugin enable` it again";
  } else if (state_ == State::kWaiting) {
    error.retry_after_ms = static_cast<int32_t>(std::max<int64_t>(1, (next_start_ - clock_()) / 1000));
    error.message = "the plugin is started again in " + std::to_string(error.retry_after_ms) + " ms (" + reason_ + ")";
  } else {
    error.code = Code::kCancelled;
    error.message = "the plugin is stopped";
  }
  return error;
}

Result<void> Supervisor::drain(std::unique_lock<CallGate>& turn, std::chrono::milliseconds patience) {
  if (turn.try_lock_for(patience)) return {};
  constexpr std::chrono::seconds kAfterCancelling{5};
  const std::shared_ptr<Instance> instance = current();
  if (instance != nullptr) instance->cancel();
  if (turn.try_lock_for(kAfterCancelling)) return {};
  if (instance != nullptr && instance->pid() != 0) {
    instance->stop();  // which ends its process, and with it the call
    if (turn.try_lock_for(kAfterCancelling)) return {};
  }
  return Error{Code::kDeadline, "the call under way was cancelled and does not end; stop the host to be rid of it",
               Source::kPlugin, Effect::kNone, -1};
}

void Supervisor::put(std::shared_ptr<Instance> instance, Maker make) {
  const std::lock_guard lock(mutex_);
  instance_ = std::move(instance);
  make_ = std::move(make);
  state_ = State::kRunning;
  started_at_ = clock_();
  backoff_ = kSecond;
  recent_.clear();
  reason_.clear();
}

Result<std::shared_ptr<Instance>> Supervisor::stand_by(const Maker& make) {
  Result<std::unique_ptr<Instance>> made = make(true);
  if (!made) return made.error();
  std::shared_ptr<Instance> fresh = *std::move(made);
  Arena arena;
  const Result<Document> health = fresh->call("health.check", arena.object({{"locale", "en"}}), {});
  if (!health) return health.error();
  for (const Value finding : health->root().items())
    if (finding["level"].text() == "fail")
      return Error{Code::kValidation,
                   std::string(finding["text"].text()) + "; " + std::string(finding["remedy"].text()), Source::kPlugin,
                   Effect::kNone, -1};
  return fresh;
}

Result<void> Supervisor::take(std::shared_ptr<Instance> fresh, Maker make, std::chrono::milliseconds patience) {
  std::unique_lock turn(gate_, std::defer_lock);
  if (Result<void> drained = drain(turn, patience); !drained) return drained;
  if (const std::shared_ptr<Instance> old = current()) old->stop();
  if (const Result<void> activated = fresh->activate(); !activated) return go_back(activated.error());
  put(std::move(fresh), std::move(make));
  return {};
}

// The old one was stopped and the new one is not to be had.
Error Supervisor::go_back(Error why) {
  const Maker before = maker();
  Result<std::unique_ptr<Instance>> again = before(false);
  if (again) {
    why.message += "; the version before works on";
    put(*std::move(again), before);
    return why;
  }
  why.message += "; and the version before does not start any more: " + again.error().message;
  {
    const std::lock_guard lock(mutex_);
    instance_ = nullptr;
    state_ = State::kWaiting;
  }
  note_end(again.error());
  return why;
}

Result<void> Supervisor::replace(Maker make, std::chrono::milliseconds patience) {
  Result<std::shared_ptr<Instance>> fresh = stand_by(make);
  if (!fresh) return fresh.error();
  return take(*std::move(fresh), std::move(make), patience);
}

Result<Supervisor::Prepared> Supervisor::prepare(Value config, std::chrono::milliseconds patience) {
  std::unique_lock turn(gate_, std::defer_lock);
  if (!turn.try_lock_for(patience))
    return Error{Code::kDeadline, "the call under way does not end; nothing was changed, try again later",
                 Source::kPlugin, Effect::kNone, -1};
  std::shared_ptr<Instance> instance = current();
  if (instance != nullptr) {
    Arena arena;
    const Result<Document> prepared = instance->call("reconfigure.prepare", arena.object({{"config", config}}), {});
    if (!prepared) {
      if (const std::optional<Error> ended = instance->ended()) note_end(*ended);
      return prepared.error();
    }
  }
  return Prepared(*this, std::move(turn), std::move(instance));
}

Supervisor::Prepared::Prepared(Prepared&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)), turn_(std::move(other.turn_)), instance_(std::move(other.instance_)) {}

Supervisor::Prepared::~Prepared() {
  if (of_ != nullptr && instance_ != nullptr) (void)instance_->call("reconfigure.abandon", {}, {});
}

// Commit cannot fail; an instance that ended is started again with what is in force now.
void Supervisor::Prepared::commit(Maker make) {
  Supervisor& of = *std::exchange(of_, nullptr);
  of.start_at_next_turn(std::move(make));
  if (instance_ != nullptr && !instance_->call("reconfigure.commit", {}, {}))
    if (const std::optional<Error> ended = instance_->ended()) of.note_end(*ended);
  turn_.unlock();
}

// The wait after a crash and the quarantine were the old configuration's.
void Supervisor::start_at_next_turn(Maker make) {
  const std::lock_guard lock(mutex_);
  make_ = std::move(make);
  if (state_ != State::kQuarantined && state_ != State::kWaiting) return;
  state_ = State::kWaiting;
  next_start_ = clock_();
  backoff_ = kSecond;
  recent_.clear();
}

void Supervisor::cancel() {
  const std::shared_ptr<Instance> instance = current();
  if (instance != nullptr) instance->cancel();
}

void Supervisor::stop() {
  cancel();
  std::shared_ptr<Instance> instance;
  {
    const std::lock_guard lock(mutex_);
    instance = std::exchange(instance_, nullptr);
    state_ = State::kStopped;
  }
  if (instance != nullptr) instance->stop();
}

void Supervisor::retire(std::chrono::milliseconds patience) {
  std::unique_lock turn(gate_, std::defer_lock);
  (void)drain(turn, patience);  // one that does not end is ended by stop
  stop();
}

Supervisor::Maker Supervisor::maker() const {
  const std::lock_guard lock(mutex_);
  return make_;
}

std::shared_ptr<Instance> Supervisor::current() const {
  const std::lock_guard lock(mutex_);
  return instance_;
}

Supervisor::Status Supervisor::status() const {
  const std::lock_guard lock(mutex_);
  Status status{state_, reason_, crashes_, restarts_, 0, instance_ == nullptr ? 0 : instance_->pid()};
  if (state_ == State::kWaiting) status.next_start_ms = std::max<int64_t>(0, (next_start_ - clock_()) / 1000);
  return status;
}

}  // namespace outrigger::host
