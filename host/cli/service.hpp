// The service: every enabled plugin on every database, kept alive, and changed while it runs.
//
//     Service service(deployment);
//     if (Result<void> started = service.start(stop.token()); !started) return started.error();
//     ... service.tend() now and then, service.handle(request) for the control socket ...
//     service.stop();
//
// A plugin that does not start is tried again and holds up no other. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "host/cli/deployment.hpp"

namespace outrigger::host {

class Service {
 public:
  explicit Service(Deployment& deployment) : deployment_(deployment) {}
  ~Service() { stop(); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Connects to the databases and starts the plugins of the configuration. An error ends the program.
  Result<void> start(std::stop_token stop);
  // Starts again what is due.
  void tend();
  void stop();
  // Requests of the control socket: {do: "status"}, {do: "enable" | "disable" | "reload", plugin, database}.
  Result<Document> handle(Value request);

 private:
  using Key = std::pair<std::string, std::string>;  // database, plugin

  Result<void> start_plugin(const Key& key);
  Result<Document> status();
  Result<Document> enable(Value request);
  Result<Document> disable(Value request);
  Result<Document> reload(Value request);
  Result<Key> key_of(Value request) const;
  std::shared_ptr<Supervisor> find(const Key& key) const;

  Deployment& deployment_;
  std::stop_token stop_;
  mutable std::mutex mutex_;  // of the map
  std::mutex change_mutex_;   // one change at a time
  std::map<Key, std::shared_ptr<Supervisor>> supervisors_;
};

}  // namespace outrigger::host
