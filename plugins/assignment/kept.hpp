// Why leads were assigned, kept so that neither a crash nor a lost reply loses it.
//
//     intend(store, now, planned);                  // durable, before anything is written
//     ... apply, tell ...
//     confirm(store, planned, applied);             // what was done; what was not is forgotten
//
// `crm.lead:ID:intended` is what is about to be written, `crm.lead:ID:assigned` what was: with the record's own key, so
// that it is exported and erased with what belongs to a person. What stays intended after a crash is found under
// `intended/` and settled (carry_out.hpp). `since/` leads to assignments by time, for those that nobody touches
// (reassign.hpp). Times: microseconds since 1970. Threads: the instance's own.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "apply.hpp"

namespace outrigger::assignment {

struct Kept {
  int64_t lead = 0;
  int64_t at = 0;    // when it was written
  int64_t from = 0;  // since when the time without a touch counts: `at`, or the end of a leave
  int64_t user = 0;
  int64_t team = 0;
  std::string name;          // of the salesperson
  std::string why[2];        // in English and in Vietnamese
  std::vector<int64_t> had;  // users who had it before by us
  bool tell = false;         // a note on the lead is wanted

  // "assigned on 2026-11-22 10:00:00 UTC to Lan: ..."
  [[nodiscard]] std::string sentence(const Speech& say) const;
  // "Assigned to Lan: ..."
  [[nodiscard]] std::string note(const Speech& say) const;
};

// One for each lead that the plan gives to somebody.
std::vector<Kept> kept_of_plan(const Settings& settings, int64_t now, const Planned& planned);
Result<void> intend(const Store& store, const Settings& settings, int64_t now, const Planned& planned);
// Those that were done are assigned, those with an unknown outcome stay intended, the others are forgotten. `later`: of
// those that were done, the ones that stay intended as well, until somebody was told.
Result<void> confirm(const Store& store, const Planned& planned, const Applied& applied,
                     const std::unordered_set<int64_t>& later);

// At most `limit` leads that are intended, in the order of their ids.
Result<std::vector<Kept>> intended(const Store& store, int64_t limit);
Result<void> take_as_assigned(const Store& store, const std::vector<Kept>& all,
                              const std::unordered_set<int64_t>& later = {});
Result<void> forget_intended(const Store& store, const std::vector<int64_t>& leads);

// One record as it stands in the store; nothing: it is none of ours.
std::string print_kept(const Kept& kept);
std::optional<Kept> parse_kept(int64_t lead, const std::string& text);

// Nothing: it was not assigned here.
Result<std::optional<Kept>> kept_of(const Store& store, int64_t lead);
// Assignments whose time counts from before `until`, oldest first, at most `limit`.
Result<std::vector<Kept>> assigned_before(const Store& store, int64_t until, int64_t limit);
// They are looked at no more: somebody works on them, or they are somebody else's. The reason stays.
Result<void> stop_watching(const Store& store, const std::vector<Kept>& all);
// Their time counts from `now` on.
Result<void> count_anew(const Store& store, const std::vector<Kept>& all, int64_t now);

// Everything of a lead that was deleted.
void erase_lead(Transaction& change, int64_t lead);

}  // namespace outrigger::assignment
