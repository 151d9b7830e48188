// The file: locks, versions, group commit, backup and restore.
#include <atomic>
#include <fstream>
#include <thread>

#include "host/journal/backup.hpp"
#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kOne[] = {"CREATE TABLE note (text TEXT)"};
constexpr std::string_view kTwo[] = {"CREATE TABLE note (text TEXT)", "ALTER TABLE note ADD COLUMN at INTEGER"};
constexpr std::string_view kBroken[] = {"CREATE TABLE note (text TEXT)", "DROP TABLE note; SELECT nonsense"};
const Tables kFirst{"notes", kOne};
const Tables kSecond{"notes", kTwo};
const Tables kBad{"notes", kBroken};

Result<void> write(JournalFile& file, const char* text) {
  return file.commit([&](Database& in) -> Result<void> {
    in.statement("INSERT INTO note (text) VALUES (?1)", std::string_view(text)).run();
    return {};
  });
}
int64_t count(JournalFile& file) {
  return *file.read<int64_t>([](Database& in) {
    Statement of = in.statement("SELECT count(*) FROM note");
    return of.step() ? of.integer(0) : -1;
  });
}

TEST(File, ASecondHostIsRefused) {
  const Folder folder;
  const auto first = JournalFile::open(folder / "j.db", {&kFirst});
  ASSERT_TRUE(first);
  const auto second = JournalFile::open(folder / "j.db", {&kFirst});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr("another Outrigger"));
}

TEST(File, TablesAreRaisedAfterACopyAndNeverLowered) {
  const Folder folder;
  {
    auto file = JournalFile::open(folder / "j.db", {&kFirst});
    ASSERT_TRUE(file);
    ASSERT_TRUE(write(**file, "kept"));
  }
  EXPECT_FALSE(JournalFile::open(folder / "j.db", {&kBad}));
  {
    auto file = JournalFile::open(folder / "j.db", {&kSecond});
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(count(**file), 1);
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "j.db.before-notes-2"));
  const auto older = JournalFile::open(folder / "j.db", {&kFirst});
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, Code::kUnsupported);
  EXPECT_THAT(older.error().message, HasSubstr("newer Outrigger"));
}

TEST(File, OneThatFailsTakesNothingOfTheOthersWithIt) {
  const Folder folder;
  auto file = JournalFile::open(folder / "j.db", {&kFirst});
  ASSERT_TRUE(file);
  std::vector<std::thread> writers;
  std::atomic<int> failed = 0;
  for (int i = 0; i < 20; ++i)
    writers.emplace_back([&, i] {
      const auto done = (*file)->commit([&](Database& in) -> Result<void> {
        in.statement("INSERT INTO note (text) VALUES ('x')").run();
        if (i % 4 == 0) return Error{Code::kConflict, "no", Source::kHost, Effect::kNone, -1};
        if (i % 4 == 1) in.run("this is not SQL");
        return {};
      });
      if (!done) ++failed;
    });
  for (std::thread& one : writers) one.join();
  EXPECT_EQ(failed, 10);
  EXPECT_EQ(count(**file), 10);
}

TEST(File, WhatIsNoDatabaseIsSaid) {
  const Folder folder;
  { std::ofstream(folder / "j.db") << "this is a text and nothing else, and it is long enough to be looked at\n"; }
  const auto file = JournalFile::open(folder / "j.db", {&kFirst});
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, HasSubstr("restore a backup"));
}

class Backup : public JournalTest {
 protected:
  // What `outrigger restore` does with one journal.
  void put_back() {
    journal_.reset();
    file_.reset();
    for (const char* part : {"", "-wal", "-shm", ".mark"})
      std::filesystem::remove(folder_ / ("journal.db" + std::string(part)));
    std::filesystem::copy_file(folder_ / "backup.db", folder_ / "journal.db");
  }
};

