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
