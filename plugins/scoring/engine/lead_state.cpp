#include "lead_state.hpp"

#include <algorithm>

namespace outrigger::scoring {
namespace {

constexpr size_t kWorthCompacting = 4096;

void compact_tags(Leads& leads) {
  std::vector<uint32_t> kept;
  for (size_t row = 0; row < leads.size(); ++row) {
    const auto start = static_cast<uint32_t>(kept.size());
    kept.insert(kept.end(), leads.tag.begin() + leads.tag_start[row], leads.tag.begin() + leads.tag_end[row]);
    leads.tag_start[row] = start;
    leads.tag_end[row] = static_cast<uint32_t>(kept.size());
  }
  leads.tag = std::move(kept);
  leads.unused_tags = 0;
}

void assign_tags(Leads& leads, size_t row, const std::vector<uint32_t>& tags) {
  const size_t before = leads.tag_end[row] - leads.tag_start[row];
  if (tags.size() > before) {
    leads.unused_tags += before;
    leads.tag_start[row] = static_cast<uint32_t>(leads.tag.size());
    leads.tag.insert(leads.tag.end(), tags.begin(), tags.end());
  } else {
    leads.unused_tags += before - tags.size();
    std::copy(tags.begin(), tags.end(), leads.tag.begin() + leads.tag_start[row]);
  }
  leads.tag_end[row] = leads.tag_start[row] + static_cast<uint32_t>(tags.size());
  if (leads.unused_tags > kWorthCompacting && leads.unused_tags > leads.tag.size() / 2) compact_tags(leads);
}

}  // namespace

LeadState state_of(const Leads& leads, size_t row) {
  LeadState state{leads.id[row],      leads.stage[row],       leads.team[row],
                  leads.status[row],  leads.active[row],      leads.priority[row],
                  leads.created[row], leads.probability[row], leads.automated[row]};
  state.feature.reserve(leads.feature.size());
  for (const auto& column : leads.feature) state.feature.push_back(column[row]);
  state.tags.assign(leads.tag.begin() + leads.tag_start[row], leads.tag.begin() + leads.tag_end[row]);
  return state;
}

void assign(Leads& leads, size_t row, const LeadState& state) {
  leads.stage[row] = state.stage;
  leads.team[row] = state.team;
  leads.status[row] = state.status;
  leads.active[row] = state.active;
  leads.priority[row] = state.priority;
  leads.created[row] = state.created;
  leads.probability[row] = state.probability;
  leads.automated[row] = state.automated;
  for (size_t v = 0; v < leads.feature.size(); ++v) leads.feature[v][row] = state.feature[v];
  assign_tags(leads, row, state.tags);
}

size_t find_row(const Leads& leads, int64_t id) {
  const auto at = std::lower_bound(leads.id.begin(), leads.id.end(), id);
  return at == leads.id.end() || *at != id ? leads.size() : static_cast<size_t>(at - leads.id.begin());
}

Leads select(const Leads& leads, const std::vector<uint32_t>& rows) {
  Leads result(leads.feature.size());
  result.values = leads.values;
  result.tags = leads.tags;
  const auto take = [&](auto& to, const auto& from) {
    to.reserve(rows.size());
    for (const uint32_t row : rows) to.push_back(from[row]);
  };
  take(result.id, leads.id);
  take(result.stage, leads.stage);
  take(result.team, leads.team);
  take(result.status, leads.status);
  take(result.active, leads.active);
  take(result.priority, leads.priority);
  take(result.created, leads.created);
  take(result.probability, leads.probability);
  take(result.automated, leads.automated);
  for (size_t v = 0; v < leads.feature.size(); ++v) take(result.feature[v], leads.feature[v]);
  for (const uint32_t row : rows) {
    result.tag_start.push_back(static_cast<uint32_t>(result.tag.size()));
    result.tag.insert(result.tag.end(), leads.tag.begin() + leads.tag_start[row],
                      leads.tag.begin() + leads.tag_end[row]);
    result.tag_end.push_back(static_cast<uint32_t>(result.tag.size()));
  }
  return result;
}

}  // namespace outrigger::scoring
