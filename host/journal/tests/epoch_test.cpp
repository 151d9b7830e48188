// Another database, a copy, a restore: noticed, said, and nothing is delivered until a person has decided.
#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EpochTest : public JournalTest {
 protected:
  EpochTest() {
    see({{.id = 1, .name = "a", .write_date = "2026-05-05 10:00:00"}, {2, "b"}, {3, "c"}});
    settle(next(1));
  }
  EpochVerdict ask(std::string_view uuid, const EpochEvidence& evidence = {}) {
    const auto verdict = journal_->check_epoch(uuid, evidence);
    EXPECT_TRUE(verdict);
    return verdict ? *verdict : EpochVerdict{};
  }
  void expect_halt() {
    EXPECT_EQ(journal_->next("crm/leads", 10).error().code, Code::kConflict);
    EXPECT_EQ(journal_->keep(leads(), {}, {}, 0).error().code, Code::kConflict);
  }
};

TEST_F(EpochTest, TheSameDatabaseGoesOn) {
  EXPECT_TRUE(ask("uuid-1").same);
  EXPECT_EQ(next().size(), 2U);
}

TEST_F(EpochTest, AnotherDatabaseIsAskedAboutAndItsOldWorkIsHeld) {
  const EpochVerdict verdict = ask("uuid-2");
  EXPECT_FALSE(verdict.same);
  EXPECT_THAT(verdict.sentence, HasSubstr("another database"));
  expect_halt();
  start();
  EXPECT_FALSE(ask("uuid-2").same);
  ASSERT_TRUE(journal_->open_epoch("uuid-2", "moved to a new server"));
  EXPECT_TRUE(ask("uuid-2").same);
  EXPECT_TRUE(next().empty());
  EXPECT_EQ(figures().held, 2);
  EXPECT_EQ(figures().records, 0);
  EXPECT_THAT(said_, testing::Contains(HasSubstr("2 deliveries")));
  EXPECT_EQ(journal_->position(leads())->baseline_after, -1);
  see({{1, "other"}, {2, "b"}});
  EXPECT_THAT(deliver(), IsEmpty()) << "the baseline of a new epoch is silent";
  see({{1, "edited"}});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 edited was other"));
}

TEST_F(EpochTest, ANeutralisedCopyIsNoticed) {
  EXPECT_THAT(ask("uuid-1", {.neutralized = true}).sentence, HasSubstr("neutralised"));
  expect_halt();
}

TEST_F(EpochTest, AnOlderRecordMeansARestore) {
  const auto witnesses = journal_->witnesses(10);
  ASSERT_TRUE(witnesses);
  ASSERT_EQ(witnesses->size(), 3U);
  EXPECT_TRUE(ask("uuid-1", {false, *witnesses, 3}).same);
  std::vector<Witness> older = *witnesses;
  older.back().write_date = "2026-05-05 09:00:00";
  EXPECT_THAT(ask("uuid-1", {false, older, 3}).sentence, HasSubstr("crm.lead 1 is older than it was seen"));
  older.back().write_date = "2026-05-05 09:59:00";
  EXPECT_TRUE(ask("uuid-1", {false, older, 3}).same) << "a read replica may be behind a little";
  std::vector<Witness> reused = *witnesses;
  reused.front().create_date = "2026-06-06 00:00:00";
  EXPECT_THAT(ask("uuid-1", {false, reused, 3}).sentence, HasSubstr("is not the record that it was"));
  EXPECT_THAT(ask("uuid-1", {false, {}, 3}).sentence, HasSubstr("none of the records"));
  expect_halt();
}

TEST_F(EpochTest, TheJournalWaitsForItsDatabase) {
  const Folder folder;
  auto file = JournalFile::open(folder / "new.db", {&kDeliveryTables});
  ASSERT_TRUE(file);
  auto journal = Journal::open(**file, options_);
  ASSERT_TRUE(journal);
  EXPECT_THAT((*journal)->next("crm/leads", 1).error().message, HasSubstr("check_epoch"));
  journal->reset();
}

}  // namespace
}  // namespace outrigger::host
