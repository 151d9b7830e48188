// What an older epoch left, and our own journal taken back from a copy: all of it waits for a person.

#include "host/journal/backup.hpp"
#include "host/journal/journal_tables.hpp"
#include "host/schedule/scheduler.hpp"
#include "host/tenant/requests.hpp"
#include "host/tenant/tests/tenant_rig.hpp"
#include "integration/writes/plan.hpp"

namespace outrigger::host {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class OlderEpochTest : public TenantTest {
 protected:
  void another_epoch() {
    const Document found = rig_.answer("ir.config_parameter", "search", R"([[["key", "=", "database.uuid"]]])");
    Arena arena;
    ASSERT_TRUE(rig_.service.change(
        {"ir.config_parameter", {found.root().at(0).integer()}, arena.object({{"value", "of another one"}})}));
    tenant_->stop();
    open();
    ASSERT_FALSE(tenant_->connect(live_, {}));
    attach();
    ASSERT_TRUE(tenant_->serve());
    ASSERT_TRUE(handle(*tenant_, arena.object({{"do", "accept_epoch"}}), {}));
    ASSERT_TRUE(await_reading());
  }
  std::string refusal(Value request) {
    const Result<Document> answer = handle(*tenant_, request, {});
    return answer ? "done" : answer.error().message;
  }
  void copy_journal(const std::filesystem::path& to) {
    std::filesystem::remove(to);
    const Result<void> copied = tenant_->file().copy_to(to);
    ASSERT_TRUE(copied) << copied.error().message;
  }
  void put_back(const std::filesystem::path& copy) {
    for (const char* with : {"", "-wal", "-shm"}) std::filesystem::remove(folder_ / ("journal.db" + std::string(with)));
    std::filesystem::copy_file(copy, folder_ / "journal.db");
  }
};

TEST_F(OlderEpochTest, WritesPlansAndUndosOfTheEpochBeforeAreNotMade) {
  begin_and_read();
  const std::string before(rig_.lead(3, "name").text());
  ASSERT_TRUE(write(3, "Written before", "a-run"));
  writes::Plan plan({tenant_->journal().epoch().token, "main", "bell", "tidy", now_micros() / 1000});
  {
    Arena arena;
    ASSERT_TRUE(plan.add({.operation = writes::Operation::kWrite,
                          .model = "crm.lead",
                          .ids = {4},
                          .values = arena.object({{"name", "Planned before"}})},
                         tenant_->writer("bell")->remote(), {}));
  }
  // A method whose reply is lost and that leaves no trace: nobody knows what became of it.
  rig_.service.inject({.match = "crm.lead/write", .kind = sandbox::Injection::Kind::kCutBefore, .times = -1});
  ASSERT_FALSE(write(5, "Lost", "lost-run", "d-1"));
  rig_.service.clear_injections();
  another_epoch();

  Arena arena;
  EXPECT_THAT(refusal(arena.object({{"do", "writes.undo"}, {"run", "a-run"}, {"apply", true}})),
              HasSubstr("belongs to the database before"));
  EXPECT_THAT(refusal(arena.object({{"do", "writes.apply"}, {"plan", arena.text(plan.to_json())}})),
              HasSubstr("made for another database"));
  EXPECT_EQ(rig_.lead(3, "name").text(), "Written before");
  EXPECT_NE(rig_.lead(4, "name").text(), "Planned before");
  EXPECT_NE(rig_.lead(5, "name").text(), "Lost") << "an open write of the epoch before is not sent by itself";
  EXPECT_THAT(said(), Contains(HasSubstr("have an unknown outcome")));
  const Result<Document> again = write(5, "Lost", "lost-run", "d-1");
  ASSERT_FALSE(again) << "the key is of the epoch before";
  EXPECT_THAT(again.error().message, HasSubstr("before it was restored or copied"));
}

TEST_F(OlderEpochTest, AJobsRunOfTheEpochBeforeIsNotRepeated) {
  JobDeclaration digest{"digest", {}};
  digest.when.every_ms = 3'600'000;
  jobs_.push_back(digest);
  heard_.fail_jobs(true);
  begin_and_read();
  ASSERT_TRUE(await([&] { return !tenant_->scheduler().list("bell").at(0).delivery.empty(); }));
  ASSERT_TRUE(await([&] { return tenant_->scheduler().list("bell").at(0).attempts > 0; }));
  const std::string before = tenant_->scheduler().list("bell").at(0).delivery;
  heard_.fail_jobs(false);
  another_epoch();
  Job job = tenant_->scheduler().list("bell").at(0);
  EXPECT_EQ(job.delivery, "");
  EXPECT_THAT(job.error, HasSubstr("of the epoch before is not repeated"));
  ASSERT_TRUE(job.next);
  EXPECT_GT(*job.next, now_micros() + int64_t{3000} * 1'000'000) << "its next regular time";
  ASSERT_TRUE(tenant_->scheduler().run_now("bell", "digest"));
  ASSERT_TRUE(heard_.await("job digest"));
  EXPECT_THAT(heard_.deliveries().back(), Not(::testing::StartsWith(before.substr(0, before.find('-') + 1))))
      << "a run of now is of the epoch of now";
}

TEST_F(OlderEpochTest, AJournalThatWasPutBackFromACopyTellsNothingTwice) {
  begin_and_read();
  const std::filesystem::path copy = folder_ / "kept.db";
  heard_.away(true);
  rename(2, "Undelivered when it was copied");
  ASSERT_TRUE(await([&] { return tenant_->journal().figures()->pending > 0; }));
  copy_journal(copy);
  heard_.away(false);
  ASSERT_TRUE(heard_.await("changed 2 Undelivered when it was copied"));
  tenant_.reset();
  const size_t heard = heard_.lines().size();
  put_back(copy);
  begin();
  EXPECT_THAT(said(), Contains(HasSubstr("it was put back from a copy")));
  ASSERT_TRUE(await_reading());
  EXPECT_EQ(tenant_->journal().figures()->held, 1) << "for a person: it may have been delivered";
  rename(3, "Since then");
  EXPECT_TRUE(heard_.await("changed 3 Since then"));
  EXPECT_EQ(heard_.lines().size(), heard + 1);
}

TEST_F(OlderEpochTest, TheSameByABackupOfOurs) {
  begin_and_read();
  heard_.away(true);
  rename(2, "Undelivered when it was backed up");
  ASSERT_TRUE(await([&] { return tenant_->journal().figures()->pending > 0; }));
  const std::filesystem::path backup = folder_ / "backup.db";
  ASSERT_TRUE(backup_journal(tenant_->file(), backup, "test", now_micros()));
  heard_.away(false);
  ASSERT_TRUE(heard_.await("changed 2 Undelivered when it was backed up"));
  tenant_.reset();
  const size_t heard = heard_.lines().size();
  const auto back =
      restore_journal(backup, folder_ / "journal.db",
                      {&kDeliveryTables, &kStoreTables, &kScheduleTables, &kIntentTables, &kIdentityTables});
  ASSERT_TRUE(back) << back.error().message;
  begin();
  ASSERT_TRUE(await_reading());
  EXPECT_EQ(tenant_->journal().figures()->held, 1);
  rename(3, "Since then");
  EXPECT_TRUE(heard_.await("changed 3 Since then"));
  EXPECT_EQ(heard_.lines().size(), heard + 1);
}

TEST_F(OlderEpochTest, ARestartIsNoRestore) {
  begin_and_read();
  tenant_->stop();
  begin();
  EXPECT_THAT(said(), Not(Contains(HasSubstr("put back"))));
}

}  // namespace
}  // namespace outrigger::host
