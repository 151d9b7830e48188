#include "host/process/spawner.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "host/border/strand.hpp"

namespace outrigger::host {
namespace {

constexpr int kConnection = 3;

Error refused(const std::string& what, int problem) {
  return {Code::kInternal, what + ": " + std::strerror(problem), Source::kHost, Effect::kNone, -1};
}

// Both ends of something that a child inherits one of; what is left is closed.
struct Ends {
  std::array<int, 2> fd{-1, -1};
  ~Ends() {
    for (const int one : fd)
      if (one >= 0) ::close(one);
  }
  int release(size_t which) { return std::exchange(fd[which], -1); }
};

class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  void add(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void open(int to, const char* path) { posix_spawn_file_actions_addopen(&actions_, to, path, O_RDONLY, 0); }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigdefault(&attributes_, &all);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

Result<Child> spawn_here(const SpawnRequest& request) {
  Ends connection;
  Ends output;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, connection.fd.data()) != 0 ||
      ::pipe2(output.fd.data(), O_CLOEXEC) != 0)
    return refused("no descriptors for a plugin's process", errno);
  Actions actions;
  // Descriptor 3 may be one of those that are passed on: out of its way first.
  const int high = ::fcntl(connection.fd[1], F_DUPFD_CLOEXEC, 16);
  if (high < 0) return refused("no descriptors for a plugin's process", errno);
  const int high_output = ::fcntl(output.fd[1], F_DUPFD_CLOEXEC, 16);
  actions.open(0, "/dev/null");
  actions.add(high_output, 1);
  actions.add(high_output, 2);
  actions.add(high, kConnection);
  std::vector<char*> argv;
  std::string program = request.program.string();
  argv.push_back(program.data());
  std::vector<std::string> arguments = request.arguments;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  char* no_environment[] = {nullptr};
  Attributes attributes;
  Child child;
  const int problem =
      posix_spawn(&child.pid, program.c_str(), actions.get(), attributes.get(), argv.data(), no_environment);
  ::close(high);
  if (high_output >= 0) ::close(high_output);
  if (problem == ENOENT || problem == EACCES)
    return Error{Code::kMissing,
                 program + " cannot be started (" + std::strerror(problem) + "); install Outrigger again",
                 Source::kHost, Effect::kNone, -1};
  if (problem != 0) return refused(program, problem);
  child.connection = connection.release(0);
  child.output = output.release(0);
  return child;
}

}  // namespace

Result<Child> spawn(const SpawnRequest& request) {
  static Strand strand;
  Result<Child> child = Error{};
  strand.run([&] { child = spawn_here(request); });
  return child;
}

}  // namespace outrigger::host
