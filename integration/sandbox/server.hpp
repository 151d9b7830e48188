// The sandbox on a port of 127.0.0.1.
//
//     Server server(service, 0);                       // 0: any free port
//     std::string url = server.url();                  // "http://127.0.0.1:34567"
//
// Answers one request a connection and closes it, as Odoo does. A chunked request body is read as empty, also as Odoo
// does. Threads: one of its own; destruction ends it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "integration/sandbox/service.hpp"

namespace outrigger::sandbox {

class Server {
 public:
  // kUnreachable: the port is taken.
  static Result<std::unique_ptr<Server>> start(Service& service, uint16_t port);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::string url() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace outrigger::sandbox
