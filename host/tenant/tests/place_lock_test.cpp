// Two hosts on one database of one machine: the second one is told of the first.
#include "host/tenant/place_lock.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kPlace = "sandbox at 127.0.0.1:8069";

TEST(PlaceLockTest, AnotherProcessIsNamedUntilItHasGone) {
  const TemporaryFolder folder;
  int ready[2];
  int done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe(done), 0);
  const pid_t other = fork();
  if (other == 0) {
    alarm(60);
    PlaceLock lock(folder.path());
    const bool taken = lock.take(kPlace, "/var/lib/first").empty();
    static_cast<void>(write(ready[1], taken ? "y" : "n", 1));
    char end = 0;
    static_cast<void>(read(done[0], &end, 1));
    _exit(0);
  }
  char taken = 0;
  ASSERT_EQ(read(ready[0], &taken, 1), 1);
  EXPECT_EQ(taken, 'y');
  PlaceLock ours(folder.path());
  EXPECT_THAT(ours.take(kPlace, "/var/lib/second"),
              AllOf(HasSubstr("another outrigger works with sandbox at 127.0.0.1:8069"),
                    HasSubstr("process " + std::to_string(other) + ", /var/lib/first")));
  EXPECT_EQ(ours.take("another at 127.0.0.1:8069", "/var/lib/second"), "") << "another database";
  ASSERT_EQ(write(done[1], "x", 1), 1);
  ASSERT_EQ(waitpid(other, nullptr, 0), other);
  EXPECT_EQ(ours.take(kPlace, "/var/lib/second"), "") << "it has gone";
  for (const int end : {ready[0], ready[1], done[0], done[1]}) close(end);
}

TEST(PlaceLockTest, OneProcessMayHoldItTwiceAndAPlaceWithoutFilesIsOurs) {
  const TemporaryFolder folder;
  PlaceLock one(folder.path());
  PlaceLock two(folder.path());
  EXPECT_EQ(one.take(kPlace, "/a"), "");
  EXPECT_EQ(one.take(kPlace, "/a"), "");
  EXPECT_EQ(two.take(kPlace, "/b"), "");
  PlaceLock nowhere(folder / "not there");
  EXPECT_EQ(nowhere.take(kPlace, "/c"), "");
}

}  // namespace
}  // namespace outrigger::host
