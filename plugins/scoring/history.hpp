// Reads from Odoo what scoring needs: settings, stages, teams, and the leads since the start date as columns.
//
//     Result<History> history = read_history(odoo, clock, config, [&](uint64_t done, uint64_t total) { ... });
//
// Refuses with the remedy when the key cannot see all leads, by Odoo's own rules or by another (visibility.hpp): counts
// over a part of them would be silently wrong.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include <outrigger/plugin.hpp>

#include "engine/scorer.hpp"

namespace outrigger::scoring {

struct History {
  int64_t major = 0;
  std::string fields_setting;               // crm.pls_fields as used
  std::string start_date;                   // crm.pls_start_date as used
  std::string start_utc;                    // "2026-01-01 00:00:00"
  bool from_config = false;                 // one of the two is the configuration's, not Odoo's own
  std::vector<std::string> unknown_fields;  // named in the setting, not there
  int64_t start = 0;                        // microseconds
  Model model;
  Variables variables;
  Leads leads{0};
  Document lead_fields;  // fields_get of crm.lead
};

// Whether the key sees the leads of all salespersons, as far as Odoo's own rules go: a salesperson's key does with the
// group "User: All Documents"; one that is no salesperson's has no rule of its own, and may be one that only reads.
Result<bool> sees_all_leads(const Odoo& odoo);

using Progress = std::function<void(uint64_t done, uint64_t total)>;

Result<History> read_history(const Odoo& odoo, const Clock& clock, Value config, const Progress& progress);
// The same without any lead: a few small calls.
Result<History> read_settings(const Odoo& odoo, const Clock& clock, Value config);

// Row of a lead, or -1.
int64_t row_of(const Leads& leads, int64_t id);

}  // namespace outrigger::scoring
