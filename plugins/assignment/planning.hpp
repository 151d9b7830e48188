// A plan for the leads of an Odoo: what is read, which rules hold, what the engine decides.
//
//     Result<Planned> planned = make_plan(host, settings, {}, say);              // all that wait
//     Result<Planned> planned = make_plan(host, settings, {.team = "Sales"}, say);     // as the button of one team
//     Result<Planned> planned = make_plan(host, settings, {.leads = {7}}, say);  // these
//
// Nothing is written. Errors: what stops every team; the rest is in `problems`. Threads: the instance's own.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "crm.hpp"
#include "engine/plan.hpp"
#include "leads.hpp"
#include "rules.hpp"
#include "settings.hpp"

namespace outrigger::assignment {

// A lead that somebody had by us and did nothing about; see reassign.hpp.
struct Again {
  int64_t user = 0;
  std::string name;
  int64_t since = 0;         // microseconds
  std::vector<int64_t> had;  // users who had it before
};

struct Planned;

struct Ask {
  std::string team;            // name or id: this one alone, left out or not; empty: all that are not left out
  bool full = false;           // what members got in the last 24 hours does not count
  std::vector<int64_t> leads;  // these alone; empty: all that wait
  // What else holds for the leads of this plan: seen by the engine, and put right after it.
  std::function<void(Planned&)> before_engine = {};
  std::function<void(Planned&)> after_engine = {};
};

// What a member made of leads of one kind, such as "Source: Website".
struct KindEvidence {
  std::string field;
  std::string value;
  std::string label;  // of the field
  double won = 0;
  double closed = 0;
};

struct Planned {
  Crm crm;
  Work work;
  Plan plan;
  std::vector<LeadText> texts;  // in the order of work.leads
  size_t scored = 0;
  Scope scope;
  std::map<int64_t, Again> again;            // by lead
  std::map<int64_t, KindEvidence> evidence;  // by lead, of the engine `value`
  std::vector<std::string> problems;
  std::vector<std::string> asked;
};

// A rule among the others, and where its flags go.
struct Place {
  size_t rule = 0;
  size_t team = 0;
  size_t member = SIZE_MAX;  // SIZE_MAX: the team's own
  bool preferred = false;
};
// The rules of all teams in play, in front of rules.compile(). `whose` stands before the names of their owners.
std::vector<Place> add_rules(const Crm& crm, Rules& rules, const std::string& whose = {});
// As the engines take them, still without what their rules match.
std::vector<Team> teams_of(const Crm& crm);
// After rules.match(). A team that is not in play wants nothing.
void put_flags(const Crm& crm, const Rules& rules, const std::vector<Place>& places, std::vector<Team>& teams,
               size_t leads);

// Leads younger than this wait: the configuration's word, else Odoo's; a problem where that may not be read.
Result<double> youngest_hours(const Host& host, const Settings& settings, const Speech& say,
                              std::vector<std::string>& problems);

Result<Planned> make_plan(const Host& host, const Settings& settings, const Ask& ask, const Speech& say);

// The id of a team that is named by its id or its name; kMissing lists those that there are.
Result<int64_t> team_named(const Crm& crm, std::string_view name);

}  // namespace outrigger::assignment
