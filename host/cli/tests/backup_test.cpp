// `outrigger backup` while the host works, and `outrigger restore`: nothing is told or written a second time.
#include <fstream>

#include "host/cli/tests/keeping_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class BackupProgram : public KeepingTest {
 protected:
  BackupProgram() : backup_((folder_.path() / "monday.backup").string()) {}
  int64_t messages(const std::string& body) {
    const Document found = rig_.answer("mail.message", "search", R"([[["body", "like", ")" + body + R"("]]])");
    return static_cast<int64_t>(found.root().size());
  }
  // All was read anew.
  bool read_anew() const {
    return until([&] {
      const Document all = status();
      const Value streams = all.root()["databases"].at(0)["streams"];
      if (streams.size() != 2) return false;
      for (const Value stream : streams.items())
        if (stream["first_reading"].truthy() || stream["lag"].number().value_or(-1) < 0) return false;
      return true;
    });
  }
  const std::string backup_;
};

TEST_F(BackupProgram, WhatHappenedAfterTheBackupIsNeitherToldNorWrittenTwice) {
  enable();
  start();
  ASSERT_TRUE(until([&] { return dump().count("crm.lead:20:name") != 0; })) << "the first reading";
  rename(4, "Four");
  ASSERT_TRUE(await_lead(4, "Four"));
  EXPECT_EQ(outrigger({"notes", "post", "3", "before"}).code, 0);

  const Ended made = outrigger({"backup", backup_, "--json"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.json().root()["databases"].at(0).text(), "main");
  EXPECT_EQ(outrigger({"backup", backup_}).code, 1) << "no backup is overwritten";
  // After it: one thing told, and one written.
  rename(5, "Five");
  ASSERT_TRUE(await_lead(5, "Five"));
  EXPECT_EQ(outrigger({"notes", "post", "3", "after"}).code, 0);
  EXPECT_EQ(messages("note after"), 1);

  const Ended while_running = outrigger({"restore", backup_, "--yes"});
  EXPECT_EQ(while_running.code, 1);
  EXPECT_THAT(while_running.err, AllOf(HasSubstr("a host runs"), HasSubstr("stop it first")));
  stop();
  rename(6, "Six, while nobody looked");
  EXPECT_EQ(outrigger({"restore", backup_}).code, 2) << "without a terminal it wants --yes";
  const Ended plan = outrigger({"restore", backup_, "--plan"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, AllOf(HasSubstr("databases: main"), HasSubstr("nothing was changed")));
  EXPECT_FALSE(std::filesystem::exists(data_ / "before-restore-1"));
  const Ended restored = outrigger({"restore", backup_, "--yes"});
  ASSERT_EQ(restored.code, 0) << restored.err;
  EXPECT_THAT(restored.out, AllOf(HasSubstr("before-restore-1"), HasSubstr("new epoch")));

  start();
  EXPECT_TRUE(host_->says("restored from the backup of")) << "it is said";
  ASSERT_TRUE(read_anew());
  rename(7, "Seven");
  ASSERT_TRUE(await_lead(7, "Seven")) << "and the work goes on";
  const auto kept = dump();
  EXPECT_EQ(kept.at("crm.lead:4:name"), "Four") << "what the plugin kept is as old as the backup";
  EXPECT_NE(kept.at("crm.lead:5:name"), "Five");
  for (int64_t lead = 1; lead <= 20; ++lead)
    EXPECT_EQ(times_told(kept, lead), lead == 4 || lead == 7 ? 2 : 1)
        << "lead " << lead << ": once as new, and once for each change of which somebody was told";
  EXPECT_EQ(outrigger({"notes", "post", "3", "after"}).code, 0) << "by a key that the log does not know any more";
  EXPECT_EQ(outrigger({"notes", "post", "3", "anew"}).code, 0);
  EXPECT_EQ(messages("note after"), 1) << "found in Odoo, not posted again";
  EXPECT_EQ(messages("note anew"), 1);
  EXPECT_EQ(messages("note before"), 1);
  stop();
}

TEST_F(BackupProgram, AnOlderJournalThatSomebodyPutThereIsNoticed) {
  enable();
  start();
  ASSERT_TRUE(until([&] { return dump().count("crm.lead:20:name") != 0; }));
  stop();
  const std::filesystem::path journal = data_ / "databases" / "main" / "journal.db";
  std::filesystem::copy_file(journal, folder_.path() / "older.db");
  start();
  rename(5, "Five");
  ASSERT_TRUE(await_lead(5, "Five"));
  stop();
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(journal.string() + part);
  std::filesystem::copy_file(folder_.path() / "older.db", journal);
  start();
  EXPECT_TRUE(host_->says("replaced by an older copy of itself"));
  ASSERT_TRUE(read_anew());
  EXPECT_EQ(times_told(dump(), 5), 1) << "the change of 5 was told in the journal that is gone";
  stop();
}

TEST_F(BackupProgram, ADamagedBackupIsRefusedInASentence) {
  enable();
  ASSERT_EQ(outrigger({"events", "list"}).code, 0) << "makes the journal, without a host";
  ASSERT_EQ(outrigger({"backup", backup_}).code, 0);
  {
    std::fstream file(backup_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4000);
    file << "damage";
  }
  const Ended refused = outrigger({"restore", backup_, "--yes", "--json"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(std::string(refused.json().root()["error"]["message"].text()),
              HasSubstr("is damaged: use another backup"));
  EXPECT_FALSE(std::filesystem::exists(data_ / "before-restore-1"));
  EXPECT_EQ(outrigger({"events", "list"}).code, 0) << "and what was there works on";
}

}  // namespace
}  // namespace outrigger::host
