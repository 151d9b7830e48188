// A host that runs, changed from another terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/cli/tests/child.hpp"
#include "host/config/tests/texts.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class RunningHost : public testing::Test {
 protected:
  RunningHost()
      : file_(folder_
                  .write("outrigger.json",
                         config_text(sandbox_.url(), R"(, "plugins": {"scoring": {}}, "log": {"level": "debug"})",
                                     "admin"))
                  .string()) {}
  Ended plugin(const Arguments& words) const {
    Arguments all{"plugin"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"-c", file_});
    return run(all, key());
  }
  Environment key() const { return {{kKeyVariable, sandbox_.key("admin")}}; }
  // The plugin's state on the database, as `plugin list` says it.
  std::string state() const {
    const Document list = plugin({"list", "--json"}).json();
    for (const Value one : list.root().items())
      if (one["id"].text() == "scoring") return std::string(one["databases"].at(0)["state"].text());
    return "not listed";
  }

  TemporaryFolder folder_;
  SandboxChild sandbox_;
  std::string file_;
};

TEST_F(RunningHost, TakesAGrantANewVersionAndTheEndOfAGrant) {
  Child child({"run", "-c", file_}, key());
  ASSERT_TRUE(child.says("never enabled"));
  ASSERT_TRUE(child.says("ready"));
  EXPECT_EQ(state(), "not enabled");
  const Ended enabled = plugin({"enable", "scoring", "--yes"});
  EXPECT_EQ(enabled.code, 0) << enabled.err;
  EXPECT_THAT(enabled.out, AllOf(HasSubstr("crm.lead"), HasSubstr("enabled")));
  EXPECT_TRUE(child.says("scoring@main: active"));
  EXPECT_EQ(state(), "running");
  const Ended reloaded = plugin({"reload", "scoring"});
  EXPECT_EQ(reloaded.code, 0) << reloaded.err;
  EXPECT_TRUE(child.says("reloaded"));
  EXPECT_EQ(state(), "running");
  EXPECT_EQ(plugin({"disable", "scoring"}).code, 0);
  EXPECT_TRUE(child.says("it was disabled"));
  EXPECT_EQ(state(), "not enabled");
  const Ended refused = plugin({"reload", "scoring"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("does not run on database main"));
  EXPECT_EQ(child.end_with(SIGTERM).code, 0);
}

TEST_F(RunningHost, StartsBeforeItsOdooAndComesUpWithIt) {
  ASSERT_EQ(plugin({"enable", "scoring", "--yes"}).code, 0);
  (void)folder_.write("outrigger.json", config_text(sandbox_.url(), R"(, "plugins": {"scoring": {}})", "admin"));
  ASSERT_EQ(sandbox_.end().code, 0);
  Child child({"run", "-c", file_}, key());
  ASSERT_TRUE(child.says("it is asked again in"));
  ASSERT_TRUE(child.says("ready"));
  const Ended away = run({"status", "-c", file_}, key());
  EXPECT_EQ(away.code, 0) << away.err;
  EXPECT_THAT(away.out, AllOf(HasSubstr("away: database main at"), HasSubstr("it is asked again in")));
  const Ended command = run({"scoring", "recompute", "-c", file_}, key());
  EXPECT_EQ(command.code, 1);
  EXPECT_THAT(command.err, HasSubstr("it is asked again in"));
  const std::string port = sandbox_.url().substr(sandbox_.url().rfind(':') + 1);
  Child odoo({"sandbox", "--port", port, "--json", "--leads", "300"});
  EXPECT_TRUE(child.says("scoring@main: active"));
  EXPECT_TRUE(child.says("it is there now"));
  EXPECT_EQ(state(), "running");
  EXPECT_THAT(run({"status", "-c", file_}, key()).out, testing::Not(HasSubstr("away")));
  EXPECT_EQ(child.end_with(SIGTERM).code, 0);
  EXPECT_EQ(odoo.end_with(SIGTERM).code, 0);
}

TEST_F(RunningHost, TakesItsConfigurationAgain) {
  const auto configure = [&](const std::string& plugins) {
    (void)folder_.write("outrigger.json",
                        config_text(sandbox_.url(), R"(, "plugins": {)" + plugins + R"(}, "log": {"level": "debug"})"));
  };
  const auto reload = [&](const Arguments& more = {}) {
    Arguments all{"reload", "-c", file_};
    all.insert(all.end(), more.begin(), more.end());
    return run(all, key());
  };
  EXPECT_THAT(reload().err, HasSubstr("start one with `outrigger run`"));
  ASSERT_EQ(plugin({"enable", "scoring", "--yes"}).code, 0);
  Child child({"run", "-c", file_}, key());
  ASSERT_TRUE(child.says("ready"));
  EXPECT_THAT(reload().out, HasSubstr("nothing differs"));
  configure(R"("scoring": {"config": {"start_date": "2026-01-01"}})");
  const Ended plan = reload({"--plan"});
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("this would change:\n  plugin scoring: new configuration (start_date)"));
  const Ended done = reload();
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("scoring@main: configured"));
  configure(R"("scoring": {"config": {"start_date": 5}})");
  const Ended faulty = reload({"--json"});
  EXPECT_EQ(faulty.code, 1);
  EXPECT_THAT(std::string(faulty.json().root()["error"]["message"].text()),
              AllOf(HasSubstr("outrigger.json:1"), HasSubstr("start_date")));
  configure("");
  const Ended gone = reload({"--json"});
  EXPECT_EQ(gone.json().root()["plugins"].at(0)["done"].text(), "stopped");
  configure(R"("scoring": {})");
  child.send(SIGHUP);
  EXPECT_TRUE(child.says("scoring@main: started")) << "SIGHUP asks for the same";
  EXPECT_EQ(state(), "running");
  EXPECT_EQ(child.end_with(SIGTERM).code, 0);
}

