// FAKE: cgroups of both kinds on a made tree of plain files. It shows what is written where, and what is refused with
// which sentence; that the kernel does what the files say is shown by cgroup_test.cpp on whatever this machine has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "host/runner/cgroup.hpp"
#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CgroupTreeTest : public testing::Test {
 protected:
  static void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }
  static std::string read(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  static std::string me() { return std::to_string(::getpid()); }

  // As a service under systemd with Delegate=yes finds its own group.
  fs::path make_v2(const std::string& controllers = "cpu memory pids", const std::string& members = me() + "\n") {
    const fs::path own = root_ / "outrigger.service";
    make_v2_group(own);
    write(own / "cgroup.controllers", controllers + "\n");
    write(own / "cgroup.procs", members);
    system_.hierarchies = {{own, true, false, false}};
    system_.make_folder = make_v2_group;
    system_.is_given_to_us = [this](const fs::path&) { return given_; };
    return own;
  }
  // What the kernel puts into a new group.
  static bool make_v2_group(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0755) != 0) return false;
    for (const char* file : {"cgroup.type", "cgroup.controllers", "cgroup.subtree_control", "cgroup.procs",
                             "memory.max", "memory.swap.max", "memory.oom.group", "pids.max"})
      write(folder / file, "");
    return true;
  }
  void make_v1(bool together) {
    for (const char* name : {"memory", "pids"}) fs::create_directory(root_ / name);
    if (together)
      system_.hierarchies = {{root_ / "memory", false, true, true}};
    else
      system_.hierarchies = {{root_ / "memory", false, true, false}, {root_ / "pids", false, false, true}};
    system_.make_folder = [](const fs::path& folder) {
      if (::mkdir(folder.c_str(), 0755) != 0) return false;
      for (const char* file : {"memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "pids.max", "cgroup.procs"})
        write(folder / file, "");
      return true;
    };
    system_.is_given_to_us = [](const fs::path&) { return true; };
  }
  std::string refusal() {
    const Result<Cgroup> group = make_cgroup("crm", 1, 1, system_);
    const Result<void> offered = cgroup_is_offered(system_);
    EXPECT_EQ(bool(group), bool(offered)) << "doctor says the same as the start";
    return group ? "made" : group.error().message;
  }

  const TemporaryFolder temporary_;
  const fs::path root_ = temporary_.path();
  CgroupSystem system_;
  bool given_ = true;
};

TEST_F(CgroupTreeTest, V2BoundsMemoryAndProcessesBelowTheHostsOwnGroup) {
  const fs::path own = make_v2();
  ASSERT_TRUE(cgroup_is_offered(system_));
  EXPECT_FALSE(fs::exists(own / "outrigger-host")) << "asking changes nothing";
  Result<Cgroup> group = make_cgroup("crm", 256 << 20, 64, system_);
  ASSERT_TRUE(group) << group.error().message;
  EXPECT_TRUE(group->bounds_memory());
  EXPECT_TRUE(group->bounds_processes());
  EXPECT_EQ(read(own / "outrigger-host" / "cgroup.procs"), me()) << "a group with children may hold no processes";
  EXPECT_EQ(read(own / "cgroup.subtree_control"), "+memory +pids");
  ASSERT_EQ(group->folders().size(), 1U);
  const fs::path folder = group->folders().front();
  EXPECT_EQ(folder.parent_path(), own);
  EXPECT_THAT(folder.filename().string(), testing::StartsWith("outrigger-crm-" + me()));
  EXPECT_EQ(read(folder / "memory.max"), "268435456");
  EXPECT_EQ(read(folder / "memory.swap.max"), "0") << "or the machine would be slow for all";
  EXPECT_EQ(read(folder / "memory.oom.group"), "1");
  EXPECT_EQ(read(folder / "pids.max"), "64");
  ASSERT_TRUE(group->add(4711));
  EXPECT_EQ(read(folder / "cgroup.procs"), "4711");
}

TEST_F(CgroupTreeTest, V2WithoutABoundWritesNone) {
  make_v2();
  Result<Cgroup> group = make_cgroup("crm", 0, 64, system_);
  ASSERT_TRUE(group) << group.error().message;
  EXPECT_FALSE(group->bounds_memory());
  EXPECT_EQ(read(group->folders().front() / "memory.max"), "");
}

TEST_F(CgroupTreeTest, V2ThatIsArrangedAlreadyIsUsedAsItIs) {
  const fs::path own = make_v2("cpu memory pids", "");
  write(own / "cgroup.subtree_control", "memory pids\n");
  fs::create_directory(own / "outrigger-host");
  system_.hierarchies = {{own / "outrigger-host", true, false, false}};  // the host was moved there before
  Result<Cgroup> group = make_cgroup("crm", 1 << 20, 8, system_);
  ASSERT_TRUE(group) << group.error().message;
  EXPECT_EQ(group->folders().front().parent_path(), own);
  EXPECT_EQ(read(own / "cgroup.subtree_control"), "memory pids\n");
}

TEST_F(CgroupTreeTest, V2WithOthersInTheGroupIsLeftAlone) {
  const fs::path own = make_v2("cpu memory pids", me() + "\n1\n");
  EXPECT_THAT(refusal(), HasSubstr("other processes than Outrigger are in " + own.string()));
  EXPECT_FALSE(fs::exists(own / "outrigger-host"));
}

TEST_F(CgroupTreeTest, V2WithoutTheControllersIsNoHelp) {
  make_v2("cpu io");
  EXPECT_THAT(refusal(), HasSubstr("the controllers memory and pids are not given to"));
}

TEST_F(CgroupTreeTest, V2ThatSystemdKeepsIsNotTouched) {
  make_v2();
  given_ = false;
  EXPECT_THAT(refusal(), testing::AllOf(HasSubstr("systemd keeps"), HasSubstr("Delegate=yes")));
}

TEST_F(CgroupTreeTest, V2sRootGroupIsNotOurs) {
  const fs::path own = make_v2();
  fs::remove(own / "cgroup.type");
  EXPECT_THAT(refusal(), HasSubstr("root group"));
}

TEST_F(CgroupTreeTest, V2WhoseLimitCannotBeSetIsNotUsed) {
  make_v2();
  system_.make_folder = [](const fs::path& folder) {
    if (!make_v2_group(folder)) return false;
    return fs::remove(folder / "memory.max");
  };
  EXPECT_THAT(make_cgroup("crm", 1, 1, system_).error().message, HasSubstr("cannot set the limits"));
}

TEST_F(CgroupTreeTest, V1BoundsEachInItsOwnHierarchy) {
  make_v1(false);
  Result<Cgroup> group = make_cgroup("crm", 1 << 20, 8, system_);
  ASSERT_TRUE(group) << group.error().message;
  ASSERT_EQ(group->folders().size(), 2U);
  EXPECT_EQ(group->folders()[0].parent_path(), root_ / "memory");
  EXPECT_EQ(group->folders()[1].parent_path(), root_ / "pids");
  EXPECT_EQ(read(group->folders()[0] / "memory.limit_in_bytes"), "1048576");
  EXPECT_EQ(read(group->folders()[0] / "memory.memsw.limit_in_bytes"), "1048576");
  EXPECT_EQ(read(group->folders()[0] / "pids.max"), "");
  EXPECT_EQ(read(group->folders()[1] / "pids.max"), "8");
  ASSERT_TRUE(group->add(4711));
  for (const fs::path& folder : group->folders()) EXPECT_EQ(read(folder / "cgroup.procs"), "4711");
}

TEST_F(CgroupTreeTest, V1WithBothControllersInOneHierarchyMakesOneGroup) {
  make_v1(true);
  Result<Cgroup> group = make_cgroup("crm", 1 << 20, 8, system_);
  ASSERT_TRUE(group) << group.error().message;
  ASSERT_EQ(group->folders().size(), 1U);
  EXPECT_TRUE(group->bounds_memory() && group->bounds_processes());
}

TEST_F(CgroupTreeTest, V1WithMemoryAloneBoundsMemory) {
  make_v1(false);
  system_.hierarchies.pop_back();
  const Result<Cgroup> group = make_cgroup("crm", 1 << 20, 8, system_);
  ASSERT_TRUE(group) << group.error().message;
  EXPECT_TRUE(group->bounds_memory());
  EXPECT_FALSE(group->bounds_processes());
  EXPECT_THAT(cgroup_is_offered(system_).error().message, HasSubstr("its group of pids"));
}

TEST_F(CgroupTreeTest, AHybridSystemHasItsControllersInV1) {
  make_v1(false);
  const fs::path v2 = root_ / "unified";
  make_v2_group(v2);
  system_.hierarchies.push_back({v2, true, false, false});
  const Result<Cgroup> group = make_cgroup("crm", 1 << 20, 8, system_);
  ASSERT_TRUE(group) << group.error().message;
  for (const fs::path& folder : group->folders()) EXPECT_NE(folder.parent_path(), v2);
}

TEST_F(CgroupTreeTest, WithoutAnyHierarchyItSaysSo) {
  EXPECT_THAT(refusal(), HasSubstr("Outrigger has no cgroup to put plugins into"));
}

}  // namespace
}  // namespace outrigger::host
