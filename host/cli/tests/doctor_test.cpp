// `outrigger doctor` and `outrigger run` against a sandbox: each finding with its remedy; getting ready and stopping.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

#include "host/cli/tests/child.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kDebug[] = R"(, "log": {"level": "debug"})";

class WithSandbox : public testing::Test {
 protected:
  std::string config(const std::string& more = kDebug, const std::string& login = "admin",
                     const std::string& url = "") {
    return folder_.write("outrigger.json", config_text(url.empty() ? sandbox_.url() : url, more, login)).string();
  }
  std::string enabled(const std::string& plugin, const std::string& file) const {
    const Ended ended = run({"plugin", "enable", plugin, "--yes", "-c", file}, key());
    EXPECT_EQ(ended.code, 0) << ended.err;
    return file;
  }
  Environment key(const std::string& login = "admin") const { return {{kKeyVariable, sandbox_.key(login)}}; }
  static Environment key_text(const std::string& key) { return {{kKeyVariable, key}}; }

  TemporaryFolder folder_;
  SandboxChild sandbox_;
};

class Doctor : public WithSandbox {
 protected:
  // What is bad, as one text; the exit code must agree.
  std::string bad(const std::string& file, const Environment& environment) {
    const Ended ended = run({"doctor", "--json", "-c", file}, environment);
    std::string all;
    const Document report = ended.json();
    for (const Value finding : report.root()["findings"].items())
      if (finding["level"].text() == "bad")
        all += std::string(finding["subject"].text()) + ": " + std::string(finding["text"].text()) + "\n";
    EXPECT_EQ(ended.code, all.empty() ? 0 : 1);
    EXPECT_EQ(report.root()["good"].boolean(), all.empty());
    return all;
  }
};

TEST_F(Doctor, FindsNothingWrongWithAnAdministratorsKey) {
  const Ended ended = run({"doctor", "-c", config()}, key());
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("[ok] main: Odoo 19.0 at " + sandbox_.url()), HasSubstr("over JSON-2"),
                               HasSubstr("[ok] scoring: "), Not(HasSubstr("[bad]"))));
  EXPECT_THAT(bad(config(), key()), IsEmpty());
}

TEST_F(Doctor, AWrongKeyIsToBeRenewed) {
  EXPECT_THAT(bad(config(), key_text("0123456789abcdef0123456789abcdef01234567")),
              AllOf(HasSubstr("main: "), HasSubstr(sandbox_.url()), HasSubstr("renew the key")));
}

TEST_F(Doctor, AnExpiredKeyIsToBeRenewed) {
  EXPECT_THAT(bad(config(kDebug, "expired"), key("expired")), HasSubstr("renew the key"));
}

TEST_F(Doctor, AnUnreachableHostIsToBeChecked) {
  EXPECT_THAT(bad(config(kDebug, "admin", "http://127.0.0.1:1"), key()),
              AllOf(HasSubstr("http://127.0.0.1:1"), HasSubstr("check that Odoo runs there")));
  EXPECT_THAT(bad(config(kDebug, "admin", "http://no-such-host.invalid"), key()),
              HasSubstr("check the host name in the url"));
}

TEST_F(Doctor, AnotherDatabaseIsToBeCorrected) {
  const std::string file =
      folder_
          .write("outrigger.json",
                 R"({"data_folder": "data", "databases": {"main": {"url": ")" + sandbox_.url() +
                     R"(", "database": "other", "login": "admin", "key": "${env:OUTRIGGER_TEST_KEY}"}}})")
          .string();
  EXPECT_THAT(bad(file, key()), HasSubstr("correct `database`"));
}

TEST_F(Doctor, WhatIsNoOdooIsToBeChecked) {
  ASSERT_EQ(sandbox_.fault(R"({"kind": "html", "times": -1})"), 200);
  EXPECT_THAT(bad(config(), key()), AllOf(HasSubstr("captive portal"), HasSubstr("check `url`")));
}

TEST_F(Doctor, ASalespersonsKeyNeedsTheGroupsOfThePluginsThatAreOn) {
  const std::string needed =
      "[bad] scoring@main: Score leads needs to read, write crm.lead: give the key's user the group "
      "sales_team.group_sale_salesman_all_leads\n";
  const Ended on = run({"doctor", "-c", config(R"(, "plugins": {"scoring": {}})", "demo")}, key("demo"));
  EXPECT_EQ(on.code, 1);
  EXPECT_THAT(on.out, HasSubstr(needed));
  for (const char* off : {"", R"(, "plugins": {"scoring": {"enabled": false}})"})
    EXPECT_THAT(bad(config(off, "demo"), key("demo")), IsEmpty()) << "an Odoo without CRM lacks nothing";
}

TEST_F(Doctor, ScoringSaysWhetherItsScoresCanBeRight) {
  const std::string all = enabled("scoring", config(R"(, "plugins": {"scoring": {}})"));
  {
    Child host({"run", "-c", all}, key());
    ASSERT_TRUE(host.says("ready"));
    EXPECT_THAT(run({"doctor", "-c", all}, key()).out,
                HasSubstr("[ok] scoring@main: this key sees all leads; they are scored by "));
    EXPECT_THAT(run({"doctor", "-c", all, "--lang", "vi"}, key()).out, HasSubstr("khóa này thấy mọi cơ hội"));
    host.end_with(SIGTERM);
  }
  const std::string few = config(R"(, "plugins": {"scoring": {}})", "demo");
  EXPECT_THAT(bad(few, key("demo")), AllOf(HasSubstr("scoring@main: this key sees only its own leads"),
                                           HasSubstr("\"User: All Documents\" of Sales")));
}