TEST_F(Backup, IsMadeWhileRunningAndGivesBackWhatWasThereWithoutSendingItAgain) {
  see({{1, "a"}, {2, "b"}});
  deliver();
  see({{1, "A"}});
  const auto made = copy_journal(folder_ / "journal.db", folder_ / "backup.db");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_FALSE(copy_journal(folder_ / "journal.db", folder_ / "backup.db")) << "no backup is overwritten";
  const auto facts = look_into_journal(folder_ / "backup.db");
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->uuid, "uuid-1");
  EXPECT_EQ(facts->tables.at("deliveries"), static_cast<int64_t>(kDeliveryTables.steps.size()));
  EXPECT_THAT(deliver(), ElementsAre("changed 1 A was a")) << "this went out after the backup";
  const std::string token = journal_->epoch().token;

  ASSERT_TRUE(mark_restored(folder_ / "backup.db", "restored from the backup of yesterday"));
  put_back();
  start();
  EXPECT_EQ(journal_->epoch().number, 2);
  EXPECT_NE(journal_->epoch().token, token) << "no id of a delivery comes twice";
  EXPECT_THAT(journal_->epoch().reason, HasSubstr("restored from the backup of yesterday"));
  EXPECT_THAT(said_, ::testing::Contains(HasSubstr("a new epoch begins")));
  EXPECT_EQ(journal_->position(leads())->baseline_after, -1) << "all is read anew";
  see({{1, "A"}, {2, "changed in between"}, {3, "new in between"}});
  EXPECT_THAT(deliver(), IsEmpty()) << "what happened in between is not known, so nobody is told";
  const auto held = journal_->list({.state = "held"}, 10);
  ASSERT_TRUE(held);
  ASSERT_EQ(held->size(), 1U);
  EXPECT_THAT(held->front().reason, HasSubstr("restored"));
  see({{3, "later"}});
  EXPECT_THAT(deliver(), ElementsAre("changed 3 later was new in between"));
  EXPECT_EQ(*journal_->replay({.state = "held"}), 1U);
  EXPECT_THAT(deliver(), ElementsAre("changed 1 A was a")) << "a person wanted it";
  start();
  EXPECT_EQ(journal_->epoch().number, 2) << "once";
}

// Somebody copied the file back by hand: nothing marks it, but for what is noted beside it.
TEST_F(Backup, AnOlderCopyThatSomebodyPutThereIsNoticed) {
  see({{1, "a"}});
  deliver();
  see({{1, "A"}});
  ASSERT_TRUE(copy_journal(folder_ / "journal.db", folder_ / "backup.db"));
  EXPECT_THAT(deliver(), ElementsAre("changed 1 A was a"));
  see({{2, "b"}});
  journal_->mark();
  journal_.reset();
  file_.reset();
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(folder_ / ("journal.db" + std::string(part)));
  std::filesystem::copy_file(folder_ / "backup.db", folder_ / "journal.db");
  start();
  EXPECT_EQ(journal_->epoch().number, 2);
  EXPECT_THAT(journal_->epoch().reason, HasSubstr("older copy"));
  EXPECT_THAT(deliver(), IsEmpty()) << "it was delivered already";
  start();
  EXPECT_EQ(journal_->epoch().number, 2);
}

TEST_F(Backup, AJournalThatIsAsItWasGoesOn) {
  see({{1, "a"}});
  journal_->mark();
  start();
  EXPECT_EQ(journal_->epoch().number, 1);
}

TEST_F(Backup, IsLookedAtBeforeItIsTaken) {
  ASSERT_TRUE(copy_journal(folder_ / "journal.db", folder_ / "backup.db"));
  const auto facts = look_into_journal(folder_ / "backup.db");
  ASSERT_TRUE(facts);
  const Tables none{"deliveries", {}};
  EXPECT_EQ(check_versions(*facts, {&none}).error().code, Code::kUnsupported);
  EXPECT_TRUE(check_versions(*facts, tables()));
  { std::ofstream(folder_ / "text") << "no database\n"; }
  EXPECT_EQ(look_into_journal(folder_ / "text").error().code, Code::kInvalid);
  EXPECT_EQ(look_into_journal(folder_ / "none").error().code, Code::kMissing);
  EXPECT_EQ(copy_journal(folder_ / "none", folder_ / "b").error().code, Code::kMissing);
}

TEST_F(Backup, GivenUpItLeavesNothing) {
  std::vector<Lead> many;
  for (int64_t id = 1; id <= 20000; ++id) many.push_back({id, std::string(100, 'x')});
  see(many);
  const auto stopped = copy_journal(folder_ / "journal.db", folder_ / "backup.db", [](uint64_t) { return false; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::kCancelled);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "backup.db"));
}

}  // namespace
}  // namespace outrigger::host
