// What came of leads under some rules: who had how many, how even that is, how long leads waited, what was to be won.
//
//     Outcome outcome = outcome_of(leads, handed, people, until, worth);
//
// Threads: pure functions over plain values.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "engine/replay.hpp"

namespace outrigger::assignment {

struct MemberLoad {
  size_t leads = 0;
  double wins = 0;     // expected
  double value = 0;    // expected, of what is won
  double monthly = 0;  // capacity in 30 days, of all teams; 0: none
};

struct Outcome {
  size_t leads = 0;
  size_t given = 0;
  std::vector<double> hours;  // from creation to assignment, ascending, of those that were given
  double wins = 0;
  double value = 0;
  // How even the load is: Jain's index of leads for each place of capacity, 1 when all have the same, 1/n when one has
  // everything; 0 when nobody has anything.
  double evenness = 0;
  std::map<int64_t, MemberLoad> loads;  // by user; all who have capacity or leads
  std::vector<size_t> waiting;          // at the end of each day
  std::map<Reason, size_t> reasons;     // of those that wait at the end

  // The hours within which this part of those that were given was given; 0 when none was.
  [[nodiscard]] double hours_at(double part) const;
};

// The chance that this member wins the lead, in 0 to 1.
using Chance = std::function<double(size_t lead, int64_t team, int64_t user)>;

struct Span {
  int64_t from = 0;
  int64_t until = 0;
};
// REQUIRES: one `handed` a lead. `capacity`: by user.
Outcome outcome_of(const std::vector<Lead>& leads, const std::vector<Handed>& handed,
                   const std::map<int64_t, double>& capacity, const Span& span, const Chance& chance);

}  // namespace outrigger::assignment
