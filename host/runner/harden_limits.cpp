#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "host/runner/harden_steps.hpp"

namespace outrigger::host::steps {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20U;
constexpr uint64_t kStack = 8 * kMiB;
// Of addresses, not of memory: 64 threads with 8 MiB of stack, and 64 MiB that malloc reserves for each, are 4.5 GiB.
// Without any bound, pages that are only read could fill the memory with page tables (2 GiB for each TiB).
constexpr uint64_t kAddressRoom = 8 * 1024 * kMiB;

Result<void> lower(__rlimit_resource which, const std::string& name, uint64_t most) {
  rlimit now{};
  if (getrlimit(which, &now) != 0) return refused_by_kernel("read its limit of " + name);
  const rlim_t value = std::min<rlim_t>(most, now.rlim_max);
  const rlimit lowered{value, value};
  if (setrlimit(which, &lowered) != 0) return refused_by_kernel("lower its limit of " + name);
  return {};
}

Result<void> bound_memory(const Confinement& wish, Confined& confined) {
  confined.memory = wish.in_cgroup || wish.memory_bytes != 0;
  if (!confined.memory)
    confined.missing.emplace_back(
        "The plugin can take all memory of the machine; give it a limit of memory in its manifest or in the "
        "configuration.");
  if (wish.in_cgroup || wish.memory_bytes == 0) return {};
  // RLIMIT_DATA counts what is private and writable; the system call filter refuses the other kinds of memory.
  if (Result<void> data = lower(RLIMIT_DATA, "memory", wish.memory_bytes); !data) return data;
  return lower(RLIMIT_AS, "addresses", wish.memory_bytes + kAddressRoom);
}

Result<void> bound_threads(const Confinement& wish, Confined& confined) {
  confined.threads = wish.in_cgroup || wish.uid != 0;
  if (!confined.threads)
    confined.missing.emplace_back(
        "The plugin can start threads without end; give the host a cgroup (under systemd: Delegate=yes), or run "
        "outrigger as root so that each plugin has a user of its own.");
  // The limit counts all processes of a user: with the host's user, it would count strangers.
  return wish.uid != 0 ? lower(RLIMIT_NPROC, "threads", wish.threads) : Result<void>();
}

}  // namespace

Result<void> lower_limits(const Confinement& wish, Confined& confined) {
  struct Limit {
    __rlimit_resource which;
    const char* name;
    uint64_t most;
  };
  const std::array limits{Limit{RLIMIT_CORE, "core dumps", 0},
                          Limit{RLIMIT_NOFILE, "open files", wish.open_files},
                          Limit{RLIMIT_FSIZE, "written files", 0},
                          Limit{RLIMIT_STACK, "stack", kStack},
                          Limit{RLIMIT_NICE, "priority", 0},
                          Limit{RLIMIT_RTPRIO, "real-time priority", 0},
                          Limit{RLIMIT_MEMLOCK, "locked memory", 0},
                          Limit{RLIMIT_MSGQUEUE, "message queues", 0},
                          Limit{RLIMIT_SIGPENDING, "queued signals", 128}};
  for (const Limit& limit : limits)
    if (Result<void> lowered = lower(limit.which, limit.name, limit.most); !lowered) return lowered;
  // Rather an error to the writer than the end of the process, if stderr was made a file.
  signal(SIGXFSZ, SIG_IGN);
  if (Result<void> memory = bound_memory(wish, confined); !memory) return memory;
  return bound_threads(wish, confined);
}

}  // namespace outrigger::host::steps
