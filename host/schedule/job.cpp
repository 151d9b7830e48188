#include "host/schedule/job.hpp"

#include <algorithm>

#include "host/schedule/cron.hpp"

namespace outrigger::host {
namespace {

constexpr int64_t kMs = 1000;
constexpr int64_t kFirstDelayMs = 10'000;
constexpr int64_t kLongestDelayMs = 3'600'000;
constexpr int64_t kLongestAgainMs = int64_t{30} * 86'400'000;
constexpr int64_t kGrace = 1'000'000;  // a run that is this late was not missed, only slow
constexpr size_t kLongestNote = 500;

}  // namespace

JobOutcome outcome_of(Value result) {
  JobOutcome outcome;
  outcome.again = result["again"].truthy();
  outcome.after_ms = std::clamp<int64_t>(result["after_ms"].integer(), 0, kLongestAgainMs);
  outcome.note = result["note"].text().substr(0, kLongestNote);
  return outcome;
}

JobOutcome outcome_of(const Error& error) {
  return {true, false, std::max<int64_t>(error.retry_after_ms, 0), error.message.substr(0, kLongestNote)};
}

Job Job::declare(std::string plugin, const JobDeclaration& declaration, int64_t now) {
  Job job;
  job.plugin = std::move(plugin);
  job.name = declaration.job;
  job.when = declaration.when;
  job.next = job.when.every_ms != 0 ? std::optional(now) : job.following(now);
  return job;
}

void Job::redeclare(const When& declared, int64_t now) {
  if (own || when == declared) return;
  const bool repeat = running || attempts != 0;
  when = declared;
  if (!cancelled && !asked && !repeat) next = when.every_ms != 0 ? std::optional(now) : following(now);
}

void Job::set(const When& given, int64_t now) {
  when = given;
  own = true;
  cancelled = false;
  attempts = 0;
  error.clear();
  if (!running) delivery.clear();
  if (asked) return;
  next = when.every_ms != 0 ? std::optional(now + when.every_ms * kMs)
         : when.at != 0     ? std::optional(when.at)
                            : following(now);
}

void Job::cancel() {
  cancelled = true;
  asked = false;
  next.reset();
  if (running) return;
  delivery.clear();
  attempts = 0;
}

void Job::run_now(int64_t now) {
  asked = true;
  if (!running) next = now;
}

void Job::recover(int64_t now) {
  if (running) {
    running = false;
    next = now;
    return;
  }
  const bool missed = next && *next + kGrace < now;
  if (missed && when.skip_missed && !asked && attempts == 0 && delivery.empty()) next = following(now);
}

void Job::give_up(int64_t now) {
  delivery.clear();
  attempts = 0;
  error = "a run of the epoch before is not repeated; see `outrigger writes list` for what it wrote";
  if (!running) next = asked ? std::optional(now) : cancelled ? std::nullopt : following(now);
}

void Job::begin(const std::string& fresh, int64_t now) {
  running = true;
  asked = false;
  if (!delivery.empty()) return;
  delivery = fresh;
  due = next.value_or(now);
}

void Job::finish(const JobOutcome& outcome, int64_t now) {
  running = false;
  if (outcome.failed && delivery.empty()) return give_up(now);  // another epoch began meanwhile
  if (outcome.failed) {
    ++attempts;
    error = outcome.note;
    const auto doublings = static_cast<unsigned>(std::clamp<int64_t>(attempts - 1, 0, 20));
    const int64_t ms = std::max(outcome.after_ms, std::min(kLongestDelayMs, kFirstDelayMs << doublings));
    next = asked ? now : now + ms * kMs;
    if (cancelled && !asked) {
      next.reset();
      delivery.clear();
      attempts = 0;
    }
    return;
  }
  delivery.clear();
  attempts = 0;
  error.clear();
  note = outcome.note;
  last = now;
  if (asked)
    next = now;
  else if (outcome.again && !cancelled)
    next = now + outcome.after_ms * kMs;
  else if (cancelled)
    next.reset();
  else if (when.at > due)
    next = std::max(when.at, now);  // set while this run was under way
  else
    next = following(now);
}

// What comes after now; of a single time, nothing once it is past.
std::optional<int64_t> Job::following(int64_t now) const {
  if (when.every_ms != 0) return now + when.every_ms * kMs;
  if (when.at != 0) return when.at > now ? std::optional(when.at) : std::nullopt;
  if (when.cron.empty()) return std::nullopt;
  const Result<Cron> cron = Cron::parse(when.cron);
  if (!cron) return std::nullopt;
  const Result<int64_t> next_time = cron->next(now, when.zone);
  return next_time ? std::optional(*next_time) : std::nullopt;
}

}  // namespace outrigger::host
