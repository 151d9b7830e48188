// One instance of a plugin, in this process or in one of its own: its life from create to destroy.
//
//     Result<std::unique_ptr<Instance>> instance = make_inproc(library, manifest, services, options);
//     Result<Document> result = (*instance)->run_command(run);
//     (*instance)->stop();   // cancels what is blocked, then stop and destroy on the instance's thread
//
// Threads: the plugin's functions run on the instance's thread only, one at a time; the methods here may be called
// from any other thread and wait. The instance owns its services.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "host/border/plugin_calls.hpp"
#include "host/plugins/library.hpp"
#include "host/services/services.hpp"
#include "outrigger/abi/commands.h"

namespace outrigger::host {

struct InstanceOptions {
  std::string database;
  uint32_t roles = OR_ROLE_COMMANDS;
  Value config;            // borrowed while it is made
  bool standby = false;    // activate() is called later
  bool load_only = false;  // a process of its own only: the library is loaded and looked at, nothing is created
};

// A run of a command as the host sees it.
struct CommandRun {
  std::string name;
  bool plan = false;
  bool json = false;
  std::string locale = "en";
  uint32_t width = 0;
  Value args;  // borrowed
  std::function<void(std::string_view)> text;
  std::function<void(uint64_t done, uint64_t total, std::string_view label)> progress;
};

class Instance {
 public:
  virtual ~Instance() = default;

  // A call of one of the plugin's extensions, by name (host/border/README.md). Errors name the plugin.
  virtual Result<Document> call(std::string_view operation, Value args, const Sink& sink) = 0;
  virtual Result<void> activate() = 0;
  // Cancels the services that are blocked; a running call comes back soon. Safe from a signal-handling thread.
  virtual void cancel() = 0;
  // Ends the instance; idempotent. In this process a plugin that does not return within five seconds is left to itself,
  // with all that it may still use, until the program ends.
  virtual void stop() = 0;
  // Why it ended by itself, if it did. In this process it cannot.
  [[nodiscard]] virtual std::optional<Error> ended() const { return std::nullopt; }
  // Its process; 0: this one.
  [[nodiscard]] virtual int pid() const { return 0; }

  Result<Document> run_command(const CommandRun& run);
};

// Loads nothing, restrains nothing: for trusted plugins, by the admin's choice.
Result<std::unique_ptr<Instance>> make_inproc(const Library& library, const Manifest& manifest,
                                              std::unique_ptr<Services> services, const InstanceOptions& options);

// A plugin's own sentence, with its name before it: the reader may have several.
Error named(const std::string& plugin, Error error);
// The same where the error is a fault of the plugin itself and not an answer that it gave on purpose.
Result<Document> with_name(const std::string& plugin, Result<Document> result);

}  // namespace outrigger::host
