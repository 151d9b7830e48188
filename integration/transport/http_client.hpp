// HTTP requests as coroutines: libcurl's multi interface driven by Boost.Asio's sockets and timers, on one thread.
//
//     HttpClient http(io);
//     Transfer transfer = co_await http.perform(request, sink);   // cancelled with the coroutine
//     if (transfer.code != Code::kOk) ...                         // transfer.request_sent: may it have had an effect?
//
// Redirects are not followed, certificates are verified, the proxy variables of the environment are respected,
// Content-Length is always sent and a body is never chunked: what Odoo needs (a chunked body reads as empty there).
//
// Threads: only the thread that runs the io_context. Ownership: request and sink live until perform returns.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/result.hpp"

namespace outrigger::transport {

struct HttpRequest {
  bool post = true;
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  bool repeatable = false;  // curl may send it again when a kept connection turns out to be closed
  std::string ca_file;      // empty: the system's certificates
  std::chrono::milliseconds timeout{120000};
};

// Takes a reply as it arrives.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // Once, before the first byte of the body.
  virtual void begin(int status, std::string_view content_type) = 0;
  // False ends the transfer: nothing more is wanted.
  virtual bool data(std::string_view piece) = 0;
};

struct Transfer {
  Code code = Code::kOk;     // kOk: a complete reply came, whatever its status
  std::string error;         // one sentence, when code is not kOk
  int status = 0;            // HTTP; 0: none came
  std::string content_type;  // lower case, without parameters
  std::string location;      // of a redirect
  int32_t retry_after_ms = -1;
  int64_t date = 0;           // of the reply, by its server's clock, in seconds since 1970 UTC; 0: it did not say
  bool request_sent = false;  // the whole request left this machine: the server may have acted on it
  bool stopped_by_sink = false;
};

class HttpClient {
 public:
  explicit HttpClient(boost::asio::io_context& io);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  boost::asio::awaitable<Transfer> perform(const HttpRequest& request, BodySink& sink);

 private:
  class Multi;
  std::unique_ptr<Multi> multi_;
};

}  // namespace outrigger::transport
