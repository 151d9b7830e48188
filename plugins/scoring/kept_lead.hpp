// One lead's columns as bytes, as the live table keeps them in store/1.
//
//     std::string bytes = pack(history, state, published);
//     std::optional<KeptLead> kept = unpack(history, places, 42, bytes);
//
// Stages, teams and values are kept by what Odoo calls them, not by code: a pipeline in another order, or new values,
// do not outdate what is kept. Key: "crm.lead:42", by which the host exports and erases what is kept about a person.
// Threads: unpack writes the codes of history.leads.
#pragma once

#include <optional>
#include <string>

#include "lead_rows.hpp"

namespace outrigger::scoring {

inline constexpr std::string_view kKeptPrefix = "crm.lead:";
inline std::string kept_key(int64_t lead) { return std::string(kKeptPrefix) + std::to_string(lead); }
// The lead of such a key; 0 when it is none.
int64_t kept_id(std::string_view key);

struct KeptLead {
  LeadState state;
  double published = kUnset;  // the score that was last told to others
};

std::string pack(const History& history, const LeadState& state, double published);
// Nothing when the bytes are of another version, of other variables, damaged, or name a stage or team that is not
// there.
std::optional<KeptLead> unpack(History& history, const Places& places, int64_t lead, std::string_view bytes);

}  // namespace outrigger::scoring
