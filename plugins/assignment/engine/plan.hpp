// Plans that are made at once: every lead with its team, its member and the reason.
//
//     Plan plan = plan_fairly(work, scope);            // by room and weight, best leads first
//     Plan plan = plan_by_value(work, scope, value);   // the greatest expected value that the room allows
//
// The same input gives the same plan; nothing is drawn. A lead of a team goes to a member of this team; a lead without
// one to a member of any team whose rule matches. Duplicates of a lead that is planned wait for a person. Both engines
// give leads only within the members' quotas of the day. Threads: pure functions.
#pragma once

#include <functional>
#include <vector>

#include "engine/work.hpp"

namespace outrigger::assignment {

struct Load {
  int64_t team = 0;
  int64_t member = 0;
  int room = 0;  // the quota before the plan
  int given = 0;
  // What one more place of this member would have brought, in the currency of the value: the price of a full member.
  // Of plan_by_value alone; 0 while there is room.
  double price = 0;
};

struct Plan {
  std::vector<Decision> decisions;  // one a lead, in their order
  std::vector<Load> loads;          // one a member who may take leads
  double value = 0;                 // expected, of all that is given
  double gap = 0;                   // how far below the best this may be; 0: it is the best
};

// What a lead is worth in a member's hands; not negative, finite. Without one: probability x revenue.
using Worth = std::function<double(const Lead& lead, const Team& team, const Member& member)>;

Plan plan_fairly(const Work& work, const Scope& scope);

struct ValueOptions {
  Worth value;
  // No member gets more than this part of the leads that can be given, as far as that leaves whole leads; 1: no bound.
  double largest_share = 1;
};
// Exact: a maximum weight assignment by successive best exchanges. Cost: given leads x members squared.
Plan plan_by_value(const Work& work, const Scope& scope, const ValueOptions& options);

}  // namespace outrigger::assignment
