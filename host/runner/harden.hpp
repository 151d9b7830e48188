// What a runner takes from itself before it loads a plugin that nobody trusts: once given up, none of it comes back.
//
//     const std::array keep{2, link};                        // stderr and the socket to the host
//     close_descriptors_except(keep);
//     Confinement wish;
//     wish.plugin_folder = "/var/lib/outrigger/plugins/crm";
//     wish.parent = host_pid;
//     Result<Confined> confined = confine(wish);
//     if (!confined) return end_with(confined.error());      // never go on: some walls may stand and others not
//     for (const std::string& gap : confined->missing) ...   // for the host, which decides, and for doctor
//     dlopen(...)
//
// Afterwards the process can compute, start threads, read the folders named here and talk over the descriptors that it
// has. It cannot open anything for writing, make a socket or a process, signal or look into another process, or
// become anybody else. System calls that are refused answer EPERM, and those younger than 2019 (number 424 and up)
// ENOSYS, as an older kernel would, because libc and other libraries have a fall-back for that. Nothing is killed for
// asking, since honest libraries probe too; only calls of another architecture (i386, x32) end the process with SIGSYS.
//
// What it does not do: `stat` and `readlink` still tell of files that cannot be read (Landlock knows no such right), so
// the host must be undumpable itself for /proc/HOST to be shut; time on the processor is the host's to watch; a kept
// descriptor is as strong as it was, so keep sockets and pipes, never a folder or a file (RLIMIT_FSIZE is 0: what
// stderr writes into a file is lost).
//
// Threads: call it once, from the only thread. The kernel sends the signal of a parent's death when the *thread* that
// forked ends, so the host must start runners from a thread that lives as long as they do.
// Errors: kInvalid (the wish cannot be), kMissing (no such folder), kAccess (a right that the wish needs is not there),
// kCancelled (the host is gone), kInternal (the kernel refused what it offers). A wall that this kernel does not
// offer, or that was switched off, is no error: it is named in `missing`. It takes about 2.5 ms, nearly all of it to
// make the filter; a system call takes 10 to 20 ns longer afterwards.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "outrigger/result.hpp"

namespace outrigger::host {

// The system's libraries, locales and time zones, /dev/null and /dev/urandom. Those that do not exist are passed over.
std::vector<std::filesystem::path> system_paths();

struct Confinement {
  std::filesystem::path plugin_folder;                           // absolute; readable, nothing in it writable
  std::vector<std::filesystem::path> readable = system_paths();  // what else is readable: files, or folders as a whole
  uint32_t uid = 0, gid = 0;  // the plugin's own user and group, both or neither; 0: stay who we are
  pid_t parent = 0;           // the host, whose death ends us; 0: whoever is our parent now
  // 0: no bound. Without a cgroup it counts what is reserved: nearly 9 MiB for a thread, most of it stack.
  uint64_t memory_bytes = 0;
  uint32_t threads = 64;     // held to it only with a uid of its own (RLIMIT_NPROC counts users, and never root)
  uint32_t open_files = 64;  // including those that are open already
  bool in_cgroup = false;    // the host has put us into a Cgroup that bounds both memory and processes
  bool seccomp = true, landlock = true;  // off: only to test what is left then
};

// Which walls stand.
struct Confined {
  bool uid = false;           // a user of its own
  bool capabilities = false;  // none left
  bool no_new_privs = false;
  bool undumpable = false;
  bool landlock = false;
  bool seccomp = false;
  bool memory = false;               // bounded, by rlimits or by the cgroup
  bool threads = false;              // their number is bounded
  std::vector<std::string> missing;  // one sentence for each wall that does not stand, with the remedy
};

Result<Confined> confine(const Confinement& wish);

// Closes all others. Of 0, 1 and 2, those not kept become /dev/null, so that no later file takes their place.
void close_descriptors_except(std::span<const int> keep);

}  // namespace outrigger::host
