// Facts that one plugin publishes about records and others read: a lead's score, a person's load.
//
//     if (auto told = shared().publish("scoring.score", {"crm.lead", 42}, Value::of(73.5)); !told) return told.error();
//     auto scores = shared().read("scoring.score", "crm.lead", {42, 43});
//     for (const Fact fact : *scores) use(fact.id, fact.value.number());
//
// To hear of new values, subscribe to "fact:scoring.score" in the manifest: they come as changes. Threads: any. What is
// passed is borrowed for the call; Facts own what they hold. See abi/shared.h.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "abi/shared.h"
#include "arena.hpp"
#include "clock.hpp"
#include "record.hpp"
#include "result.hpp"
#include "slot.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

// Valid as long as the Facts that it came from.
struct Fact {
  int64_t id;
  Value value;
  Time at;  // last published
};

class Facts {
 public:
  class Iterator {
   public:
    explicit Iterator(Value::Items::Iterator at) : at_(at) {}
    Fact operator*() const {
      const Value fact = *at_;
      return {fact["id"].integer(), fact["value"], time_of(fact["at"]).value_or(Time{})};
    }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    Value::Items::Iterator at_;
  };

  explicit Facts(Document reply) : reply_(std::move(reply)) {}
  [[nodiscard]] size_t size() const { return reply_.root().items().size(); }
  [[nodiscard]] Iterator begin() const { return Iterator(reply_.root().items().begin()); }
  [[nodiscard]] Iterator end() const { return Iterator(reply_.root().items().end()); }

 private:
  Document reply_;
};

class Shared {
 public:
  Shared() = default;
  explicit Shared(const or_shared_v1* table) : table_(table) {}
  explicit operator bool() const { return table_ != nullptr; }

  // values[i] is the fact of record ids[i]; null retracts it. Durable when it returns.
  [[nodiscard]] Result<void> publish(std::string_view fact, std::string_view model, const std::vector<int64_t>& ids,
                                     const std::vector<Value>& values) const {
    if (ids.size() != values.size())
      return Error{Code::kInvalid, "publish takes one value for each id", Source::kPlugin};
    std::vector<or_value> raw;
    raw.reserve(values.size());
    for (const Value value : values) raw.push_back(value.raw());
    return perform(table_, &or_shared_v1::publish, kAbsent, to_abi(fact), to_abi(model), ids.data(), ids.size(),
                   raw.data());
  }
  [[nodiscard]] Result<void> publish(std::string_view fact, const Record& record, Value value) const {
    return perform(table_, &or_shared_v1::publish, kAbsent, to_abi(fact), to_abi(record.model), &record.id, uint64_t{1},
                   &value.raw());
  }
  // Of these records, by ascending id; those without the fact are left out.
  [[nodiscard]] Result<Facts> read(std::string_view fact, std::string_view model,
                                   const std::vector<int64_t>& ids) const {
    if (ids.empty()) return Facts(Document());
    return read_some(fact, model, ids);
  }
  // Of all records that have it.
  [[nodiscard]] Result<Facts> read_all(std::string_view fact, std::string_view model) const {
    return read_some(fact, model, {});
  }

 private:
  static constexpr const char* kAbsent = "this host shares no facts, or the plugin was not granted any";

  [[nodiscard]] Result<Facts> read_some(std::string_view fact, std::string_view model,
                                        const std::vector<int64_t>& ids) const {
    Result<Document> reply =
        ask(table_, &or_shared_v1::read, kAbsent, to_abi(fact), to_abi(model), ids.data(), ids.size());
    if (!reply) return std::move(reply).error();
    return Facts(*std::move(reply));
  }

  const or_shared_v1* table_ = nullptr;
};

}  // namespace v1
}  // namespace outrigger
