// One record of Odoo, and what a write about a changed record comes to.
//
//     odoo().message_post(Record{"crm.lead", 42}, "Called back");       // a Result: the compiler asks you to look at
//     it odoo().message_post(change.record(), "Ring the bell");            // a Sent: it may be left alone
//
// A write about a changed record belongs to that change's delivery: it has one effect also when the delivery is
// repeated after a crash, and a failure that nobody looked at has the host repeat the delivery. Nothing is lost by not
// looking.
//
// Text is borrowed. Threads: a Record is a plain value; a ChangedRecord is used on the instance's own thread.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "abi/odoo.h"
#include "result.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

// The company of a write that is to see and touch the records of every company. Odoo then takes its defaults from the
// principal's own company, so name a company where a new record is to belong to one.
inline constexpr int64_t kAllCompanies = OR_COMPANY_ALL;

struct Record {
  std::string_view model;
  int64_t id = 0;
  int64_t company_id = kAllCompanies;  // of writes about it

  friend bool operator==(const Record&, const Record&) = default;
};

// What the SDK keeps of a delivery while the plugin works on it.
struct Delivery {
  std::string_view id;
  uint32_t writes = 0;          // asked for so far; numbers them
  std::optional<Error> unseen;  // the first failure that nobody looked at
};

// The record of a change; see Change::record().
struct ChangedRecord : Record {
  ChangedRecord(Record record, Delivery* of) : Record(record), delivery(of) {}

  Delivery* delivery;  // lives as long as the batch

  // The idempotency key of the next write: the same when a repeated delivery asks for the same write at the same place.
  [[nodiscard]] std::string next_key(std::string_view operation, uint64_t fingerprint) const {
    if (delivery == nullptr || delivery->id.empty()) return {};
    char tail[48];
    std::snprintf(tail, sizeof tail, "/%u/%016llx", ++delivery->writes, static_cast<unsigned long long>(fingerprint));
    std::string key(delivery->id);
    key += '/';
    key += operation;
    key += tail;
    return key;
  }
};

// The outcome of a write about a changed record.
template <typename T>
class Sent {
 public:
  Sent(Result<T> result, Delivery* delivery) : result_(std::move(result)), delivery_(delivery) {}
  Sent(const Sent&) = delete;
  Sent& operator=(const Sent&) = delete;
  ~Sent() {
    if (looked_ || result_ || delivery_ == nullptr || delivery_->unseen) return;
    delivery_->unseen = std::move(result_).error();
  }

  explicit operator bool() const noexcept { return static_cast<bool>(result()); }
  [[nodiscard]] const Error& error() const { return result().error(); }
  template <typename U = T>
  requires(!std::is_void_v<U>) const U& operator*() const { return *result(); }
  operator Result<T>() const { return result(); }  // NOLINT(google-explicit-constructor)

 private:
  [[nodiscard]] const Result<T>& result() const noexcept {
    looked_ = true;
    return result_;
  }

  Result<T> result_;
  Delivery* delivery_;
  mutable bool looked_ = false;
};

// A number for a tree or a text: equal ones have the same in every process and version (FNV-1a).
class Fingerprint {
 public:
  Fingerprint& add(std::string_view text) {
    add(static_cast<int64_t>(text.size()));
    for (const char c : text) byte(static_cast<unsigned char>(c));
    return *this;
  }
  Fingerprint& add(int64_t number) {
    auto bits = static_cast<uint64_t>(number);
    for (int i = 0; i < 8; ++i, bits >>= 8U) byte(static_cast<unsigned char>(bits & 0xFFU));
    return *this;
  }
  Fingerprint& add(Value value, int depth = 0) {
    add(static_cast<int64_t>(value.kind()));
    switch (value.kind()) {
      case Kind::kNull: break;
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kDouble: add(value.raw().as.i); break;
      case Kind::kString:
      case Kind::kBytes: add(value.text()); break;
      case Kind::kArray:
        if (depth < OR_MAX_DEPTH)
          for (const Value item : value.items()) add(item, depth + 1);
        break;
      case Kind::kObject:
        if (depth < OR_MAX_DEPTH)
          for (const Field field : value.fields()) add(field.key).add(field.value, depth + 1);
        break;
    }
    return *this;
  }
  [[nodiscard]] uint64_t value() const { return hash_; }

 private:
  void byte(unsigned char c) { hash_ = (hash_ ^ c) * 0x100000001B3ULL; }

  uint64_t hash_ = 0xCBF29CE484222325ULL;
};

// A value as the type that the caller wants: as<std::string>(row["name"]). Another kind reads as the empty T.
//   std::string, std::string_view (borrowed), int64_t (of a many2one its id), double, bool (Python's truth), Value,
//   std::vector<int64_t> (ids), std::optional of the first five (empty when absent or of another kind)
template <typename T>
T as(Value value) {
  if constexpr (std::is_same_v<T, Value>) {
    return value;
  } else if constexpr (std::is_same_v<T, bool>) {
    return value.truthy();
  } else if constexpr (std::is_same_v<T, double>) {
    return value.number().value_or(0);
  } else if constexpr (std::is_integral_v<T>) {
    static_assert(std::is_same_v<T, int64_t>, "ask for int64_t: Odoo's ids and integers may need all of it");
    return value.integer();
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
    return T(value.text());
  } else if constexpr (std::is_same_v<T, std::vector<int64_t>>) {
    T ids;
    ids.reserve(value.size());
    for (const Value item : value.items()) ids.push_back(item.integer());
    return ids;
  } else if constexpr (std::is_same_v<T, std::optional<bool>>) {
    return value.boolean();
  } else if constexpr (std::is_same_v<T, std::optional<double>>) {
    return value.number();
  } else if constexpr (std::is_same_v<T, std::optional<int64_t>>) {
    const Value number = value.is_array() && value.size() > 0 ? value.at(0) : value;
    return number.as_integer();
  } else {
    static_assert(std::is_same_v<T, std::optional<std::string>> || std::is_same_v<T, std::optional<std::string_view>>,
                  "as<T> reads text, int64_t, double, bool, Value, std::vector<int64_t> and std::optional of these");
    if (value.kind() != Kind::kString && value.kind() != Kind::kBytes) return std::nullopt;
    return typename T::value_type(value.text());
  }
}

}  // namespace v1
}  // namespace outrigger
