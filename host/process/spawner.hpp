// Starts processes from one thread that lives as long as this program: the kernel ends a runner with the thread that
// started it, not with the process.
//
//     Result<Child> child = spawn({.program = runner, .arguments = {"folder=/x"}, .cgroup = {}});
//     ... talk over child->connection, read child->output ...
//
// The child gets an empty environment, its own process group, default signals, /dev/null as input, a pipe as output and
// error, and its end of a socket pair as descriptor 3. Threads: any.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "outrigger/result.hpp"

namespace outrigger::host {

struct SpawnRequest {
  std::filesystem::path program;
  std::vector<std::string> arguments;
};

// The caller closes both descriptors and waits for the process.
struct Child {
  pid_t pid = 0;
  int connection = -1;  // our end of the socket pair
  int output = -1;      // what it writes to standard output and error
};

// kMissing: the program is not there; kInternal: the system refused.
Result<Child> spawn(const SpawnRequest& request);

}  // namespace outrigger::host
