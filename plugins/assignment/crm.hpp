// Teams and their members as Odoo's own rule-based assignment has them, or as the configuration says.
//
//     Result<Crm> crm = read_crm(host, settings, say);
//     for (const TeamRow& team : crm->teams) ...        // in the order of a run
//
// Odoo 15 and later keep rules and capacity on crm.team and crm.team.member. A team that the configuration names takes
// from there what it says: its rule, whether it is skipped, its members. Odoo 14 has no such fields: there only teams
// that the configuration names take part, with the members that Odoo lists unless it names them too.
//
// Problems do not stop it: a member that is archived, a capacity below 0, a name that is nobody's are sentences in
// `problems`, and the rest goes on. Errors: returned where nothing can be read. Threads: the instance's own.
#pragma once

#include <string>
#include <vector>

#include <outrigger/plugin.hpp>
#include <outrigger/speech.hpp>

#include "settings.hpp"

namespace outrigger::assignment {

// What the plugin reaches the world by.
struct Host {
  const Odoo& odoo;
  const Domains& domains;
  const Shared& shared;
  const Clock& clock;
  const Log& log;
};

struct MemberRow {
  int64_t id = 0;  // of the membership; below 0: of no membership, the configuration's
  int64_t user = 0;
  std::string name;
  double monthly = 0;
  bool paused = false;
  bool absent = false;       // paused because they are on leave
  std::string absent_until;  // see leave.hpp
  int64_t joined = 0;
  Document rule;  // an array or Python text; null: every lead
  Document preferred;
};

struct TeamRow {
  int64_t id = 0;
  std::string name;
  bool pipeline = true;
  bool skipped = false;
  bool in_play = true;  // false: Odoo says nothing of its rule and neither does the configuration
  Document rule;
  std::vector<MemberRow> members;
};

struct Crm {
  int64_t major = 0;
  bool own_rules = false;  // Odoo has assignment rules on its records
  std::vector<TeamRow> teams;
  std::vector<std::string> problems;  // for a person, in their language
  std::vector<std::string> notes;     // that are no problem of the run

  [[nodiscard]] const TeamRow* team(int64_t id) const;
  [[nodiscard]] const MemberRow* member(int64_t team, int64_t id) const;
};

Result<Crm> read_crm(const Host& host, const Settings& settings, const Speech& say);

// Odoo's "2026-03-01 08:00:00" as microseconds since 1970; 0: it is none.
int64_t micros_of(std::string_view text);
std::string utc_text(Time time);
// "", "[]", false and null are no rule: every lead.
bool is_rule(Value domain);

}  // namespace outrigger::assignment
