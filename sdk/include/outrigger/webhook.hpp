// What another system sent to the plugin's endpoint.
//
//     Outcome on_webhook(const WebhookCall& call) override {
//       if (call.header("content-type") != "application/json") return reject("the order is not JSON");
//       return import(call.body());
//     }
//
// The sender has its answer already: a delivery is repeated until it is done or rejected. Threads: the instance's own.
// Everything is borrowed until on_webhook returns.
#pragma once

#include <chrono>
#include <string_view>

#include "abi/webhook.h"
#include "clock.hpp"
#include "outcome.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

// The value of a header in an array of [name in lower case, value]; "" when absent. Case does not count.
inline std::string_view find_header(Value headers, std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  for (const Value header : headers.items()) {
    if (header.size() != 2 || !header.is_array()) continue;
    const std::string_view key = header.at(0).text();
    bool same = key.size() == name.size();
    for (size_t i = 0; same && i < key.size(); ++i) same = lower(key[i]) == lower(name[i]);
    if (same) return header.at(1).text();
  }
  return {};
}

class WebhookCall {
 public:
  // REQUIRES: call outlives *this.
  explicit WebhookCall(const or_webhook_call& call) : call_(call) {}

  [[nodiscard]] std::string_view endpoint() const { return from_abi(call_.endpoint); }  // its name in the manifest
  [[nodiscard]] std::string_view delivery() const { return from_abi(call_.delivery); }  // the same when repeated
  [[nodiscard]] uint32_t attempt() const { return call_.attempt; }                      // from 1
  [[nodiscard]] Time at() const { return Time(std::chrono::microseconds(call_.at)); }   // when it came
  // "" when absent; authorization and cookies never are there.
  [[nodiscard]] std::string_view header(std::string_view name) const { return find_header(headers(), name); }
  [[nodiscard]] Value headers() const { return call_.headers == nullptr ? Value{} : Value(*call_.headers); }
  [[nodiscard]] std::string_view query() const { return from_abi(call_.query); }  // as it stood in the URL
  [[nodiscard]] std::string_view body() const { return from_abi(call_.body); }    // raw bytes

 private:
  const or_webhook_call& call_;
};

}  // namespace v1
}  // namespace outrigger
