// Tenant: jobs, as they are due and as an admin asks for them, and what other systems sent.
#include <algorithm>
#include <utility>

#include "host/services/clock.hpp"
#include "host/tenant/tenant.hpp"

namespace outrigger::host {
namespace {

constexpr std::chrono::seconds kLook{1};
constexpr int64_t kToBegin = 60'000'000;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

}  // namespace

// What is handed to a plugin call by call: jobs, and what others posted to it.
template <typename Options>
Options Tenant::worker_options(const std::string& plugin) {
  Options options;
  options.plugin = plugin;
  options.now = options_.now;
  options.say = [this, plugin](const std::string& sentence) { options_.say(true, plugin + ": " + sentence); };
  options.began = [this, plugin](const std::string& delivery) {
    if (writes::Writer* writer = this->writer(plugin)) writer->begin_delivery(plugin, delivery);
  };
  options.ended = [this, plugin](const std::string& delivery) {
    if (writes::Writer* writer = this->writer(plugin)) writer->end_delivery(plugin, delivery);
  };
  options.may_run = [this] { return halted().empty(); };
  return options;
}

std::unique_ptr<JobRunner> Tenant::job_runner(const std::string& plugin, const Courier::Call& call) {
  return std::make_unique<JobRunner>(*scheduler_, worker_options<JobRunner::Options>(plugin), call);
}

std::unique_ptr<Receiver> Tenant::receiver(const std::string& plugin, const Courier::Call& call) {
  return std::make_unique<Receiver>(*inbox_, worker_options<Receiver::Options>(plugin), call);
}

void Tenant::wake_receiver(const std::string& plugin) {
  const std::lock_guard lock(mutex_);
  if (const auto at = attached_.find(plugin); at != attached_.end() && at->second.receiver) at->second.receiver->wake();
}

void Tenant::wake_jobs() {
  const std::lock_guard lock(mutex_);
  for (const auto& [plugin, attached] : attached_)
    if (attached.jobs) attached.jobs->wake();
  jobs_changed_.notify_all();
}

bool Tenant::serves_jobs(const std::string& plugin) const {
  const std::lock_guard lock(mutex_);
  const auto at = attached_.find(plugin);
  return at != attached_.end() && at->second.jobs != nullptr;
}

std::vector<Tenant::JobState> Tenant::jobs() const {
  std::vector<JobState> all;
  for (Job& job : scheduler_->list()) {
    const bool served = serves_jobs(job.plugin);
    all.push_back({std::move(job), served});
  }
  return all;
}

Result<Job> Tenant::job_of(const std::string& plugin, const std::string& job) const {
  std::string names;
  for (Job& one : scheduler_->list(plugin)) {
    if (one.name == job) return std::move(one);
    names += (names.empty() ? "" : ", ") + one.name;
  }
  return refuse(Code::kMissing,
                "plugin " + plugin + " has no job " + job + (names.empty() ? "" : "; there are: " + names));
}

Result<Tenant::JobEnd> Tenant::run_job(const std::string& plugin, const std::string& job, const std::stop_token& stop) {
  const std::string name = plugin + " " + job;
  if (!serves_jobs(plugin))
    return refuse(Code::kMissing,
                  "plugin " + plugin + " runs no jobs on " + database() + " now; see `outrigger status`");
  if (const Result<Job> known = job_of(plugin, job); !known) return known.error();
  if (!halted().empty()) return refuse(Code::kConflict, "no job runs: " + halted());
  const Result<uint64_t> awaited = scheduler_->ask(plugin, job);
  if (!awaited) return awaited.error();
  for (int64_t idle_since = monotonic_micros();;) {
    const Scheduler::Ended ended = scheduler_->ended(plugin, job);
    Result<Job> now = job_of(plugin, job);
    if (!now) return now.error();
    if (ended.runs >= *awaited) return JobEnd{*std::move(now), ended.delivery};
    const std::vector<Job> all = scheduler_->list(plugin);
    // One after another: while one of them runs, the others wait for it.
    if (std::any_of(all.begin(), all.end(), [](const Job& one) { return one.running; }))
      idle_since = monotonic_micros();
    if (stop.stop_requested())
      return refuse(Code::kCancelled, name +
                                          " was asked for and is not waited for any more; `outrigger jobs list` "
                                          "says what becomes of it");
    if (monotonic_micros() - idle_since > kToBegin)
      return refuse(Code::kDeadline,
                    name +
                        " was asked for and did not begin within a minute; it runs as soon as it can: see `outrigger "
                        "status`");
    std::unique_lock lock(mutex_);
    jobs_changed_.wait_for(lock, stop, kLook, [&] { return scheduler_->ended(plugin, job).runs >= *awaited; });
  }
}

Result<Tenant::JobEnd> Tenant::run_job_alone(const Attachment& attachment, const std::string& job) {
  const std::string& plugin = attachment.plugin;
  if (!halted().empty()) return refuse(Code::kConflict, "no job runs: " + halted());
  if (const Result<void> declared = scheduler_->declare(plugin, attachment.jobs); !declared) return declared.error();
  if (const Result<Job> known = job_of(plugin, job); !known) return known.error();
  if (const Result<void> asked = scheduler_->run_now(plugin, job); !asked) return asked.error();
  const std::unique_ptr<JobRunner> runner = job_runner(plugin, attachment.call);
  if (const Result<void> ran = runner->run_one(job); !ran) return ran.error();
  Result<Job> after = job_of(plugin, job);
  if (!after) return after.error();
  return JobEnd{*std::move(after), scheduler_->ended(plugin, job).delivery};
}

}  // namespace outrigger::host
