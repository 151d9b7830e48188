// What a plugin keeps, per database: ordered keys with values, both text or raw bytes.
//
//     auto last = store().get("import/last");                        // Result<std::optional<std::string>>
//     Transaction change;
//     change.put("import/last", "2026-03-01").erase("import/lock").expect_absent("import/stop");
//     change.outcome(call.delivery(), done());                       // kept together with the data, or not at all
//     if (auto kept = store().commit(change); !kept) return kept.error();
//
//     auto leads = store().scan(StoreRange::prefix("lead/"));
//     for (const StoreEntry entry : *leads) use(entry.key, entry.value);
//     auto all = store().each({}, [&](const StoreEntry& entry) { ... });   // however many there are
//
// A commit is atomic and durable when it returns. Keys are 1 to 512 bytes in bytewise order, values at most 1 MiB.
// Threads: any; a Transaction belongs to one thread. Text is borrowed for the call. See abi/store.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abi/store.h"
#include "arena.hpp"
#include "outcome.hpp"
#include "result.hpp"
#include "slot.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

// A key part whose bytewise order is the order of the numbers: "lead/" + ordered(42).
inline std::string ordered(int64_t number) {
  auto bits = static_cast<uint64_t>(number) ^ (uint64_t{1} << 63U);
  std::string key(8, '\0');
  for (size_t i = 8; i-- > 0; bits >>= 8U) key[i] = static_cast<char>(bits & 0xFFU);
  return key;
}

// Which keys: from the first (included) to the last (excluded; empty: the end).
struct StoreRange {
  std::string from = {};
  std::string to = {};
  bool reverse = false;    // from the end
  bool keys_only = false;  // without values
  int64_t limit = 0;       // 0: 1000

  // All keys that begin so.
  static StoreRange prefix(std::string_view start) {
    StoreRange range{.from = std::string(start), .to = std::string(start)};
    while (!range.to.empty() && static_cast<unsigned char>(range.to.back()) == 0xFFU) range.to.pop_back();
    if (!range.to.empty()) range.to.back() = static_cast<char>(static_cast<unsigned char>(range.to.back()) + 1U);
    return range;
  }
};

// Valid as long as the StoreEntries that it came from.
struct StoreEntry {
  std::string_view key;
  std::string_view value;
};

class StoreEntries {
 public:
  class Iterator {
   public:
    Iterator(Value::Items::Iterator at, bool keys_only) : at_(at), keys_only_(keys_only) {}
    StoreEntry operator*() const {
      const Value entry = *at_;
      if (keys_only_) return {entry.text(), {}};
      return entry.size() == 2 && entry.is_array() ? StoreEntry{entry.at(0).text(), entry.at(1).text()} : StoreEntry{};
    }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    Value::Items::Iterator at_;
    bool keys_only_;
  };

  StoreEntries(Document reply, bool keys_only) : reply_(std::move(reply)), keys_only_(keys_only) {}
  [[nodiscard]] size_t size() const { return reply_.root().items().size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] Iterator begin() const { return {reply_.root().items().begin(), keys_only_}; }
  [[nodiscard]] Iterator end() const { return {reply_.root().items().end(), keys_only_}; }

 private:
  Document reply_;
  bool keys_only_;
};

// Several changes that happen together or not at all. It copies what it is given.
class Transaction {
 public:
  Transaction& put(std::string_view key, std::string_view value) { return add(changes_, key, arena_.bytes(value)); }
  Transaction& erase(std::string_view key) { return add(changes_, key, {}); }
  // The commit is refused as kConflict unless the key has this value, or is absent.
  Transaction& expect(std::string_view key, std::string_view value) { return add(expected_, key, arena_.bytes(value)); }
  Transaction& expect_absent(std::string_view key) { return add(expected_, key, {}); }
  // What became of the delivery that the plugin is working on; the host keeps it with the data. One a transaction.
  Transaction& outcome(std::string_view delivery, const Outcome& outcome) {
    delivery_ = arena_.keep(delivery);
    outcome_ = outcome.to_value(arena_);
    return *this;
  }
  // Of the plugin's data; kept beside it.
  Transaction& schema_version(uint32_t version) {
    schema_version_ = version;
    return *this;
  }

 private:
  friend class Store;
  Transaction& add(std::vector<Value>& pairs, std::string_view key, Value value) {
    pairs.push_back(arena_.array({arena_.bytes(key), value}));
    return *this;
  }

  Arena arena_;
  std::vector<Value> expected_;
  std::vector<Value> changes_;
  std::string_view delivery_;
  Value outcome_;
  uint32_t schema_version_ = 0;
};

struct StoreInfo {
  uint32_t schema_version = 0;
  int64_t keys = 0;
  int64_t bytes = 0;
  int64_t quota = 0;  // bytes
};

