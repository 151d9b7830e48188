// The jobs of all plugins on one database, kept in the journal's file.
//
//     Result<std::unique_ptr<Scheduler>> scheduler =
//         Scheduler::open(*file, journal->epoch().token, {.now = now_micros});
//     (*scheduler)->declare("crm", *read_schedule(manifest["schedule"]));
//     for (const JobRun& due : (*scheduler)->due()) {
//       Result<JobRun> run = (*scheduler)->begin(due.plugin, due.job);            // then call jobs.run of abi/jobs.h
//       (*scheduler)->finish(due.plugin, due.job, outcome_of(reply));
//     }
//
// A job runs one at a time. The rules are job.hpp's. Every step is durable when it returns; when it cannot be kept, the
// error says so and nothing has changed.
//
// Threads: any. Times: microseconds UTC, from options.now; the scheduler itself waits for nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "host/journal/journal_file.hpp"
#include "host/schedule/job.hpp"

namespace outrigger::host {

extern const Tables kScheduleTables;

struct SchedulerOptions {
  std::function<int64_t()> now;
  std::function<void()> changed;  // a job may be due earlier than next_due() said
};

// One run, as jobs.run is told of it.
struct JobRun {
  std::string plugin;
  std::string job;
  std::string delivery;
  int64_t due = 0;
  int64_t attempt = 1;
};

class Scheduler {
 public:
  // The file has been opened with kScheduleTables. `token`: of the epoch, part of the deliveries' ids.
  static Result<std::unique_ptr<Scheduler>> open(JournalFile& file, std::string token, SchedulerOptions options);

  // What a plugin's manifest declares; what it does not declare any more is forgotten. None: the plugin is gone.
  Result<void> declare(std::string_view plugin, const std::vector<JobDeclaration>& jobs);

  // What abi/schedule.h offers. kMissing: the manifest declares no such job.
  Result<void> set(std::string_view plugin, std::string_view job, const When& when);
  Result<void> cancel(std::string_view plugin, std::string_view job);
  Result<void> run_now(std::string_view plugin, std::string_view job);
  // The same for somebody who waits: the run that is asked for has ended as soon as ended() counts so many.
  Result<uint64_t> ask(std::string_view plugin, std::string_view job);
  struct Ended {
    uint64_t runs = 0;     // of the job, since the scheduler was opened
    std::string delivery;  // of the last one
  };
  [[nodiscard]] Ended ended(std::string_view plugin, std::string_view job) const;
  // Of this plugin or, when it is empty, of all.
  [[nodiscard]] std::vector<Job> list(std::string_view plugin = {}) const;

  // What is to run now, the one that has waited longest first. Without a delivery yet.
  [[nodiscard]] std::vector<JobRun> due() const;
  // When the next one is, of this plugin or, when it is empty, of any; 0: none.
  [[nodiscard]] int64_t next_due(std::string_view plugin = {}) const;
  // kConflict: it is running, or not due any more.
  Result<JobRun> begin(std::string_view plugin, std::string_view job);
  Result<void> finish(std::string_view plugin, std::string_view job, const JobOutcome& outcome);

  // Another epoch of the database begins. What is under way, is to be repeated, was asked for or was missed is not run,
  // since it may have run already: each job waits for its next time, or for a person (run_now). How many were under way
  // or to be repeated. Nothing happens where it is the epoch of before.
  Result<size_t> begin_epoch(std::string token);

 private:
  using Key = std::pair<std::string, std::string>;

  Scheduler(JournalFile& file, std::string token, SchedulerOptions options)
      : file_(file), options_(std::move(options)), token_(std::move(token)) {}
  Result<void> load();
  [[nodiscard]] std::string token() const {
    const std::lock_guard lock(mutex_);
    return token_;
  }
  // Applies the change to a copy, keeps it, then makes it the job.
  Result<void> change(std::string_view plugin, std::string_view job, const std::function<Result<void>(Job&)>& change);
  void tell() const;

  JournalFile& file_;
  const SchedulerOptions options_;
  std::mutex changing_;       // one change after the other
  mutable std::mutex mutex_;  // of what follows
  std::string token_;
  std::map<Key, Job> jobs_;
  std::map<Key, Ended> ended_;
  int64_t number_ = 0;
};

}  // namespace outrigger::host
