// Points by behaviour: each kind of event is worth something, for a while, up to a cap.
//
//     const std::vector<PointRule> rules{{"page view", 1, 14, 20}, {"unsubscribed", -15, 0, 0}};
//     PointSum sum = points_at(events_of_one_lead, rules, now);
//     sum.total, sum.of_rule[0]
//
// Order and repetition do not matter: events are taken by time, an id that came before is dropped, and an event later
// than `at` is not looked at, so a score of the past knows nothing of its future. The cap bounds what a rule adds, at
// any moment. Units: microseconds since 1970 UTC, half-lives in days. Threads: reads its arguments only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "signals.hpp"

namespace outrigger::scoring {

struct PointRule {
  std::string name;
  double points = 0;     // of one event; may be negative
  double half_life = 0;  // days until an event is worth half; 0: for ever
  double cap = 0;        // the most that this rule adds or takes; 0: no cap
};

struct PointEvent {
  int64_t lead = 0;
  uint32_t rule = 0;  // index
  int64_t at = 0;
  std::string id;  // of the event, unique; empty: never taken for a repetition
};

struct PointSum {
  double total = 0;
  std::vector<double> of_rule;
  size_t repeated = 0;  // events dropped because their id came before
};

PointSum points_at(std::vector<PointEvent> events, const std::vector<PointRule>& rules, int64_t at);

// The points of every lead at its own time `at` (by row), as a number. A lead without an event by then has 0, which says
// something too; before the first event of anybody it has none, since nobody looked. Events of leads that are not
// there, or of rules that are not there, give nothing.
Signal points_signal(std::string name, std::vector<PointEvent> events, const std::vector<PointRule>& rules,
                     const Leads& leads, const std::vector<int64_t>& at);

// What is wrong with the rules, a sentence each, with the remedy.
std::vector<std::string> check(const std::vector<PointRule>& rules);

}  // namespace outrigger::scoring
