// The recorded grants: kept, found again, safe against crashes, other programs and hands; and the hashes they hold.
#include "host/grants/ledger.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "host/config/tests/texts.hpp"
#include "host/grants/sha256.hpp"
#include "host/grants/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kAsked[] = R"({"odoo": {"crm.lead": {"read": ["name"]}}})";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

class LedgerTest : public testing::Test {
 protected:
  static GrantRecord record(const std::string& permissions = kAsked) {
    GrantRecord result;
    result.manifest_sha256 = "aa";
    result.when = 1795305600000001;
    result.permissions = json(permissions);
    return result;
  }
  static Permissions asked(const std::string& permissions = kAsked) {
    return *Permissions::parse(json(permissions).root(), "scoring");
  }
  Ledger load() const {
    Result<Ledger> ledger = Ledger::load(file);
    EXPECT_TRUE(ledger) << ledger.error().message;
    return *std::move(ledger);
  }
  std::string load_error() const {
    const Result<Ledger> ledger = Ledger::load(file);
    return ledger ? "loaded" : ledger.error().message;
  }

  TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "grants.json";
};

TEST_F(LedgerTest, AConfigurationThatAsksForMoreIsNotGrantedYetAndOneThatAsksForLessIs) {
  Result<Ledger> ledger = Ledger::load(file);
  ASSERT_TRUE(ledger);
  ASSERT_TRUE(ledger->grant("main", "scoring", record()));
  const Permissions more = asked(R"({"odoo": {"crm.lead": {"read": ["name"], "methods": ["merge_opportunity"]}}})");
  const Ledger::Standing standing = ledger->standing("main", "scoring", "aa", more);
  EXPECT_EQ(standing.state, GrantState::kConfigurationAsks);
  EXPECT_THAT(standing.changes, ElementsAre(HasSubstr("merge_opportunity")));
  EXPECT_THAT(standing.sentence("scoring"), HasSubstr("`outrigger plugin enable scoring` shows it and asks again"));
  EXPECT_EQ(ledger->standing("main", "scoring", "aa", asked("{}")).state, GrantState::kEnabled);
}

TEST_F(LedgerTest, KeepsWhatWasGranted) {
  Ledger ledger = load();
  EXPECT_FALSE(ledger.find("main", "scoring"));
  GrantRecord pinned = record();
  pinned.library_sha256 = "bb";
  ASSERT_TRUE(ledger.grant("main", "scoring", pinned));
  ASSERT_TRUE(ledger.grant("other", "scoring", record()));
  const std::optional<GrantRecord> found = load().find("main", "scoring");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->enabled);
  EXPECT_EQ(found->manifest_sha256, "aa");
  EXPECT_EQ(found->library_sha256, "bb");
  EXPECT_EQ(found->when, 1795305600000001);
  EXPECT_EQ(value::to_json(found->permissions.root()), value::to_json(json(kAsked).root()));
  EXPECT_TRUE(load().find("other", "scoring"));
  EXPECT_FALSE(load().find("main", "crm"));
}

TEST_F(LedgerTest, IsReadableByItsOwnerOnly) {
  Ledger ledger = load();
  const mode_t before = umask(0);
  ASSERT_TRUE(ledger.grant("main", "scoring", record()));
  umask(before);
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(LedgerTest, StandsAsTheAdminLeftIt) {
  Ledger ledger = load();
  const auto state = [&] { return ledger.standing("main", "scoring", "aa", asked()).state; };
  EXPECT_EQ(state(), GrantState::kNeverEnabled);
  EXPECT_EQ(ledger.disable("main", "scoring", 5).error().code, Code::kMissing);
  ASSERT_TRUE(ledger.grant("main", "scoring", record()));
  EXPECT_EQ(state(), GrantState::kEnabled);
  EXPECT_EQ(ledger.standing("other", "scoring", "aa", asked()).state, GrantState::kNeverEnabled) << "per database";
  ASSERT_TRUE(ledger.disable("main", "scoring", 5));
  EXPECT_EQ(state(), GrantState::kDisabled);
  EXPECT_EQ(load().find("main", "scoring")->when, 5);
  ASSERT_TRUE(ledger.revoke("main", "scoring"));
  EXPECT_EQ(state(), GrantState::kNeverEnabled);
  ASSERT_TRUE(ledger.revoke("main", "scoring"));
}

TEST_F(LedgerTest, AChangedManifestAsksAgainAndSaysWhatChanged) {
  Ledger ledger = load();
  ASSERT_TRUE(ledger.grant("main", "scoring", record()));
  const Ledger::Standing standing =
      ledger.standing("main", "scoring", "cc", asked(R"({"odoo": {"crm.lead": {"read": ["id"], "write": ["name"]}}})"));
  EXPECT_EQ(standing.state, GrantState::kManifestChanged);
  EXPECT_THAT(standing.changes, ElementsAre("new: Read leads/opportunities (crm.lead): id",
                                            "new: Change on leads/opportunities (crm.lead): name",
                                            "gone: Read leads/opportunities (crm.lead): name"));
  EXPECT_THAT(standing.sentence("scoring"),
              AllOf(HasSubstr("another manifest"), HasSubstr("`outrigger plugin enable scoring`")));
  EXPECT_THAT(ledger.standing("main", "scoring", "cc", asked()).sentence("scoring"),
              HasSubstr("though it asks the same"));
}

TEST_F(LedgerTest, WhatIsNoLongerGrantableAsksAgain) {
  Ledger ledger = load();
  ASSERT_TRUE(ledger.grant("main", "scoring", record(R"({"odoo": {"ir.cron": {"read": ["id"]}}})")));
  EXPECT_EQ(ledger.standing("main", "scoring", "aa", asked()).state, GrantState::kManifestChanged);
}

TEST_F(LedgerTest, APinnedLibraryMustBeThatOne) {
  Ledger ledger = load();
  GrantRecord pinned = record();
  pinned.library_sha256 = "bb";
  ASSERT_TRUE(ledger.grant("main", "scoring", pinned));
  EXPECT_EQ(ledger.standing("main", "scoring", "aa", asked(), "bb").state, GrantState::kEnabled);
  const Ledger::Standing other = ledger.standing("main", "scoring", "aa", asked(), "dd");
  EXPECT_EQ(other.state, GrantState::kPinnedLibraryDiffers);
  EXPECT_THAT(other.sentence("scoring"), HasSubstr("not the one that was pinned"));
}

TEST_F(LedgerTest, TwoProgramsDoNotUndoEachOther) {
  Ledger one = load();
  Ledger two = load();
  ASSERT_TRUE(one.grant("main", "scoring", record()));
  ASSERT_TRUE(two.grant("main", "crm", record()));
  EXPECT_TRUE(load().find("main", "scoring"));
  EXPECT_TRUE(load().find("main", "crm"));
  EXPECT_FALSE(one.find("main", "crm"));
  ASSERT_TRUE(one.reload());
  EXPECT_TRUE(one.find("main", "crm"));
}

TEST_F(LedgerTest, OneChangeAtATime) {
  Ledger ledger = load();
  {
    const Result<LedgerLock> held = LedgerLock::take(file);
    ASSERT_TRUE(held);
    const Result<void> refused = ledger.grant("main", "scoring", record());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kConflict);
    EXPECT_THAT(refused.error().message, HasSubstr("try again"));
    EXPECT_FALSE(std::filesystem::exists(file));
  }
  EXPECT_TRUE(ledger.grant("main", "scoring", record())) << "the lock goes with its holder";
}

