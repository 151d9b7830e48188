#include "host/http/request.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

Error refuse(std::string message, Code code = Code::kInvalid) {
  return {code, std::move(message), Source::kHost, Effect::kNone, -1};
}

constexpr std::string_view kHostsOwn[] = {"connection",
                                          "content-length",
                                          "expect",
                                          "host",
                                          "http2-settings",
                                          "keep-alive",
                                          "proxy-authenticate",
                                          "proxy-authorization",
                                          "proxy-connection",
                                          "te",
                                          "trailer",
                                          "transfer-encoding",
                                          "upgrade"};

constexpr std::string_view kSafe[] = {"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT", "SEARCH"};

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// libcurl and servers know these by their usual spelling only; every other method is told as it is written.
std::string usual_spelling(std::string_view method) {
  for (const std::string_view known :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PROPFIND"})
    if (same_name(method, known)) return std::string(known);
  return std::string(method);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
  });
}

Result<void> read_headers(Value list, std::vector<Header>& out) {
  if (list.is_null()) return {};
  if (!list.is_array()) return refuse("`headers` must be an array of [name, value]");
  if (list.size() > Request::kMostHeaders)
    return refuse("the request has more than " + std::to_string(Request::kMostHeaders) + " headers; send fewer",
                  Code::kLimit);
  size_t bytes = 0;
  for (const Value item : list.items()) {
    if (!item.is_array() || item.size() != 2 || !item.at(0).is_string() || !item.at(1).is_string())
      return refuse("each item of `headers` must be [name, value], both texts");
    const std::string_view name = item.at(0).text();
    const std::string_view value = trimmed(item.at(1).text());
    if (Result<void> ok = check_header_name(name); !ok) return ok;
    if (!is_field_value(value))
      return refuse("the value of the header " + std::string(name) +
                    " holds a line break or a control character; take it out");
    bytes += name.size() + value.size();
    out.push_back({std::string(name), std::string(value)});
  }
  if (bytes > Request::kHeaderBytes) return refuse("the headers of the request are too long; send less", Code::kLimit);
  return {};
}

Result<void> read_bounds(Value args, Request& request) {
  const int64_t deadline = args["deadline_ms"].integer();
  const int64_t largest = args["largest_reply"].integer();
  if (deadline < 0 || deadline > Request::kLongestDeadline.count())
    return refuse("`deadline_ms` must be from 0 (30 seconds) to 600000 (10 minutes)");
  if (largest < 0 || largest > static_cast<int64_t>(Request::kLargestReply))
    return refuse("`largest_reply` must be from 0 (16 MiB) to 67108864 bytes (64 MiB)");
  if (deadline > 0) request.deadline = std::chrono::milliseconds(deadline);
  if (largest > 0) request.largest_reply = static_cast<size_t>(largest);
  if (request.body.size() > Request::kLargestBody)
    return refuse("the body of the request is larger than 64 MiB; send it in parts", Code::kLimit);
  if (request.url.size() > Request::kLongestUrl)
    return refuse("the address of the request is longer than 16 KiB; send what is long as the body", Code::kLimit);
  return {};
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return small(x) == small(y); });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_safe(std::string_view method) {
  return std::find(std::begin(kSafe), std::end(kSafe), method) != std::end(kSafe);
}

Result<void> check_header_name(std::string_view name) {
  if (!is_token(name) || name.size() > 200)
    return refuse("the name of a header must be of letters, digits and -, such as X-Request-Id");
  for (const std::string_view own : kHostsOwn)
    if (same_name(name, own)) return refuse("the host itself writes the header " + std::string(own) + "; leave it out");
  return {};
}

const std::string* Request::header(std::string_view name) const {
  const auto at =
      std::find_if(headers.begin(), headers.end(), [&](const Header& h) { return same_name(h.name, name); });
  return at == headers.end() ? nullptr : &at->value;
}

Result<Request> Request::parse(Value args) {
  Request request;
  const std::string_view method = args["method"].text();
  request.method = method.empty() ? "GET" : usual_spelling(method);
  request.url = args["url"].text();
  request.body = args["body"].text();
  request.secret = args["secret"].text();
  request.secret_as = args["secret_as"].text();
  if (!is_token(request.method) || request.method.size() > 40)
    return refuse("`method` must be one word such as GET or PROPFIND");
  if (request.method == "CONNECT" || request.method == "TRACE")
    return refuse("the method " + request.method + " is not for plugins; ask with GET or OPTIONS");
  if (request.method == "HEAD" && !request.body.empty()) return refuse("a HEAD request has no body; leave it out");
  if (Result<void> ok = read_headers(args["headers"], request.headers); !ok) return ok.error();
  if (Result<void> ok = read_bounds(args, request); !ok) return ok.error();
  return request;
}

}  // namespace outrigger::host
