#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <initializer_list>
#include <memory>
#include <set>

#include "host/runner/harden_steps.hpp"

namespace outrigger::host::steps {
namespace {

// Names, because libseccomp knows their numbers on each architecture and passes over those that it lacks.
constexpr std::array kFiles{"read",        "readv",     "pread64",    "preadv",     "write",    "writev",     "close",
                            "close_range", "lseek",     "fstat",      "stat",       "lstat",    "newfstatat", "statx",
                            "access",      "faccessat", "faccessat2", "getdents64", "readlink", "readlinkat", "getcwd",
                            "fadvise64",   "dup",       "dup2",       "dup3",       "pipe"};
constexpr std::array kWaiting{"poll",           "ppoll",       "select",         "pselect6",        "epoll_create",
                              "epoll_create1",  "epoll_ctl",   "epoll_wait",     "epoll_pwait",     "epoll_pwait2",
                              "eventfd",        "eventfd2",    "timerfd_create", "timerfd_settime", "timerfd_gettime",
                              "futex",          "futex_waitv", "nanosleep",      "clock_nanosleep", "pause",
                              "restart_syscall"};
constexpr std::array kTime{"clock_gettime", "clock_getres",  "gettimeofday",  "time",         "times",
                           "timer_create",  "timer_settime", "timer_gettime", "timer_delete", "timer_getoverrun",
                           "setitimer",     "getitimer",     "alarm"};
constexpr std::array kMemory{"munmap", "mprotect", "mremap", "madvise", "brk", "mincore", "membarrier"};
constexpr std::array kThreads{"set_robust_list",        "set_tid_address",        "rseq",   "sched_yield",
                              "sched_getparam",         "sched_getscheduler",     "getcpu", "sched_getaffinity",
                              "sched_get_priority_max", "sched_get_priority_min", "exit",   "exit_group"};
constexpr std::array kSignals{"rt_sigaction",    "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend",
                              "rt_sigtimedwait", "rt_sigpending",  "sigaltstack"};
// On sockets that are there; there is no call for a new one.
constexpr std::array kTalking{"shutdown", "getsockopt", "getsockname", "getpeername"};
constexpr std::array kAsking{"getpid",    "gettid",    "getppid",   "getuid",    "geteuid",    "getgid",
                             "getegid",   "getresuid", "getresgid", "getgroups", "uname",      "sysinfo",
                             "getrusage", "getrlimit", "getrandom", "capget",    "getpriority"};

// Asynchronous signals (F_SETOWN) reach other processes, leases and locks other openers.
constexpr std::array<uint64_t, 6> kFcntl{F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL};
constexpr std::array<uint64_t, 4> kIoctl{TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO};
constexpr std::array<uint64_t, 6> kPrctl{PR_SET_NAME,         PR_GET_NAME,      PR_GET_DUMPABLE,
                                         PR_GET_NO_NEW_PRIVS, PR_GET_PDEATHSIG, PR_CAPBSET_READ};

constexpr uint64_t kWholeInt = 0xffffffffU;
constexpr uint64_t kOpenForMore = O_ACCMODE | O_CREAT | O_TRUNC;
constexpr uint64_t kPipeFlags = O_CLOEXEC | O_NONBLOCK | O_DIRECT;
// What every libc starts a thread with, and what it may add or leave out. All other flags make it a process or worse.
constexpr uint64_t kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
constexpr uint64_t kThreadChoice =
    CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED;
// Calls from 2019 on have the same number everywhere. Up to which number we answer ENOSYS is a guess for some years.
constexpr int kFirstNewCall = 424;
constexpr int kLastNewCall = 600;

// The kernel looks at the lower half of an int's register only, and callers may leave anything in the other.
scmp_arg_cmp is_int(unsigned argument, uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, kWholeInt, value & kWholeInt};
}
scmp_arg_cmp has_none_of(unsigned argument, uint64_t bits) { return {argument, SCMP_CMP_MASKED_EQ, bits, 0}; }
scmp_arg_cmp is_null(unsigned argument) { return {argument, SCMP_CMP_EQ, 0, 0}; }

// An allow-list in the making; remembers the first error.
class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {
    if (context_ == nullptr) {
      error_ = -ENOMEM;
      return;
    }
    note(seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    note(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1));
    note(seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2));  // a tree: the order of calls does not matter
  }

  void allow(const char* name, std::initializer_list<scmp_arg_cmp> when = {}) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number < 0 || error_ != 0) return;
    allowed_.insert(number);
    note(seccomp_rule_add_array(context_.get(), SCMP_ACT_ALLOW, number, static_cast<unsigned>(when.size()),
                                when.begin()));
  }

  template <typename Names>
  void allow_all(const Names& names) {
    for (const char* name : names) allow(name);
  }

  template <typename Values>
  void allow_values(const char* name, unsigned argument, const Values& values) {
    for (const uint64_t value : values) allow(name, {is_int(argument, value)});
  }

  void deny_new_calls_softly() {
    for (int number = kFirstNewCall; number <= kLastNewCall && error_ == 0; ++number)
      if (!allowed_.contains(number))
        note(seccomp_rule_add_array(context_.get(), SCMP_ACT_ERRNO(ENOSYS), number, 0, nullptr));
  }

  Result<void> load() {
    if (error_ == 0) note(seccomp_load(context_.get()));
    errno = -error_;
    if (error_ != 0) return refused_by_kernel("filter its system calls");
    return {};
  }

 private:
  struct Release {
    void operator()(void* context) const { seccomp_release(context); }
  };
  void note(int result) {
    if (error_ == 0 && result < 0) error_ = result;
  }

  std::unique_ptr<void, Release> context_;
  std::set<int> allowed_;
  int error_ = 0;
};

