#include <grp.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "host/runner/harden_steps.hpp"

namespace outrigger::host::steps {
namespace {

bool is_exactly(uint32_t uid, uint32_t gid) {
  std::array<uid_t, 3> users{};
  std::array<gid_t, 3> groups{};
  return getresuid(&users[0], &users[1], &users[2]) == 0 && getresgid(&groups[0], &groups[1], &groups[2]) == 0 &&
         users == std::array<uid_t, 3>{uid, uid, uid} && groups == std::array<gid_t, 3>{gid, gid, gid} &&
         getgroups(0, nullptr) == 0;
}

}  // namespace

void empty_bounding_set() {
  // Without the capability for it there is nothing to be had from the set either, once no-new-privs is on.
  for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

Result<void> become(uint32_t uid, uint32_t gid) {
  if (is_exactly(uid, gid)) return {};
  if (setgroups(0, nullptr) != 0) return refused_by_kernel("leave the groups of its user");
  if (setresgid(gid, gid, gid) != 0) return refused_by_kernel("take the group " + std::to_string(gid));
  if (setresuid(uid, uid, uid) != 0) return refused_by_kernel("become the user " + std::to_string(uid));
  if (!is_exactly(uid, gid) || setuid(0) == 0)
    return refuse(Code::kInternal,
                  "the runner did not become user " + std::to_string(uid) +
                      " altogether, so the plugin was not loaded; report this with the kernel's version");
  return {};
}

Result<void> drop_capabilities() {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (syscall(SYS_capset, &header, none.data()) != 0) return refused_by_kernel("drop its capabilities");
  return {};
}

void forget_environment() {
  // What exec handed over lies on the first stack, below the program's name; other text may be read-only.
  const auto end = static_cast<uintptr_t>(getauxval(AT_EXECFN));
  const char here = 0;
  const auto begin = reinterpret_cast<uintptr_t>(&here);
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const auto place = reinterpret_cast<uintptr_t>(*variable);
    if (place > begin && place < end) explicit_bzero(*variable, strlen(*variable));
  }
  clearenv();
}

}  // namespace outrigger::host::steps
