// One instance of a plugin: its own thread, its services, its life from create to destroy.
//
//     Result<std::unique_ptr<Instance>> instance = Instance::create(library, manifest, services, options);
//     Result<Document> result = (*instance)->run_command(call);
//     (*instance)->stop();   // cancels what is blocked, then stop and destroy on the instance's thread
//
// Threads: the plugin's functions run on the instance's thread only, one at a time; the methods here may be called
// from any other thread and wait. Ownership: the services must outlive the instance.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "host/plugins/library.hpp"
#include "host/services/services.hpp"
#include "outrigger/abi/commands.h"

namespace outrigger::host {

struct InstanceOptions {
  std::string database;
  uint32_t roles = OR_ROLE_COMMANDS;
  Value config;  // borrowed during create
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
  // Starts the thread, then creates and activates the plugin on it.
  static Result<std::unique_ptr<Instance>> create(const Library& library, const Manifest& manifest,
                                                  std::unique_ptr<Services> services, const InstanceOptions& options);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  Result<Document> run_command(const CommandRun& run);
  // Cancels the services that are blocked; a running call comes back soon. Safe from a signal-handling thread.
  void cancel();
  // Ends the instance; idempotent.
  void stop();

 private:
  class Strand;
  Instance(const or_plugin_v1& table, std::string id, std::unique_ptr<Services> services);
  Result<void> start(const InstanceOptions& options);

  const or_plugin_v1& table_;
  std::string id_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<Strand> strand_;
  void* self_ = nullptr;
  std::atomic<bool> stopped_{false};
};

}  // namespace outrigger::host
