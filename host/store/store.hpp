// What plugins keep: ordered bytes per plugin, in the journal's file, so that a commit can carry a delivery's outcome.
//
//     Store store(*file, *journal, {});
//     store.commit("scoring", {.changes = {{"last", "42"}}});
//
// A plugin sees its own keys only. Keys are ordered bytewise. A commit is atomic and durable when it returns; reads see
// what is committed. Keys that are "MODEL:ID" or begin with "MODEL:ID:" (res.partner:42:notes) belong to that record:
// they are exported and erased with it.
//
// Threads: any. Errors: kInvalid, kConflict (what is expected does not hold), kLimit (quota, or a full disk).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/journal/journal.hpp"

namespace outrigger::host {

extern const Tables kStoreTables;

inline constexpr size_t kLongestKey = 512;
inline constexpr size_t kLargestValue = size_t{1} << 20U;

struct StoreOptions {
  int64_t quota = int64_t{64} << 20U;        // bytes of keys and values, per plugin
  size_t most_pairs = 10'000;                // of one commit, scan or get
  size_t largest_reply = size_t{32} << 20U;  // bytes
};

using StorePair = std::pair<std::string, std::optional<std::string>>;  // no value: absent, or to be removed

struct StoreCommit {
  uint32_t schema_version = 0;  // 0: unchanged
  std::vector<StorePair> expected;
  std::vector<StorePair> changes;  // later ones win
  std::string delivery;            // empty, or with outcome: both or neither
  Document outcome;
};

struct StoreScan {
  std::string from;  // included
  std::string to;    // excluded; empty: the end
  int64_t limit = 0;
  bool reverse = false;
  bool keys_only = false;
};

struct StoreTotals {
  int64_t schema_version = 0;
  int64_t keys = 0;
  int64_t bytes = 0;
};

// Whether it could be kept, whatever is kept already. kInvalid, kLimit.
Result<void> check_commit(const StoreCommit& commit, const StoreOptions& options);

class Store {
 public:
  // The file has been opened with kStoreTables; both must outlive the store.
  Store(JournalFile& file, Journal& journal, StoreOptions options)
      : file_(file), journal_(journal), options_(options) {}

  Result<std::vector<std::optional<std::string>>> get(std::string_view plugin, const std::vector<std::string>& keys);
  Result<std::vector<std::pair<std::string, std::string>>> scan(std::string_view plugin, const StoreScan& scan);
  Result<void> commit(std::string_view plugin, const StoreCommit& commit);
  Result<StoreTotals> totals(std::string_view plugin);
  // Of a plugin that was removed, at the admin's wish.
  Result<void> forget(std::string_view plugin);

  // An array of {plugin, key, value} of the keys that belong to a record; null: there are none.
  Result<Document> export_record(std::string_view model, int64_t id);
  Result<size_t> erase_record(std::string_view model, int64_t id);

  // Who settles a delivery that is none of the journal's, by its id: asked first. At the start.
  struct Outcomes {
    std::function<bool(std::string_view delivery)> mine;
    std::function<Result<void>(std::string_view plugin, std::string_view delivery, Value outcome,
                               const JournalFile::Work& also)>
        commit;
  };
  void also_settles(Outcomes outcomes) { outcomes_ = std::move(outcomes); }

  [[nodiscard]] const StoreOptions& options() const { return options_; }
  [[nodiscard]] Journal& journal() { return journal_; }

 private:
  JournalFile& file_;
  Journal& journal_;
  const StoreOptions options_;
  Outcomes outcomes_;
};

}  // namespace outrigger::host
