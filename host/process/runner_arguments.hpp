// What outrigger-runner is told on its command line.
//
// Threads: plain functions.
#pragma once

#include <string>
#include <vector>

#include "host/process/process_instance.hpp"

namespace outrigger::host {

// uid 0: the host's own user.
std::vector<std::string> arguments_of(const RunnerOptions& runner, uint32_t uid, bool in_cgroup);

}  // namespace outrigger::host
