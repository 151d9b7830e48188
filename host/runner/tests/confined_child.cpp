#include "host/runner/tests/confined_child.hpp"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

namespace outrigger::host {
namespace {

// One for each test program, since RLIMIT_NPROC counts users. Small enough for containers.
uint32_t test_user() {
  static const uint32_t user = 60000 + static_cast<uint32_t>(getpid() % 4000);
  return user;
}

void become_unprivileged() {
  if (geteuid() != 0) return;
  if (setgroups(0, nullptr) != 0 || setresgid(test_user(), test_user(), test_user()) != 0 ||
      setresuid(test_user(), test_user(), test_user()) != 0)
    _exit(90);
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);  // as a host that was started by that user would be
}

void end_with_parent() {
  alarm(kDeadline);
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

void tell(int to, const std::string& text) {
  if (write(to, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(91);
}

[[noreturn]] void play_runner(int to, const std::function<std::string()>& runner) {
  end_with_parent();
  if (dup2(to, kTell) != kTell) _exit(93);
  try {
    tell(kTell, runner());
  } catch (const std::exception& problem) {
    tell(kTell, std::string("exception: ") + problem.what());
  }
  _exit(0);
}

[[noreturn]] void play_host(Who who, int to, const std::function<std::string()>& runner) {
  end_with_parent();
  if (who == Who::kUnprivileged) become_unprivileged();
  const pid_t child = fork();
  if (child == 0) play_runner(to, runner);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) _exit(92);
  if (WIFSIGNALED(status)) tell(to, "signal " + std::to_string(WTERMSIG(status)));
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) tell(to, "exit " + std::to_string(WEXITSTATUS(status)));
  _exit(0);
}

std::string read_all(int from) {
  std::string all;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = read(from, buffer.data(), buffer.size())) > 0;)
    all.append(buffer.data(), static_cast<size_t>(size));
  return all;
}

}  // namespace

std::string outcome(long result) { return result >= 0 ? "done" : strerrorname_np(errno); }

std::string play(Who who, const std::function<std::string()>& runner) {
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) return "no pipe";
  std::fflush(nullptr);  // what is buffered must not be written twice
  std::cout.flush();
  const pid_t host = fork();
  if (host == 0) {
    close(pipe_ends[0]);
    play_host(who, pipe_ends[1], runner);
  }
  close(pipe_ends[1]);
  std::string said = read_all(pipe_ends[0]);
  close(pipe_ends[0]);
  int status = 0;
  waitpid(host, &status, 0);
  return status == 0 ? said : said + ", and the host ended with status " + std::to_string(status);
}

void ConfinedTest::SetUp() {
  if (geteuid() != 0 && GetParam() != Who::kUnprivileged) GTEST_SKIP() << "needs root";
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  std::filesystem::copy_file(HARDEN_FIXTURE, folder_ / "small_plugin.so");
  std::filesystem::permissions(folder_, std::filesystem::perms::all);
  std::filesystem::permissions(folder_ / "small_plugin.so", std::filesystem::perms::all);
}

void ConfinedTest::TearDown() {
  if (IsSkipped()) return;
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a process is left";
}

Confinement ConfinedTest::wish() const {
  Confinement wish;
  wish.plugin_folder = folder_;
  if (GetParam() == Who::kOwnUser) wish.uid = wish.gid = test_user();
  return wish;
}

std::string ConfinedTest::climb(const Confinement& walls, const std::function<std::string()>& body,
                                const std::function<void()>& before) const {
  return play(GetParam(), [&]() -> std::string {
    before();
    const Result<Confined> confined = confine(walls);
    return confined ? body() : "confine: " + confined.error().message;
  });
}

std::string CallsTest::climb(const std::function<std::string()>& body, const std::function<void()>& before) const {
  const std::string all = ConfinedTest::climb(wish(), body, before);
  Confinement alone = wish();
  alone.landlock = false;
  const std::string without = ConfinedTest::climb(alone, body, before);
  return all == without ? all : all + "; without Landlock: " + without;
}

std::string name_of(const testing::TestParamInfo<Who>& who) {
  switch (who.param) {
    case Who::kRoot: return "AsRoot";
    case Who::kOwnUser: return "AsOwnUser";
    case Who::kUnprivileged: return "Unprivileged";
  }
  return "";
}

}  // namespace outrigger::host
