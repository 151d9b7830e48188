// What this machine offers to confine plugins with, for `outrigger doctor` and for confine().
//
//     for (const Support& wall : sandbox_support().walls()) print(wall.name, wall.present, wall.sentence);
//
// Looks and changes nothing: no cgroup is made, no filter set. Threads: any. Errors: none, absence is an answer.
#pragma once

#include <array>
#include <string>

namespace outrigger::host {

struct Support {
  std::string name;
  bool present = false;
  std::string sentence;  // for the admin: what it is good for, or what is lost without it and the remedy
};

struct SandboxSupport {
  Support seccomp, landlock, no_new_privs, separate_uids, cgroup;
  int landlock_abi = 0;  // 0: none
  [[nodiscard]] std::array<Support, 5> walls() const {
    return {seccomp, landlock, no_new_privs, separate_uids, cgroup};
  }
};

// What was found on a machine, without words.
struct Offered {
  bool seccomp = false;
  int landlock_abi = 0;
  bool landlock_switched_off = false;  // the kernel has it, the boot's lsm= does not
  bool no_new_privs = false;
  bool separate_users = false;
  std::string no_cgroup;  // why there is none; empty: there is one
};
Offered look();
SandboxSupport support_of(const Offered& offered);
inline SandboxSupport sandbox_support() { return support_of(look()); }

// The parts that confine() asks for, without the rest.
bool seccomp_is_offered();
int landlock_abi();      // 0: none
bool may_change_user();  // CAP_SETUID and CAP_SETGID

}  // namespace outrigger::host
