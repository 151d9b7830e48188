// When a job runs, as a manifest or a plugin says it.
//
//     "schedule": [{"job": "digest", "cron": "30 7 * * mon-fri", "zone": "Asia/Ho_Chi_Minh", "missed": "skip"},
//                  {"job": "import", "every": "15m"},
//                  {"job": "cutover", "at": "2027-01-01T00:00:00Z"},
//                  {"job": "rebuild"}]
//
// every: s, m, h or d, at least 1s, from the end of one run to the begin of the next; the first run is at once. A job
// without a time runs when it is asked to. missed: what becomes of runs that were due while the host was down: once
// (one run, at once; the default) or skip.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "outrigger/result.hpp"
#include "outrigger/value.hpp"

namespace outrigger::host {

struct When {
  int64_t every_ms = 0;
  int64_t at = 0;  // microseconds UTC
  std::string cron;
  std::string zone;
  bool skip_missed = false;

  friend bool operator==(const When&, const When&) = default;
};

// kInvalid with a sentence: at most one of the three, understood, in a zone that is known.
Result<void> check_when(const When& when);

// For people: "every 15m", "cron 30 7 * * mon-fri, Asia/Ho_Chi_Minh", "at 2027-01-01T00:00:00Z"; empty: when asked.
std::string to_text(const When& when);

struct JobDeclaration {
  std::string job;
  When when;
};
// A manifest's `schedule`; null: no jobs. The error names the job and the key.
Result<std::vector<JobDeclaration>> read_schedule(Value schedule);

}  // namespace outrigger::host
