// `outrigger assignment simulate --since DAY [--rules FILE]`: past weeks once more, under the rules of today and under
// others, beside what was. Nothing is written.
//
//     Result<Document> answer = run_simulate(command, host, config);
//
// The leads are those that were created in this time and that did not come with their salesperson. They are judged by
// their chance on arrival (arrival.hpp), never by what became of them. What Odoo does not keep is as of today, and the
// report says so: fields that rules look at, expected revenue, members and their capacity.
//
// Errors: a day that is none, a time without leads, a rule file with a fault; each with its remedy. Threads: the
// instance's own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <outrigger/report.hpp>

#include "crm.hpp"
#include "engine/outcome.hpp"

namespace outrigger::assignment {

Result<Document> run_simulate(Command& command, const Host& host, Value config);

struct Side {
  std::string name;
  std::string engine;  // empty: as it was
  std::string runs;    // "as leads come, every 1d"
  Outcome outcome;
};

struct Simulated {
  Span span;
  std::vector<Side> sides;  // as it was, the rules of today, and those of the file
  bool free_teams = false;  // rules of teams decide, whatever team a lead has today
  size_t came_with_owner = 0;
  size_t won = 0;  // of the leads, by now
  size_t lost = 0;
  double closed_before = 0;  // leads that chances were learned from
  double base_rate = 0;
  std::map<int64_t, std::string> people;
  std::vector<std::string> problems;
  std::vector<std::string> asked;
};

// For a person, and the figures for --json.
outrigger::Report simulation_page(const Simulated& simulated, const Speech& say);
Value simulation_figures(const Simulated& simulated, Arena& arena);

}  // namespace outrigger::assignment
