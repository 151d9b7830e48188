// Making and restoring a backup of a whole deployment: what is in it, what is refused, and what a crash in between
// does.
#include "host/backup/deployment_backup.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "host/backup/deployment_files.hpp"
#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_text(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

// One database, a few files, and a clock that stands still.
class DeploymentBackup : public ::testing::Test {
 protected:
  DeploymentBackup() {
    make_journal("main", "uuid-1", 3);
    write_text(data() / "grants.json", "{\"version\": 1}\n");
    write_text(data() / "secrets.key", std::string(64, 'a') + "\n");
    write_text(data() / "installed" / "bell" / "manifest.json", "{}");
    write_text(data() / "installed" / ".aside" / "bell.before" / "manifest.json", "{}");
    write_text(data() / "plugins" / "copy.so", "made anew");
  }
  [[nodiscard]] fs::path data() const { return folder_ / "data"; }
  [[nodiscard]] fs::path backup() const { return folder_ / "monday.backup"; }
  [[nodiscard]] fs::path journal(const std::string& database) const { return data() / journal_of(database); }

  void make_journal(const std::string& database, const std::string& uuid, int64_t deliveries) const {
    fs::create_directories(journal(database).parent_path());
    Database in(journal(database));
    in.run("CREATE TABLE tables (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
    in.run(std::string(kDeliveryTables.steps[0]) + std::string(kDeliveryTables.steps[1]));
    in.statement("INSERT INTO tables VALUES ('deliveries', ?1)", static_cast<int64_t>(kDeliveryTables.steps.size()))
        .run();
    in.statement("INSERT INTO epoch VALUES (1, ?1, 'abcd', 0, 'the first start')", std::string_view(uuid)).run();
    in.statement("UPDATE meta SET value = ?1 WHERE name = 'delivery'", deliveries).run();
  }
  [[nodiscard]] int64_t deliveries(const std::string& database = "main") const {
    Database in(journal(database));
    Statement of = in.statement("SELECT value FROM meta WHERE name = 'delivery'");
    return of.step() ? of.integer(0) : -1;
  }
  void deliver(int64_t to) const {
    Database in(journal("main"));
    in.statement("UPDATE meta SET value = ?1 WHERE name = 'delivery'", to).run();
  }
  Result<BackupReport> make(bool with_keys = false, const BackupProgress& progress = {}) {
    return make_backup(place_, backup(), {"0.1.0", int64_t{1'795'305'600} * 1'000'000, with_keys}, progress);
  }
  Result<RestoreReport> restore(RestoreOptions options = {}, const BackupProgress& progress = {}) {
    if (options.tables.empty()) options.tables = {&kDeliveryTables};
    return restore_backup(place_, backup(), options, progress);
  }
  std::string refused(RestoreOptions options = {}) {
    const std::string before = listing();
    const Result<RestoreReport> done = restore(std::move(options));
    EXPECT_FALSE(done);
    EXPECT_EQ(listing(), before) << "nothing is half restored";
    return done ? "restored" : done.error().message;
  }
  // Each file with its size.
  [[nodiscard]] std::string listing() const {
    std::set<std::string> lines;
    for (const auto& entry : fs::recursive_directory_iterator(data()))
      if (entry.is_regular_file() && entry.path().extension() != ".lock")
        lines.insert(entry.path().string() + " " + std::to_string(entry.file_size()));
    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    return all;
  }

  Folder folder_;
  DeploymentPlace place_{data(), {"main"}, ""};
};

TEST_F(DeploymentBackup, HoldsWhatIsKeptAndNotWhatOpensIt) {
  const Result<BackupReport> made = make();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(made->databases, ElementsAre("main"));
  EXPECT_THAT(made->others, ElementsAre("grants.json", "installed/bell/manifest.json"));
  EXPECT_THAT(made->left_out, ElementsAre("secrets.key"));
  EXPECT_EQ(made->bytes, fs::file_size(backup()));
  EXPECT_TRUE(fs::status(backup()).permissions() == fs::perms(0600));
  EXPECT_THAT(text_of(backup()), ::testing::Not(HasSubstr(std::string(64, 'a'))));
  EXPECT_EQ(make().error().code, Code::kConflict) << "no backup is overwritten";
  fs::remove(backup());
  EXPECT_THAT(make(true)->left_out, IsEmpty());
  EXPECT_THAT(text_of(backup()), HasSubstr(std::string(64, 'a')));
}

TEST_F(DeploymentBackup, GivesBackWhatWasThereAndKeepsWhatIs) {
  ASSERT_TRUE(make());
  deliver(9);
  write_text(data() / "grants.json", "later\n");
  write_text(data() / "setup.json", "came afterwards\n");
  make_journal("second", "uuid-2", 5);
  const Result<RestoreReport> done = restore();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->program, "0.1.0");
  EXPECT_EQ(deliveries(), 3);
  EXPECT_EQ(text_of(data() / "grants.json"), "{\"version\": 1}\n");
  EXPECT_FALSE(fs::exists(data() / "setup.json")) << "it came after the backup";
  EXPECT_EQ(text_of(data() / "installed" / "bell" / "manifest.json"), "{}");
  EXPECT_TRUE(fs::exists(data() / "secrets.key")) << "the key that is here stays";
  EXPECT_THAT(done->stay, ElementsAre("second"));
  EXPECT_EQ(deliveries("second"), 5);
  EXPECT_EQ(done->aside.string(), (data() / "before-restore-1").string());
  EXPECT_EQ(text_of(done->aside / "grants.json"), "later\n");
  EXPECT_EQ(text_of(done->aside / "setup.json"), "came afterwards\n");
  EXPECT_TRUE(fs::exists(done->aside / journal_of("main")));
  EXPECT_FALSE(restore_pending(data()));
  EXPECT_FALSE(fs::exists(data() / kStaging));
  Database in(journal("main"));
  Statement of = in.statement("SELECT value FROM meta WHERE name = 'restored'");
  ASSERT_TRUE(of.step()) << "the next start begins a new epoch";
  EXPECT_THAT(std::string(of.text(0)), HasSubstr("backup of 2026-11-22"));
}

TEST_F(DeploymentBackup, OneDatabaseAloneIsRestoredWithoutTheRest) {
  make_journal("second", "uuid-2", 5);
  ASSERT_TRUE(make());
  deliver(9);
  write_text(data() / "grants.json", "later\n");
  const Result<RestoreReport> done = restore({.database = "main"});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(deliveries(), 3);
  EXPECT_EQ(text_of(data() / "grants.json"), "later\n");
  EXPECT_THAT(refused({.database = "third"}), HasSubstr("has no database third"));
}

TEST_F(DeploymentBackup, LooksOnlyWhenAskedForThePlan) {
  ASSERT_TRUE(make());
  deliver(9);
  const std::string before = listing();
  const Result<RestoreReport> plan = restore({.plan = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_THAT(plan->databases, ElementsAre("main"));
  EXPECT_EQ(listing(), before);
  EXPECT_EQ(restore({.agreed = [](const RestoreReport&) { return false; }}).error().code, Code::kCancelled);
  EXPECT_EQ(listing(), before);
}

TEST_F(DeploymentBackup, RefusesWhatIsNoBackupOrDamaged) {
  EXPECT_THAT(refused(), HasSubstr("cannot be read: name a file that `outrigger backup` made"));
  write_text(backup(), "a text\n");
  EXPECT_THAT(refused(), HasSubstr("is no backup"));
  write_text(backup(), "outrigger-backup 2\n{}\n");
  EXPECT_THAT(refused(), HasSubstr("made by a newer Outrigger"));
  fs::remove(backup());
  ASSERT_TRUE(make());
  const std::string whole = text_of(backup());
  // Each length that is not the whole one, in steps; each a sentence, and nothing changed.
  for (size_t size = 20; size < whole.size(); size += whole.size() / 23) {
    write_text(backup(), whole.substr(0, size));
    EXPECT_THAT(refused(), ::testing::AnyOf(HasSubstr("ends too early"), HasSubstr("is damaged"))) << size;
  }
  for (size_t at = 20; at < whole.size(); at += whole.size() / 23) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x15);
    write_text(backup(), damaged);
    EXPECT_THAT(refused(),
                ::testing::AnyOf(HasSubstr("ends too early"), HasSubstr("is damaged"), HasSubstr("no backup has")))
        << at;
  }
  write_text(backup(), whole + "more");
  EXPECT_THAT(refused(), HasSubstr("is damaged"));
  write_text(backup(), whole);
  EXPECT_TRUE(restore()) << "and the whole one is taken";
}

TEST_F(DeploymentBackup, RefusesANewerSchemaAndAnotherDeployment) {
  ASSERT_TRUE(make());
  const Tables older{"deliveries", kDeliveryTables.steps.first(1)};
  EXPECT_THAT(refused({.tables = {&older}}), AllOf(HasSubstr("newer Outrigger"), HasSubstr("deliveries 2")));
  {
    Database in(journal("main"));
    in.run("UPDATE epoch SET uuid = 'another'");
  }
  EXPECT_THAT(refused(), AllOf(HasSubstr("of another deployment"), HasSubstr("uuid-1"), HasSubstr("another")));
  place_.databases = {"sales"};
  fs::remove(journal("main"));
  EXPECT_THAT(refused(), AllOf(HasSubstr("of another deployment"), HasSubstr("sales")));
  EXPECT_TRUE(restore({.other_deployment = true}));
}

TEST_F(DeploymentBackup, RefusesAJournalThatIsInUse) {
  ASSERT_TRUE(make());
  const auto lock = JournalLock::take(journal("main"));
  ASSERT_TRUE(lock);
  EXPECT_THAT(refused(), HasSubstr("another Outrigger works with"));
}

TEST_F(DeploymentBackup, InterruptedItLeavesNothing) {
  const auto stop = [](uint64_t, uint64_t, std::string_view) { return false; };
  EXPECT_EQ(make(false, stop).error().code, Code::kCancelled);
  for (const auto& entry : fs::directory_iterator(backup().parent_path()))
    EXPECT_EQ(entry.path().filename().string(), "data") << "a piece of a backup is left";
  ASSERT_TRUE(make());
  const std::string before = listing();
  EXPECT_EQ(restore({}, stop).error().code, Code::kCancelled);
  EXPECT_EQ(listing(), before);
}

TEST_F(DeploymentBackup, ARestoreThatACrashCutOffIsBroughtToItsEnd) {
  ASSERT_TRUE(make());
  deliver(9);
  write_text(data() / "setup.json", "came afterwards\n");
  ASSERT_TRUE(restore());
  // As it was at each step: some moves made, others not.
  const fs::path aside = data() / "before-restore-1";
  fs::create_directories(data() / kPending);
  fs::rename(data() / "grants.json", data() / kPending / "grants.json");
  fs::rename(aside / "setup.json", data() / "setup.json");
  write_text(
      data() / kPending / "moves.json",
      R"({"aside": "before-restore-1", "put": ["databases/main/journal.db", "grants.json"], "drop": ["setup.json"]})");
  EXPECT_TRUE(restore_pending(data()));
  fs::remove(backup());
  EXPECT_EQ(make().error().code, Code::kConflict) << "no backup of what is half there";
  const Result<void> finished = finish_restore(data());
  ASSERT_TRUE(finished) << finished.error().message;
  EXPECT_EQ(deliveries(), 3);
  EXPECT_EQ(text_of(data() / "grants.json"), "{\"version\": 1}\n");
  EXPECT_FALSE(fs::exists(data() / "setup.json"));
  EXPECT_FALSE(restore_pending(data()));
}

TEST_F(DeploymentBackup, AVaultWithoutItsKeyIsSaid) {
  write_text(data() / "secrets.vault", "outrigger-secrets-1\nsealed with another key");
  ASSERT_TRUE(make());
  const Result<RestoreReport> done = restore();
  ASSERT_TRUE(done);
  EXPECT_THAT(done->notes, ElementsAre(HasSubstr("secrets.key that belongs to them")));
}

}  // namespace
}  // namespace outrigger::host
