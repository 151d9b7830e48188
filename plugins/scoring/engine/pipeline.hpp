// What lies in a pipeline and should not: value that nobody works on, leads without a salesperson, duplicates, leads
// that are older than any that was won.
//
//     std::vector<OpenLead> open = ...;           // open leads alone
//     Idle idle = find_idle(open, now, 14);
//     for (const Unassigned& one : find_unassigned(open, teams, rules, now)) ...
//
// Units: microseconds since 1970 UTC, days, money as Odoo has it. Order is by value at stake, then id, so the same
// leads give the same page. Threads: read their arguments only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "timeline.hpp"

namespace outrigger::scoring {

struct OpenLead {
  int64_t id = 0;
  std::string name;
  double revenue = 0;      // expected; not finite or negative counts as 0
  double probability = 0;  // percent, as Odoo shows it
  int64_t stage = 0;
  int64_t team = 0;
  int64_t user = 0;
  int64_t created = 0;
  int64_t moved = 0;               // last stage update, else created
  int64_t deadline = kNever;       // expected closing
  int64_t next_activity = kNever;  // the earliest planned one; kNever: none
  std::string email;               // normalised; empty: none
  std::string phone;               // digits; empty: none
  std::string kind;                // "lead" or "opportunity"
  bool had_user = false;           // a salesperson had it before (`date_open`)
};

// Nothing planned and not moved for so many days, or a planned activity that long overdue.
struct Idle {
  std::vector<size_t> rows;  // of the pipeline, the most valuable first
  double value = 0;          // expected revenue, all of it
  double weighted = 0;       // times probability
  size_t overdue = 0;        // of them with an activity that is overdue
};
Idle find_idle(const std::vector<OpenLead>& open, int64_t now, int days);

struct AuditTeam {
  int64_t id = 0;
  std::string name;
  size_t members = 0;
  bool assigns = true;   // takes part in automatic assignment, as far as Odoo tells
  bool capacity = true;  // some member may get leads
};
// How this Odoo assigns by itself, as far as the key may see it.
struct AssignmentRules {
  bool there = true;          // since Odoo 15
  bool members_known = true;  // teams and their members could be read
};
// Odoo 19, crm.team: leads without team and salesperson are given to teams, those of a team to its members.
enum class WhyUnassigned : uint8_t {
  kNoRule,      // this Odoo has no assignment of its own
  kUnknown,     // its team, or its members, may not be read
  kNoTeam,      // no team, and none takes part in the assignment
  kTooOld,      // no team, and Odoo gives teams the leads of the last 7 days only
  kNoMembers,   // its team has no members
  kOptedOut,    // its team skips automatic assignment
  kNoCapacity,  // no member of its team may get leads
  kHadOne,      // a salesperson had it: Odoo gives members only leads that nobody had
  kWaiting,     // nothing stands in its way: the next assignment should take it
};
struct Unassigned {
  size_t row = 0;
  WhyUnassigned why = WhyUnassigned::kWaiting;
};
std::vector<Unassigned> find_unassigned(const std::vector<OpenLead>& open, const std::vector<AuditTeam>& teams,
                                        const AssignmentRules& rules, int64_t now);

// Open leads with the same address or the same phone number, joined over both.
struct Duplicates {
  std::vector<std::vector<size_t>> groups;  // the most valuable first; each at least two rows
  size_t extra = 0;                         // leads beyond the first of each
  double counted_twice = 0;                 // expected revenue beyond the most valuable of each
  size_t crowds = 0;                        // leads with an address or number that more than kCrowd share: left out
};
inline constexpr size_t kCrowd = 20;
Duplicates find_duplicates(const std::vector<OpenLead>& open);

// Open for longer than 95 % of the won leads took, or past their expected closing.
struct Stale {
  std::vector<size_t> rows;
  int64_t days = 0;  // what 95 % of the won leads took; 0: not enough were won to say
  size_t past_deadline = 0;
  double value = 0;
};
// days_to_win: of won leads, in any order.
Stale find_stale(const std::vector<OpenLead>& open, std::vector<double> days_to_win, int64_t now);

// Expected revenue as a number to add up.
double revenue_of(const OpenLead& lead);

}  // namespace outrigger::scoring
