#include "kept_lead.hpp"

#include <charconv>

#include "engine/packing.hpp"

namespace outrigger::scoring {
namespace {

constexpr uint8_t kVersion = 1;

// Index of an id in the model: -1 for none, nothing for one that is not there.
std::optional<int16_t> place(const std::unordered_map<int64_t, int16_t>& places, int64_t id) {
  if (id == 0) return int16_t{-1};
  const auto at = places.find(id);
  if (at == places.end()) return std::nullopt;
  return at->second;
}

}  // namespace

int64_t kept_id(std::string_view key) {
  if (!key.starts_with(kKeptPrefix)) return 0;
  key.remove_prefix(kKeptPrefix.size());
  int64_t id = 0;
  const auto read = std::from_chars(key.data(), key.data() + key.size(), id);
  return read.ec == std::errc() && read.ptr == key.data() + key.size() ? id : 0;
}

std::string pack(const History& history, const LeadState& state, double published) {
  const Leads& leads = history.leads;
  Packer out;
  out.number(kVersion);
  out.integer(state.stage < 0 ? 0 : history.model.stages[static_cast<size_t>(state.stage)].id);
  out.integer(state.team < 0 ? 0 : history.model.teams[static_cast<size_t>(state.team)].id);
  out.number(static_cast<uint64_t>(state.status));
  out.number(state.active);
  out.number(state.priority);
  out.integer(state.created);
  out.real(state.probability);
  out.real(state.automated);
  out.real(published);
  out.number(state.feature.size());
  for (size_t v = 0; v < state.feature.size(); ++v)
    out.text(state.feature[v] == 0 ? std::string_view{} : leads.values[v].text(state.feature[v]));
  out.number(state.tags.size());
  for (const uint32_t tag : state.tags) out.text(leads.tags.text(tag));
  return out.take();
}

std::optional<KeptLead> unpack(History& history, const Places& places, int64_t lead, std::string_view bytes) {
  Unpacker in(bytes);
  if (in.byte() != kVersion) return std::nullopt;
  KeptLead kept;
  LeadState& state = kept.state;
  state.id = lead;
  const auto stage = place(places.stage, in.integer());
  const auto team = place(places.team, in.integer());
  if (!stage || !team) return std::nullopt;
  state.stage = *stage;
  state.team = *team;
  const uint64_t status = in.number();
  if (status > static_cast<uint64_t>(WonStatus::kLost)) return std::nullopt;
  state.status = static_cast<WonStatus>(status);
  state.active = static_cast<uint8_t>(in.number());
  state.priority = static_cast<uint8_t>(in.number());
  state.created = in.integer();
  state.probability = in.real();
  state.automated = in.real();
  kept.published = in.real();
  if (in.number() != history.variables.fields.size()) return std::nullopt;
  for (size_t v = 0; v < history.variables.fields.size() && in.ok(); ++v) {
    const std::string_view value = in.text();
    state.feature.push_back(value.empty() ? 0 : history.leads.values[v].code(value));
  }
  for (uint64_t tags = in.number(); tags > 0 && in.ok(); --tags)
    state.tags.push_back(history.leads.tags.code(in.text()));
  if (!in.at_end()) return std::nullopt;
  return kept;
}

}  // namespace outrigger::scoring
