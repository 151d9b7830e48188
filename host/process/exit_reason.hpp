// Why a process ended, in words for an admin.
#pragma once

#include <cstdint>
#include <string>

namespace outrigger::host {

// status as waitpid gives it; confined: it had begun to work, so that a status of the runner's own is the plugin's;
// output: the last line that it wrote, which may say more.
std::string exit_reason(int status, bool confined, uint64_t memory_bytes, const std::string& output);

}  // namespace outrigger::host
