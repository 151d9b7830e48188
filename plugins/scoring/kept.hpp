// What the live table keeps in store/1: every lead since the start date as it was last seen, and under which settings.
//
//     Result<bool> ready = load_kept(store, history, published);      // false: nothing usable is kept, read Odoo again
//     Transaction change;
//     change.put(kept_key(id), pack(history, state, published));
//
// The exact table is a function of these leads: it is built from them at the start (0.2 s for a million) and kept up in
// memory with each change, and what is kept of a change is committed together with the outcome of its delivery.
// Threads: plain functions; load_kept writes the history.
#pragma once

#include <string>
#include <vector>

#include "kept_lead.hpp"

namespace outrigger::scoring {

inline constexpr std::string_view kSettingsKey = "scoring:settings";
inline constexpr std::string_view kRefreshedKey = "scoring:refreshed";  // when all was read, microseconds
inline constexpr std::string_view kRescoredKey = "scoring:rescored";    // when all scores were last looked at
inline constexpr std::string_view kDifferedKey = "scoring:differed";    // leads that the last reading corrected
inline constexpr std::string_view kTableDifferedKey = "scoring:table";  // rows kept up that were not a rebuild's
inline constexpr std::string_view kHeldBackKey = "scoring:held_back";   // scores that Odoo's own table gainsays
inline constexpr std::string_view kManualKey = "scoring:manual";        // open leads whose probability is by hand
inline constexpr std::string_view kTargetKey = "scoring:target";  // where the scores that were told went, and whose

// All that what is kept depends on: other settings, other columns.
std::string fingerprint(const History& history);

// Every kept lead into history.leads, which has none yet. False: nothing is kept, or for other settings, or something
// that the pipeline no longer has.
Result<bool> load_kept(const Store& store, History& history, std::vector<double>& published);

// Each kept key and its bytes; what else is kept of a lead ("crm.lead:42:look") is passed over.
template <typename Each>
Result<void> each_kept(const Store& store, Each&& each) {
  return store.each(StoreRange::prefix(kKeptPrefix), [&](const StoreEntry& entry) {
    if (kept_id(entry.key) != 0) each(entry.key, entry.value);
  });
}

}  // namespace outrigger::scoring
