#include "host/store/planned_store.hpp"

#include <algorithm>

namespace outrigger::host {

Result<std::vector<std::optional<std::string>>> PlannedStore::see(const std::vector<std::string>& keys) {
  auto values = store_.get(plugin_, keys);
  if (!values) return values;
  for (size_t i = 0; i < keys.size(); ++i)
    if (const auto at = pairs_.find(keys[i]); at != pairs_.end()) (*values)[i] = at->second;
  return values;
}

Result<std::vector<std::optional<std::string>>> PlannedStore::get(const std::vector<std::string>& keys) {
  const std::lock_guard lock(mutex_);
  return see(keys);
}

void PlannedStore::merge(Pairs& page, const std::string& from, const std::string& to, const StoreScan& scan) const {
  std::erase_if(page, [this](const auto& pair) { return pairs_.contains(pair.first); });
  for (auto at = pairs_.lower_bound(from); at != pairs_.end() && (to.empty() || at->first < to); ++at)
    if (at->second) page.emplace_back(at->first, scan.keys_only ? std::string() : *at->second);
  std::sort(page.begin(), page.end());
  if (scan.reverse) std::reverse(page.begin(), page.end());
}

// Page by page of what is kept, since any of it may have been removed.
Result<std::vector<std::pair<std::string, std::string>>> PlannedStore::scan(const StoreScan& scan) {
  const std::lock_guard lock(mutex_);
  StoreScan rest = scan;
  if (rest.limit == 0) rest.limit = 1000;
  const auto limit = static_cast<size_t>(std::max<int64_t>(rest.limit, 0));
  Pairs all;
  for (;;) {
    Result<Pairs> page = store_.scan(plugin_, rest);
    if (!page) return page;
    const bool last = page->size() < limit;
    const std::string edge = last ? std::string() : page->back().first;
    const std::string after = edge + '\0';  // the first key that is greater
    if (scan.reverse)
      merge(*page, last ? rest.from : edge, rest.to, scan);
    else
      merge(*page, rest.from, last ? rest.to : after, scan);
    all.insert(all.end(), page->begin(), page->end());
    if (last || all.size() >= limit) break;
    (scan.reverse ? rest.to : rest.from) = scan.reverse ? edge : after;
  }
  if (all.size() > limit) all.resize(limit);
  return all;
}

Result<void> PlannedStore::commit(const StoreCommit& commit) {
  if (Result<void> ok = check_commit(commit, store_.options()); !ok) return ok;
  const std::lock_guard lock(mutex_);
  std::vector<std::string> keys;
  for (const auto& [key, value] : commit.expected) keys.push_back(key);
  const auto there = see(keys);
  if (!there) return there.error();
  for (size_t i = 0; i < keys.size(); ++i)
    if ((*there)[i] != commit.expected[i].second)
      return Error{Code::kConflict, "a key of the store has another value than expected: read it again and decide anew",
                   Source::kPlugin, Effect::kNone, -1};
  for (const auto& [key, value] : commit.changes) pairs_[key] = value;
  if (commit.schema_version != 0) schema_version_ = commit.schema_version;
  return {};
}

Result<StoreTotals> PlannedStore::totals() {
  Result<StoreTotals> totals = store_.totals(plugin_);
  const std::lock_guard lock(mutex_);
  if (totals && schema_version_ != 0) totals->schema_version = schema_version_;
  return totals;
}

}  // namespace outrigger::host
