// The leads that a plan is about, as the engines take them, with what rules look at and what people read.
//
//     Result<LeadTable> table = read_leads(host, {}, rules.fields());        // all that wait for a salesperson
//     Result<LeadTable> table = read_leads(host, {7, 9}, rules.fields());    // these, whoever has them
//
// Waiting: open, not won, without a salesperson. The probability is what scoring publishes for the lead (the fact
// scoring.score), where it does and may be read; else Odoo's own. Duplicates are Odoo's: open leads of anybody whose
// address is one of the lead's.
//
// Errors: as Odoo says. Threads: the instance's own.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "columns.hpp"
#include "crm.hpp"
#include "engine/work.hpp"

namespace outrigger::assignment {

struct LeadText {
  std::string name;
  std::vector<std::string> addresses;
};

struct LeadTable {
  explicit LeadTable(const std::set<std::string>& fields) : columns(fields) {}
  std::vector<Lead> leads;
  std::vector<LeadText> texts;
  LeadColumns columns;
  size_t scored = 0;  // whose probability is scoring's
};

Result<LeadTable> read_leads(const Host& host, const std::vector<int64_t>& only, const std::set<std::string>& fields);
// Those that were created from one moment until before another ("2026-03-01 00:00:00", UTC), whatever became of them.
// `fields` that this Odoo does not have are null.
using PageRead = std::function<void(size_t leads)>;
Result<LeadTable> read_created(const Host& host, const std::string& from, const std::string& until,
                               const std::set<std::string>& fields, const PageRead& progress);
// Leads with an address in common; see engine/candidates.hpp for what becomes of them. Of an address that very many
// share, each lead names the kMostDuplicates that stand before the others.
constexpr size_t kMostDuplicates = 30;
void put_duplicates(LeadTable& table, std::map<std::string, std::vector<int64_t>>& by_address);
Result<void> read_duplicates(const Host& host, LeadTable& table);

// All addresses of a field that may hold several, in lower case.
std::vector<std::string> addresses_of(std::string_view text);

}  // namespace outrigger::assignment
