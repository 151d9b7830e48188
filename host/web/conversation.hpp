// HTTP/1.1 with one client, without a socket: bytes in, bytes out.
//
//     Conversation talk(routes, limits, "127.0.0.1");
//     talk.receive(bytes);
//     while (std::optional<std::string> answer = talk.answer()) send(*answer);
//     if (talk.ended()) close();
//
// Requests may come in pieces or many at once; they are answered one by one, in order, and no further one is looked at
// before answer() is called again. What is malformed or too large is answered by a status and ends it; so do
// "Connection: close", HTTP/1.0 and the last request that the limits allow. Bodies come whole, plain or chunked.
//
// Threads: one at a time. Ownership: the routes outlive it. Memory: a request within the limits and what was received
// since, which the caller bounds by reading no more before the answers are sent.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/web/routes.hpp"

namespace outrigger::host {

struct HttpLimits {
  size_t header_bytes = size_t{8} << 10U;  // the first line and all headers; more is 431
  size_t body_bytes = size_t{256} << 10U;  // more is 413
  int requests = 100;                      // on one connection
};

class Conversation {
 public:
  Conversation(const Routes& routes, HttpLimits limits, std::string peer);
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void receive(std::string_view bytes);
  // The next bytes to send: an answer, or "100 Continue". Nothing: more has to be received, or it has ended.
  std::optional<std::string> answer();
  // Nothing more will be answered.
  [[nodiscard]] bool ended() const;
  // A request has begun and is not whole yet.
  [[nodiscard]] bool within_request() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace outrigger::host