TEST_F(RunningHost, InstallsUpgradesAndRemovesPackages) {
  const std::filesystem::path fixtures = OUTRIGGER_FIXTURES;
  const std::string signing = (folder_.path() / "signing").string();
  const Ended keys = plugin({"keygen", signing, "--json"});
  const std::string trusted(keys.json().root()["public_key"].text());
  const auto configure = [&](const std::string& plugins) {
    (void)folder_.write("outrigger.json", config_text(sandbox_.url(), R"(, "trusted_keys": [")" + trusted +
                                                                          R"("], "plugins": {)" + plugins + "}"));
  };
  const auto package = [&](const std::string& fixture) {
    const std::string file = (folder_.path() / (fixture + ".plugin")).string();
    EXPECT_EQ(plugin({"pack", (fixtures / fixture).string(), "--key", signing, "--to", file}).code, 0);
    return file;
  };
  const auto version = [&] {
    const Document list = plugin({"list", "--json"}).json();
    for (const Value one : list.root().items())
      if (one["id"].text() == "tunable")
        return std::string(one["version"].text()) + " " + std::string(one["databases"].at(0)["state"].text());
    return std::string("not listed");
  };
  configure("");
  EXPECT_THAT(plugin({"upgrade", package("tunable")}).err, HasSubstr("plugin install"));
  EXPECT_EQ(plugin({"install", package("tunable")}).code, 0) << "also while no host runs";
  configure(R"("tunable": {})");
  ASSERT_EQ(plugin({"enable", "tunable", "--yes"}).code, 0);
  Child child({"run", "-c", file_}, key());
  ASSERT_TRUE(child.says("ready"));
  EXPECT_EQ(version(), "1.0 running");
  const Ended unasked = plugin({"upgrade", package("tunable_2")});
  EXPECT_EQ(unasked.code, 1);
  EXPECT_THAT(unasked.out, AllOf(HasSubstr("tunable 2.0 asks to"), HasSubstr("granted on database main:\n  the same")));
  EXPECT_THAT(unasked.err, HasSubstr("--yes"));
  EXPECT_EQ(version(), "1.0 running");
  const Ended upgraded = plugin({"upgrade", package("tunable_2"), "--yes"});
  EXPECT_EQ(upgraded.code, 0) << upgraded.err;
  EXPECT_THAT(upgraded.out, AllOf(HasSubstr("tunable 2.0 is installed"), HasSubstr("tunable@main: replaced")));
  EXPECT_EQ(version(), "2.0 running");
  const Ended failed = plugin({"upgrade", package("tunable_3"), "--yes"});
  EXPECT_EQ(failed.code, 1);
  EXPECT_THAT(failed.err, AllOf(HasSubstr("tunable 3.0 was not installed"), HasSubstr("2.0 stays")));
  EXPECT_EQ(version(), "2.0 running");
  EXPECT_THAT(plugin({"install", package("tunable")}).err,
              HasSubstr("tunable 2.0 is there already, and 1.0 is older; say --older to go back to it"));
  EXPECT_EQ(version(), "2.0 running");
  const Ended waiting = plugin({"install", package("tunable"), "--older"});
  EXPECT_THAT(waiting.out, AllOf(HasSubstr("tunable@main: waiting"), HasSubstr("outrigger plugin enable tunable")));
  const Ended removed = plugin({"remove", "tunable"});
  EXPECT_EQ(removed.code, 0) << removed.err;
  EXPECT_THAT(removed.out, AllOf(HasSubstr("is removed"), HasSubstr("take it out of `plugins`")));
  EXPECT_TRUE(child.says("stopped: it is removed"));
  EXPECT_EQ(version(), "not listed");
  EXPECT_EQ(child.end_with(SIGTERM).code, 0);
}

TEST_F(RunningHost, ASecondOneOnTheSameFolderIsRefused) {
  Child child({"run", "-c", file_}, key());
  ASSERT_TRUE(child.says("ready"));
  const Ended second = run({"run", "-c", file_}, key());
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err, AllOf(HasSubstr("another `outrigger run` works with"), HasSubstr("data_folder")));
  EXPECT_EQ(child.end_with(SIGTERM).code, 0);
}

TEST_F(RunningHost, WithoutOneReloadSaysHowToStartIt) {
  const Ended ended = plugin({"reload", "scoring"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("start one with `outrigger run`"));
}

TEST_F(RunningHost, WithoutATerminalEnableAsksForYes) {
  const Ended ended = plugin({"enable", "scoring"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("--yes"));
  EXPECT_EQ(state(), "not enabled");
}

TEST_F(RunningHost, LookingWithJsonGrantsNothing) {
  const Ended ended = plugin({"enable", "scoring", "--json"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(std::string(ended.json().root()["error"]["message"].text()), HasSubstr("--yes"));
  EXPECT_EQ(state(), "not enabled");
  EXPECT_EQ(plugin({"enable", "scoring", "--json", "--yes"}).code, 0);
  EXPECT_EQ(state(), "not running");
}

TEST_F(RunningHost, EnableSpeaksVietnamese) {
  EXPECT_THAT(plugin({"enable", "scoring", "--yes", "--lang", "vi"}).out, HasSubstr("tiềm năng"));
}

}  // namespace
}  // namespace outrigger::host
