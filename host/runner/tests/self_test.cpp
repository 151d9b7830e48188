// What confine() makes of the process itself: user, rights, limits, environment, descriptors, its end with the host.
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "host/runner/harden_steps.hpp"
#include "host/runner/tests/confined_child.hpp"

namespace outrigger::host {
namespace {

class SelfTest : public ConfinedTest {};
INSTANTIATE_TEST_SUITE_P(Walls, SelfTest, testing::Values(Who::kRoot, Who::kOwnUser, Who::kUnprivileged), name_of);

std::string ids() {
  uid_t real = 0, effective = 0, saved = 0;
  gid_t group = 0, effective_group = 0, saved_group = 0;
  getresuid(&real, &effective, &saved);
  getresgid(&group, &effective_group, &saved_group);
  if (real != effective || real != saved || group != effective_group || group != saved_group) return "mixed";
  return std::to_string(real) + ":" + std::to_string(group) + " and " + std::to_string(getgroups(0, nullptr)) +
         " groups";
}

TEST_P(SelfTest, IsTheUserAskedFor) {
  const Confinement walls = wish();
  const auto before = [] {
    const gid_t more = 4;
    if (geteuid() == 0) setgroups(1, &more);
  };
  if (walls.uid != 0) {
    EXPECT_EQ(climb(walls, ids, before), std::to_string(walls.uid) + ":" + std::to_string(walls.gid) + " and 0 groups");
  } else {
    EXPECT_EQ(climb(walls, [] { return std::to_string(geteuid() == 0 ? 1 : 0); }),
              GetParam() == Who::kRoot ? "1" : "0");
  }
}

std::string rights() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) return outcome(-1);
  for (const auto& set : sets)
    if ((set.effective | set.permitted | set.inheritable) != 0) return "some";
  return "none";
}

// What could be had again; only root can empty it.
std::string bounding_set() {
  int bound = 0;
  for (unsigned long each = 0; prctl(PR_CAPBSET_READ, each, 0, 0, 0) >= 0; ++each)
    bound += prctl(PR_CAPBSET_READ, each, 0, 0, 0);
  return bound == 0 ? "none" : "some";
}

TEST_P(SelfTest, HasNoCapabilities) {
  EXPECT_EQ(climb(wish(), rights), "none");
  if (GetParam() != Who::kUnprivileged) {
    EXPECT_EQ(climb(wish(), bounding_set), "none");
  }
}

TEST_P(SelfTest, IsShutToOthersAndEndsWithTheHost) {
  EXPECT_EQ(climb(wish(),
                  [] {
                    int signal = 0;
                    prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0);
                    return std::to_string(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)) + " dumpable, " +
                           std::to_string(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)) + " no new privileges, signal " +
                           std::to_string(signal);
                  }),
            "0 dumpable, 1 no new privileges, signal 9");
}

TEST_P(SelfTest, RefusesToRunForAHostThatIsGone) {
  Confinement walls = wish();
  walls.parent = 1;
  EXPECT_EQ(climb(walls, [] { return std::string("went on"); }),
            "confine: the host ended while the plugin was starting; start outrigger again");
}

// A host and its runner, which both wait for ever once the runner has confined itself and said so.
[[noreturn]] void play_host_for_ever(const Confinement& walls, int ready) {
  alarm(kDeadline);
  if (fork() == 0) {
    alarm(kDeadline);
    if (!confine(walls) || write(ready, "x", 1) != 1) _exit(1);
  }
  close(ready);
  for (;;) pause();
}

// The host is killed as by the kernel's OOM killer; the runner has no chance to notice by itself.
TEST_P(SelfTest, IsKilledWhenTheHostDies) {
  std::array<int, 2> ready{};
  ASSERT_EQ(pipe(ready.data()), 0);
  const pid_t host = fork();
  if (host == 0) play_host_for_ever(wish(), ready[1]);
  close(ready[1]);
  char said = 0;
  EXPECT_EQ(read(ready[0], &said, 1), 1);
  kill(host, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(host, &status, 0), host);
  ASSERT_GT(waitpid(-1, &status, 0), 0) << "the orphan comes to us, the subreaper";
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  close(ready[0]);
}

TEST_P(SelfTest, HasNoEnvironmentNotEvenInMemory) {
  ASSERT_NE(environ[0], nullptr);
  const char* first = environ[0];
  EXPECT_EQ(climb(
                wish(),
                [=] {
                  return std::string(getenv("OUTRIGGER_SECRET") == nullptr ? "no secret" : "secret") + ", " +
                         (first[0] == 0 && first[1] == 0 ? "wiped" : first);
                },
                [] { setenv("OUTRIGGER_SECRET", "x", 1); }),
            "no secret, wiped");
}

std::string limits() {
  std::string said;
  for (const auto which : {RLIMIT_CORE, RLIMIT_FSIZE, RLIMIT_NICE, RLIMIT_RTPRIO, RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE,
                           RLIMIT_NOFILE, RLIMIT_SIGPENDING}) {
    rlimit limit{};
    getrlimit(which, &limit);
    said += std::to_string(limit.rlim_cur) + "/" + std::to_string(limit.rlim_max) + " ";
  }
  int last = 0;
  while ((last = dup(1)) >= 0) {
  }
  return said + outcome(last);
}

TEST_P(SelfTest, HasLowLimits) {
  Confinement walls = wish();
  walls.open_files = 20;
  const auto allow_more = [] {
    const rlimit more{40, 40};
    for (const auto which : {RLIMIT_NICE, RLIMIT_RTPRIO}) setrlimit(which, &more);  // where root may
  };
  EXPECT_EQ(climb(walls, limits, allow_more), "0/0 0/0 0/0 0/0 0/0 0/0 20/20 128/128 EMFILE");
}

