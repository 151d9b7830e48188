#include "host/process/runner_arguments.hpp"

#include <unistd.h>

namespace outrigger::host {

std::vector<std::string> arguments_of(const RunnerOptions& runner, uint32_t uid, bool in_cgroup) {
  std::vector<std::string> arguments{"folder=" + runner.folder.string(),
                                     "memory=" + std::to_string(runner.memory_bytes),
                                     "parent=" + std::to_string(::getpid())};
  if (uid != 0) {
    arguments.push_back("uid=" + std::to_string(uid));
    arguments.push_back("gid=" + std::to_string(runner.gid != 0 ? runner.gid : uid));
  }
  if (in_cgroup) arguments.emplace_back("cgroup=on");
  if (!runner.seccomp) arguments.emplace_back("seccomp=off");
  if (!runner.landlock) arguments.emplace_back("landlock=off");
  return arguments;
}

}  // namespace outrigger::host
