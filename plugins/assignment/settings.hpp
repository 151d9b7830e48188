// plugins.assignment.config, read and checked.
//
//     Result<Settings> settings = settings_of(config());
//     if (!settings) return settings.error();          // one sentence that names the key
//
// The keys, their bounds and defaults are the manifest's config_schema; what no schema can say is checked here.
// Threads: plain values; `teams` borrows the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <outrigger/plugin.hpp>

namespace outrigger::assignment {

enum class EngineKind { kFair, kOdoo, kValue };
enum class DuplicatePolicy {
  kReport,  // of leads with one address the best is planned, the others wait for a person
  kMerge,   // merged by Odoo in a run that a person asks for; else as kReport
  kKeep,    // each is a lead like any other
};

// Leads that nobody touched go to another member.
struct Reassign {
  std::string after;      // "2d"; empty: never
  int64_t after_ms = 0;   // 0: never
  int times = 1;          // a lead is given on at most so often
  bool weekdays = false;  // Saturdays and Sundays do not count
};

struct Settings {
  EngineKind engine = EngineKind::kFair;
  uint64_t seed = 1;  // of the engine `odoo`, whose chance it stands for
  DuplicatePolicy duplicates = DuplicatePolicy::kReport;
  bool convert = true;                          // leads become opportunities, as when Odoo assigns them
  std::optional<double> youngest_hours;         // nothing: Odoo's own parameter, else 0
  double oldest_days = 0;                       // 0: any age
  std::vector<std::string> kinds{"source_id"};  // of the engine `value`: fields by which leads are alike
  bool kinds_given = false;
  double largest_share = 1;   // of the engine `value`
  std::optional<bool> leave;  // people on leave are paused; nothing: where it can be seen
  double monthly = 30;        // capacity of members for whom nobody says one
  Reassign reassign;
  bool quiet = false;  // without Odoo's tracking notes
  bool live = false;   // new leads at once
  bool tell = false;   // a note on the lead, in the member's language
  std::string every;   // "15m", "8h", "1d", "2w"; empty: not by itself
  std::string cron;
  std::string zone;
  Value teams;  // the configuration's own rules
};

Result<Settings> settings_of(Value config);
const char* to_string(EngineKind engine);

// The text of a string; bytes are none, and must not get into a sentence.
inline std::string text_of(Value value) { return value.is_string() ? std::string(value.text()) : std::string(); }

// "15m" as milliseconds; m, h, d, w. Nothing: it is none.
std::optional<int64_t> period_of(const std::string& text);

}  // namespace outrigger::assignment
