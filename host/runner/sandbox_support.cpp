#include "host/runner/sandbox_support.hpp"

#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "host/runner/cgroup.hpp"

namespace outrigger::host {
namespace {

Support seccomp_support(const Offered& offered) {
  if (offered.seccomp)
    return {"seccomp", true, "Plugins make only the system calls that computing and talking to the host need."};
  return {"seccomp", false,
          "This kernel has no seccomp filters, so a plugin could open sockets and start programs; use a kernel with "
          "CONFIG_SECCOMP_FILTER, as Debian's are."};
}

Support landlock_support(const Offered& offered) {
  if (offered.landlock_abi > 0)
    return {"landlock", true,
            "Plugins read their own folder and the system's libraries, and write nothing (Landlock ABI " +
                std::to_string(offered.landlock_abi) + ")."};
  const std::string remedy =
      offered.landlock_switched_off
          ? "Landlock is switched off on this machine; add landlock to the kernel's parameter lsm= and start it again"
          : "This kernel has no Landlock; use Linux 5.13 or later with CONFIG_SECURITY_LANDLOCK, as Debian 12's";
  return {"landlock", false, remedy + " (without it, a plugin can read all files that its user can)."};
}

Support no_new_privs_support(const Offered& offered) {
  if (offered.no_new_privs) return {"no-new-privs", true, "Plugins cannot gain rights from programs that are set-uid."};
  return {"no-new-privs", false,
          "This kernel cannot forbid new privileges, on which the other walls rest; use Linux 3.5 or later."};
}

Support separate_uids_support(const Offered& offered) {
  if (offered.separate_users) return {"separate users", true, "Each plugin can run as a user of its own."};
  return {"separate users", false,
          "Outrigger is not root, so plugins run as its own user and only the other walls keep them apart; run it as "
          "root, or with CAP_SETUID, CAP_SETGID and CAP_SETPCAP."};
}

Support cgroup_support(const Offered& offered) {
  if (offered.no_cgroup.empty())
    return {"cgroup", true, "Memory, processes and threads of each plugin are bounded by the kernel."};
  return {"cgroup", false, offered.no_cgroup + "."};
}

}  // namespace

bool seccomp_is_offered() {
  const uint32_t action = SECCOMP_RET_ERRNO;
  return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0U, &action) == 0;
}

int landlock_abi() {
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, size_t{0}, LANDLOCK_CREATE_RULESET_VERSION);
  return abi > 0 ? static_cast<int>(abi) : 0;
}

bool may_change_user() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (syscall(SYS_capget, &header, data.data()) != 0) return false;
  constexpr uint32_t kNeeded = (1U << CAP_SETUID) | (1U << CAP_SETGID);
  return (data[0].effective & kNeeded) == kNeeded;
}

Offered look() {
  Offered offered;
  offered.seccomp = seccomp_is_offered();
  offered.landlock_abi = landlock_abi();
  offered.landlock_switched_off = offered.landlock_abi == 0 && errno == EOPNOTSUPP;
  offered.no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) >= 0;
  offered.separate_users = may_change_user();
  if (const Result<void> cgroup = cgroup_is_offered(); !cgroup) offered.no_cgroup = cgroup.error().message;
  return offered;
}

SandboxSupport support_of(const Offered& offered) {
  SandboxSupport support;
  support.seccomp = seccomp_support(offered);
  support.landlock_abi = offered.landlock_abi;
  support.landlock = landlock_support(offered);
  support.no_new_privs = no_new_privs_support(offered);
  support.separate_uids = separate_uids_support(offered);
  support.cgroup = cgroup_support(offered);
  return support;
}

}  // namespace outrigger::host
