#include "host/schedule/scheduler.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

constexpr std::string_view kSteps[] = {R"(
CREATE TABLE jobs (
  plugin TEXT NOT NULL, job TEXT NOT NULL, every_ms INTEGER NOT NULL, at INTEGER NOT NULL, cron TEXT NOT NULL,
  zone TEXT NOT NULL, skip_missed INTEGER NOT NULL, own INTEGER NOT NULL, next INTEGER, last INTEGER,
  running INTEGER NOT NULL, asked INTEGER NOT NULL, cancelled INTEGER NOT NULL, attempts INTEGER NOT NULL,
  delivery TEXT NOT NULL, due INTEGER NOT NULL, note TEXT NOT NULL, error TEXT NOT NULL,
  PRIMARY KEY (plugin, job)) WITHOUT ROWID;
CREATE TABLE job_numbers (last INTEGER NOT NULL);
INSERT INTO job_numbers VALUES (0);
)",
                                       // The epoch that the jobs were kept in.
                                       "ALTER TABLE job_numbers ADD COLUMN token TEXT NOT NULL DEFAULT ''"};

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kPlugin, Effect::kNone, -1}; }

void save(Database& in, const Job& job) {
  in.statement(
        "INSERT OR REPLACE INTO jobs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
        "?16, ?17, ?18)",
        std::string_view(job.plugin), std::string_view(job.name), job.when.every_ms, job.when.at,
        std::string_view(job.when.cron), std::string_view(job.when.zone), static_cast<int64_t>(job.when.skip_missed),
        static_cast<int64_t>(job.own), job.next, job.last, static_cast<int64_t>(job.running),
        static_cast<int64_t>(job.asked), static_cast<int64_t>(job.cancelled), job.attempts,
        std::string_view(job.delivery), job.due, std::string_view(job.note), std::string_view(job.error))
      .run();
}

Job job_of(Statement& of) {
  Job job;
  job.plugin = of.text(0);
  job.name = of.text(1);
  job.when = {of.integer(2), of.integer(3), std::string(of.text(4)), std::string(of.text(5)), of.integer(6) != 0};
  job.own = of.integer(7) != 0;
  if (!of.null(8)) job.next = of.integer(8);
  if (!of.null(9)) job.last = of.integer(9);
  job.running = of.integer(10) != 0;
  job.asked = of.integer(11) != 0;
  job.cancelled = of.integer(12) != 0;
  job.attempts = of.integer(13);
  job.delivery = of.text(14);
  job.due = of.integer(15);
  job.note = of.text(16);
  job.error = of.text(17);
  return job;
}

}  // namespace

const Tables kScheduleTables{"schedule", kSteps};

Result<std::unique_ptr<Scheduler>> Scheduler::open(JournalFile& file, std::string token, SchedulerOptions options) {
  std::unique_ptr<Scheduler> made(new Scheduler(file, std::move(token), std::move(options)));
  const std::string epoch = made->token_;
  if (Result<void> loaded = made->load(); !loaded) return loaded.error();
  if (epoch.empty()) return made;
  if (Result<size_t> begun = made->begin_epoch(epoch); !begun) return begun.error();
  return made;
}

Result<void> Scheduler::load() {
  const int64_t now = options_.now();
  return file_.commit([&](Database& in) -> Result<void> {
    jobs_.clear();
    for (Statement of = in.statement("SELECT * FROM jobs"); of.step();) {
      Job job = job_of(of);
      job.recover(now);
      jobs_.emplace(Key(job.plugin, job.name), std::move(job));
    }
    for (const auto& [key, job] : jobs_) save(in, job);
    Statement of = in.statement("SELECT last FROM job_numbers");
    number_ = of.step() ? of.integer(0) : 0;
    return {};
  });
}

Result<size_t> Scheduler::begin_epoch(std::string token) {
  const std::lock_guard changing(changing_);
  const int64_t now = options_.now();
  std::map<Key, Job> jobs;
  size_t given_up = 0;
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    {
      const std::lock_guard lock(mutex_);
      jobs = jobs_;
    }
    given_up = 0;
    std::string before;
    {
      Statement of = in.statement("SELECT token FROM job_numbers");
      before = of.step() ? std::string(of.text(0)) : std::string();
    }
    if (before == token) return {};
    in.statement("UPDATE job_numbers SET token = ?1", std::string_view(token)).run();
    if (before.empty()) return {};
    for (auto& [key, job] : jobs) {
      given_up += job.delivery.empty() ? 0U : 1U;
      job.give_up(now);
      save(in, job);
    }
    return {};
  });
  if (!kept) return kept.error();
  {
    const std::lock_guard lock(mutex_);
    token_ = std::move(token);
    jobs_ = std::move(jobs);
  }
  tell();
  return given_up;
}

