// The store of a FakeHost: ordered bytes in memory, shared by the instances of the test.
//
//     host.store().put("import/last", "2026-03-01");
//     EXPECT_EQ(host.store().get("import/last"), "2026-03-02");
//     EXPECT_EQ(host.store().outcome("d1")["outcome"].text(), "done");   // committed together with the data
//
// A commit compares, then changes, all or nothing, as abi/store.h says. Threads: any.
#pragma once

#include <map>
#include <optional>
#include <outrigger/store.hpp>
#include <string>
#include <vector>

#include "core.hpp"
#include "object.hpp"

namespace outrigger::testkit {

class FakeStore {
 public:
  explicit FakeStore(Core& core) : core_(core) {}

  void put(const std::string& key, const std::string& value) { data_[key] = value; }
  [[nodiscard]] std::optional<std::string> get(const std::string& key) const {
    const auto at = data_.find(key);
    return at == data_.end() ? std::nullopt : std::optional<std::string>(at->second);
  }
  [[nodiscard]] size_t size() const { return data_.size(); }
  [[nodiscard]] size_t commits() const { return commits_; }  // that were kept
  // Those among them that may not be made while a command is planned: of other keys than `...planned/...`, which stand
  // for what a plan says and count for nothing until it is applied.
  [[nodiscard]] size_t lasting() const { return lasting_; }
  // What a transaction said of a delivery; empty when none did.
  [[nodiscard]] Object outcome(const std::string& delivery) const {
    const auto at = outcomes_.find(delivery);
    return at == outcomes_.end() ? Object() : at->second;
  }
  void quota(int64_t bytes) { quota_ = bytes; }
  // The next commits fail so, until there are no more.
  void fail_next(Code code, std::string message) { failures_.push_back({code, std::move(message), Source::kHost}); }

  // For the table of the ABI.
  Result<Document> read(Value keys) const {
    return Document::build([&](Arena& arena) {
      std::vector<Value> values;
      for (const Value key : keys.items()) {
        const auto at = data_.find(std::string(key.text()));
        values.push_back(at == data_.end() ? Value{} : arena.bytes(at->second));
      }
      return arena.array(values);
    });
  }
  Result<Document> scan(const std::string& from, const std::string& to, uint32_t flags, int64_t limit) const {
    std::vector<std::pair<std::string, std::string>> range(
        data_.lower_bound(from),
        to.empty() || to <= from ? (to.empty() ? data_.end() : data_.lower_bound(from)) : data_.lower_bound(to));
    if ((flags & OR_STORE_REVERSE) != 0) std::reverse(range.begin(), range.end());
    const size_t most = limit > 0 ? static_cast<size_t>(limit) : 1000;
    if (range.size() > most) range.resize(most);
    return Document::build([&](Arena& arena) {
      std::vector<Value> rows;
      for (const auto& [key, value] : range)
        rows.push_back((flags & OR_STORE_KEYS) != 0 ? arena.bytes(key)
                                                    : arena.array({arena.bytes(key), arena.bytes(value)}));
      return arena.array(rows);
    });
  }
  Result<void> commit(const or_store_commit& commit);
  Result<Document> info() const {
    return Document::build([&](Arena& arena) {
      return arena.object({{"schema_version", int64_t{schema_version_}},
                           {"keys", static_cast<int64_t>(data_.size())},
                           {"bytes", bytes_of(data_)},
                           {"quota", quota_}});
    });
  }

 private:
  using Data = std::map<std::string, std::string>;
  static int64_t bytes_of(const Data& data) {
    size_t bytes = 0;
    for (const auto& [key, value] : data) bytes += key.size() + value.size();
    return static_cast<int64_t>(bytes);
  }

  Core& core_;
  Data data_;
  std::map<std::string, Object> outcomes_;
  std::vector<Error> failures_;
  size_t commits_ = 0;
  size_t lasting_ = 0;
  int64_t quota_ = int64_t{64} << 20U;
  uint32_t schema_version_ = 0;
};

inline Result<void> FakeStore::commit(const or_store_commit& commit) {
  if (!failures_.empty()) {
    const Error failure = failures_.front();
    failures_.erase(failures_.begin());
    return failure;
  }
  for (const Value pair : (commit.expected == nullptr ? Value{} : Value(*commit.expected)).items()) {
    const std::optional<std::string> has = get(std::string(pair.at(0).text()));
    const Value wanted = pair.at(1);
    if (wanted.is_null() ? has.has_value() : has != std::string(wanted.text()))
      return Error{Code::kConflict, "a key of the store is not as the transaction expects it", Source::kHost};
  }
  Data next = data_;
  bool only_planned = commit.delivery.len == 0 && commit.schema_version == 0;
  for (const Value pair : (commit.changes == nullptr ? Value{} : Value(*commit.changes)).items()) {
    const std::string key(pair.at(0).text());
    if (key.empty() || key.size() > 512 || pair.at(1).text().size() > (size_t{1} << 20U)) {
      core_.problem("store.commit was given a key that is not of 1 to 512 bytes, or a value above 1 MiB.");
      return Error{Code::kInvalid, "keys are 1 to 512 bytes, values at most 1 MiB", Source::kHost};
    }
    only_planned = only_planned && key.find("planned/") != std::string::npos;
    if (pair.at(1).is_null())
      next.erase(key);
    else
      next[key] = pair.at(1).text();
  }
  if (bytes_of(next) > quota_) return Error{Code::kLimit, "the store's quota would be exceeded", Source::kHost};
  data_ = std::move(next);
  ++commits_;
  if (!only_planned) ++lasting_;
  if (commit.schema_version != 0) schema_version_ = commit.schema_version;
  if (commit.delivery.len != 0 && commit.outcome != nullptr)
    outcomes_[std::string(from_abi(commit.delivery))] = Object(Value(*commit.outcome));
  return {};
}

}  // namespace outrigger::testkit
