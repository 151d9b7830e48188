// What an honest plugin needs still works inside the walls, and less walls still run.
#include <dlfcn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "host/runner/sandbox_support.hpp"
#include "host/runner/tests/confined_child.hpp"

namespace outrigger::host {
namespace {

class WorksTest : public ConfinedTest {
 protected:
  [[nodiscard]] std::string run_plugin(const Confinement& walls) const {
    return climb(walls, [this]() -> std::string {
      void* library = dlopen((folder_ / "small_plugin.so").c_str(), RTLD_NOW | RTLD_LOCAL);
      if (library == nullptr) return dlerror();
      using Entry = void (*)(char* said, size_t size);
      const auto run = reinterpret_cast<Entry>(dlsym(library, "small_plugin_run"));
      std::array<char, 512> said{};
      run(said.data(), said.size());
      return said.data();
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Walls, WorksTest, testing::Values(Who::kRoot, Who::kOwnUser, Who::kUnprivileged), name_of);

constexpr const char* kAllWell = "threads exceptions random locale zoneinfo clock signals format ";

TEST_P(WorksTest, APluginLoadsAndRuns) { EXPECT_EQ(run_plugin(wish()), kAllWell); }

TEST_P(WorksTest, APluginRunsWithABoundOnMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer needs terabytes of addresses";
#endif
  Confinement walls = wish();
  walls.memory_bytes = uint64_t{128} << 20U;
  EXPECT_EQ(run_plugin(walls), kAllWell);
}

TEST_P(WorksTest, APluginRunsWhenWallsAreMissing) {
  for (const bool seccomp : {false, true})
    for (const bool landlock : {false, true}) {
      Confinement walls = wish();
      walls.seccomp = seccomp;
      walls.landlock = landlock;
      EXPECT_EQ(run_plugin(walls), kAllWell) << seccomp << landlock;
    }
}

// As an event loop talks to the host.
std::string talk(int link) {
  const int set = epoll_create1(EPOLL_CLOEXEC);
  const int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  int on = 1;
  epoll_event event{};
  event.events = EPOLLIN;
  for (const int each : {link, wake, timer})
    if (epoll_ctl(set, EPOLL_CTL_ADD, each, &event) != 0) return "epoll: " + outcome(-1);
  if (ioctl(link, FIONBIO, &on) != 0) return "FIONBIO: " + outcome(-1);
  std::array<char, 8> text{};
  std::memcpy(text.data(), "ping", 4);
  iovec part{text.data(), 4};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (sendmsg(link, &message, MSG_NOSIGNAL) != 4) return "sendmsg: " + outcome(-1);
  if (send(link, "pong", 4, MSG_NOSIGNAL) != 4) return "send: " + outcome(-1);
  if (epoll_wait(set, &event, 1, 10'000) != 1) return "epoll_wait: " + outcome(-1);
  part.iov_len = 8;
  const ssize_t size = recvmsg(link, &message, 0);
  return size < 0 ? "recvmsg: " + outcome(-1) : std::string(text.data(), static_cast<size_t>(size));
}

TEST_P(WorksTest, TheInheritedSocketTalks) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  ASSERT_EQ(write(ends[0], "hello", 5), 5);
  EXPECT_EQ(climb(wish(), [&] { return talk(ends[1]); }), "hello");
  close(ends[1]);
  std::array<char, 16> came{};
  EXPECT_EQ(read(ends[0], came.data(), came.size()), 8);
  EXPECT_STREQ(came.data(), "pingpong");
  close(ends[0]);
}

TEST_P(WorksTest, AbortEndsItAsAlways) {
  EXPECT_EQ(climb(wish(), []() -> std::string { abort(); }), "signal " + std::to_string(SIGABRT));
}

struct Level {
  std::string walls;
  std::string missing;
};

Level level_of(const Confined& confined) {
  Level level;
  const std::array<std::pair<bool, const char*>, 8> all{{{confined.uid, "uid "},
                                                         {confined.capabilities, "capabilities "},
                                                         {confined.no_new_privs, "no_new_privs "},
                                                         {confined.undumpable, "undumpable "},
                                                         {confined.landlock, "landlock "},
                                                         {confined.seccomp, "seccomp "},
                                                         {confined.memory, "memory "},
                                                         {confined.threads, "threads "}}};
  for (const auto& [stands, name] : all)
    if (stands) level.walls += name;
  for (const std::string& sentence : confined.missing) level.missing += sentence.substr(0, sentence.find(',')) + "\n";
  return level;
}

std::string told(Who who, const Confinement& walls) {
  return play(who, [&]() -> std::string {
    const Result<Confined> confined = confine(walls);
    if (!confined) return confined.error().message;
    const Level level = level_of(*confined);
    return level.walls + "\n" + level.missing;
  });
}

TEST_P(WorksTest, SaysWhichWallsStandAndWhatIsMissing) {
  if (landlock_abi() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  Confinement walls = wish();
  walls.in_cgroup = true;
  const std::string user = GetParam() == Who::kOwnUser ? "uid " : "";
  const std::string gap = GetParam() == Who::kRoot      ? "The plugin runs as root\n"
                          : GetParam() == Who::kOwnUser ? ""
                                                        : "The plugin runs as the user of the host\n";
  EXPECT_EQ(told(GetParam(), walls),
            user + "capabilities no_new_privs undumpable landlock seccomp memory threads \n" + gap);
  walls.landlock = walls.seccomp = walls.in_cgroup = false;
  const bool counted = GetParam() == Who::kOwnUser;
  EXPECT_EQ(
      told(GetParam(), walls),
      user + "capabilities no_new_privs undumpable " + (counted ? "threads " : "") +
          "\nThe plugin can take all memory of the machine; give it a limit of memory in its manifest or in the "
          "configuration.\n" +
          (counted
               ? ""
               : "The plugin can start threads without end; give the host a cgroup (under systemd: Delegate=yes)\n") +
          gap + "The plugin can read every file that its user can\n" +
          "The plugin can make every system call that its user may\n");
}

TEST(SandboxSupportTest, EveryWallHasASentence) {
  const SandboxSupport support = sandbox_support();
  EXPECT_EQ(support.landlock.present, support.landlock_abi > 0);
  EXPECT_EQ(support.separate_uids.present, geteuid() == 0);
  for (const Support& wall : support.walls()) {
    EXPECT_FALSE(wall.name.empty());
    EXPECT_GT(wall.sentence.size(), 30U) << wall.name;
    EXPECT_EQ(wall.sentence.back(), '.') << wall.name;
  }
}

// What `outrigger doctor` prints on a machine that lacks one of them.
TEST(SandboxSupportTest, EachWallThatIsMissingIsNamedWithItsRemedy) {
  const Offered all{true, 3, false, true, true, ""};
  const auto missing = [&](const std::function<void(Offered&)>& lose) {
    Offered offered = all;
    lose(offered);
    std::string sentences;
    for (const Support& wall : support_of(offered).walls())
      if (!wall.present) sentences += wall.name + ": " + wall.sentence;
    return sentences;
  };
  using testing::AllOf;
  using testing::HasSubstr;
  EXPECT_EQ(missing([](Offered&) {}), "");
  EXPECT_THAT(missing([](Offered& offered) { offered.seccomp = false; }),
              AllOf(testing::StartsWith("seccomp: "), HasSubstr("open sockets"), HasSubstr("CONFIG_SECCOMP_FILTER")));
  const auto no_landlock = [](Offered& offered) { offered.landlock_abi = 0; };
  EXPECT_THAT(missing(no_landlock), AllOf(testing::StartsWith("landlock: "), HasSubstr("Linux 5.13")));
  EXPECT_THAT(missing([](Offered& offered) {
                offered.landlock_abi = 0;
                offered.landlock_switched_off = true;
              }),
              AllOf(testing::StartsWith("landlock: "), HasSubstr("lsm=")));
  EXPECT_THAT(missing([](Offered& offered) { offered.no_new_privs = false; }), HasSubstr("Linux 3.5"));
  EXPECT_THAT(missing([](Offered& offered) { offered.separate_users = false; }),
              AllOf(testing::StartsWith("separate users: "), HasSubstr("run it as root")));
  EXPECT_EQ(missing([](Offered& offered) { offered.no_cgroup = "none, use Delegate=yes"; }),
            "cgroup: none, use Delegate=yes.");
}

TEST_P(WorksTest, SupportIsToldInsideTheWallsToo) {
  EXPECT_EQ(climb(wish(),
                  [] {
                    const SandboxSupport support = sandbox_support();
                    return std::string(support.separate_uids.present ? "root" : "no root");
                  }),
            "no root");
}

}  // namespace
}  // namespace outrigger::host
