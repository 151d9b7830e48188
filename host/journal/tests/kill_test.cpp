// A child that commits in a loop is killed: afterwards the file is sound, and all that was acknowledged is there.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

feed::Stream numbers() { return {"x.number", {"value"}, {{"p/numbers", {"value"}, "", false}}}; }

// Keeps rows of ten, writes each acknowledged number to the pipe.
[[noreturn]] void keep_until_killed(const std::filesystem::path& path, int pipe) {
  auto file = JournalFile::open(path, {&kDeliveryTables});
  if (!file) _exit(1);
  auto journal = Journal::open(**file, {.now = [] { return int64_t{1}; }});
  if (!journal || !(*journal)->check_epoch("u", {})) _exit(1);
  const auto before = (*journal)->count_known(numbers());
  for (int64_t number = *before + 1;; number += 10) {
    Arena arena;
    std::vector<feed::Seen> seen;
    for (int64_t i = 0; i < 10; ++i) {
      feed::Seen one;
      one.id = number + i;
      one.fields = arena.object({{"value", number + i}});
      one.matches = 1;
      seen.push_back(one);
    }
    feed::Position position;
    position.seen_until = number + 9;
    if (!(*journal)->keep(numbers(), seen, position, 1)) _exit(1);
    const int64_t last = number + 9;
    if (::write(pipe, &last, sizeof last) != sizeof last) _exit(1);
    if (const auto batch = (*journal)->next("p/numbers", 3); !batch || !(*journal)->settle(*batch, {})) _exit(1);
  }
}

TEST(Kill, WhatWasAcknowledgedIsThere) {
  const Folder folder;
  int64_t acknowledged = 0;
  for (int round = 0; round < 8; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      keep_until_killed(folder / "journal.db", ends[1]);
    }
    ::close(ends[1]);
    int64_t last = 0;
    for (int i = 0; i < 3 + round * 5; ++i) {
      ASSERT_EQ(::read(ends[0], &last, sizeof last), static_cast<ssize_t>(sizeof last)) << "the child ended by itself";
      acknowledged = last;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &last, sizeof last) == sizeof last) acknowledged = last;
    ::close(ends[0]);

    auto file = JournalFile::open(folder / "journal.db", {&kDeliveryTables});
    ASSERT_TRUE(file) << file.error().message;
    const auto sound = (*file)->read<std::string>([](Database& in) {
      Statement of = in.statement("PRAGMA integrity_check(1)");
      return of.step() ? std::string(of.text(0)) : std::string();
    });
    EXPECT_EQ(*sound, "ok");
    auto journal = Journal::open(**file, {.now = [] { return int64_t{1}; }});
    ASSERT_TRUE(journal);
    const auto count = (*journal)->count_known(numbers());
    ASSERT_TRUE(count);
    EXPECT_GE(*count, acknowledged);
    EXPECT_LE(*count, acknowledged + 10) << "one page may have been kept without the word getting out";
    EXPECT_EQ((*journal)->position(numbers())->seen_until, *count) << "rows and position go together";
  }
  EXPECT_GT(acknowledged, 0);
}

}  // namespace
}  // namespace outrigger::host
