// A fake HTTP server on 127.0.0.1 that answers from a script and records what it was asked. For tests.
//
//     ScriptedServer server;
//     server.on("/json/2/crm.lead/write", {close_without_reply(), json("true")});  // the last act is repeated
//     ... let the code under test talk to server.url() ...
//     EXPECT_EQ(server.requests("/json/2/crm.lead/write").size(), 1U);
//     EXPECT_EQ(server.requests()[0].header("Content-Type"), "application/json");
//
// A path without a script gets a 404 page. Every connection and every wait ends after kPatience at the latest. Linking
// it clears the proxy variables of the environment, so that the tests reach 127.0.0.1 whatever the developer has set.
//
// Threads: one of its own, joined by the destructor; all members may be called from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "integration/transport/tests/script.hpp"

namespace outrigger::transport {

class ScriptedServer {
 public:
  using Handler = std::function<Act(const SeenRequest&)>;
  static constexpr std::chrono::seconds kPatience{30};

  ScriptedServer();
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // Replaces the script of a path. The handler runs on the server's thread.
  void on(const std::string& path, std::vector<Act> acts);
  void on(const std::string& path, Handler handler);
  // Accepts the next connections only to reset them.
  void reset_next_connections(int count);
  // From now on connections are refused; listen_again takes the same port.
  void stop_listening();
  void listen_again();
  // Lets all gated acts go on, now and later.
  void open_gate();

  // Complete requests, in the order of their arrival.
  [[nodiscard]] std::vector<SeenRequest> requests() const;
  [[nodiscard]] std::vector<SeenRequest> requests(std::string_view path) const;
  // Waits until so many requests have come; false when they do not.
  [[nodiscard]] bool wait_for_requests(size_t count) const;
  // Waits until no connection is open; false when one stays.
  [[nodiscard]] bool wait_until_idle() const;
  // The most requests that waited for their answers at the same time.
  [[nodiscard]] size_t most_at_once() const;

 private:
  struct Connection;
  struct Script {
    std::vector<Act> acts;
    size_t next = 0;
    Handler handler;
  };

  void run();
  void listen_or_not();
  void accept_one();
  void step(Connection& connection, short events);
  bool read(Connection& connection);
  void answer(Connection& connection);
  void send(Connection& connection);
  void conclude(Connection& connection);
  void drop(Connection& connection, bool with_reset);
  Act act_for(const SeenRequest& request);
  void wake() const;

  int port_ = 0;
  int listener_ = -1;
  int wake_ = -1;
  std::list<Connection> connections_;  // the server's thread only
  int accepted_ = 0;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, Script, std::less<>> scripts_;
  std::vector<SeenRequest> requests_;
  size_t open_ = 0;
  size_t unanswered_ = 0;
  size_t most_unanswered_ = 0;
  int resets_ = 0;
  bool listens_ = true;
  bool wants_to_listen_ = true;
  bool gate_open_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace outrigger::transport
