// `outrigger scoring audit`, this plugin's part of `outrigger audit`: is the score right, and what lies in the pipeline
// that should not. Reads, and writes nothing.
#pragma once

#include <map>

#include "engine/pipeline.hpp"
#include "report.hpp"

namespace outrigger::scoring {

// What is read for it.
struct AuditFacts {
  std::vector<OpenLead> open;
  std::vector<AuditTeam> teams;
  AssignmentRules rules;
  std::map<int64_t, std::string> stages;
  std::map<int64_t, std::string> users;
  int64_t major = 0;
  int64_t now = 0;
  bool whole = true;  // false: the key sees its own leads alone
  std::vector<std::string> notes;
};

Result<AuditFacts> read_audit_facts(const Odoo& odoo, const Clock& clock, const Progress& progress);

Result<Document> run_audit(Command& command, const Odoo& odoo, const Clock& clock, const Store& store, Value config);

// The page's part about the pipeline, and its figures.
struct Found {
  Idle idle;
  std::vector<Unassigned> unassigned;
  Duplicates duplicates;
  Stale stale;
};
Found find_all(const AuditFacts& facts, std::vector<double> days_to_win);
void show_pipeline(outrigger::Report& page, const AuditFacts& facts, const Found& found, const Speech& say);

}  // namespace outrigger::scoring
