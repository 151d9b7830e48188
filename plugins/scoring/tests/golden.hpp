// Recorded cases: what a real Odoo held before and after its own recompute. See tests/data/README.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/leads.hpp"
#include "engine/model.hpp"

namespace outrigger::scoring {

struct GoldenRow {
  int64_t team_id = 0;  // 0: none
  std::string variable;
  std::string value;
  double won = 0;
  double lost = 0;
};

struct GoldenAnswer {
  double probability = kUnset;
  double automated = kUnset;
};

struct GoldenRun {
  std::string name;  // "pls-small/base"
  Model model;
  Variables variables;
  int64_t start = 0;
  size_t batch = 50000;
  Leads leads{0};                         // as they were before
  std::map<int64_t, GoldenAnswer> after;  // by lead
  std::vector<GoldenRow> frequencies;     // in order of their ids
  std::vector<uint32_t> score_order;      // rows in the order in which Odoo scored them; only recorded of 14
  bool odoo_failed = false;               // Odoo rolled its run back with an error
};

// Names of all recorded runs, "SET/RUN".
std::vector<std::string> golden_runs();
// Throws std::runtime_error when a file is missing or malformed.
GoldenRun load_golden(const std::string& name);

}  // namespace outrigger::scoring
