#include "host/runner/cgroup.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

#include "host/runner/tests/confined_child.hpp"

namespace outrigger::host {
namespace {

constexpr uint64_t kMiB = 1 << 20;

class CgroupTest : public testing::Test {
 protected:
  void SetUp() override {
    const Result<void> offered = cgroup_is_offered();
    if (!offered) GTEST_SKIP() << offered.error().message;
  }

  // A child that waits to be put into the group.
  pid_t start(const std::function<int()>& body) {
    EXPECT_EQ(pipe(gate_.data()), 0);
    const pid_t child = fork();
    if (child != 0) return child;
    alarm(kDeadline);
    close(gate_[1]);
    char go = 0;
    if (read(gate_[0], &go, 1) != 1) _exit(99);
    _exit(body());
  }
  void let_go() {
    EXPECT_EQ(write(gate_[1], "x", 1), 1);
    for (const int end : gate_) close(end);
  }
  static int status_of(pid_t child) {
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  }

  std::array<int, 2> gate_{};
};

TEST_F(CgroupTest, AProcessOverItsMemoryIsKilledAndNobodyElse) {
  Result<Cgroup> group = make_cgroup("test", 64 * kMiB, 16);
  ASSERT_TRUE(group) << group.error().message;
  ASSERT_TRUE(group->bounds_memory());
  const pid_t child = start([] {
    std::vector<std::unique_ptr<char[]>> had;
    for (int i = 0; i < 256; ++i) had.push_back(std::make_unique<char[]>(kMiB));
    return 0;
  });
  Result<void> added = group->add(child);
  ASSERT_TRUE(added) << added.error().message;
  let_go();
  const int status = status_of(child);
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST_F(CgroupTest, ThreadsAreBoundedForRootToo) {
  Result<Cgroup> group = make_cgroup("test", 0, 5);
  ASSERT_TRUE(group) << group.error().message;
  ASSERT_TRUE(group->bounds_processes());
  EXPECT_FALSE(group->bounds_memory());
  const pid_t child = start([] {
    std::array<int, 2> gate{};
    if (pipe(gate.data()) != 0) return 98;
    std::vector<std::jthread> threads;
    try {
      while (threads.size() < 40)
        threads.emplace_back([&] {
          char end = 0;
          [[maybe_unused]] const ssize_t closed = read(gate[0], &end, 1);
        });
    } catch (const std::system_error&) {  // there can be no more
    }
    const auto count = static_cast<int>(threads.size());
    close(gate[1]);
    return count;
  });
  ASSERT_TRUE(group->add(child));
  let_go();
  const int status = status_of(child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_LE(WEXITSTATUS(status), 4) << "and the first";
  EXPECT_GE(WEXITSTATUS(status), 4 - kSpareThreads);
}

TEST_F(CgroupTest, ItsEndIsTheEndOfItsMembers) {
  std::vector<std::filesystem::path> folders;
  pid_t child = -1;
  {
    Result<Cgroup> group = make_cgroup("test", 64 * kMiB, 16);
    ASSERT_TRUE(group) << group.error().message;
    folders = group->folders();
    child = start([] {
      for (;;) pause();
      return 0;
    });
    ASSERT_TRUE(group->add(child));
    let_go();
    for (const auto& folder : folders) EXPECT_TRUE(std::filesystem::exists(folder));
    const Cgroup moved = std::move(*group);
    EXPECT_TRUE(group->folders().empty());
  }
  for (const auto& folder : folders) EXPECT_FALSE(std::filesystem::exists(folder)) << folder;
  const int status = status_of(child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
}

TEST_F(CgroupTest, AProcessThatIsGoneCannotBeAdded) {
  Result<Cgroup> group = make_cgroup("test", 64 * kMiB, 16);
  ASSERT_TRUE(group) << group.error().message;
  const pid_t child = fork();
  if (child == 0) _exit(0);
  status_of(child);
  const Result<void> added = group->add(child);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Code::kInternal);
}

TEST_F(CgroupTest, ANameIsNoPath) {
  for (const char* name : {"", "..", "a/b", "a b", "."}) {
    const Result<Cgroup> group = make_cgroup(name, 0, 0);
    ASSERT_FALSE(group);
    EXPECT_EQ(group.error().code, Code::kInvalid) << name;
  }
}

TEST(CgroupRightsTest, AUserWithoutRightsIsToldTheRemedy) {
  const std::string said = play(Who::kUnprivileged, [] {
    const Result<Cgroup> group = make_cgroup("test", kMiB, 16);
    return group ? std::string("made") : group.error().message;
  });
  // A user may have been given a group, as a session of systemd is.
  if (said == "made") GTEST_SKIP() << "this user has a cgroup";
  EXPECT_THAT(said, testing::StartsWith("Outrigger has no cgroup to put plugins into: "));
  EXPECT_THAT(said, testing::HasSubstr("Delegate=yes"));
}

// The kernel's own v2, mounted where nobody else sees it. Where its controllers are bound to v1 (no group of v2 has memory
// or pids then), what can be had for real is this much: a group, ourselves moved into it, and the sentence.
TEST(UnifiedTest, AKernelWhoseControllersAreV1sSaysSo) {
  std::array<int, 2> told{};
  ASSERT_EQ(pipe(told.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    alarm(kDeadline);
    const auto tell = [&](const std::string& what) {
      (void)!write(told[1], what.data(), what.size());
      _exit(0);
    };
    char name[] = "/tmp/outrigger_v2_XXXXXX";
    const std::filesystem::path root = mkdtemp(name);
    const std::filesystem::path own = root / ("outrigger-test-" + std::to_string(getpid()));
    const bool mounted = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                         mount("none", root.c_str(), "cgroup2", 0, nullptr) == 0;
    const std::string why = std::generic_category().message(errno);
    std::string said = "skip: no cgroup v2 can be mounted here (" + why + ")";
    if (mounted) {
      CgroupSystem system = this_machine();
      system.is_given_to_us = [](const std::filesystem::path&) { return true; };
      system.hierarchies = {{root, true, false, false}};
      said = make_cgroup("test", kMiB, 8, system).error().message + "\n";
      const auto move_to = [](const std::filesystem::path& group) {
        std::ofstream(group / "cgroup.procs") << getpid();
      };
      mkdir(own.c_str(), 0755);
      move_to(own);
      system.hierarchies = {{own, true, false, false}};
      const Result<Cgroup> group = make_cgroup("test", kMiB, 8, system);
      said += group ? "made" : group.error().message;
      move_to(root);
      rmdir(own.c_str());
      umount(root.c_str());
    }
    rmdir(root.c_str());
    tell(said);
  }
  close(told[1]);
  std::string said;
  std::array<char, 4096> piece;
  for (ssize_t got = 0; (got = read(told[0], piece.data(), piece.size())) > 0;)
    said.append(piece.data(), static_cast<size_t>(got));
  close(told[0]);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  if (said.rfind("skip: ", 0) == 0) GTEST_SKIP() << said;
  const size_t line = said.find('\n');
  EXPECT_THAT(said.substr(0, line), testing::HasSubstr("it runs in the machine's root group"));
  if (said.substr(line + 1) == "made")
    GTEST_SKIP() << "this kernel gives v2 its controllers: CgroupTest shows the rest";
  EXPECT_THAT(said.substr(line + 1), testing::HasSubstr("the controllers memory and pids are not given to"));
}

TEST(HierarchiesTest, V1OfAMachine) {
  const auto found =
      find_hierarchies("9:name=systemd:/\n8:pids:/user\n4:cpu,memory:/a/b\n0::/\n",
                       "36 25 0:30 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,cpu,memory\n"
                       "37 25 0:31 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
                       "38 25 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
                       "39 25 0:33 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
                       "40 25 8:1 / / rw - ext4 /dev/sda1 rw\n");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].folder, "/sys/fs/cgroup/memory/a/b");
  EXPECT_TRUE(found[0].memory && !found[0].pids && !found[0].unified);
  EXPECT_EQ(found[1].folder, "/sys/fs/cgroup/pids/user");
  EXPECT_TRUE(found[1].pids && !found[1].memory);
  EXPECT_EQ(found[2].folder, "/sys/fs/cgroup/unified");
  EXPECT_TRUE(found[2].unified);
}

TEST(HierarchiesTest, V2OfAService) {
  const auto found =
      find_hierarchies("0::/system.slice/outrigger.service\n",
                       "30 20 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].folder, "/sys/fs/cgroup/system.slice/outrigger.service");
  EXPECT_TRUE(found[0].unified);
}

TEST(HierarchiesTest, AContainerSeesOnlyItsPart) {
  const auto found = find_hierarchies("4:memory:/docker/abc\n",
                                      "36 25 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].folder, "/sys/fs/cgroup/memory");
}

TEST(HierarchiesTest, NothingMountedIsNothingFound) {
  EXPECT_TRUE(find_hierarchies("0::/\n", "40 25 8:1 / / rw - ext4 /dev/sda1 rw\n").empty());
  EXPECT_TRUE(find_hierarchies("", "").empty());
}

}  // namespace
}  // namespace outrigger::host
