// The plugin as the host calls it: operations by name, turned into calls of the plugin's tables.
//
//     PluginCalls plugin(library.table());
//     plugin.create(tables.host(), {...});
//     plugin.activate();
//     Result<Document> result = plugin.call("commands.run", args, sink);
//     plugin.destroy();
//
// The same code runs in the host's process and in the runner. What the plugin answers is looked through before it goes
// on: a tree that is too deep or not UTF-8 is an error that names the plugin's mistake.
// Threads: [strand] all of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "outrigger/abi.h"
#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

struct NewInstance {
  uint32_t roles = 0;
  std::string database;
  std::string instance;
  Value config;  // borrowed
};

// Where a command writes while it runs. Called from any thread.
struct Sink {
  std::function<void(std::string_view)> text;
  std::function<void(uint64_t done, uint64_t total, std::string_view label)> progress;
};

class PluginCalls {
 public:
  explicit PluginCalls(const or_plugin_v1& table) : table_(table) {}

  Result<void> create(const or_host* host, const NewInstance& instance);
  Result<void> activate();
  void stop();
  void destroy();
  // kUnsupported: the plugin does not have the extension. See host/border/README.md for the operations.
  Result<Document> call(std::string_view operation, Value args, const Sink& sink);
  [[nodiscard]] bool exists() const { return self_ != nullptr; }

 private:
  template <typename Table>
  const Table* extension(std::string_view id) const {
    return static_cast<const Table*>(table_.get_extension(self_, to_abi(id)));
  }
  Result<Document> run_command(Value args, const Sink& sink);
  Result<Document> deliver(Value args);
  Result<Document> run_job(Value args);
  Result<Document> render(Value args);
  Result<Document> receive(Value args);
  Result<Document> health(Value args);
  Result<Document> reconfigure(std::string_view step, Value args);

  const or_plugin_v1& table_;
  void* self_ = nullptr;
};

}  // namespace outrigger::host
