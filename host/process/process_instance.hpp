// An instance in a process of its own: the same plugin, the same services, behind a wall.
//
//     RunnerOptions runner{.program = "/usr/lib/outrigger/outrigger-runner", .folder = cached};
//     Result<std::unique_ptr<Instance>> instance = make_process(manifest, std::move(services), options, runner);
//
// The plugin may crash, hang, exit or answer garbage: calls under way end with an error that says what happened, and
// ended() gives the reason. Nothing here restarts it: see supervisor.hpp.
// Threads: as Instance. A reader, a watcher and up to four threads for services belong to each.
#pragma once

#include <chrono>
#include <filesystem>

#include "host/plugins/instance.hpp"
#include "host/process/watch.hpp"

namespace outrigger::host {

struct RunnerOptions {
  std::filesystem::path program;  // outrigger-runner
  std::filesystem::path folder;   // where ID.so lies, readable by the plugin's user
  uint32_t uid = 0;               // 0: the host's own; else this one, or the next that no other instance has
  uint32_t gid = 0;
  uint64_t memory_bytes = uint64_t{1} << 30U;
  std::chrono::milliseconds start_timeout{10000};  // to load, create and activate
  std::chrono::milliseconds stop_timeout{5000};
  std::chrono::milliseconds heartbeat_patience{3000};
  CallLimits call;                                                                // of everything but commands
  CallLimits command{std::chrono::milliseconds(600000), std::chrono::hours(24)};  // a person waits, and can stop it
  bool seccomp = true;
  bool landlock = true;
};

Result<std::unique_ptr<Instance>> make_process(const Manifest& manifest, std::unique_ptr<Services> services,
                                               const InstanceOptions& options, const RunnerOptions& runner);

}  // namespace outrigger::host
