// Runs the jobs of one plugin when they are due, and tells the scheduler what became of them.
//
//     JobRunner runner(scheduler, {.plugin = "crm", ...},
//                      [&](std::string_view operation, Value args) { return supervisor.call(operation, args); });
//     runner.start();
//     runner.wake();     // a job may be due earlier than it was
//     runner.stop();
//
// A thread of its own, so that a long job of one plugin holds up no other's. When the instance is not there the job
// fails and is tried again. Threads: any. The scheduler and what `call` refers to must outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "host/delivery/worker.hpp"
#include "host/schedule/scheduler.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

class JobRunner {
 public:
  using Call = std::function<Result<Document>(std::string_view operation, Value args)>;
  struct Options {
    std::string plugin;
    std::function<int64_t()> now;          // microseconds UTC, that of the scheduler
    std::function<void(std::string)> say;  // a sentence for the admin's log
    // Around each run: its writes belong to this delivery.
    std::function<void(const std::string& delivery)> began = {};
    std::function<void(const std::string& delivery)> ended = {};
    std::function<bool()> may_run = {};  // false: jobs wait, as long as the database is in question; empty: always
  };

  JobRunner(Scheduler& scheduler, Options options, Call call);
  ~JobRunner() { stop(); }
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  void start();
  void wake() { worker_.wake(); }
  // No further call is begun; waits for the one under way, for ever unless its instance is cancelled or stopped.
  void stop() { worker_.stop(); }
  // The same, waiting no longer than `patience`. False: a call is still under way, so stop() again when its instance is
  // gone. What it has at hand is settled when the call ends, and nobody else gets it meanwhile.
  bool stop_within(std::chrono::milliseconds patience) { return worker_.stop_within(patience); }
  // Runs what is due now, on the caller's thread; how many ran.
  Result<size_t> run_due();
  // Runs this job, which is due, on the caller's thread; a run that fails is no error here: the scheduler knows it.
  // kConflict: it is not due, or it is running.
  Result<void> run_one(const std::string& job);

 private:
  Result<void> run(const JobRun& run);
  int64_t work();

  Scheduler& scheduler_;
  const Options options_;
  const Call call_;
  std::string said_;  // by the worker: the last failure, so that it is said once
  Worker worker_;     // last: it ends first
};

}  // namespace outrigger::host
