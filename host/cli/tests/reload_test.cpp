// The configuration file as it is now: all of it or nothing, and exactly what differs.
#include <csignal>
#include <future>
#include <thread>

#include "host/cli/tests/service_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(ServiceTest, ANewConfigurationIsTakenAtWork) {
  start();
  EXPECT_EQ(played(), "polka 1");
  const int before = pid();
  configure(R"({"tune": "tango"})");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main configured"));
  EXPECT_EQ(played(), "tango 1");
  EXPECT_EQ(pid(), before) << "it was not started anew";
  EXPECT_EQ(command("play")->root()["commits"].integer(), 1);
  configure("{}");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main configured"));
  EXPECT_EQ(played(), "waltz 1") << "the default";
}

TEST_F(ServiceTest, NothingDiffersAndNothingIsDone) {
  start();
  const Result<Document> report = reload();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->root()["changes"].size(), 0U);
  EXPECT_FALSE(report->root()["applied"].truthy());
}

TEST_F(ServiceTest, APlanSaysWhatDiffersAndChangesNothing) {
  start();
  configure(R"({"tune": "tango"})");
  const Result<Document> plan = reload(true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_FALSE(plan->root()["applied"].truthy());
  ASSERT_EQ(plan->root()["changes"].size(), 1U);
  EXPECT_EQ(plan->root()["changes"].at(0)["text"].text(), "plugin tunable: new configuration (tune)");
  EXPECT_EQ(played(), "polka 1");
}

TEST_F(ServiceTest, AfterACrashItIsStartedWithTheNewConfiguration) {
  start();
  configure(R"({"tune": "tango"})");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main configured"));
  ASSERT_EQ(::kill(pid(), SIGKILL), 0);
  std::string heard = played();
  for (int i = 0; i < 1000 && heard != "tango 1"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // its back-off is a second of the real clock
    heard = played();
  }
  EXPECT_EQ(heard, "tango 1");
}

TEST_F(ServiceTest, WhatOneInstanceRefusesIsTakenByNone) {
  databases_["other"] = at_sandbox();
  write_config();
  start();
  configure(R"({"tune": "tango", "refuse_on": "other"})");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@other: no sheet for that tune; name another"));
  EXPECT_EQ(played("main"), "polka 1");
  EXPECT_EQ(played("other"), "polka 1");
  EXPECT_EQ(command("play")->root()["abandons"].integer(), 1) << "what the other had prepared";
  EXPECT_THAT(reloaded(), ElementsAre(HasSubstr("no sheet"))) << "it still differs";
  configure(R"({"tune": "tango"})");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main configured", "tunable@other configured"));
}

TEST_F(ServiceTest, APluginThatCannotIsReplaced) {
  start();
  const int before = pid();
  configure(R"({"tune": "tango", "prepare": "unsupported"})");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main replaced"));
  EXPECT_EQ(played(), "tango 1");
  EXPECT_NE(pid(), before);
}

TEST_F(ServiceTest, AReplacementThatIsNotActivatedLeavesTheOldOneAndTheDifference) {
  start();
  configure(R"({"tune": "tango", "prepare": "unsupported", "activate": "refuse"})");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main failed"));
  EXPECT_EQ(played(), "polka 1");
  EXPECT_EQ(reload(true)->root()["changes"].size(), 1U) << "to be tried again";
}

TEST_F(ServiceTest, OtherLimitsMeanAnotherProcess) {
  start();
  const int before = pid();
  plugins_ = R"("tunable": {"memory_mib": 512, "config": {"tune": "tango"}})";
  write_config();
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main replaced"));
  EXPECT_NE(pid(), before);
  EXPECT_EQ(played(), "tango 1");
}

TEST_F(ServiceTest, AFaultyFileChangesNothingAndSaysWhere) {
  start();
  const auto file = [&](const std::string& rest) { return (folder_.path() / "outrigger.json").string() + rest; };
  configure(R"({"tune": )");
  EXPECT_THAT(reloaded(), ElementsAre(HasSubstr(file(":3"))));
  configure(R"({"tuen": "tango"})");
  EXPECT_THAT(reloaded(), ElementsAre(AllOf(HasSubstr(file(":3")), HasSubstr("tuen"), HasSubstr("tune"))));
  configure(R"({"tune": 7})");
  EXPECT_THAT(reloaded(), ElementsAre(AllOf(HasSubstr(file(":3")), HasSubstr("tune"))));
  plugins_ = R"("tunable": {}, "nobody": {})";
  write_config();
  EXPECT_THAT(reloaded(), ElementsAre(AllOf(HasSubstr(file(":3")), HasSubstr("there is no plugin nobody"))));
  configure(R"({"tune": "tango"})");
  data_ = "elsewhere";
  write_config();
  EXPECT_THAT(reloaded(), ElementsAre(AllOf(HasSubstr(file(":2")), HasSubstr("data_folder"))));
  std::filesystem::remove(folder_.path() / "outrigger.json");
  EXPECT_THAT(reloaded(), ElementsAre(HasSubstr("outrigger.json")));
  EXPECT_EQ(played(), "polka 1");
  data_ = "data";
  write_config();
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main configured"));
}

TEST_F(ServiceTest, PluginsComeAndGo) {
  plugins_.clear();
  write_config();
  start();
  EXPECT_EQ(service_->find("main", "tunable"), nullptr);
  configure(R"({"tune": "tango"})");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main started"));
  EXPECT_EQ(played(), "tango 1");
  plugins_ = R"("tunable": {"enabled": false})";
  write_config();
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main stopped"));
  EXPECT_EQ(service_->find("main", "tunable"), nullptr);
}

TEST_F(ServiceTest, APluginThatIsNotGrantedWaits) {
  grant_all_ = false;
  plugins_.clear();
  write_config();
  start();
  configure("{}");
  const Result<Document> report = reload();
  ASSERT_TRUE(report) << report.error().message;
  const Value step = report->root()["plugins"].at(0);
  EXPECT_EQ(step["done"].text(), "waiting");
  EXPECT_THAT(std::string(step["reason"].text()), HasSubstr("outrigger plugin enable tunable"));
}

TEST_F(ServiceTest, DatabasesComeAndGo) {
  start();
  const int before = pid();
  databases_["other"] = at_sandbox();
  write_config();
  EXPECT_THAT(reloaded(), ElementsAre("tunable@other started"));
  EXPECT_EQ(played("other"), "polka 1");
  databases_.erase("other");
  write_config();
  EXPECT_THAT(reloaded(), ElementsAre("tunable@other stopped"));
  EXPECT_EQ(service_->find("other", "tunable"), nullptr);
  EXPECT_EQ(pid(), before) << "the other database noticed nothing";
}

TEST_F(ServiceTest, ADatabaseThatIsNotThereChangesNothing) {
  start();
  databases_["other"] = R"({"url": "http://127.0.0.1:1", "database": "x", "login": "x", "key": "${file:key}"})";
  configure(R"({"tune": "tango"})");
  EXPECT_THAT(reloaded(), ElementsAre(HasSubstr("database other at http://127.0.0.1:1")));
  EXPECT_EQ(played(), "polka 1");
}

TEST_F(ServiceTest, RequestsWaitForTheStart) {
  Result<Config> config = read_config(folder_.path() / "outrigger.json");
  config->grant_all = true;
  deployment_ = std::make_unique<Deployment>(*std::move(config));
  service_ = std::make_unique<Service>(*deployment_);
  std::promise<void> asking;
  auto answer = std::async(std::launch::async, [&] {
    asking.set_value();
    Arena arena;
    return service_->handle(arena.object({{"do", "reload"}, {"plugin", "tunable"}}));
  });
  asking.get_future().wait();
  ASSERT_TRUE(service_->start({}));
  const Result<Document> reloaded = answer.get();
  EXPECT_TRUE(reloaded) << "it was answered before the plugins were there: " << reloaded.error().message;
}

TEST_F(ServiceTest, RequestsAreRefusedWhenTheStartFails) {
  configure(R"({"tune": 7})");
  Result<Config> config = read_config(folder_.path() / "outrigger.json");
  ASSERT_TRUE(config) << config.error().message;
  deployment_ = std::make_unique<Deployment>(*std::move(config));
  service_ = std::make_unique<Service>(*deployment_);
  auto answer = std::async(std::launch::async, [&] { return reload(); });
  EXPECT_FALSE(service_->start({}));
  EXPECT_THAT(answer.get().error().message, HasSubstr("did not start"));
}

TEST_F(ServiceTest, ADatabaseThatIsAddedIsWatchedAsItIsConfigured) {
  start();
  databases_["other"] = at_sandbox("admin", "key", R"(, "feed": {"look_seconds": 77}, "budget": {"rate": 3})");
  write_config();
  EXPECT_THAT(reloaded(), ElementsAre("tunable@other started"));
  for (const std::shared_ptr<Tenant>& tenant : deployment_->facilities().tenants()) {
    const bool added = tenant->database() == "other";
    EXPECT_EQ(tenant->feed_settings().look_every, added ? 77 : feed::Settings{}.look_every);
    EXPECT_EQ(tenant->feed_settings().calls_per_second, added ? 3 : 0);
  }
}

// Of commands under way too, whose instance is their own.
TEST_F(ServiceTest, AGrantThatIsTakenAwayIsGoneAtOnce) {
  start();
  std::future<Result<Document>> running = std::async(std::launch::async, [&] {
    Arena arena;
    return service_->stream(arena.object({{"do", "command"},
                                          {"plugin", "tunable"},
                                          {"database", "main"},
                                          {"command", "create-until-refused"},
                                          {"locale", "en"}}),
                            [](Value) {}, {});
  });
  const auto written = [&] {
    const std::map<std::string, int> calls = sandbox_.calls();
    return calls.contains("crm.lead/load") || calls.contains("crm.lead/create");
  };
  while (!written() && running.wait_for(std::chrono::milliseconds(5)) == std::future_status::timeout) {
  }
  Arena arena;
  ASSERT_TRUE(service_->handle(arena.object({{"do", "disable"}, {"plugin", "tunable"}, {"database", "main"}})));
  const Result<Document> ended = running.get();
  ASSERT_FALSE(ended);
  EXPECT_THAT(ended.error().message,
              AllOf(HasSubstr("plugin tunable may do nothing on database main any more"), HasSubstr("plugin enable")));
}

TEST_F(ServiceTest, AHostThatIsNoLongerConfiguredIsRefusedAtOnce) {
  const auto fetch = [&] {
    Arena arena;
    const Result<Document> got =
        service_->find("main", "tunable")
            ->call("commands.run",
                   arena.object({{"name", "fetch"},
                                 {"args", arena.object({{"url", arena.text(server_->url() + "/web/version")}})},
                                 {"locale", "en"}}));
    return got ? std::string("answered") : got.error().message;
  };
  configure(R"({"tune": "polka", "service": ")" + server_->url() + "\"}");
  start();
  const int before = pid();
  EXPECT_EQ(fetch(), "answered");
  configure(R"({"tune": "polka", "service": "https://elsewhere.example.com"})");
  EXPECT_THAT(reloaded(), ElementsAre("tunable@main configured"));
  EXPECT_EQ(pid(), before) << "the instance is the same";
  EXPECT_THAT(fetch(), HasSubstr("127.0.0.1"));
  EXPECT_THAT(fetch(), testing::Not("answered"));
}

}  // namespace
}  // namespace outrigger::host
