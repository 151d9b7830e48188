// Duplicates are merged by Odoo's own method, where the configuration says `"duplicates": "merge"`.
//
//     Result<std::vector<Merge>> merges = find_merges(host, planned, say);       // which into which; nothing is written
//     merge_all(host, store, *merges, {.delivery = {}});                         // crm.lead.merge_opportunity, one call each
//
// A merge cannot be undone: Odoo moves notes, activities and files to the lead that stays and deletes the others. So
// it happens in `run` alone by hand (a saved plan merges nothing, since nobody would look again), never by itself, and only where it is plain: two to five
// leads (Odoo takes no more) with one and the same address and no other, at most one salesperson among them, and a team
// of this run that wants the one that waits. The others wait for a person, and `says` why. Each lead is merged at most once in a run.
//
// What was merged is kept: under the lead that stays what the others were, under the others where they went. After a
// lost reply the leads are looked for. Errors: as Odoo says; one merge that is refused does not stop the others.
// Threads: the instance's own.
#pragma once

#include <string>
#include <vector>

#include "apply.hpp"

namespace outrigger::assignment {

struct MergedLead {
  int64_t id = 0;
  std::string name;
  int64_t user = 0;
  double revenue = 0;
  std::string created;
};

struct Merge {
  enum class State { kPlanned, kDone, kFailed, kUnknown, kLeft };
  std::string address;
  std::vector<MergedLead> leads;  // the one that stays first: Odoo's own order
  State state = State::kPlanned;
  std::string says;

  [[nodiscard]] int64_t into() const { return leads.front().id; }
};

Result<std::vector<Merge>> find_merges(const Host& host, const Planned& planned, const Speech& say);
Result<void> merge_all(const Host& host, const Store& store, std::vector<Merge>& merges, const ApplyOptions& options);

// The plan as it is after the merges: those that go are nobody's, the one that stays is planned like any other.
void leave_merged(Planned& planned, const std::vector<Merge>& merges);
void mark_merged(Planned& planned, const std::vector<Merge>& merges);

// "merged into it on ...: lead 12 ..."; of a lead that is gone where it went. Empty: nothing is known.
Result<std::string> merged_text(const Store& store, int64_t lead);
// What people read, and the same as values; empty where there is nothing to say.
std::string merges_text(const std::vector<Merge>& merges, const Speech& say);
Value merges_value(const std::vector<Merge>& merges, Arena& arena);

}  // namespace outrigger::assignment
