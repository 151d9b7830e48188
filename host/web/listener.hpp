// One port that answers HTTP: the admin's or the public one, each with its own thread, limits and routes.
//
//     Listener::Options options;
//     options.name = "admin";
//     options.port = 8077;
//     Result<std::unique_ptr<Listener>> admin = Listener::start(options, std::move(routes));
//     print(admin->port());
//     admin->stop();
//
// No TLS: a reverse proxy in front of the public one does that. Nothing says what program this is. A client gets its
// answer from the thread that reads, so handlers return at once (host/web/routes.hpp).
//
// Bounds: the number of connections (one too many is told 503 and closed), headers, body, requests on a connection, and
// time: a whole request must have come within `request` of its first byte (of the connection for the first one), an
// answer be taken within `answer`, and a connection without a request is kept for `idle`.
//
// Threads: start and stop from any but the listener's own; stop may be called twice and the destructor calls it. After
// stop no handler runs. It does not wait for clients: what is under way is cut off.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "host/web/conversation.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

class Listener {
 public:
  struct Options {
    std::string name = "admin";         // the key of the configuration, for messages
    std::string address = "127.0.0.1";  // IPv4 or IPv6
    uint16_t port = 0;                  // 0: one that is free
    HttpLimits limits;
    size_t connections = 64;
    std::chrono::milliseconds request{10'000};
    std::chrono::milliseconds answer{10'000};
    std::chrono::milliseconds idle{30'000};
  };

  // kUnreachable: the address is not ours or the port is taken; the sentence names the key.
  static Result<std::unique_ptr<Listener>> start(Options options, Routes routes);
  ~Listener();  // NOLINT(bugprone-exception-escape): stop() closes sockets and joins
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] uint16_t port() const;
  void stop();
  // Clients that are connected at this moment, and those turned away so far because there were too many.
  [[nodiscard]] size_t connections() const;
  [[nodiscard]] uint64_t turned_away() const;

 private:
  struct State;
  explicit Listener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace outrigger::host
