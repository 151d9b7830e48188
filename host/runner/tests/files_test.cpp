// Landlock, climbed: alone, since the system call filter would hide what it does, and with all walls.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fstream>

#include "host/runner/sandbox_support.hpp"
#include "host/runner/tests/confined_child.hpp"

namespace outrigger::host {
namespace {

class FilesTest : public ConfinedTest {
 protected:
  void SetUp() override {
    if (landlock_abi() == 0) GTEST_SKIP() << "this kernel has no Landlock";
    ConfinedTest::SetUp();
  }
  [[nodiscard]] std::string climb(const std::function<std::string()>& body) const {
    Confinement alone = wish();
    alone.seccomp = false;
    return ConfinedTest::climb(alone, body);
  }
  [[nodiscard]] std::string read(const std::string& path) const {
    const auto body = [&] { return outcome(open(path.c_str(), O_RDONLY)); };
    const std::string all = ConfinedTest::climb(wish(), body);
    const std::string alone = climb(body);
    return all == alone ? all : all + "; without seccomp: " + alone;
  }
};

INSTANTIATE_TEST_SUITE_P(Walls, FilesTest, testing::Values(Who::kRoot, Who::kOwnUser, Who::kUnprivileged), name_of);

TEST_P(FilesTest, OnlyItsOwnFolderAndTheSystemCanBeRead) {
  for (const char* shut : {"/etc/passwd", "/etc", "/", "/proc", "/proc/self/maps", "/proc/self/mem", "/proc/version",
                           "/tmp", "/home", "/usr/bin/env", "/dev/zero", "/sys", "/run"})
    EXPECT_EQ(read(shut), "EACCES") << shut;
  for (const std::string& open : {folder_.string(), folder_.string() + "/small_plugin.so", std::string("/usr/lib"),
                                  std::string("/dev/null"), std::string("/dev/urandom")})
    EXPECT_EQ(read(open), "done") << open;
  EXPECT_EQ(read(folder_.string() + "/../../etc/passwd"), "EACCES");
}

TEST_P(FilesTest, ALinkOutOfTheFolderLeadsNowhere) {
  std::filesystem::create_symlink("/etc/passwd", folder_ / "link");
  EXPECT_EQ(read(folder_ / "link"), "EACCES");
}

TEST_P(FilesTest, WhatIsNamedCanBeReadToo) {
  Confinement more = wish();
  more.readable.emplace_back("/etc/passwd");
  EXPECT_EQ(ConfinedTest::climb(more, [] { return outcome(open("/etc/passwd", O_RDONLY)); }), "done");
  EXPECT_EQ(ConfinedTest::climb(more, [] { return outcome(open("/etc/group", O_RDONLY)); }), "EACCES");
}

TEST_P(FilesTest, TheHostsProcessIsShut) {
  const auto of_host = [this](const std::string& name, int flags) {
    return climb([=] { return outcome(open(("/proc/" + std::to_string(getppid()) + "/" + name).c_str(), flags)); });
  };
  EXPECT_EQ(of_host("mem", O_RDONLY), "EACCES");
  EXPECT_EQ(of_host("mem", O_RDWR), "EACCES");
  EXPECT_EQ(of_host("environ", O_RDONLY), "EACCES");
  EXPECT_EQ(of_host("maps", O_RDONLY), "EACCES");
  EXPECT_EQ(of_host("fd", O_RDONLY), "EACCES");
  EXPECT_EQ(of_host("fd/0", O_RDONLY), "EACCES");
}

TEST_P(FilesTest, NothingCanBeWritten) {
  for (const std::string& place :
       {folder_.string(), std::string("/tmp"), std::string("/dev/shm"), std::string("/var/tmp")}) {
    const std::string made = place + "/outrigger-harden-made-" + std::to_string(getpid());
    EXPECT_EQ(climb([&] { return outcome(open(made.c_str(), O_WRONLY | O_CREAT, 0600)); }), "EACCES") << place;
    EXPECT_EQ(climb([&] { return outcome(open(place.c_str(), O_RDWR | O_TMPFILE, 0600)); }), "EACCES") << place;
    EXPECT_EQ(climb([&] { return outcome(mkdir(made.c_str(), 0700)); }), "EACCES") << place;
    EXPECT_EQ(climb([&] { return outcome(symlink("x", made.c_str())); }), "EACCES") << place;
    EXPECT_EQ(climb([&] { return outcome(mkfifo(made.c_str(), 0600)); }), "EACCES") << place;
    EXPECT_FALSE(std::filesystem::remove(made));
  }
  const std::string file = folder_ / "small_plugin.so";
  EXPECT_EQ(climb([&] { return outcome(open(file.c_str(), O_WRONLY)); }), "EACCES");
  EXPECT_EQ(climb([&] { return outcome(unlink(file.c_str())); }), "EACCES");
  EXPECT_EQ(climb([&] { return outcome(rename(file.c_str(), (file + ".old").c_str())); }), "EACCES");
  EXPECT_EQ(climb([&] { return outcome(link(file.c_str(), (file + ".too").c_str())); }), "EACCES");
  if (landlock_abi() >= 3) {
    EXPECT_EQ(climb([&] { return outcome(truncate(file.c_str(), 0)); }), "EACCES");
  }
}

TEST_P(FilesTest, NoProgramCanBeStarted) {
  const std::array<char*, 1> none{nullptr};
  EXPECT_EQ(climb([&] { return outcome(execve("/bin/true", none.data(), none.data())); }), "EACCES");
  EXPECT_EQ(climb([&] { return outcome(execve((folder_ / "small_plugin.so").c_str(), none.data(), none.data())); }),
            "EACCES");
}

TEST_P(FilesTest, NoSignalAndNoNetworkEvenWithoutTheFilter) {
  if (landlock_abi() < 6) GTEST_SKIP() << "this kernel's Landlock (ABI " << landlock_abi() << ") has no scopes";
  EXPECT_EQ(climb([] { return outcome(kill(getppid(), 0)); }), "EPERM");
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* address = reinterpret_cast<const sockaddr*>(&place);
  EXPECT_EQ(climb([&] { return outcome(bind(socket(AF_INET, SOCK_STREAM, 0), address, sizeof place)); }), "EACCES");
  place.sin_port = htons(9);
  EXPECT_EQ(climb([&] { return outcome(connect(socket(AF_INET, SOCK_STREAM, 0), address, sizeof place)); }), "EACCES");
}

TEST_P(FilesTest, NoAbstractSocketOfTheHost) {
  if (landlock_abi() < 6) GTEST_SKIP() << "this kernel's Landlock (ABI " << landlock_abi() << ") has no scopes";
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string text = "outrigger-harden-" + std::to_string(getpid());
  std::memcpy(name.sun_path + 1, text.data(), text.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  const auto* address = reinterpret_cast<const sockaddr*>(&name);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(listener, address, size), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  EXPECT_EQ(climb([&] { return outcome(connect(socket(AF_UNIX, SOCK_STREAM, 0), address, size)); }), "EPERM");
  close(listener);
}

}  // namespace
}  // namespace outrigger::host
