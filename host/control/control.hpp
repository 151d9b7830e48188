// The control socket: how `outrigger plugin ...` speaks with a host that runs.
//
//     Result<std::unique_ptr<ControlServer>> server = ControlServer::start(data / "control.sock", handler);
//     Result<Document> answer = ask_control(data / "control.sock", request);    // another program
//
//     Result<Document> done = ask_control(socket, request, [&](Value event) { show(event); }, stop.token());
//
// A Unix socket that only the host's user may open (0600). One request a connection: a JSON object of at most 1 MiB and
// a line break; the answer likewise: {"result": ...} or {"error": {...}}. A client that does not finish its request, or
// does not read its answer, is let go after the server's patience, so that it holds up the others no longer.
// A request with "stream": true is answered by lines {"event": ...} before that, for as long as it takes; when its
// client goes away or says that it has enough, the stream's stop is requested.
//
// Threads: one for the server, which handles one request after the other; the handler runs on it. Each stream has a
// thread of its own, kMostStreams at once.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

class ControlServer {
 public:
  using Handler = std::function<Result<Document>(Value request)>;
  using Emit = std::function<void(Value event)>;  // from any thread
  using Streamer = std::function<Result<Document>(Value request, const Emit& emit, const std::stop_token& stop)>;

  static constexpr int kMostStreams = 8;

  static constexpr std::chrono::milliseconds kPatience{5000};  // with all of a request, and with all of an answer

  // kConflict: another host runs with this folder.
  static Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& socket, Handler handler,
                                                      std::chrono::milliseconds patience = kPatience,
                                                      Streamer streamer = {});
  // Ends after the request that is being handled, stops the streams, and removes the socket.
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
// A request that is streamed. When `stop` is requested the host is told, and its answer still awaited.
Result<Document> ask_control(const std::filesystem::path& socket, Value request,
                             const std::function<void(Value event)>& on_event, const std::stop_token& stop);
// Whether somebody listens there.
bool host_runs(const std::filesystem::path& socket);

}  // namespace outrigger::host