void allow_memory(Filter& filter) {
  filter.allow_all(kMemory);
  // Memory that is shared or grows like a stack is not counted by RLIMIT_DATA. A shared mapping of a file is fine: none
  // can be written.
  filter.allow("mmap", {has_none_of(3, MAP_SHARED | MAP_GROWSDOWN)});
  filter.allow("mmap", {has_none_of(3, MAP_ANONYMOUS | MAP_GROWSDOWN)});
}

void allow_reading(Filter& filter) {
  filter.allow_all(kFiles);
  filter.allow("open", {has_none_of(1, kOpenForMore)});
  filter.allow("openat", {has_none_of(2, kOpenForMore)});
  filter.allow_values("fcntl", 1, kFcntl);
  filter.allow_values("ioctl", 1, kIoctl);
}

// Sending out of band has been a way into the kernel (CVE-2025-38236), and so have pipes of notifications.
void allow_talking(Filter& filter) {
  filter.allow_all(kTalking);
  filter.allow("sendto", {is_null(4), has_none_of(3, MSG_OOB)});
  filter.allow("recvfrom", {has_none_of(3, MSG_OOB)});
  filter.allow("sendmsg", {has_none_of(2, MSG_OOB)});
  filter.allow("recvmsg", {has_none_of(2, MSG_OOB)});
  filter.allow("pipe2", {has_none_of(1, kWholeInt & ~kPipeFlags)});
}

// tkill is left out: it names a thread without its process.
void allow_signals_to_itself(Filter& filter) {
  filter.allow_all(kSignals);
  const auto self = static_cast<uint64_t>(getpid());
  for (const char* name : {"kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"})
    filter.allow(name, {is_int(0, self)});
}

void allow_reading_limits(Filter& filter) {
  for (const pid_t self : {0, getpid()})
    filter.allow("prlimit64", {is_int(0, static_cast<uint64_t>(self)), is_null(2)});
}

}  // namespace

Result<void> filter_system_calls() {
  Filter filter;
  allow_memory(filter);
  allow_reading(filter);
  allow_signals_to_itself(filter);
  allow_reading_limits(filter);
  filter.allow_all(kWaiting);
  filter.allow_all(kTime);
  filter.allow_all(kThreads);
  allow_talking(filter);
  filter.allow_all(kAsking);
  filter.allow("clone", {{0, SCMP_CMP_MASKED_EQ, ~kThreadChoice, kThread}});
  filter.allow_values("prctl", 0, kPrctl);
  filter.deny_new_calls_softly();
  return filter.load();
}

}  // namespace outrigger::host::steps
