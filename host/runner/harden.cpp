#include "host/runner/harden.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "host/runner/harden_steps.hpp"
#include "host/runner/sandbox_support.hpp"

namespace outrigger::host {
namespace steps {

Error refuse(Code code, std::string sentence) { return {code, std::move(sentence), Source::kHost, Effect::kNone, -1}; }

Error refused_by_kernel(const std::string& what) {
  const std::string why = std::generic_category().message(errno);
  return refuse(Code::kInternal,
                "the runner cannot " + what + " (" + why +
                    "), so the plugin was not loaded; `outrigger doctor` tells what this machine offers");
}

}  // namespace steps

namespace {

using steps::refuse;
using steps::refused_by_kernel;

// Landlock and rlimits of a user hold the calling thread only. A sanitizer may have a thread of its own.
bool has_other_threads() {
#if defined(__SANITIZE_THREAD__)
  return false;
#else
  struct stat tasks {};
  return stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink > 3;
#endif
}

Result<void> check(const Confinement& wish) {
  if (has_other_threads())
    return refuse(Code::kInternal, "confine() was called after a thread had been started; call it first in the runner");
  if (!wish.plugin_folder.is_absolute())
    return refuse(Code::kInvalid,
                  "the plugin's folder '" + wish.plugin_folder.string() + "' is relative; give its full path");
  if ((wish.uid == 0) != (wish.gid == 0))
    return refuse(Code::kInvalid, "a plugin's user needs a group as well; give both uid and gid, or neither");
  if (wish.uid != 0 && wish.uid != geteuid() && !may_change_user())
    return refuse(Code::kAccess, "only root can start a plugin as user " + std::to_string(wish.uid) +
                                     "; run outrigger as root, or without users of their own for plugins");
  return {};
}

Result<void> take_identity(const Confinement& wish, Confined& confined) {
  steps::empty_bounding_set();
  if (wish.uid != 0)
    if (Result<void> became = steps::become(wish.uid, wish.gid); !became) return became;
  if (Result<void> dropped = steps::drop_capabilities(); !dropped) return dropped;
  confined.capabilities = true;
  confined.uid = wish.uid != 0;
  if (geteuid() == 0)
    confined.missing.emplace_back(
        "The plugin runs as root, though without root's capabilities: files of root are open to it if Landlock is "
        "missing; give each plugin a user of its own.");
  else if (wish.uid == 0)
    confined.missing.emplace_back(
        "The plugin runs as the user of the host, so that only Landlock and seccomp keep them apart; run outrigger as "
        "root to give each plugin a user of its own.");
  return {};
}

// Changing the user makes a process forget both settings, so they follow it.
Result<void> shut_process(pid_t parent, Confined& confined) {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return refused_by_kernel("make itself undumpable");
  confined.undumpable = true;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return refused_by_kernel("ask to end with its host");
  if (getppid() != parent)
    return refuse(Code::kCancelled, "the host ended while the plugin was starting; start outrigger again");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused_by_kernel("renounce new privileges");
  confined.no_new_privs = true;
  return {};
}

Result<void> shut_files(const Confinement& wish, Confined& confined) {
  const int abi = wish.landlock ? landlock_abi() : 0;
  if (abi == 0) {
    confined.missing.emplace_back(
        wish.landlock
            ? "The plugin can read every file that its user can, since this kernel has no Landlock; use Linux "
              "5.13 or later with landlock among the security modules (lsm= at boot)."
            : "The plugin can read every file that its user can, since Landlock was switched off.");
    return {};
  }
  if (Result<void> restricted = steps::restrict_paths(wish, abi); !restricted) return restricted;
  confined.landlock = true;
  return {};
}

Result<void> shut_calls(const Confinement& wish, Confined& confined) {
  if (!wish.seccomp || !seccomp_is_offered()) {
    confined.missing.emplace_back(
        wish.seccomp ? "The plugin can make every system call that its user may, such as sockets and processes, since "
                       "this kernel has no seccomp filters; use a kernel with CONFIG_SECCOMP_FILTER."
                     : "The plugin can make every system call that its user may, such as sockets and processes, since "
                       "seccomp was switched off.");
    return {};
  }
  if (Result<void> filtered = steps::filter_system_calls(); !filtered) return filtered;
  confined.seccomp = true;
  return {};
}

}  // namespace

std::vector<std::filesystem::path> system_paths() {
  return {"/lib",           "/lib64",           "/usr/lib",  "/usr/lib64",  "/usr/local/lib", "/usr/share/zoneinfo",
          "/etc/localtime", "/etc/ld.so.cache", "/dev/null", "/dev/urandom"};
}

Result<Confined> confine(const Confinement& wish) {
  const pid_t parent = wish.parent != 0 ? wish.parent : getppid();
  if (Result<void> sound = check(wish); !sound) return sound.error();
  Confined confined;
  steps::forget_environment();
  if (chdir("/") != 0) return refused_by_kernel("leave its folder");
  if (Result<void> lowered = steps::lower_limits(wish, confined); !lowered) return lowered.error();
  if (Result<void> taken = take_identity(wish, confined); !taken) return taken.error();
  if (Result<void> shut = shut_process(parent, confined); !shut) return shut.error();
  if (access(wish.plugin_folder.c_str(), R_OK | X_OK) != 0)
    return refuse(errno == ENOENT ? Code::kMissing : Code::kAccess,
                  "user " + std::to_string(geteuid()) + " cannot read the plugin's folder " +
                      wish.plugin_folder.string() +
                      "; see that it exists and that all may read it and enter those above");
  if (Result<void> shut = shut_files(wish, confined); !shut) return shut.error();
  if (Result<void> shut = shut_calls(wish, confined); !shut) return shut.error();
  return confined;
}

}  // namespace outrigger::host
