// Users for instances: never one for two at once, on the whole machine.
#include "host/process/user_lease.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <set>
#include <vector>

namespace outrigger::host {
namespace {

// A slot that tests of other programs are unlikely to want.
constexpr uint32_t kSlot = UserLease::kFirst + 1234;

TEST(UserLeaseTest, TwoNeverShareOne) {
  std::vector<UserLease> held;
  std::set<uint32_t> uids;
  for (int i = 0; i < 20; ++i) {
    Result<UserLease> lease = UserLease::take(kSlot);
    ASSERT_TRUE(lease) << lease.error().message;
    uids.insert(lease->uid());
    held.push_back(*std::move(lease));
  }
  EXPECT_EQ(uids.size(), held.size());
  EXPECT_GE(*uids.begin(), UserLease::kFirst);
  EXPECT_LE(*uids.rbegin(), UserLease::kLast);
}

TEST(UserLeaseTest, AfterTheLastComesTheFirst) {
  const Result<UserLease> last = UserLease::take(UserLease::kLast);
  const Result<UserLease> next = UserLease::take(UserLease::kLast);
  ASSERT_TRUE(last && next);
  EXPECT_NE(last->uid(), next->uid());
  EXPECT_GE(next->uid(), UserLease::kFirst);
  EXPECT_LE(next->uid(), UserLease::kLast);
}

TEST(UserLeaseTest, WhatIsGivenBackIsFree) {
  std::optional<UserLease> first(*UserLease::take(kSlot));
  const uint32_t uid = first->uid();
  UserLease moved = *std::move(first);
  first.reset();
  EXPECT_NE(UserLease::take(uid)->uid(), uid) << "it was moved, not given back";
  { const UserLease gone = std::move(moved); }
  EXPECT_EQ(UserLease::take(uid)->uid(), uid);
}

TEST(UserLeaseTest, AnotherHostsIsTakenUntilItsEnd) {
  int ready[2];
  int end[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(end), 0);
  const pid_t host = fork();
  if (host == 0) {
    alarm(30);
    const Result<UserLease> lease = UserLease::take(kSlot + 100);
    const uint32_t uid = lease ? lease->uid() : 0;
    char byte = 0;
    close(end[1]);
    if (write(ready[1], &uid, sizeof uid) != sizeof uid) _exit(1);
    _exit(static_cast<int>(read(end[0], &byte, 1)));  // as if it were killed: nothing is destroyed
  }
  uint32_t uid = 0;
  ASSERT_EQ(read(ready[0], &uid, sizeof uid), static_cast<ssize_t>(sizeof uid));
  EXPECT_NE(UserLease::take(uid)->uid(), uid);
  for (const int fd : {end[0], end[1], ready[0], ready[1]}) close(fd);
  int status = 0;
  ASSERT_EQ(waitpid(host, &status, 0), host);
  EXPECT_EQ(UserLease::take(uid)->uid(), uid);
}

TEST(UserLeaseTest, AUserThatSomebodyChoseIsTakenAsItIs) {
  EXPECT_EQ(UserLease::take(1000)->uid(), 1000U);
  EXPECT_EQ(UserLease::take(1000)->uid(), 1000U);
}

}  // namespace
}  // namespace outrigger::host