class Store {
 public:
  Store() = default;
  explicit Store(const or_store_v1* table) : table_(table) {}
  explicit operator bool() const { return table_ != nullptr; }

  // Nothing when the key is absent.
  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key) const {
    Result<std::vector<std::optional<std::string>>> all = get_many({key});
    if (!all) return std::move(all).error();
    return std::move(all->front());
  }
  // One item a key, in their order.
  [[nodiscard]] Result<std::vector<std::optional<std::string>>> get_many(
      const std::vector<std::string_view>& keys) const;
  [[nodiscard]] Result<StoreEntries> scan(const StoreRange& range = {}) const;
  // Calls `use` with every entry of the range, in pages of range.limit (0: 1000; less where values are large: a page
  // is one reply). What is stored meanwhile may be seen or not. An error ends it.
  template <typename Use>
  Result<void> each(StoreRange range, Use&& use) const;
  // kConflict: what the transaction expects does not hold. kLimit: the quota. In both cases nothing was stored.
  [[nodiscard]] Result<void> commit(Transaction& transaction) const;
  [[nodiscard]] Result<StoreInfo> info() const;

  // Transactions of one change.
  [[nodiscard]] Result<void> put(std::string_view key, std::string_view value) const {
    return commit(Transaction().put(key, value));
  }
  [[nodiscard]] Result<void> erase(std::string_view key) const { return commit(Transaction().erase(key)); }

 private:
  static constexpr const char* kAbsent = "this host keeps no data for the plugin, or it was not granted a store";

  const or_store_v1* table_ = nullptr;
};

inline Result<std::vector<std::optional<std::string>>> Store::get_many(
    const std::vector<std::string_view>& keys) const {
  Arena arena;
  std::vector<Value> raw;
  raw.reserve(keys.size());
  for (const std::string_view key : keys) raw.push_back(arena.bytes(key));
  const Value all = arena.array(raw);
  const Result<Document> reply = ask(table_, &or_store_v1::get, kAbsent, &all.raw());
  if (!reply) return reply.error();
  if (reply->root().items().size() != keys.size())
    return Error{Code::kProtocol,
                 "the store answers " + std::to_string(reply->root().size()) + " values for " +
                     std::to_string(keys.size()) + " keys",
                 Source::kHost};
  std::vector<std::optional<std::string>> values;
  values.reserve(keys.size());
  for (const Value value : reply->root().items())
    values.push_back(value.is_null() ? std::nullopt : std::optional<std::string>(value.text()));
  return values;
}

inline Result<StoreEntries> Store::scan(const StoreRange& range) const {
  const uint32_t flags = (range.reverse ? OR_STORE_REVERSE : 0U) | (range.keys_only ? OR_STORE_KEYS : 0U);
  Result<Document> reply =
      ask(table_, &or_store_v1::scan, kAbsent, to_abi(range.from), to_abi(range.to), flags, range.limit);
  if (!reply) return std::move(reply).error();
  return StoreEntries(*std::move(reply), range.keys_only);
}

template <typename Use>
Result<void> Store::each(StoreRange range, Use&& use) const {
  if (range.limit <= 0) range.limit = 1000;
  for (;;) {
    const Result<StoreEntries> page = scan(range);
    if (!page) return page.error();
    for (const StoreEntry entry : *page) {
      use(entry);
      if (range.reverse)
        range.to = std::string(entry.key);
      else
        range.from = std::string(entry.key) + '\0';
    }
    if (static_cast<int64_t>(page->size()) < range.limit) return {};
  }
}

inline Result<void> Store::commit(Transaction& transaction) const {
  const Value expected = transaction.arena_.array(transaction.expected_);
  const Value changes = transaction.arena_.array(transaction.changes_);
  or_store_commit raw{};
  raw.struct_size = sizeof raw;
  raw.schema_version = transaction.schema_version_;
  raw.expected = transaction.expected_.empty() ? nullptr : &expected.raw();
  raw.changes = transaction.changes_.empty() ? nullptr : &changes.raw();
  raw.delivery = to_abi(transaction.delivery_);
  raw.outcome = transaction.delivery_.empty() ? nullptr : &transaction.outcome_.raw();
  return perform(table_, &or_store_v1::commit, kAbsent, &raw);
}

inline Result<StoreInfo> Store::info() const {
  const Result<Document> reply = ask(table_, &or_store_v1::info, kAbsent);
  if (!reply) return reply.error();
  const Value info = reply->root();
  return StoreInfo{static_cast<uint32_t>(info["schema_version"].integer()), info["keys"].integer(),
                   info["bytes"].integer(), info["quota"].integer()};
}

}  // namespace v1
}  // namespace outrigger
