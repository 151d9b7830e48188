// One lead's columns by themselves: what a change of it is told in, and how it is put back.
//
//     LeadState after = state_of(leads, row);
//     after.stage = 4;
//     after.tags = {leads.tags.code("7")};
//     assign(leads, row, after);
//
// Codes are those of the Leads that it was taken from. Threads: plain data; assign needs the only writer.
#pragma once

#include <cstdint>
#include <vector>

#include "leads.hpp"

namespace outrigger::scoring {

// `created` of a lead that was deleted: older than every start date, so it is neither counted nor scored.
inline constexpr int64_t kGone = INT64_MIN;

struct LeadState {
  int64_t id = 0;
  int16_t stage = -1;
  int16_t team = -1;
  WonStatus status = WonStatus::kUnknown;
  uint8_t active = 1;
  uint8_t priority = Leads::kNoPriority;
  int64_t created = 0;
  double probability = kUnset;
  double automated = kUnset;
  std::vector<uint32_t> feature;  // per variable
  std::vector<uint32_t> tags;
};

LeadState state_of(const Leads& leads, size_t row);

// Overwrites a lead's columns. Tags that no longer fit in their place move to the end; the space that they leave is
// taken back when it is more than what is used. REQUIRES: state.id is the row's, state.feature has all variables.
void assign(Leads& leads, size_t row, const LeadState& state);

// The row of a lead, or leads.size().
size_t find_row(const Leads& leads, int64_t id);

// A copy of some leads, in this order, with the same codes. Rows must come by ascending id, once each.
Leads select(const Leads& leads, const std::vector<uint32_t>& rows);

}  // namespace outrigger::scoring