Result<void> Scheduler::declare(std::string_view plugin, const std::vector<JobDeclaration>& jobs) {
  const std::lock_guard changing(changing_);
  const int64_t now = options_.now();
  std::map<Key, Job> wanted;
  for (const JobDeclaration& one : jobs) {
    const Key key(plugin, one.job);
    const std::lock_guard lock(mutex_);
    const auto there = jobs_.find(key);
    Job job = there == jobs_.end() ? Job::declare(std::string(plugin), one, now) : there->second;
    job.redeclare(one.when, now);
    wanted.emplace(key, std::move(job));
  }
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    in.statement("DELETE FROM jobs WHERE plugin = ?1", plugin).run();
    for (const auto& [key, job] : wanted) save(in, job);
    return {};
  });
  if (!kept) return kept;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(jobs_, [&](const auto& one) { return one.first.first == plugin; });
    jobs_.merge(wanted);
  }
  tell();
  return {};
}

Result<void> Scheduler::change(std::string_view plugin, std::string_view job,
                               const std::function<Result<void>(Job&)>& change) {
  const std::lock_guard changing(changing_);
  const Key key(plugin, job);
  Job changed;
  int64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto at = jobs_.find(key);
    if (at == jobs_.end())
      return refuse(Code::kMissing,
                    "the manifest of " + key.first + " declares no job " + key.second + ": add it to `schedule`");
    changed = at->second;
    number = number_;
  }
  if (Result<void> ok = change(changed); !ok) return ok;
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    save(in, changed);
    if (changed.running) in.statement("UPDATE job_numbers SET last = ?1", number + 1).run();
    return {};
  });
  if (!kept) return kept;
  const std::lock_guard lock(mutex_);
  if (changed.running) number_ = number + 1;
  Job& now = jobs_[key];
  if (now.running && !changed.running) ended_[key] = {ended_[key].runs + 1, now.delivery};
  now = std::move(changed);
  return {};
}

Result<void> Scheduler::set(std::string_view plugin, std::string_view job, const When& when) {
  if (Result<void> ok = check_when(when); !ok) return ok;
  if (when.every_ms == 0 && when.at == 0 && when.cron.empty())
    return refuse(Code::kInvalid, "exactly one of every_ms, cron and at has to be set; cancel ends a schedule");
  const Result<void> done = change(plugin, job, [&](Job& one) {
    one.set(when, options_.now());
    return Result<void>();
  });
  if (done) tell();
  return done;
}

Result<void> Scheduler::cancel(std::string_view plugin, std::string_view job) {
  return change(plugin, job, [](Job& one) {
    one.cancel();
    return Result<void>();
  });
}

Result<void> Scheduler::run_now(std::string_view plugin, std::string_view job) {
  const Result<uint64_t> asked = ask(plugin, job);
  return asked ? Result<void>() : asked.error();
}

// The run that is under way is not the one that is asked for.
Result<uint64_t> Scheduler::ask(std::string_view plugin, std::string_view job) {
  uint64_t awaited = 0;
  const Result<void> done = change(plugin, job, [&](Job& one) {
    awaited = ended(plugin, job).runs + (one.running ? 2 : 1);
    one.run_now(options_.now());
    return Result<void>();
  });
  if (!done) return done.error();
  tell();
  return awaited;
}

Scheduler::Ended Scheduler::ended(std::string_view plugin, std::string_view job) const {
  const std::lock_guard lock(mutex_);
  const auto at = ended_.find(Key(plugin, job));
  return at == ended_.end() ? Ended{} : at->second;
}

std::vector<Job> Scheduler::list(std::string_view plugin) const {
  const std::lock_guard lock(mutex_);
  std::vector<Job> found;
  for (const auto& [key, job] : jobs_)
    if (plugin.empty() || key.first == plugin) found.push_back(job);
  return found;
}

std::vector<JobRun> Scheduler::due() const {
  const int64_t now = options_.now();
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<int64_t, JobRun>> found;
  for (const auto& [key, job] : jobs_)
    if (job.due_at(now))
      found.push_back(
          {*job.next, {key.first, key.second, {}, job.delivery.empty() ? *job.next : job.due, job.attempts + 1}});
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<JobRun> runs;
  for (auto& [since, run] : found) runs.push_back(std::move(run));
  return runs;
}

int64_t Scheduler::next_due(std::string_view plugin) const {
  const std::lock_guard lock(mutex_);
  int64_t first = 0;
  for (const auto& [key, job] : jobs_)
    if ((plugin.empty() || key.first == plugin) && !job.running && job.next && (first == 0 || *job.next < first))
      first = *job.next;
  return first;
}

Result<JobRun> Scheduler::begin(std::string_view plugin, std::string_view job) {
  JobRun run;
  const Result<void> done = change(plugin, job, [&](Job& one) -> Result<void> {
    const int64_t now = options_.now();
    if (!one.due_at(now)) return refuse(Code::kConflict, "the job " + one.name + " is running, or not due any more");
    one.begin(token() + "-j" + std::to_string(number_ + 1), now);
    run = {one.plugin, one.name, one.delivery, one.due, one.attempts + 1};
    return {};
  });
  if (!done) return done.error();
  return run;
}

Result<void> Scheduler::finish(std::string_view plugin, std::string_view job, const JobOutcome& outcome) {
  const Result<void> done = change(plugin, job, [&](Job& one) -> Result<void> {
    if (!one.running) return refuse(Code::kConflict, "the job " + one.name + " is not running");
    one.finish(outcome, options_.now());
    return {};
  });
  if (done) tell();
  return done;
}

void Scheduler::tell() const {
  if (options_.changed) options_.changed();
}

}  // namespace outrigger::host
