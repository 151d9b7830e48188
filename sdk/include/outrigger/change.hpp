// Changed records, as the manifest subscribes to them: Changes is one batch, Change one record's latest state.
//
//     Outcome on_changes(const Changes& batch) override {
//       for (const auto& change : batch)
//         if (change.became("won_status", "won"))
//           odoo().message_post(change.record(), "Ring the bell for " + change.after<std::string>("name"));
//       return done();
//     }
//
// One outcome stands for the whole batch, unless the changes get one each:
//
//     Outcomes outcomes(batch);                                    // all done
//     outcomes[change] = retry(std::chrono::minutes(5));
//     return outcomes;
//
// An error, returned or thrown, has the host repeat the batch, then halves of it, until the change that fails stands
// alone. Everything is borrowed and valid until on_changes returns. Threads: the instance's own.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abi/changes.h"
#include "arena.hpp"
#include "clock.hpp"
#include "outcome.hpp"
#include "record.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

enum class ChangeKind {
  kUnknown,   // of a newer host: what there is to read is in after()
  kCreated,   // also a record that was there before the subscription, with "initial": "snapshot"
  kChanged,   // subscribed fields differ
  kEntered,   // the record now matches the subscription's domain
  kLeft,      // it no longer does
  kArchived,  // active became false
  kDeleted,   // it is gone; after() is null
};

class Change {
 public:
  // REQUIRES: what is passed outlives *this.
  Change(Value change, std::string_view model, Delivery* delivery, size_t index)
      : change_(change), model_(model), delivery_(delivery), index_(index) {}

  // The same when it is repeated.
  [[nodiscard]] std::string_view delivery() const { return change_["delivery"].text(); }
  [[nodiscard]] ChangeKind kind() const;
  [[nodiscard]] int64_t id() const { return change_["id"].integer(); }
  // With the company that it belongs to, when the manifest subscribes to company_id; else all companies.
  [[nodiscard]] ChangedRecord record() const;
  [[nodiscard]] int64_t attempt() const { return change_["attempt"].integer(); }                      // from 1
  [[nodiscard]] Time at() const { return Time(std::chrono::microseconds(change_["at"].integer())); }  // when seen
  [[nodiscard]] size_t index() const { return index_; }  // within the batch

  // The subscribed fields as last seen, and as delivered before (advisory: may be null). T as in as<T>, record.hpp.
  [[nodiscard]] Value after() const { return change_["after"]; }
  [[nodiscard]] Value before() const { return change_["before"]; }
  template <typename T>
  [[nodiscard]] T after(std::string_view field) const {
    return as<T>(after()[field]);
  }
  template <typename T>
  [[nodiscard]] T before(std::string_view field) const {
    return as<T>(before()[field]);
  }
  // The field differs from what was delivered before. Of a record that is new here every field does.
  [[nodiscard]] bool changed(std::string_view field) const;
  // The field has this value now, and had another one before.
  [[nodiscard]] bool became(std::string_view field, const Item& value) const {
    return changed(field) && after()[field] == value.value;
  }

 private:
  Value change_;
  std::string_view model_;
  Delivery* delivery_;
  size_t index_;
};

class Changes {
 public:
  class Iterator {
   public:
    Iterator(const Changes* changes, size_t at) : changes_(changes), at_(at) {}
    Change operator*() const { return (*changes_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const Changes* changes_;
    size_t at_;
  };

  // REQUIRES: batch outlives *this.
  explicit Changes(const or_change_batch& batch)
      : batch_(batch), changes_(batch.changes == nullptr ? Value{} : Value(*batch.changes)) {
    deliveries_.reserve(changes_.items().size());
    for (const Value change : changes_.items()) deliveries_.push_back({change["delivery"].text(), 0, {}});
  }
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  // The subscription's name in the manifest, and what it is about: "crm.lead", or "fact:scoring.score".
  [[nodiscard]] std::string_view subscription() const { return from_abi(batch_.subscription); }
  [[nodiscard]] std::string_view model() const { return from_abi(batch_.model); }
  [[nodiscard]] size_t size() const { return deliveries_.size(); }
  [[nodiscard]] bool empty() const { return deliveries_.empty(); }
  // REQUIRES: index < size().
  Change operator[](size_t index) const { return {changes_.at(index), model(), &deliveries_[index], index}; }
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size()}; }

  // What on_changes returned, as it crosses; null when all is done. A change with a failed write that nobody looked at
  // is not done. REQUIRES: outcome is not kFailed.
  [[nodiscard]] Document report(const Outcome& outcome) const;

 private:
  const or_change_batch& batch_;
  Value changes_;
  mutable std::vector<Delivery> deliveries_;
};

// One outcome a change; done where nothing else is said.
class Outcomes {
 public:
  explicit Outcomes(const Changes& batch) : each_(batch.size(), Outcome(Done{})) {}
  // REQUIRES: a change of the batch.
  Outcome& operator[](const Change& change) { return each_.at(change.index()); }
  operator Outcome() const& { return Outcome(each_); }         // NOLINT(google-explicit-constructor)
  operator Outcome() && { return Outcome(std::move(each_)); }  // NOLINT(google-explicit-constructor)

 private:
  std::vector<Outcome> each_;
};

inline ChangeKind Change::kind() const {
  const std::string_view word = change_["kind"].text();
  if (word == "created") return ChangeKind::kCreated;
  if (word == "changed") return ChangeKind::kChanged;
  if (word == "entered") return ChangeKind::kEntered;
  if (word == "left") return ChangeKind::kLeft;
  if (word == "archived") return ChangeKind::kArchived;
  if (word == "deleted") return ChangeKind::kDeleted;
  return ChangeKind::kUnknown;
}

inline ChangedRecord Change::record() const {
  const Value model = change_["model"];  // of a fact, whose batch is named after the fact
  Record record{model.is_string() ? model.text() : model_, id()};
  if (const int64_t company = after()["company_id"].integer(); company > 0) record.company_id = company;
  return {record, delivery_};
}

inline bool Change::changed(std::string_view field) const {
  for (const Value name : change_["fields"].items())
    if (name.text() == field) return true;
  if (before().is_object()) return !change_["fields"].is_array() && !(before()[field] == after()[field]);
  const bool is_new = kind() == ChangeKind::kCreated || kind() == ChangeKind::kEntered;
  return is_new && after().has(field);
}

inline Document Changes::report(const Outcome& outcome) const {
  bool all_done = outcome.is_done();
  for (const Delivery& delivery : deliveries_) all_done = all_done && !delivery.unseen;
  if (all_done) return {};
  const Outcome silence = Outcome::retry(-1, "the plugin said nothing of this change");
  const auto said_of = [&](size_t i) -> const Outcome& {
    if (outcome.kind() != Outcome::Kind::kEach) return outcome;
    return i < outcome.each().size() ? outcome.each()[i] : silence;
  };
  return Document::build([&](Arena& arena) {
    std::vector<Value> each;
    each.reserve(size());
    for (size_t i = 0; i < size(); ++i) {
      const Outcome& said = said_of(i);
      const bool lost = said.is_done() && deliveries_[i].unseen;
      each.push_back(lost ? Outcome(*deliveries_[i].unseen).to_value(arena) : said.to_value(arena));
    }
    return arena.array(each);
  });
}

}  // namespace v1
}  // namespace outrigger
