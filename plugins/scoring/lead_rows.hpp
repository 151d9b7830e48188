// Leads as Odoo sends them, put into columns.
//
//     const Places places(history.model);
//     Result<LeadState> lead = decode(history, places, row);             // one row of a search_read
//     Result<std::vector<LeadState>> some = read_states(odoo, history, places, {42, 43});
//
// Codes are those of history.leads, which learns new values. Errors: kConflict when the lead is in a stage or of a team
// that the model does not know (it was read before they were made), kAccess when the key cannot see the team.
// Threads: one writer of the history.
#pragma once

#include <unordered_map>
#include <vector>

#include "engine/lead_state.hpp"
#include "history.hpp"

namespace outrigger::scoring {

// Where a stage or a team stands in the model, by its id.
struct Places {
  explicit Places(const Model& model);
  std::unordered_map<int64_t, int16_t> stage;
  std::unordered_map<int64_t, int16_t> team;
};

// What has to be read of a lead for these settings.
std::vector<std::string_view> lead_columns(const History& history);

Result<LeadState> decode(History& history, const Places& places, Value row);

// These leads as they are now, by ascending id; those that are gone are left out. A probability that was never set is
// told from one that is 0.
Result<std::vector<LeadState>> read_states(const Odoo& odoo, History& history, const Places& places,
                                           const std::vector<int64_t>& ids);

// "2026-01-31 12:00:00" in microseconds; nothing when malformed.
std::optional<int64_t> microseconds(std::string_view text);

}  // namespace outrigger::scoring
