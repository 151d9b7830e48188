#include "planned_reasons.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace outrigger::assignment {
namespace {

constexpr std::string_view kIndex = "planned/";
constexpr size_t kAtOnce = 500;
constexpr int64_t kMost = 1000;
constexpr int64_t kApart = int64_t{600} * 1'000'000;             // how far Odoo's clock and ours may be apart
constexpr int64_t kForgotten = int64_t{30 * 86400} * 1'000'000;  // a plan is not applied so late

std::string prefix_of(int64_t lead) { return "crm.lead:" + std::to_string(lead) + ":planned/"; }
std::string key_of(int64_t lead, int64_t user) { return prefix_of(lead) + std::to_string(user); }
std::string index_of(const Kept& one) { return std::string(kIndex) + ordered(one.at) + key_of(one.lead, one.user); }

void erase(Transaction& change, const Kept& one) { change.erase(key_of(one.lead, one.user)).erase(index_of(one)); }

// "crm.lead:42:planned/11"
int64_t lead_of(std::string_view key) {
  const size_t colon = key.find(':');
  return colon == std::string_view::npos ? 0 : std::strtoll(std::string(key.substr(colon + 1)).c_str(), nullptr, 10);
}

// Those that have come true are the leads' reasons from now on.
Result<void> settle_these(const Host& host, const Store& store, const std::vector<Kept>& all) {
  std::set<int64_t> ids;
  for (const Kept& one : all) ids.insert(one.lead);
  if (ids.empty()) return {};
  const Result<Document> rows =
      host.odoo.read("crm.lead", {ids.begin(), ids.end()}, {"user_id", "team_id", "date_open"});
  if (!rows) return rows.error();
  std::unordered_map<int64_t, Value> now;
  for (const Value row : rows->root().items()) now[row["id"].integer()] = row;
  const int64_t oldest = host.clock.now().time_since_epoch().count() - kForgotten;
  std::vector<Kept> true_now;
  Transaction change;
  bool any = false;
  for (const Kept& one : all) {
    const auto at = now.find(one.lead);
    const int64_t opened = at == now.end() ? 0 : micros_of(at->second["date_open"].text());
    const bool came_true = at != now.end() && at->second["user_id"].integer() == one.user &&
                           at->second["team_id"].integer() == one.team && opened + kApart >= one.at;
    if (!came_true && at != now.end() && one.at >= oldest) continue;
    erase(change, one);
    any = true;
    if (!came_true) continue;
    true_now.push_back(one);
    true_now.back().at = true_now.back().from = std::max(opened, one.at);
  }
  if (Result<void> kept = take_as_assigned(store, true_now); !kept) return kept;
  return any ? store.commit(change) : Result<void>();
}

}  // namespace

Result<void> note_plan(const Store& store, const Settings& settings, int64_t now, const Planned& planned) {
  if (!store) return {};
  std::vector<Kept> all = kept_of_plan(settings, now, planned);
  for (size_t first = 0; first < all.size(); first += kAtOnce) {
    const size_t end = std::min(all.size(), first + kAtOnce);
    std::vector<std::string> keys;
    for (size_t i = first; i < end; ++i) keys.push_back(key_of(all[i].lead, all[i].user));
    const auto before = store.get_many(std::vector<std::string_view>(keys.begin(), keys.end()));
    if (!before) return before.error();
    Transaction change;
    for (size_t i = first; i < end; ++i) {
      if (const std::optional<std::string>& text = (*before)[i - first])
        if (const std::optional<Kept> old = parse_kept(all[i].lead, *text)) change.erase(index_of(*old));
      all[i].tell = false;  // the note is part of the plan
      change.put(keys[i - first], print_kept(all[i])).put(index_of(all[i]), "2");
    }
    if (Result<void> kept = store.commit(change); !kept) return kept;
  }
  return {};
}

Result<void> settle_planned(const Host& host, const Store& store) {
  if (!store) return {};
  StoreRange range = StoreRange::prefix(kIndex);
  range.keys_only = true;
  range.reverse = true;
  range.limit = kMost;
  const Result<StoreEntries> entries = store.scan(range);
  if (!entries) return entries.error();
  std::vector<std::string> indexes;
  for (const StoreEntry entry : *entries) indexes.emplace_back(entry.key);
  if (indexes.empty()) return {};
  std::vector<std::string_view> keys;
  for (const std::string& index : indexes) keys.push_back(std::string_view(index).substr(kIndex.size() + 8));
  const auto texts = store.get_many(keys);
  if (!texts) return texts.error();
  std::vector<Kept> all;
  Transaction stale;
  bool any = false;
  for (size_t i = 0; i < keys.size(); ++i) {
    const std::optional<std::string>& text = (*texts)[i];
    const std::optional<Kept> one = text ? parse_kept(lead_of(keys[i]), *text) : std::nullopt;
    if (one && index_of(*one) == indexes[i]) {
      all.push_back(*one);
    } else {
      stale.erase(indexes[i]);
      any = true;
    }
  }
  if (any)
    if (Result<void> swept = store.commit(stale); !swept) return swept;
  return settle_these(host, store, all);
}

Result<void> settle_planned_lead(const Host& host, const Store& store, int64_t lead) {
  if (!store) return {};
  const Result<StoreEntries> entries = store.scan(StoreRange::prefix(prefix_of(lead)));
  if (!entries) return entries.error();
  std::vector<Kept> all;
  for (const StoreEntry entry : *entries)
    if (const std::optional<Kept> one = parse_kept(lead, std::string(entry.value))) all.push_back(*one);
  return settle_these(host, store, all);
}

}  // namespace outrigger::assignment
