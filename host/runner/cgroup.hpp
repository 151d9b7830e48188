// A control group for one runner: the kernel's bound on its memory and its processes, whatever tricks it knows.
//
//     Result<Cgroup> group = make_cgroup("crm", 256 << 20, 64);
//     if (!group) warn(group.error().message);           // go on with rlimits
//     ... start the runner, which waits for its first message ...
//     group->add(runner_pid);                             // before it confines itself
//     ... the runner has ended, or shall end now: the destructor kills what is left in the group and removes it
//
// Works with cgroup v2 and v1, below the host's own group and nowhere else; a process over its memory is killed by the
// kernel, and nobody else is. In v2 a group that has children may hold no processes, so the first call moves the host
// into a new child "outrigger-host" of its own group, if it is alone there and the group was given to it
// (systemd: Delegate=yes); nothing else that we did not make is touched. A host that is killed leaves empty groups;
// under systemd they go with the service.
//
// Threads: one at a time. Ownership: a Cgroup is the only owner of its folders. Errors: kUnsupported when none can be
// had, kInvalid for a name that is none.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/result.hpp"

namespace outrigger::host {

struct CgroupSystem;

class Cgroup {
 public:
  Cgroup(Cgroup&& other) noexcept;
  Cgroup& operator=(Cgroup&& other) noexcept;
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  ~Cgroup();

  Result<void> add(pid_t process);
  // Whether that bound is in force. In v1 one of them may be had without the other.
  [[nodiscard]] bool bounds_memory() const { return bounds_memory_; }
  [[nodiscard]] bool bounds_processes() const { return bounds_processes_; }
  // One in v2, up to two in v1.
  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return folders_; }

 private:
  friend Result<Cgroup> make_cgroup(const std::string& name, uint64_t memory_bytes, uint32_t most_processes,
                                    const CgroupSystem& system);
  Cgroup() = default;
  void remove() noexcept;

  std::vector<std::filesystem::path> folders_;
  bool bounds_memory_ = false;
  bool bounds_processes_ = false;
};

// Where the host's own group lies in one mounted hierarchy.
struct Hierarchy {
  std::filesystem::path folder;
  bool unified = false;               // v2
  bool memory = false, pids = false;  // v1: the controllers mounted here; v2: to be read from the folder
};

// What the machine has; a test makes one of plain folders.
struct CgroupSystem {
  std::vector<Hierarchy> hierarchies;
  std::function<bool(const std::filesystem::path&)> make_folder;  // false leaves errno
  std::function<bool(const std::filesystem::path&)> is_given_to_us;
};
CgroupSystem this_machine();

// `name` is letters, digits, "-" and "_"; the folder is "outrigger-NAME-HOST'S PID-NUMBER". 0 is no bound. Processes
// are counted with their threads.
Result<Cgroup> make_cgroup(const std::string& name, uint64_t memory_bytes, uint32_t most_processes,
                           const CgroupSystem& system = this_machine());

// Whether make_cgroup() has a place to work in, without making anything; the error is what it would say.
Result<void> cgroup_is_offered(const CgroupSystem& system = this_machine());

// From the texts of /proc/self/cgroup and /proc/self/mountinfo: v2, and v1's memory and pids.
std::vector<Hierarchy> find_hierarchies(std::string_view cgroup, std::string_view mountinfo);

}  // namespace outrigger::host