TEST_F(LedgerTest, ACorruptFileIsNamedAndLeftAlone) {
  const std::string texts[] = {
      "",
      "{",
      "[]",
      R"({"version": 1})",
      R"({"version": 1, "databases": {"main": 5}})",
      R"({"version": 1, "databases": {"main": {"scoring": {"enabled": "yes"}}}})",
      R"({"version": 1, "databases": {"main": {"scoring": {"enabled": true, "when": 1, "permissions": []}}}})",
      R"({"version": 1, "databases": {}, "more": 1})"};
  for (const std::string& text : texts) {
    std::filesystem::remove(file);
    Ledger before = load();
    (void)folder.write("grants.json", text);
    EXPECT_THAT(load_error(), AllOf(HasSubstr("grants.json:"), HasSubstr("mend it, or move it away"))) << text;
    EXPECT_FALSE(before.grant("main", "scoring", record())) << text;
    EXPECT_FALSE(before.revoke("main", "scoring")) << text;
    EXPECT_EQ(text_of(file), text) << "never written over";
  }
}

TEST_F(LedgerTest, AFileOfANewerVersionIsLeftAlone) {
  (void)folder.write("grants.json", R"({"version": 2, "databases": {}})");
  EXPECT_THAT(load_error(), HasSubstr("newer outrigger"));
}

TEST_F(LedgerTest, AFileThatOthersMayWriteGrantsNothing) {
  Ledger ledger = load();
  ASSERT_TRUE(ledger.grant("main", "scoring", record()));
  for (const mode_t mode : {0620U, 0602U}) {
    ASSERT_EQ(chmod(file.c_str(), mode), 0);
    EXPECT_THAT(load_error(), AllOf(HasSubstr("others may write"), HasSubstr("chmod 600")));
  }
}

TEST_F(LedgerTest, WhatACrashLeftIsNotInTheWay) {
  (void)folder.write("grants.json.new", "half a fi");
  (void)folder.write("grants.json.lock", "");
  Ledger ledger = load();
  ASSERT_TRUE(ledger.grant("main", "scoring", record()));
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".new"));
  EXPECT_TRUE(load().find("main", "scoring"));
}

TEST_F(LedgerTest, AFailedWriteKeepsTheOldGrants) {
  Ledger ledger = load();
  ASSERT_TRUE(ledger.grant("main", "scoring", record()));
  const std::string before = text_of(file);
  std::filesystem::create_directories(file.string() + ".new/in the way");
  const Result<void> failed = ledger.disable("main", "scoring", 7);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("look at the folder's space and rights"));
  EXPECT_EQ(text_of(file), before);
  EXPECT_TRUE(ledger.find("main", "scoring")->enabled) << "and so does the ledger in memory";
}

TEST(Sha256, IsTheStandardsOwn) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, OfAFileInPieces) {
  const TemporaryFolder folder;
  for (const size_t size : {size_t{0}, size_t{3}, size_t{1} << 16U, (size_t{1} << 18U) + 1}) {
    const std::string bytes(size, 'x');
    const Result<std::string> hash = sha256_of_file(folder.write("file", bytes));
    ASSERT_TRUE(hash);
    EXPECT_EQ(*hash, sha256(bytes)) << size;
  }
  EXPECT_EQ(sha256_of_file(folder.path() / "missing").error().code, Code::kMissing);
  EXPECT_EQ(sha256_of_file(folder.path()).error().code, Code::kMissing);
}

}  // namespace
}  // namespace outrigger::host
