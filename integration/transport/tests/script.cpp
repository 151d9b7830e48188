#include "integration/transport/tests/script.hpp"

#include <strings.h>

#include <algorithm>
#include <cstdlib>

namespace outrigger::transport {
namespace {

std::string_view line_of(std::string_view& text) {
  const size_t end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  return line;
}

}  // namespace

Act reply(int status, std::string_view content_type, std::string_view body, std::string_view headers) {
  Act act;
  act.bytes =
      "HTTP/1.1 " + std::to_string(status) + " Scripted\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  if (!content_type.empty()) act.bytes += "Content-Type: " + std::string(content_type) + "\r\n";
  act.bytes += std::string(headers) + "\r\n" + std::string(body);
  return act;
}
Act json(std::string_view body, int status, std::string_view headers) {
  return reply(status, "application/json; charset=utf-8", body, headers);
}
Act xml(std::string_view body) { return reply(200, "text/xml; charset=utf-8", body); }
Act html(int status, std::string_view body, std::string_view headers) {
  return reply(status, "text/html; charset=utf-8", body, headers);
}
Act raw(std::string bytes) { return {std::move(bytes)}; }
Act close_without_reply() { return {}; }
Act reset() { return {{}, Act::End::kReset}; }
Act stall() { return {{}, Act::End::kStall}; }

Act cut_after(Act act, size_t bytes) {
  act.bytes.resize(std::min(bytes, act.bytes.size()));
  return act;
}
Act keep_alive(Act act) {
  act.end = Act::End::kKeepAlive;
  return act;
}
Act gated(Act act) {
  act.gated = true;
  return act;
}

std::optional<std::string> SeenRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) return value;
  return std::nullopt;
}

std::optional<SeenRequest> take_request(std::string& in) {
  const size_t head = in.find("\r\n\r\n");
  if (head == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(in).substr(0, head);
  SeenRequest request;
  const std::string_view first = line_of(rest);
  const size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.path = first.substr(space + 1, first.rfind(' ') - space - 1);
  while (!rest.empty()) {
    const std::string_view line = line_of(rest);
    const size_t colon = std::min(line.find(':'), line.size() - 1);
    const size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
    request.headers.emplace_back(line.substr(0, colon), line.substr(value));
  }
  size_t size = 0;
  if (const auto length = request.header("Content-Length")) size = std::strtoul(length->c_str(), nullptr, 10);
  if (request.header("Transfer-Encoding")) {
    const size_t last_chunk = in.find("0\r\n\r\n", head + 4);
    if (last_chunk == std::string::npos) return std::nullopt;
    size = last_chunk + 5 - (head + 4);
  }
  if (in.size() < head + 4 + size) return std::nullopt;
  request.body = in.substr(head + 4, size);
  in.erase(0, head + 4 + size);
  return request;
}

}  // namespace outrigger::transport