TEST_F(Doctor, APluginThatIsNotThereOrDoesNotLoadIsNamed) {
  EXPECT_THAT(bad(config(R"(, "plugins": {"nothing": {}})"), key()),
              AllOf(HasSubstr("nothing: "), HasSubstr("outrigger plugin list")));
  EXPECT_THAT(bad(config(R"(, "plugin_folders": [")" OUTRIGGER_FIXTURES R"("])"), key()),
              AllOf(HasSubstr("wrong_magic: "), HasSubstr("rebuild it with outrigger_add_plugin()")));
}

TEST_F(Doctor, EveryDatabaseIsLookedAt) {
  const std::string file =
      folder_
          .write("outrigger.json", R"({"data_folder": "data", "databases": {"good": {"url": ")" + sandbox_.url() +
                                       R"(", "database": "sandbox", "key": "${env:OUTRIGGER_TEST_KEY}"},
    "gone": {"url": "http://127.0.0.1:1", "database": "sandbox", "key": "${env:OUTRIGGER_TEST_KEY}"}}})")
          .string();
  const Ended ended = run({"doctor", "-c", file}, key());
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("[ok] good: "), HasSubstr("[bad] gone: ")));
}

TEST(DoctorOf14, WorksOverJsonRpc) {
  SandboxChild sandbox({"--series", "14"});
  const TemporaryFolder folder;
  const Ended ended = run({"doctor", "-c", folder.write("outrigger.json", config_text(sandbox.url())).string()},
                          {{kKeyVariable, sandbox.key()}});
  EXPECT_EQ(ended.code, 0) << ended.out;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("Odoo 14.0"), HasSubstr("over JSON-RPC")));
}

using Service = WithSandbox;

TEST_F(Service, GetsReadyAndEndsOnSigterm) {
  const std::string file = enabled("scoring", config(R"(, "plugins": {"scoring": {}}, "log": {"level": "debug"})"));
  Child child({"run", "-c", file}, key());
  ASSERT_TRUE(child.says("ready"));
  EXPECT_EQ(run({"doctor", "-c", file}, key()).code, 0);
  EXPECT_TRUE(child.running()) << "it stays until it is told to end";
  const Ended ended = child.end_with(SIGTERM);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_THAT(ended.err, AllOf(HasSubstr("main: Odoo 19.0 over JSON-2"), HasSubstr("scoring@main: active"),
                               HasSubstr("stopping")));
}

TEST_F(Service, EndsOnCtrlCToo) {
  Child child({"run", "-c", config()}, key());
  ASSERT_TRUE(child.says("ready"));
  EXPECT_EQ(child.end_with(SIGINT).code, 0);
}

TEST_F(Service, WritesItsLogAsJsonWhenAsked) {
  Child child({"run", "-c", config(R"(, "log": {"level": "debug", "format": "json"})")}, key());
  ASSERT_TRUE(child.says("ready"));
  std::istringstream lines(child.end_with(SIGTERM).err);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const Result<Document> json = value::read_json(line);
    ASSERT_TRUE(json) << line;
    for (const char* name : {"time", "level", "from", "text"}) EXPECT_TRUE(json->root().has(name)) << line;
  }
  EXPECT_GE(count, 3);
}

TEST_F(Service, AnOdooThatIsAwayIsNoReasonToEnd) {
  Child child({"run", "-c", config(kDebug, "admin", "http://127.0.0.1:1")}, key());
  ASSERT_TRUE(child.says("ready"));
  EXPECT_TRUE(child.running());
  const Ended ended = child.end_with(SIGTERM);
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("main: database main at http://127.0.0.1:1"),
                               HasSubstr("check that Odoo runs there"), HasSubstr("it is asked again in 1 s")));
}

TEST_F(Service, StopsAtOnceWhenSomethingIsWrong) {
  const Ended unknown = run({"run", "-c", config(R"(, "plugins": {"nothing": {}})")}, key());
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("there is no plugin nothing"));
  const std::string wrong = enabled(
      "wrong_magic", config(R"(, "plugins": {"wrong_magic": {}}, "plugin_folders": [")" OUTRIGGER_FIXTURES R"("])"));
  const Ended refused = run({"run", "-c", wrong}, key());
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("rebuild it with outrigger_add_plugin()"));
}

TEST_F(Service, APluginThatIsSwitchedOffIsNotLoaded) {
  Child child(
      {"run", "-c",
       config(R"(, "plugins": {"wrong_magic": {"enabled": false}}, "plugin_folders": [")" OUTRIGGER_FIXTURES R"("])")},
      key());
  EXPECT_TRUE(child.says("ready"));
  EXPECT_EQ(child.end_with(SIGTERM).code, 0);
}

}  // namespace
}  // namespace outrigger::host
