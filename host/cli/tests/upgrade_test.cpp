// Packages on a service at work: a new version takes over, or the one before stays, also on disk.
#include "host/cli/tests/service_rig.hpp"
#include "host/grants/ledger.hpp"
#include "host/grants/sha256.hpp"
#include "host/packages/package.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class UpgradeTest : public ServiceTest {
 protected:
  UpgradeTest() : keys_(*make_keys()) {
    std::filesystem::remove_all(folder_.path() / "plugins" / "tunable");
    more_ = R"(, "trusted_keys": [")" + keys_.public_key + "\"]";
    plugins_.clear();
    write_config();
  }
  // A package of the fixture's folder.
  std::string packed(const std::string& fixture) const {
    const Result<std::string> bytes = pack(std::filesystem::path(OUTRIGGER_FIXTURES) / fixture, keys_.secret);
    EXPECT_TRUE(bytes) << bytes.error().message;
    return folder_.write(fixture + ".plugin", *bytes).string();
  }
  Result<Document> upgrade(const std::string& fixture, const std::string& agreed = "") {
    Arena arena;
    return service_->handle(
        arena.object({{"do", "upgrade"}, {"package", arena.text(packed(fixture))}, {"agreed", arena.text(agreed)}}));
  }
  static std::string manifest_sha256(const std::string& fixture) {
    return *sha256_of_file(std::filesystem::path(OUTRIGGER_FIXTURES) / fixture / "manifest.json");
  }
  // The same host, now with grants that it looks up.
  void start_again_with_grants() {
    grant_all_ = false;
    service_.reset();
    deployment_.reset();
    start();
    ASSERT_EQ(played(), "tango 1");
  }
  Result<Document> remove(const std::string& id) {
    Arena arena;
    return service_->handle(arena.object({{"do", "remove"}, {"plugin", arena.text(id)}}));
  }
  // Version 1.0, at work on each database.
  void start_with_the_first() {
    start();
    const Result<Document> installed = upgrade("tunable");
    ASSERT_TRUE(installed) << installed.error().message;
    configure(R"({"tune": "tango"})");
    const Result<Document> report = reload();
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_EQ(played(), "tango 1");
  }
  [[nodiscard]] std::string on_disk() const {
    const Result<Manifest> manifest = read_manifest(installed_plugins(deployment_->config()) / "tunable");
    return manifest ? manifest->version : "nothing";
  }

  // As `outrigger plugin enable` does.
  void grant_what_is_installed() const {
    const Result<Manifest> manifest = read_manifest(installed_plugins(deployment_->config()) / "tunable");
    Result<Ledger> ledger = Ledger::load(ledger_file(deployment_->config()));
    ASSERT_TRUE(ledger) << ledger.error().message;
    GrantRecord granted;
    granted.manifest_sha256 = *sha256_of_file(manifest->folder / "manifest.json");
    granted.permissions = Permissions::parse(manifest->document.root()["permissions"], "tunable")->json;
    const Result<void> recorded = ledger->grant("main", "tunable", std::move(granted));
    ASSERT_TRUE(recorded) << recorded.error().message;
  }

  KeyPair keys_;
};

TEST_F(UpgradeTest, ANewVersionTakesOver) {
  start_with_the_first();
  const Result<Document> done = upgrade("tunable_2");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->root()["version"].text(), "2.0");
  EXPECT_EQ(done->root()["before"].text(), "1.0");
  EXPECT_EQ(done->root()["plugins"].at(0)["done"].text(), "replaced");
  EXPECT_EQ(played(), "tango 2") << "with the configuration that it had";
  EXPECT_EQ(on_disk(), "2.0");
}

TEST_F(UpgradeTest, AVersionThatDoesNotWorkLeavesTheOneBeforeEverywhere) {
  databases_["another"] = at_sandbox();
  write_config();
  start_with_the_first();
  const Result<Document> done = upgrade("tunable_3");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message,
              AllOf(HasSubstr("tunable 3.0 was not installed"), HasSubstr("out of tune"), HasSubstr("1.0 stays")));
  EXPECT_EQ(played("main"), "tango 1");
  EXPECT_EQ(played("another"), "tango 1");
  EXPECT_EQ(on_disk(), "1.0");
  Arena arena;
  ASSERT_TRUE(service_->handle(arena.object({{"do", "reload"}, {"plugin", "tunable"}, {"database", "main"}})));
  EXPECT_EQ(played(), "tango 1") << "what is on disk works as well";
}

