#include "host/delivery/job_runner.hpp"

#include <algorithm>
#include <utility>

namespace outrigger::host {
namespace {

constexpr int64_t kLongestWait = 5'000'000;
constexpr int64_t kShortestWait = 1'000;
constexpr int64_t kAfterAnError = 1'000'000;

}  // namespace

JobRunner::JobRunner(Scheduler& scheduler, Options options, Call call)
    : scheduler_(scheduler), options_(std::move(options)), call_(std::move(call)) {}

void JobRunner::start() {
  worker_.start([this] { return work(); });
}

Result<size_t> JobRunner::run_due() {
  size_t ran = 0;
  for (const JobRun& due : scheduler_.due()) {
    if (due.plugin != options_.plugin) continue;
    if (worker_.stopped() || (options_.may_run && !options_.may_run())) return ran;
    const Result<JobRun> begun = scheduler_.begin(due.plugin, due.job);
    if (!begun && begun.error().code == Code::kConflict) continue;  // somebody cancelled it meanwhile
    if (!begun) return begun.error();
    if (const Result<void> done = run(*begun); !done) return done.error();
    ++ran;
  }
  return ran;
}

Result<void> JobRunner::run_one(const std::string& job) {
  const Result<JobRun> begun = scheduler_.begin(options_.plugin, job);
  if (!begun) return begun.error();
  return run(*begun);
}

Result<void> JobRunner::run(const JobRun& run) {
  if (options_.began) options_.began(run.delivery);
  Arena arena;
  const Result<Document> result = call_("jobs.run", arena.object({{"job", std::string_view(run.job)},
                                                                  {"delivery", std::string_view(run.delivery)},
                                                                  {"due", run.due},
                                                                  {"attempt", run.attempt}}));
  if (options_.ended) options_.ended(run.delivery);
  const JobOutcome outcome = result ? outcome_of(result->root()) : outcome_of(result.error());
  if (outcome.failed) options_.say("job " + run.job + ": " + outcome.note);
  // A disk that is full: the run is over, and that must not be forgotten.
  for (;;) {
    const Result<void> kept = scheduler_.finish(run.plugin, run.job, outcome);
    if (kept || kept.error().code != Code::kLimit) return kept;
    if (!worker_.pause(kAfterAnError)) return kept;
  }
}

int64_t JobRunner::work() {
  const Result<size_t> ran = run_due();
  if (!ran && ran.error().message != said_) options_.say(said_ = ran.error().message);
  if (ran) said_.clear();
  const int64_t next = scheduler_.next_due(options_.plugin);
  const bool resting = next == 0 || !ran || (options_.may_run && !options_.may_run());
  return resting ? kLongestWait : std::clamp<int64_t>(next - options_.now(), kShortestWait, kLongestWait);
}

}  // namespace outrigger::host
