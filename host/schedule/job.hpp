// One job and the rules of its life. Pure: time is passed in.
//
//     Job job = Job::declare("crm", {"import", {.every_ms = 900'000}}, now);
//     if (job.due_at(now)) { job.begin("a1-7", now); ... job.finish(JobOutcome{}, now); }
//
// A run that failed is tried again with back-off, under the same delivery id; one that the program did not live to see
// the end of is repeated at once, under the same id, too. A run that says `again` is followed by one with a new id.
// Times: microseconds UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/schedule/when.hpp"

namespace outrigger::host {

// What became of a run, as in abi/jobs.h.
struct JobOutcome {
  bool failed = false;
  bool again = false;
  int64_t after_ms = 0;  // of again; of a failure: at least
  std::string note;      // of a failure: why
};
// The result that a plugin handed over; null is done.
JobOutcome outcome_of(Value result);
JobOutcome outcome_of(const Error& error);

struct Job {
  std::string plugin;
  std::string name;
  When when;
  bool own = false;  // set at run time, so that the manifest does not change it any more
  std::optional<int64_t> next;
  std::optional<int64_t> last;  // the end of the last run that did not fail
  bool running = false;
  bool asked = false;  // to run once more as soon as it is not running
  bool cancelled = false;
  int64_t attempts = 0;  // failures since the last success
  std::string delivery;  // of the run that is under way or is to be repeated
  int64_t due = 0;       // when that was to be
  std::string note;
  std::string error;

  static Job declare(std::string plugin, const JobDeclaration& declaration, int64_t now);
  // What the manifest says now; nothing happens when it said so before or the plugin has set its own.
  void redeclare(const When& declared, int64_t now);
  void set(const When& given, int64_t now);
  void cancel();
  void run_now(int64_t now);
  // The program begins: what is running is not, and what was missed is treated as the job says.
  void recover(int64_t now);
  // What is under way, or to be repeated, is not repeated: another epoch of the database began.
  void give_up(int64_t now);

  [[nodiscard]] bool due_at(int64_t now) const { return !running && next && *next <= now; }
  // `fresh` is used unless a run is to be repeated. REQUIRES: not running.
  void begin(const std::string& fresh, int64_t now);
  // REQUIRES: running.
  void finish(const JobOutcome& outcome, int64_t now);

 private:
  [[nodiscard]] std::optional<int64_t> following(int64_t now) const;
};

}  // namespace outrigger::host