TEST_F(UpgradeTest, OneThatFailsOnTheSecondDatabaseGoesBackOnTheFirst) {
  databases_["another"] = at_sandbox();
  write_config();
  start_with_the_first();
  // Its second version is well; on the second database it is in nobody's hands.
  configure(R"({"tune": "tango", "fail_on": "main"})");
  const Result<Document> configured = reload();
  ASSERT_TRUE(configured) << configured.error().message;
  const Result<Document> done = upgrade("tunable_2");
  ASSERT_FALSE(done) << "main is the second by name";
  EXPECT_EQ(played("another"), "tango 1");
  EXPECT_EQ(played("main"), "tango 1");
  EXPECT_EQ(on_disk(), "1.0");
}

TEST_F(UpgradeTest, AVersionThatIsNotGrantedWaitsForTheAdmin) {
  start_with_the_first();
  grant_what_is_installed();
  start_again_with_grants();
  const Result<Document> done = upgrade("tunable_2");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(on_disk(), "2.0");
  EXPECT_EQ(done->root()["plugins"].at(0)["done"].text(), "waiting");
  EXPECT_THAT(std::string(done->root()["plugins"].at(0)["reason"].text()), HasSubstr("outrigger plugin enable"));
  EXPECT_EQ(played(), "tango 1") << "the old one works on until then";
  grant_what_is_installed();
  Arena arena;
  ASSERT_TRUE(service_->handle(arena.object({{"do", "enable"}, {"plugin", "tunable"}, {"database", "main"}})));
  EXPECT_EQ(played(), "tango 2");
}

TEST_F(UpgradeTest, WhatTheAdminAgreedToIsGrantedWithTheUpgrade) {
  start_with_the_first();
  grant_what_is_installed();
  start_again_with_grants();
  EXPECT_EQ(upgrade("tunable_2", manifest_sha256("tunable_3")).error().code, Code::kConflict)
      << "it was another manifest that the admin saw";
  EXPECT_EQ(on_disk(), "1.0");
  const Result<Document> done = upgrade("tunable_2", manifest_sha256("tunable_2"));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(played(), "tango 2");
  const Result<Document> failed = upgrade("tunable_3", manifest_sha256("tunable_3"));
  EXPECT_FALSE(failed);
  EXPECT_EQ(played(), "tango 2");
  EXPECT_EQ(on_disk(), "2.0");
  Arena arena;
  EXPECT_TRUE(service_->handle(arena.object({{"do", "reload"}, {"plugin", "tunable"}, {"database", "main"}})))
      << "its grant is the one of version 2 again";
}

TEST_F(UpgradeTest, AStrangersPackageIsRefused) {
  start_with_the_first();
  keys_ = *make_keys();
  const Result<Document> done = upgrade("tunable_2");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kAuth);
  EXPECT_EQ(on_disk(), "1.0");
}

TEST_F(UpgradeTest, AnAuthorWhoWasAddedToTheFileCountsAtOnce) {
  start_with_the_first();
  keys_ = *make_keys();
  more_ = R"(, "trusted_keys": [")" + keys_.public_key + "\"]";
  write_config();
  const Result<Document> done = upgrade("tunable_2");
  EXPECT_TRUE(done) << done.error().message;
}

TEST_F(UpgradeTest, APluginOfTheSameIdElsewhereIsNamed) {
  provide("tunable", "tunable");
  start();
  const Result<Document> done = upgrade("tunable_2");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr((folder_.path() / "plugins" / "tunable").string()));
  EXPECT_EQ(on_disk(), "nothing");
}

TEST_F(UpgradeTest, RemovingStopsItAndTakesItAway) {
  start_with_the_first();
  const Result<Document> done = remove("tunable");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->root()["stopped_on"].at(0).text(), "main");
  EXPECT_TRUE(done->root()["still_configured"].truthy());
  EXPECT_EQ(service_->find("main", "tunable"), nullptr);
  EXPECT_EQ(on_disk(), "nothing");
  EXPECT_EQ(remove("tunable").error().code, Code::kMissing);
  EXPECT_EQ(remove("../data").error().code, Code::kMissing);
}

}  // namespace
}  // namespace outrigger::host
