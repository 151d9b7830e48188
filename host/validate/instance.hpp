// One instance of the plugin that a check looks at, with the host that the check makes up.
//
//     Opened plugin = open(subject);                 // .error says why there is no table
//     Trial trial(plugin, subject, ScriptedCaller::Mood::kWell, "commands");
//     if (Result<void> started = trial.start(); !started) ...
//     trial.call("commands.run", args);
//
// Threads: one, which stands for the instance's own.
#pragma once

#include <optional>

#include "host/border/host_tables.hpp"
#include "host/border/plugin_calls.hpp"
#include "host/plugins/manifest.hpp"
#include "host/validate/check.hpp"
#include "host/validate/scripted_caller.hpp"

namespace outrigger::host::validate {

struct Opened {
  std::optional<Manifest> manifest;
  const or_plugin_v1* table = nullptr;
  Error error;  // why there is no table
};

// Reads the manifest, loads the library, asks for its table. The library stays loaded.
Opened open(const Subject& subject);
// What a check says that needs a table where there is none.
Report no_table(const Opened& plugin);

class Trial {
 public:
  Trial(const Opened& plugin, const Subject& subject, ScriptedCaller::Mood mood, std::string_view check);
  ~Trial() { end(); }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  Result<void> create();
  Result<void> activate() { return calls_.activate(); }
  Result<void> start();
  // cancel, stop, destroy.
  void end();
  Result<Document> call(std::string_view operation, Value args) { return calls_.call(operation, args, {}); }
  PluginCalls& calls() { return calls_; }
  [[nodiscard]] const or_host* host() const { return tables_.host(); }
  [[nodiscard]] Value config() const { return config_.root(); }
  ScriptedCaller& caller() { return caller_; }
  Random& random() { return random_; }
  Arena& arena() { return arena_; }

 private:
  Random random_;
  ScriptedCaller caller_;
  HostTables tables_;
  PluginCalls calls_;
  Arena arena_;
  Document config_;
};

// An instance without the looking-through of PluginCalls, to ask it for extensions. Destroyed with its owner.
class RawInstance {
 public:
  RawInstance(const Opened& plugin, const Trial& host);
  ~RawInstance();
  RawInstance(const RawInstance&) = delete;
  RawInstance& operator=(const RawInstance&) = delete;

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  // REQUIRES: no error.
  [[nodiscard]] const void* extension(std::string_view id) const {
    return table_.get_extension(self_, or_str{id.data(), id.size()});
  }

 private:
  const or_plugin_v1& table_;
  void* self_ = nullptr;
  std::optional<Error> error_;
};

// The configuration that an admin who sets nothing gets; what the schema requires is made up.
Document default_config(const Manifest& manifest, Random& random);

// What a failed call says about the plugin: nothing when it is an honest answer.
std::optional<Report> complaint(const std::string& what, const Error& error);

}  // namespace outrigger::host::validate
