#include "host/cli/tests/child.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "integration/transport/tests/perform.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using Clock = std::chrono::steady_clock;

// The texts as the null-terminated array that exec takes; valid as long as they are.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> variables(Environment environment) {
  // The sanitizers are told by these what to do.
  for (const char* kept : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
    if (const char* value = std::getenv(kept); value != nullptr) environment.emplace(kept, value);
  std::vector<std::string> result;
  for (const auto& [name, value] : environment) result.push_back(name + "=" + value);
  return result;
}

}  // namespace

Document Ended::json() const {
  const Result<Document> parsed = value::read_json(out);
  EXPECT_TRUE(parsed) << out << err;
  return parsed ? *parsed : Document();
}

Child::Child(const Arguments& arguments, const Environment& environment, Errors errors,
             const std::filesystem::path& input)
    : deadline_(Clock::now() + kPatience) {
  if (const auto key = environment.find(kKeyVariable); key != environment.end()) secret_ = key->second;
  start(arguments, environment, errors, input);
}

void Child::start(const Arguments& arguments, const Environment& environment, Errors errors,
                  const std::filesystem::path& input) {
  int out[2];
  int err[2];
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  if (errors == Errors::kPipe) {
    ASSERT_EQ(pipe2(err, O_CLOEXEC), 0);
  } else {
    ASSERT_EQ(openpty(&err[0], &err[1], nullptr, nullptr, nullptr), 0);
    fcntl(err[0], F_SETFD, FD_CLOEXEC);
    fcntl(err[1], F_SETFD, FD_CLOEXEC);
  }
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err[1], STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&files, folder_.path().c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words{OUTRIGGER_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> settings = variables(environment);
  const int failed =
      posix_spawn(&pid_, OUTRIGGER_BINARY, &files, &attributes, pointers(words).data(), pointers(settings).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  close(out[1]);
  close(err[1]);
  out_ = out[0];
  err_ = err[0];
  if (failed != 0) pid_ = 0;
  ASSERT_EQ(failed, 0) << OUTRIGGER_BINARY;
}

Child::~Child() {
  if (pid_ > 0) {
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) close(out_);
  if (err_ >= 0) close(err_);
}

bool Child::read() {
  pollfd polled[] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
  if (out_ < 0 && err_ < 0) return false;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
  if (left <= 0 || poll(polled, 2, static_cast<int>(left)) == 0) {
    ADD_FAILURE() << "it is still running after " << kPatience.count() << " s:\n" << ended_.out << ended_.err;
    kill(-pid_, SIGKILL);
    deadline_ = Clock::now() + kPatience;
    return true;
  }
  for (const bool errors : {false, true}) {
    if (polled[errors ? 1 : 0].revents == 0) continue;
    char buffer[4096];
    int& from = errors ? err_ : out_;
    const ssize_t size = ::read(from, buffer, sizeof buffer);
    if (size > 0) (errors ? ended_.err : ended_.out).append(buffer, static_cast<size_t>(size));
    if (size > 0 || (size < 0 && errno == EINTR)) continue;
    close(from);  // the end; a terminal says so by an error
    from = -1;
  }
  return true;
}

bool Child::says(std::string_view text) {
  const auto said = [&] {
    return ended_.out.find(text) != std::string::npos || ended_.err.find(text) != std::string::npos;
  };
  while (!said())
    if (!read()) return false;
  return true;
}

std::string Child::line() {
  while (ended_.out.find('\n') == std::string::npos)
    if (!read()) return {};
  return ended_.out.substr(0, ended_.out.find('\n'));
}

void Child::send(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

bool Child::running() const {
  siginfo_t info{};
  return pid_ > 0 && waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

void Child::await_signal_handling() const {
  const uint64_t wanted = uint64_t{1} << (SIGINT - 1);
  while (Clock::now() < deadline_) {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.rfind("SigBlk:", 0) == 0 && (std::stoull(line.substr(7), nullptr, 16) & wanted) != 0) return;
    std::this_thread::yield();
  }
  ADD_FAILURE() << "it never handled signals";
}

Ended Child::wait() {
  while (read()) {
  }
  if (pid_ > 0) {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    ended_.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    EXPECT_EQ(kill(-pid_, 0), -1) << "a process of its own is left behind";
    pid_ = 0;
  }
  const std::string all = ended_.out + ended_.err;
  const bool shown = !secret_.empty() && all.find(secret_.substr(4, 16)) != std::string::npos;
  EXPECT_FALSE(shown) << "the key is shown:\n" << all;
  return ended_;
}

SandboxChild::SandboxChild(const Arguments& more)
    : child_([&] {
        Arguments arguments{"sandbox", "--port", "0", "--json", "--leads", "300"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
      }()) {
  const std::string line = child_.line();
  const Result<Document> described = value::read_json(line);
  EXPECT_TRUE(described) << line;
  if (!described) return;
  url_ = described->root()["url"].text();
  for (const Value user : described->root()["users"].items())
    keys_[std::string(user["login"].text())] = user["key"].text();
}

int SandboxChild::ask(const std::string& path, const std::string& json) const {
  setenv("no_proxy", "*", 1);
  transport::Loop loop;
  return transport::perform(loop, {.url = url_ + path, .body = json}).status;
}

std::string config_text(const std::string& url, const std::string& more, const std::string& login) {
  return R"({"data_folder": "data", "databases": {"main": {"url": ")" + url +
         R"(", "database": "sandbox", "login": ")" + login + R"(", "key": "${env:)" + kKeyVariable + R"(}"}})" + more +
         "}\n";
}

uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(probe, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(probe);
  return ntohs(address.sin_port);
}

}  // namespace outrigger::host
