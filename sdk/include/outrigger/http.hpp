// Requests to the web hosts that the admin granted.
//
//     auto reply = http().request({.url = "https://api.example.com/rates", .secret = "rates", .secret_as = "bearer"});
//     if (!reply) return reply.error();                      // no answer: not granted, no connection, too late
//     if (!reply->ok()) return Error{Code::kUnreachable, "the rates answer " + std::to_string(reply->status())};
//     use(reply->body());
//
// Threads: any. Text is borrowed for the call; a reply owns what its views point into. See abi/http.h.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "abi/http.h"
#include "arena.hpp"
#include "result.hpp"
#include "slot.hpp"
#include "value.hpp"
#include "webhook.hpp"

namespace outrigger {
inline namespace v1 {

struct HttpRequest {
  std::string_view method = "GET";  // any token, "PROPFIND" too
  std::string_view url;
  std::vector<std::pair<std::string_view, std::string_view>> headers = {};
  std::string_view body = {};       // raw bytes
  std::string_view secret = {};     // the name of a secret, put into the request by the host
  std::string_view secret_as = {};  // "bearer", "basic" or "header:NAME"
  int64_t deadline_ms = 0;          // 0: 30 seconds
  int64_t largest_reply = 0;        // bytes; 0: 16 MiB
};

class HttpReply {
 public:
  explicit HttpReply(Document reply) : reply_(std::move(reply)) {}

  [[nodiscard]] int64_t status() const { return reply_.root()["status"].integer(); }
  [[nodiscard]] bool ok() const { return status() >= 200 && status() < 300; }
  [[nodiscard]] std::string_view url() const { return reply_.root()["url"].text(); }  // of the last redirect
  // "" when absent; case does not count.
  [[nodiscard]] std::string_view header(std::string_view name) const { return find_header(headers(), name); }
  [[nodiscard]] Value headers() const { return reply_.root()["headers"]; }
  [[nodiscard]] std::string_view body() const { return reply_.root()["body"].text(); }

 private:
  Document reply_;
};

class Http {
 public:
  Http() = default;
  explicit Http(const or_http_v1* table) : table_(table) {}
  explicit operator bool() const { return table_ != nullptr; }

  // Every answer is a reply, also a status of 400 and above.
  [[nodiscard]] Result<HttpReply> request(const HttpRequest& request) const {
    Arena arena;
    std::vector<Value> headers;
    headers.reserve(request.headers.size());
    for (const auto& [name, value] : request.headers) headers.push_back(arena.array({name, value}));
    const Value pairs = arena.array(headers);
    or_http_request raw{};
    raw.struct_size = sizeof raw;
    raw.method = to_abi(request.method);
    raw.url = to_abi(request.url);
    raw.headers = headers.empty() ? nullptr : &pairs.raw();
    raw.body = to_abi(request.body);
    raw.secret = to_abi(request.secret);
    raw.secret_as = to_abi(request.secret_as);
    raw.deadline_ms = request.deadline_ms;
    raw.largest_reply = request.largest_reply;
    Result<Document> reply = ask(table_, &or_http_v1::request, kAbsent, &raw);
    if (!reply) return std::move(reply).error();
    return HttpReply(*std::move(reply));
  }

 private:
  static constexpr const char* kAbsent = "this host makes no web requests for the plugin, or it was not granted any";

  const or_http_v1* table_ = nullptr;
};

}  // namespace v1
}  // namespace outrigger
