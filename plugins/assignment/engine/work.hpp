// What is to be assigned, and to whom: the input of every engine.
//
// Rules are given as what they match, one flag a lead in the order of `leads`: engines know nothing of domains. Times
// are microseconds since 1970. Ids are Odoo's. Threads: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace outrigger::assignment {

using Flags = std::vector<uint8_t>;

struct Lead {
  int64_t id = 0;
  int64_t team = 0;  // 0: none
  int64_t user = 0;
  int priority = -1;  // -1: not set
  bool active = true;
  bool won = false;
  bool opportunity = false;
  bool touched = false;  // somebody had it: date_open is set
  double probability = 0;
  double revenue = 0;
  int64_t created = 0;
  int64_t closed = 0;      // of a replay: won or lost then, and nobody's duplicate any more; 0: open
  int stage_sequence = 0;  // 0: no stage
  // Leads, this one included where it matches, that have one of its addresses; see Odoo's rule in the README.
  std::vector<int64_t> duplicates;
};

struct Member {
  int64_t id = 0;  // of the membership
  int64_t user = 0;
  double monthly = 0;              // leads in 30 days
  double recently = 0;             // leads that were opened for this user and team in the last 24 hours
  bool paused = false;             // gets nothing by itself
  int64_t joined = 0;              // creation of the membership
  std::optional<Flags> rule;       // nothing: every lead
  std::optional<Flags> preferred;  // leads that this member should get first
};

struct Team {
  int64_t id = 0;
  bool active = true;
  bool pipeline = true;  // uses leads or opportunities
  bool skipped = false;  // left out of automatic assignment
  std::optional<Flags> rule;
  std::vector<Member> members;  // active memberships
};

struct Work {
  int64_t now = 0;
  std::vector<Lead> leads;
  std::vector<Team> teams;  // in the order of the run
};

// Which leads and teams a run is about.
struct Scope {
  int64_t team = 0;         // 0: all that are not left out; else this one, left out or not
  int64_t youngest = 0;     // microseconds: leads younger than this wait
  int64_t oldest = 0;       // leads older than this are left alone; 0: any age
  bool full_quota = false;  // what was assigned in the last 24 hours does not count
};

// Why a lead is where it is, of the strongest first.
enum class Reason {
  kAssigned,
  kOwned,  // has a salesperson, or had one
  kArchived,
  kWon,
  kTooNew,
  kTooOld,
  kNoTeamRule,    // no team wants it
  kTeamSkipped,   // teams that want it are left out of automatic assignment: by hand only
  kNoMemberRule,  // its team has no member who may take it
  kCapped,        // members who may take it have no room left
  kDuplicate,
};
const char* to_string(Reason reason);

// Why this member, of those who may take the lead.
enum class Choice {
  kNone,
  kPreferred,      // by the member's preferred rule
  kLeastLoaded,    // the smallest part of its room taken
  kInTurn,         // first in the team's line
  kGreatestValue,  // the plan with the greatest expected value gives it there
};

struct Decision {
  int64_t lead = 0;
  Reason reason = Reason::kNoTeamRule;
  int64_t team = 0;    // 0: none
  int64_t member = 0;  // kAssigned
  int64_t user = 0;
  int64_t other = 0;  // kDuplicate: the lead that it doubles
  double score = 0;   // what leads were compared by
  Choice choice = Choice::kNone;
  int taken = 0;  // kAssigned: of the member's places, before this lead
  int room = 0;
};

// A day's part of the monthly capacity, halves up, less what was had already; never below 0.
int quota(const Member& member, bool full);
// Of all active memberships, paused ones included: a team's weight.
double weight(const Team& team);
bool allows(const std::optional<Flags>& rule, size_t lead);

// Whether a team takes part in the run, its capacity left aside.
bool takes_part(const Team& team, const Scope& scope);
// Nothing: the lead may be assigned. Otherwise why it is left alone, whatever the rules say.
std::optional<Reason> left_alone(const Lead& lead, const Work& work, const Scope& scope);

}  // namespace outrigger::assignment
