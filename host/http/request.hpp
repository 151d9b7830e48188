// What a plugin asks for, read and made safe to be put on a wire.
//
//     Result<Request> request = Request::parse(args);      // {url method headers body secret secret_as ...}
//
// Refused are: a method that is no token; CONNECT (a tunnel) and TRACE (the reply would show the secret); a header
// whose name is no token or whose value holds a line break or a NUL; the headers that frame a message or belong to one
// connection (Host, Content-Length, Transfer-Encoding, Connection, Upgrade ...), which are the host's to write.
// Errors: kInvalid and kLimit, with the remedy and without the header's value. Threads: plain data. The body is
// borrowed from the arguments.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/result.hpp"
#include "outrigger/value.hpp"

namespace outrigger::host {

struct Header {
  std::string name;
  std::string value;
};

struct Request {
  static constexpr std::chrono::milliseconds kDeadline{30000};
  static constexpr std::chrono::milliseconds kLongestDeadline{600000};
  static constexpr size_t kReply = size_t{16} << 20U;
  // Far less than a frame to the plugin's process holds (host/border/link.hpp): several may be under way.
  static constexpr size_t kLargestReply = size_t{64} << 20U;
  static constexpr size_t kLargestBody = size_t{64} << 20U;
  static constexpr size_t kLongestUrl = size_t{16} << 10U;
  static constexpr size_t kMostHeaders = 100;
  static constexpr size_t kHeaderBytes = size_t{64} << 10U;

  std::string method;
  std::string url;
  std::vector<Header> headers;
  std::string_view body;
  std::string secret;     // a name, or empty
  std::string secret_as;  // "bearer", "basic", "header:NAME"
  std::chrono::milliseconds deadline{kDeadline};
  size_t largest_reply = kReply;

  static Result<Request> parse(Value args);
  // The header's value by its name in any case; null when there is none.
  [[nodiscard]] const std::string* header(std::string_view name) const;
};

// It asks for nothing but an answer (RFC 9110 9.2.1): it may be sent again, and on a connection that was kept.
bool is_safe(std::string_view method);
bool is_token(std::string_view text);
// Names of headers are the same in any case.
bool same_name(std::string_view a, std::string_view b);
// A header that a plugin may name, also in secret_as; otherwise the sentence says why not.
Result<void> check_header_name(std::string_view name);

}  // namespace outrigger::host
