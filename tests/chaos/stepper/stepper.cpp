// Runs a program and kills it with SIGKILL at one of its steps: a system call by which the world outside of the process
// changes (a file written or flushed, a connection opened, bytes sent). The program is the one that is shipped; it does
// not know.
//
//     chaos_stepper PROGRAM ARGUMENT...
//       <- pid 4711
//       -> count                  steps are counted from here on
//       -> kill 17                the same, and the program ends at the 17th
//       <- armed
//       -> steps                  <- steps 42
//       <- killed 17 before fdatasync of journal.db-wal
//       <- ended 9
//
// Each call is two steps: before (the kernel has not done it) and after (it has, and the program does not know yet).
// They are counted over all threads, so that the same number is roughly the same place in two runs, and not exactly.
// Children of the program are left alone.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>
#include <string>

namespace {

struct Step {
  long number;
  const char* word;
};
constexpr Step kSteps[] = {
    {SYS_write, "write to"},     {SYS_pwrite64, "write to"}, {SYS_writev, "write to"},
    {SYS_pwritev, "write to"},   {SYS_sendto, "send to"},    {SYS_sendmsg, "send to"},
    {SYS_connect, "connect to"}, {SYS_fsync, "fsync of"},    {SYS_fdatasync, "fdatasync of"},
    {SYS_ftruncate, "truncate"}, {SYS_unlink, "unlink"},     {SYS_rename, "rename"},
};

void say(const std::string& line) {
  const std::string whole = line + "\n";
  if (::write(STDOUT_FILENO, whole.data(), whole.size()) < 0) ::_exit(1);
}

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "chaos_stepper: %s: %s\n", what, std::strerror(errno));
  ::_exit(1);
}

long trace(__ptrace_request request, pid_t thread, long data = 0) { return ::ptrace(request, thread, 0L, data); }

class Stepper {
 public:
  explicit Stepper(pid_t program) : program_(program) { threads_.insert(program); }

  // What the kernel has to say of one thread.
  void take(pid_t thread, int status) {
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      threads_.erase(thread);
      inside_.erase(thread);
      if (thread == program_) end(status);
      return;
    }
    if (!WIFSTOPPED(status)) return;
    threads_.insert(thread);
    const int event = status >> 16;
    const int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
      at_call(thread);
      go_on(thread, 0);
    } else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
      trace(PTRACE_LISTEN, thread);  // it was stopped as by Ctrl-Z
    } else {
      go_on(thread, event == 0 ? signal : 0);
    }
  }

  void obey(const std::string& order) {
    if (order == "steps") return say("steps " + std::to_string(steps_));
    at_ = order.rfind("kill ", 0) == 0 ? std::stol(order.substr(5)) : 0;
    steps_ = 0;
    armed_ = true;
    // Each stops once, and goes on from call to call.
    for (const pid_t thread : threads_) trace(PTRACE_INTERRUPT, thread);
    say("armed");
  }

 private:
  void go_on(pid_t thread, int signal) const { trace(armed_ ? PTRACE_SYSCALL : PTRACE_CONT, thread, signal); }

  void at_call(pid_t thread) {
    __ptrace_syscall_info info{};
    if (::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      inside_.erase(thread);
      for (const Step& step : kSteps)
        if (step.number == static_cast<long>(info.entry.nr)) {
          const std::string what = name(thread, step, info.entry.args);
          if (what.empty()) return;
          inside_[thread] = what;
          reach("before " + what);
        }
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
      const auto known = inside_.find(thread);
      if (known == inside_.end()) return;
      reach("after " + known->second);
      inside_.erase(known);
    }
  }

  void reach(const std::string& where) {
    if (killed_ || ++steps_ != at_) return;
    killed_ = true;
    ::kill(program_, SIGKILL);
    say("killed " + std::to_string(at_) + " " + where);
  }

  // Empty: nobody else sees it (the log, a thread woken by another one).
  std::string name(pid_t thread, const Step& step, const uint64_t* args) {
    if (step.number == SYS_unlink || step.number == SYS_rename) return std::string(step.word) + " a file";
    const int fd = static_cast<int>(args[0]);
    if (fd <= STDERR_FILENO) return {};
    std::array<char, 4096> path{};
    const std::string link = "/proc/" + std::to_string(program_) + "/fd/" + std::to_string(fd);
    const ssize_t size = ::readlink(link.c_str(), path.data(), path.size() - 1);
    std::string target = size > 0 ? std::string(path.data(), static_cast<size_t>(size)) : "something";
    if (target.rfind("anon_inode:", 0) == 0 || target.rfind("pipe:", 0) == 0) return {};
    if (target.rfind("socket:", 0) == 0) {
      if (step.number == SYS_connect) peers_[target] = peer(thread, args[1]);
      const auto known = peers_.find(target);
      target = known == peers_.end() ? "the plugin" : known->second;
    } else {
      target = target.substr(target.rfind('/') + 1);
    }
    return std::string(step.word) + " " + target;
  }

  static std::string peer(pid_t thread, uint64_t address) {
    sockaddr_storage at{};
    iovec mine{&at, sizeof(sockaddr_in)};
    iovec theirs{reinterpret_cast<void*>(address), sizeof(sockaddr_in)};
    if (::process_vm_readv(thread, &mine, 1, &theirs, 1, 0) <= 0) return "somebody";
    return at.ss_family == AF_INET || at.ss_family == AF_INET6 ? "Odoo" : "a local socket";
  }

  [[noreturn]] void end(int status) const {
    say("ended " + std::to_string(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
    ::_exit(0);
  }

  const pid_t program_;
  std::set<pid_t> threads_;
  std::map<pid_t, std::string> inside_;       // threads that are in a step
  std::map<std::string, std::string> peers_;  // of sockets
  bool armed_ = false;
  bool killed_ = false;
  long steps_ = 0;
  long at_ = 0;
};

pid_t start(char** words) {
  const pid_t child = ::fork();
  if (child < 0) die("fork");
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::raise(SIGSTOP);  // until it is followed
  ::execv(words[0], words);
  die(words[0]);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  sigset_t wanted;
  ::sigemptyset(&wanted);
  ::sigaddset(&wanted, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
  const int children = ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  const pid_t program = start(argv + 1);
  int status = 0;
  if (::waitpid(program, &status, WUNTRACED) != program) die("waitpid");
  if (trace(PTRACE_SEIZE, program, PTRACE_O_TRACECLONE | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0) {
    std::fprintf(stderr, "SKIPPED: this machine lets nobody follow a process (ptrace: %s)\n", std::strerror(errno));
    return 77;
  }
  ::kill(program, SIGCONT);
  say("pid " + std::to_string(program));
  Stepper stepper(program);
  std::string orders;
  std::array<pollfd, 2> on{pollfd{children, POLLIN, 0}, pollfd{STDIN_FILENO, POLLIN, 0}};
  for (;;) {
    for (pid_t thread = 0; (thread = ::waitpid(-1, &status, __WALL | WNOHANG)) > 0;) stepper.take(thread, status);
    if (::poll(on.data(), on.size(), 1000) < 0 && errno != EINTR) die("poll");
    std::array<char, 512> bytes{};
    while (::read(children, bytes.data(), bytes.size()) > 0) {
    }
    if ((on[1].revents & (POLLIN | POLLHUP)) == 0) continue;
    const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (got <= 0) return 0;  // who started us is gone: the program ends with us
    orders.append(bytes.data(), static_cast<size_t>(got));
    for (size_t end = 0; (end = orders.find('\n')) != std::string::npos; orders.erase(0, end + 1))
      stepper.obey(orders.substr(0, end));
  }
}
