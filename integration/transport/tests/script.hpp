// The words of a ScriptedServer's script: what to do with a request, and what a request was.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outrigger::transport {

// What to do with one request.
struct Act {
  enum class End { kClose, kKeepAlive, kReset, kStall };

  std::string bytes;      // sent as they stand
  End end = End::kClose;  // what becomes of the connection then; kStall: open and silent until the client gives up
  bool gated = false;     // nothing is sent before open_gate()
};

// Replies with a status line and a Content-Length. `headers`: lines that end with \r\n.
Act reply(int status, std::string_view content_type, std::string_view body, std::string_view headers = {});
Act json(std::string_view body, int status = 200, std::string_view headers = {});
Act xml(std::string_view body);
Act html(int status, std::string_view body, std::string_view headers = {});
Act raw(std::string bytes);
Act close_without_reply();
Act reset();
Act stall();
// Changes of a reply.
Act cut_after(Act act, size_t bytes);  // the connection closes after so many bytes of status line, headers and body
Act keep_alive(Act act);
Act gated(Act act);

struct SeenRequest {
  std::string method;
  std::string path;  // as it stands in the request line; through a proxy, the whole URL
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int connection = 0;  // counted from 1
  std::chrono::steady_clock::time_point at;

  // The header's value by its name in any case.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

// Takes one complete request from the front of `in`; nothing when it is not complete yet.
std::optional<SeenRequest> take_request(std::string& in);

}  // namespace outrigger::transport
