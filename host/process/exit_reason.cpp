#include "host/process/exit_reason.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstring>

namespace outrigger::host {
namespace {

constexpr int kNotConfined = 70;

std::string signal_name(int signal) {
  switch (signal) {
    case SIGSEGV: return "segmentation fault: it used memory that is not its own, or its stack overflowed";
    case SIGABRT: return "abort: it found itself broken, or an exception was not caught";
    case SIGBUS: return "bus error";
    case SIGFPE: return "arithmetic error, such as a division by zero";
    case SIGILL: return "illegal instruction";
    case SIGSYS: return "a system call that plugins may not make";
    default: return ::strsignal(signal);
  }
}

}  // namespace

std::string exit_reason(int status, bool confined, uint64_t memory_bytes, const std::string& output) {
  const std::string said = output.empty() ? "" : "; its last words: " + output;
  if (WIFEXITED(status)) {
    if (WEXITSTATUS(status) == kNotConfined && !confined) return "could not be confined: " + output;
    return "ended by itself with status " + std::to_string(WEXITSTATUS(status)) + said;
  }
  if (!WIFSIGNALED(status)) return "is gone" + said;
  const int signal = WTERMSIG(status);
  if (signal == SIGKILL)
    return "was killed, most likely for want of memory: its limit is " + std::to_string(memory_bytes >> 20U) +
           " MiB; `plugins.ID.memory_mib` in the configuration raises it" + said;
  return "crashed (signal " + std::to_string(signal) + ", " + signal_name(signal) + ")" + said;
}

}  // namespace outrigger::host
