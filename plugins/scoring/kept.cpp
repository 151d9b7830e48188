#include "kept.hpp"

#include <algorithm>

namespace outrigger::scoring {

std::string fingerprint(const History& history) {
  std::string text = "2|" + std::to_string(history.major) + "|" + std::to_string(history.start);
  for (const std::string& field : history.variables.fields) text += "|" + field;
  return text + (history.variables.tags ? "|tag_ids" : "");
}

Result<bool> load_kept(const Store& store, History& history, std::vector<double>& published) {
  const Result<std::optional<std::string>> settings = store.get(kSettingsKey);
  if (!settings) return settings.error();
  if (!*settings || **settings != fingerprint(history)) return false;
  const Places places(history.model);
  std::vector<KeptLead> kept;
  bool usable = true;
  const Result<void> read = each_kept(store, [&](std::string_view key, std::string_view bytes) {
    std::optional<KeptLead> lead = unpack(history, places, kept_id(key), bytes);
    usable = usable && lead && lead->state.id > 0;
    if (usable) kept.push_back(*std::move(lead));
  });
  if (!read) return read.error();
  if (!usable) return false;
  std::sort(kept.begin(), kept.end(), [](const KeptLead& a, const KeptLead& b) { return a.state.id < b.state.id; });
  for (const KeptLead& lead : kept) {
    assign(history.leads, history.leads.append(lead.state.id), lead.state);
    published.push_back(lead.published);
  }
  return true;
}

}  // namespace outrigger::scoring
