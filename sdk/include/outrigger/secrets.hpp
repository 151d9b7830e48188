// Secrets that a plugin hands in and uses by name, and never reads back.
//
//     if (auto kept = secrets().put("mailbox", token, expires); !kept) return kept.error();
//     auto reply = http().request({.url = url, .secret = "mailbox", .secret_as = "bearer"});
//     odoo().write(record, values, {.principal = "user-7"});        // a user's own key
//
// Threads: any. Text is borrowed for the call. See abi/secrets.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abi/secrets.h"
#include "clock.hpp"
#include "result.hpp"
#include "slot.hpp"

namespace outrigger {
inline namespace v1 {

// What may be known of a secret.
struct SecretInfo {
  std::string name;
  Time stored;
  std::optional<Time> expires;
};

class Secrets {
 public:
  Secrets() = default;
  explicit Secrets(const or_secrets_v1* table) : table_(table) {}
  explicit operator bool() const { return table_ != nullptr; }

  // Stores or replaces; at most 64 KiB. Time{}: it is not known when it expires.
  [[nodiscard]] Result<void> put(std::string_view name, std::string_view value, Time expires = {}) const {
    return perform(table_, &or_secrets_v1::put, kAbsent, to_abi(name), to_abi(value), micros(expires));
  }
  // Replaces one that is there; calls under way finish with the old one. kMissing: there is none.
  [[nodiscard]] Result<void> rotate(std::string_view name, std::string_view value, Time expires = {}) const {
    return perform(table_, &or_secrets_v1::rotate, kAbsent, to_abi(name), to_abi(value), micros(expires));
  }
  // Not an error when there is none.
  [[nodiscard]] Result<void> erase(std::string_view name) const {
    return perform(table_, &or_secrets_v1::erase, kAbsent, to_abi(name));
  }
  [[nodiscard]] Result<std::vector<SecretInfo>> list() const {
    const Result<Document> reply = ask(table_, &or_secrets_v1::list, kAbsent);
    if (!reply) return reply.error();
    std::vector<SecretInfo> all;
    for (const Value one : reply->root().items())
      all.push_back(
          {std::string(one["name"].text()), time_of(one["stored"]).value_or(Time{}), time_of(one["expires"])});
    return all;
  }

 private:
  static constexpr const char* kAbsent = "this host does not keep secrets for the plugin, or it was not granted them";

  static int64_t micros(Time time) { return time.time_since_epoch().count(); }

  const or_secrets_v1* table_ = nullptr;
};

}  // namespace v1
}  // namespace outrigger
