// A plugin's store while its work is only planned: reads show what it has committed since, nothing is kept.
//
//     PlannedStore planned(store, "crm");
//     planned.commit({.changes = {{"cursor", "42"}}});
//     planned.get({"cursor"});                          // 42; of the store itself: what it was
//
// A commit is refused where the store would refuse it, but for the quota. The totals count what is kept.
//
// Threads: any. The store must outlive it.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/store/store.hpp"

namespace outrigger::host {

class PlannedStore {
 public:
  PlannedStore(Store& store, std::string plugin) : store_(store), plugin_(std::move(plugin)) {}

  Result<std::vector<std::optional<std::string>>> get(const std::vector<std::string>& keys);
  Result<std::vector<std::pair<std::string, std::string>>> scan(const StoreScan& scan);
  Result<void> commit(const StoreCommit& commit);
  Result<StoreTotals> totals();

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  // With what is planned between the two keys, in order; an empty `to` is the end.
  void merge(Pairs& page, const std::string& from, const std::string& to, const StoreScan& scan) const;
  Result<std::vector<std::optional<std::string>>> see(const std::vector<std::string>& keys);

  Store& store_;
  const std::string plugin_;
  std::mutex mutex_;                                         // of what follows
  std::map<std::string, std::optional<std::string>> pairs_;  // no value: removed
  uint32_t schema_version_ = 0;                              // 0: unchanged
};

}  // namespace outrigger::host
