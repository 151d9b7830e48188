// The control socket: how `outrigger plugin ...` speaks with a host that runs.
//
//     Result<std::unique_ptr<ControlServer>> server = ControlServer::start(data / "control.sock", handler);
//     Result<Document> answer = ask_control(data / "control.sock", request);    // another program
//
// A Unix socket that only the host's user may open (0600). One request a connection: a JSON object of at most 1 MiB and
// a line break; the answer likewise: {"result": ...} or {"error": {...}}. A client that does not finish its request, or
// does not read its answer, is let go after the server's patience, so that it holds up the others no longer.
// Threads: one for the server, which handles one request after the other; the handler runs on it.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

class ControlServer {
 public:
  using Handler = std::function<Result<Document>(Value request)>;

  static constexpr std::chrono::milliseconds kPatience{5000};  // with all of a request, and with all of an answer

  // kConflict: another host runs with this folder.
  static Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& socket, Handler handler,
                                                      std::chrono::milliseconds patience = kPatience);
  // Ends after the request that is being handled, and removes the socket.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  struct State;
  explicit ControlServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// kMissing: no host runs there. kDeadline: it did not answer within ten minutes.
Result<Document> ask_control(const std::filesystem::path& socket, Value request);
// Whether somebody listens there.
bool host_runs(const std::filesystem::path& socket);

}  // namespace outrigger::host
