// The steps of confine(), in the order of harden.cpp. Not for others: half of them is no sandbox.
//
// Threads: the only one. Errors: as harden.hpp says.
#pragma once

#include <string>
#include <vector>

#include "host/runner/harden.hpp"

namespace outrigger::host::steps {

Error refuse(Code code, std::string sentence);
Error refused_by_kernel(const std::string& what);  // kInternal, with errno

// harden_identity.cpp. The bounding set can only be emptied before become(), the rest only after it.
void empty_bounding_set();
Result<void> become(uint32_t uid, uint32_t gid);
Result<void> drop_capabilities();
void forget_environment();  // also its text in memory

// harden_limits.cpp. Says in `confined` whether memory and threads are bounded.
Result<void> lower_limits(const Confinement& wish, Confined& confined);

// harden_landlock.cpp. `abi` is that of sandbox_support(), at least 1.
Result<void> restrict_paths(const Confinement& wish, int abi);

// harden_seccomp.cpp.
Result<void> filter_system_calls();

// harden_descriptors.cpp. What close_descriptors_except() does where close_range(2) is missing; `keep` is sorted.
void close_listed_descriptors(const std::vector<int>& keep);

}  // namespace outrigger::host::steps
