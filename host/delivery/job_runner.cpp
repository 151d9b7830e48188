#include "host/delivery/job_runner.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace outrigger::host {
namespace {

constexpr int64_t kLongestWait = 5'000'000;
constexpr int64_t kShortestWait = 1'000;

}  // namespace

JobRunner::JobRunner(Scheduler& scheduler, Options options, Call call)
    : scheduler_(scheduler), options_(std::move(options)), call_(std::move(call)) {}

void JobRunner::start() {
  if (thread_.joinable()) return;
  thread_ = std::thread([this] { work(); });
}

void JobRunner::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

void JobRunner::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

Result<size_t> JobRunner::run_due() {
  size_t ran = 0;
  for (const JobRun& due : scheduler_.due()) {
    if (due.plugin != options_.plugin) continue;
    if (options_.may_run && !options_.may_run()) return ran;
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return ran;
    }
    if (const Result<void> done = run(due); !done) return done.error();
    ++ran;
  }
  return ran;
}

Result<void> JobRunner::run(const JobRun& due) {
  const Result<JobRun> run = scheduler_.begin(due.plugin, due.job);
  if (!run && run.error().code == Code::kConflict) return {};  // somebody cancelled it meanwhile
  if (!run) return run.error();
  if (options_.began) options_.began(run->delivery);
  Arena arena;
  const Result<Document> result = call_("jobs.run", arena.object({{"job", std::string_view(run->job)},
                                                                  {"delivery", std::string_view(run->delivery)},
                                                                  {"due", run->due},
                                                                  {"attempt", run->attempt}}));
  if (options_.ended) options_.ended(run->delivery);
  const JobOutcome outcome = result ? outcome_of(result->root()) : outcome_of(result.error());
  if (outcome.failed) options_.say("job " + run->job + ": " + outcome.note);
  // A disk that is full: the run is over, and that must not be forgotten.
  for (;;) {
    const Result<void> kept = scheduler_.finish(run->plugin, run->job, outcome);
    if (kept || kept.error().code != Code::kLimit) return kept;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(1), [this] { return stopped_; });
    if (stopped_) return kept;
  }
}

void JobRunner::work() {
  std::string said;
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    woken_ = false;
    lock.unlock();
    const Result<size_t> ran = run_due();
    if (!ran && ran.error().message != said) options_.say(said = ran.error().message);
    if (ran) said.clear();
    const int64_t next = scheduler_.next_due(options_.plugin);
    const bool resting = next == 0 || !ran || (options_.may_run && !options_.may_run());
    const int64_t wait =
        resting ? kLongestWait : std::clamp<int64_t>(next - options_.now(), kShortestWait, kLongestWait);
    lock.lock();
    changed_.wait_for(lock, std::chrono::microseconds(wait), [this] { return woken_ || stopped_; });
  }
}

}  // namespace outrigger::host