// A kept descriptor may be a file by mistake: the plugin cannot fill the disk with it, and does not die of SIGXFSZ.
TEST_P(SelfTest, CannotFillAFileThatIsOpen) {
  const std::string path = folder_ / "log";
  const int log = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  EXPECT_EQ(climb(wish(), [=] { return outcome(write(log, "x", 1)); }), "EFBIG");
  close(log);
}

constexpr uint64_t kMiB = 1 << 20;

// Takes memory, page by page, until there is none or 1 GiB is had.
std::string take_all() {
  std::vector<std::unique_ptr<char[]>> had;
  try {
    while (had.size() < 1024) {
      had.push_back(std::make_unique<char[]>(kMiB));
    }
  } catch (const std::bad_alloc&) {
    const size_t count = had.size();
    had.clear();
    return count > 200 ? "too much: " + std::to_string(count) : count < 80 ? "too little" : "bounded";
  }
  return "no bound";
}

TEST_P(SelfTest, CannotTakeMoreMemoryThanGranted) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer needs terabytes of addresses";
#endif
  Confinement walls = wish();
  walls.memory_bytes = 128 * kMiB;
  EXPECT_EQ(climb(walls, take_all), "bounded");
  EXPECT_EQ(climb(walls,
                  [] {
                    std::string said;
                    std::thread([&] { said = take_all(); }).join();
                    return said;
                  }),
            "bounded");
}

// The limit counts users, and never root.
class OwnUserTest : public ConfinedTest {};
INSTANTIATE_TEST_SUITE_P(Walls, OwnUserTest, testing::Values(Who::kOwnUser), name_of);

// Starts threads that wait, until there can be no more or 40 are had.
std::string start_all() {
  std::array<int, 2> gate{};
  if (pipe(gate.data()) != 0) return outcome(-1);
  std::vector<std::jthread> threads;
  try {
    while (threads.size() < 40)
      threads.emplace_back([&] {
        char end = 0;
        [[maybe_unused]] const ssize_t closed = read(gate[0], &end, 1);
      });
  } catch (const std::system_error&) {  // there can be no more
  }
  const size_t count = threads.size();
  close(gate[1]);
  return std::to_string(count);
}

TEST_P(OwnUserTest, CannotStartMoreThreadsThanGranted) {
  Confinement walls = wish();
  walls.threads = 8;
  const int had = std::stoi(climb(walls, start_all));
  EXPECT_LE(had, 7) << "and the first";
  EXPECT_GE(had, 7 - kSpareThreads);
}

TEST_P(SelfTest, RefusesToBeginInThreads) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer has a thread of its own";
#endif
  const std::string said = play(GetParam(), [&] {
    std::array<int, 2> gate{};
    if (pipe(gate.data()) != 0) return outcome(-1);
    std::thread other([&] {
      char end = 0;
      [[maybe_unused]] const ssize_t closed = read(gate[0], &end, 1);
    });
    const Result<Confined> confined = confine(wish());
    close(gate[1]);
    other.join();
    return confined ? std::string("confined") : confined.error().message;
  });
  EXPECT_EQ(said, "confine() was called after a thread had been started; call it first in the runner");
}

TEST_P(SelfTest, SaysWhatIsWrongWithAWish) {
  const auto refused = [&](auto change) {
    Confinement walls = wish();
    change(walls);
    return climb(walls, [] { return std::string("went on"); });
  };
  EXPECT_EQ(refused([](Confinement& walls) { walls.plugin_folder = "crm"; }),
            "confine: the plugin's folder 'crm' is relative; give its full path");
  EXPECT_THAT(refused([](Confinement& walls) { walls.plugin_folder = "/no/such/place"; }),
              testing::HasSubstr("cannot read the plugin's folder /no/such/place; see that it exists"));
  EXPECT_EQ(refused([](Confinement& walls) { walls.uid = 1234, walls.gid = 0; }),
            "confine: a plugin's user needs a group as well; give both uid and gid, or neither");
  if (GetParam() == Who::kUnprivileged) {
    EXPECT_THAT(refused([](Confinement& walls) { walls.uid = walls.gid = 1234; }),
                testing::HasSubstr("only root can start a plugin as user 1234"));
  }
}

std::string open_descriptors() {
  std::string open;
  for (int number = 0; number < 1024; ++number)
    if (fcntl(number, F_GETFD) >= 0) open += std::to_string(number) + " ";
  return open;
}

void open_some() {
  for (const int number : {3, 9, 300}) dup2(1, number);
  close(0);
}

TEST(DescriptorsTest, OnlyThoseKeptStayOpenAndTheFirstThreeAreFilled) {
  EXPECT_EQ(play(Who::kRoot,
                 [] {
                   open_some();
                   const std::array keep{kTell, 9, -1};
                   close_descriptors_except(keep);
                   return open_descriptors();
                 }),
            "0 1 2 9 100 ");
}

TEST(DescriptorsTest, TheOldWayClosesTheSame) {
  EXPECT_EQ(play(Who::kRoot,
                 [] {
                   open_some();
                   steps::close_listed_descriptors({9, kTell});
                   return open_descriptors();
                 }),
            "9 100 ");
}

TEST(DescriptorsTest, TheFirstThreeLeadToDevNull) {
  EXPECT_EQ(play(Who::kRoot,
                 [] {
                   close_descriptors_except(std::array{kTell});
                   char byte = 0;
                   return std::to_string(read(0, &byte, 1)) + " read, " + std::to_string(write(1, "x", 1)) +
                          " written, " + std::filesystem::read_symlink("/proc/self/fd/2").string();
                 }),
            "0 read, 1 written, /dev/null");
}

}  // namespace
}  // namespace outrigger::host
