// Odoo 19's own assignment in its two steps, with a recorded seed instead of chance.
//
//     Allocation allocation = allocate(work, scope, {.seed = 7});        // leads to teams
//     ... write the teams, let Odoo score again, read probabilities and members' rules again ...
//     std::vector<Gift> gifts = give(work, scope);                        // leads of a team to its members
//
// Differences from Odoo, all on purpose: a lead is taken once, also when it is not among its own duplicates (Odoo
// merges it again and again); a lead that several members prefer is given once; won leads are not given. `as_odoo`
// has all three as Odoo does, for tests of compatibility alone. Nothing is merged or deleted here: duplicates are
// reported. Threads: pure functions. Cost: leads x members of a team at worst.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "engine/plan.hpp"

namespace outrigger::assignment {

// What Odoo makes of a lead as soon as it is in a team: it scores it again, and a stage of other teams' is left.
struct Joined {
  double probability = 0;
  int stage_sequence = 0;
};

struct AllocateOptions {
  uint64_t seed = 0;
  bool as_odoo = false;
  size_t bundle = 100;  // draws after which merged leads are gone, as Odoo commits
  // Of a lead's duplicates Odoo chooses the one to keep by these; without it, by what is stored.
  std::function<Joined(const Lead& lead, const Team& team)> joined;
};

struct Draw {
  std::vector<int64_t> teams;
  int64_t picked = 0;
};

struct TeamLeads {
  std::set<int64_t> assigned;
  std::set<int64_t> kept;        // of each group of duplicates, the lead that Odoo's merge would keep
  std::set<int64_t> duplicates;  // and the others
};

struct Allocation {
  std::map<int64_t, TeamLeads> teams;
  std::vector<Draw> draws;
};

Allocation allocate(const Work& work, const Scope& scope, const AllocateOptions& options);

struct Gift {
  int64_t lead = 0;
  int64_t team = 0;
  int64_t member = 0;
  bool preferred = false;
};

// Leads that wait in a team of the run, in the order in which they are given; `work` as it is after the first step.
std::vector<Gift> give(const Work& work, const Scope& scope, bool as_odoo = false);

// Both steps as one plan, with a reason for every lead. A lead that gets a team and no member has a decision with this
// team. Duplicates are left for a person, as with the other engines.
Plan plan_as_odoo(const Work& work, const Scope& scope, const AllocateOptions& options);

}  // namespace outrigger::assignment
