// The program's commands that need no Odoo: help, plugins, demo, and what is wrong on the command line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "host/cli/tests/child.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr char kKey[] = "fedcba9876543210fedcba9876543210fedcba98";
const Environment kWithKey{{kKeyVariable, kKey}};

TEST(Cli, SaysItsVersion) {
  const Ended ended = run({"--version"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, ContainsRegex("^[0-9]+\\.[0-9]+\\.[0-9]+\n$"));
}

TEST(Cli, HelpNamesTheCommandsAndThoseOfPlugins) {
  const Ended ended = run({"--help"});
  EXPECT_EQ(ended.code, 0);
  for (const char* command : {"demo", "sandbox", "run", "doctor", "plugin", "scoring"})
    EXPECT_THAT(ended.out, HasSubstr(command));
  const Ended scoring = run({"scoring", "--help"});
  EXPECT_EQ(scoring.code, 0);
  EXPECT_THAT(scoring.out, AllOf(HasSubstr("recompute"), HasSubstr("explain")));
}

TEST(Cli, WhatIsNoCommandEndsWith2) {
  for (const Arguments& arguments : {Arguments{},
                                     {"dance"},
                                     {"plugin"},
                                     {"plugin", "dance"},
                                     {"scoring", "dance"},
                                     {"demo", "--dance"},
                                     {"demo", "--leads", "many"},
                                     {"demo", "--series", "17"},
                                     {"--lang", "fr", "demo"},
                                     {"scoring", "explain"},
                                     {"scoring", "explain", "abc"},
                                     {"scoring", "recompute", "--limit", "1.5"}}) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 2) << testing::PrintToString(arguments) << ended.out << ended.err;
    EXPECT_THAT(ended.err, Not(IsEmpty())) << testing::PrintToString(arguments);
    EXPECT_THAT(ended.out, IsEmpty()) << testing::PrintToString(arguments);
  }
  EXPECT_THAT(run({"scoring", "explain", "abc"}).err,
              AllOf(HasSubstr("lead"), HasSubstr("a whole number"), HasSubstr("abc")));
}

TEST(Cli, AMissingConfigurationSaysHowToNameOne) {
  for (const Arguments& arguments :
       {Arguments{"run"}, {"doctor"}, {"scoring", "recompute"}, {"scoring", "explain", "1"}}) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 2) << testing::PrintToString(arguments);
    EXPECT_THAT(ended.err, AllOf(HasSubstr("cannot read outrigger.json"), HasSubstr("-c")));
  }
  Arguments with_json{"doctor", "--json", "-c", "/no/such.json"};
  const Ended ended = run(with_json);
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.json().root()["error"]["code"].text(), "missing");
  EXPECT_THAT(std::string(ended.json().root()["error"]["message"].text()), HasSubstr("/no/such.json"));
}

TEST(Cli, AFaultyConfigurationNamesFileLineAndKey) {
  const TemporaryFolder folder;
  const std::string file = folder.write("outrigger.json", "{\"databases\": {\"main\": {\n\"urk\": \"x\"}}}").string();
  for (const Arguments& command : {Arguments{"run"}, {"doctor"}, {"scoring", "recompute"}, {"plugin", "list"}}) {
    Arguments arguments = command;
    arguments.insert(arguments.end(), {"-c", file});
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 2) << testing::PrintToString(arguments);
    EXPECT_THAT(ended.err, HasSubstr(file + ":2: unknown key `urk`"));
  }
}

TEST(Cli, ListsThePluginsThatThereAre) {
  const Ended ended = run({"plugin", "list", "--json"});
  EXPECT_EQ(ended.code, 0);
  const Document plugins = ended.json();
  ASSERT_EQ(plugins.root().size(), 2U) << "the fixtures of tests are not among them";
  size_t row = 0;
  for (const char* id : {"assignment", "scoring"}) {
    const Value plugin = plugins.root().at(row++);
    EXPECT_EQ(plugin["id"].text(), id);
    EXPECT_EQ(plugin["state"].text(), "not configured");
    EXPECT_FALSE(plugin["version"].text().empty());
    EXPECT_TRUE(std::filesystem::exists(std::string(plugin["folder"].text()) + "/manifest.json"));
  }
  EXPECT_THAT(run({"plugin", "list"}).out, AllOf(StartsWith("assignment "), HasSubstr("\nscoring ")));
}

TEST(Cli, ShowsWhatOnePluginIsAndMay) {
  const Ended ended = run({"plugin", "info", "scoring"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("(crm.lead): automated_probability, probability"),
                               HasSubstr("scoring recompute"), HasSubstr("start_date"), HasSubstr("  loads\n")));
  EXPECT_EQ(run({"plugin", "info", "scoring", "--json"}).json().root()["id"].text(), "scoring");
  const Ended unknown = run({"plugin", "info", "nothing"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("there is no plugin nothing"), HasSubstr("outrigger plugin list")));
}

TEST(Cli, APluginThatDoesNotLoadSaysWhy) {
  const TemporaryFolder folder;
  const std::string file =
      folder
          .write("outrigger.json",
                 config_text("http://127.0.0.1:1", R"(, "plugin_folders": [")" OUTRIGGER_FIXTURES R"("])"))
          .string();
  const Ended ended = run({"plugin", "info", "wrong_magic", "-c", file}, kWithKey);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, HasSubstr("rebuild it with outrigger_add_plugin()"));
}

TEST(Cli, ABadManifestIsReportedAndTheOtherPluginsWork) {
  const TemporaryFolder folder;
  const char* bad[] = {
      "not json", R"({"id": "a", "version": "1", "abi": "1.0", "name": []})",
      R"({"id": "a", "version": "1", "abi": "1.0", "commands": [{"name": "x"}, {"name": "x"}]})",
      R"({"id": "a", "version": "1", "abi": "1.0", "commands": [{"name": "x", "arguments": [{"name": "help"}]}]})"};
  const std::string file =
      folder.write("outrigger.json", config_text("http://127.0.0.1:1", R"(, "plugin_folders": ["mine"])")).string();
  for (const char* manifest : bad) {
    const std::string path = folder.write("mine/a/manifest.json", manifest).string();
    const Ended list = run({"plugin", "list", "--json", "-c", file}, kWithKey);
    EXPECT_EQ(list.code, 1) << manifest;
    EXPECT_THAT(list.err, HasSubstr(path + ":1: "));
    EXPECT_EQ(list.json().root().size(), 2U) << "those that are ours";
    EXPECT_EQ(run({"scoring", "--help", "-c", file}, kWithKey).code, 0) << manifest;
  }
}

TEST(Demo, ScoresTheLeadsOfASandbox) {
  const Ended ended = run({"demo", "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, IsEmpty());
  const Document report = ended.json();
  EXPECT_EQ(report.root()["leads"].integer(), 500);
  EXPECT_GT(report.root()["scored"].integer(), 50);
  EXPECT_EQ(report.root()["written"].integer(), report.root()["changed"].integer());
  EXPECT_EQ(report.root()["failed"].size() + report.root()["unknown"].size(), 0U);
}

TEST(Demo, PrintsATableAndWhatItDoes) {
  const Ended ended = run({"demo", "--limit", "3", "--leads", "200"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("Stage"), HasSubstr("Odoo"), HasSubstr("Ours"), HasSubstr("For"),
                               HasSubstr("Against"), HasSubstr("written to crm.lead automated_probability")));
  EXPECT_THAT(ended.err, AllOf(HasSubstr("making a sandbox Odoo 19 with 200 leads"), HasSubstr("scoring.so"),
                               HasSubstr("done: ")));
}

TEST(Demo, SpeaksVietnamese) {
  for (const bool by_option : {true, false}) {
    const Ended ended = by_option ? run({"demo", "--lang", "vi", "--leads", "200"})
                                  : run({"demo", "--leads", "200"}, {{"LANG", "vi_VN.UTF-8"}});
    ASSERT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out,
                AllOf(HasSubstr("Giai đoạn"), HasSubstr("Thuận lợi"), HasSubstr("Bất lợi"), Not(HasSubstr("Against"))));
  }
}

TEST(Demo, BehavesAsOdoo14WhenAsked) {
  const Ended ended = run({"demo", "--series", "14", "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.json().root()["leads"].integer(), 500);
}

TEST(Demo, TheSandboxStaysWhenKeptAndItsKeyIsWhereTheDemoSays) {
  Child child({"demo", "--keep", "--leads", "100"});
  ASSERT_TRUE(child.says("until Ctrl-C"));
  const Ended ended = child.end_with(SIGINT);
  EXPECT_EQ(ended.code, 0);
  const bool in_help = ended.out.find("`outrigger sandbox --help`") != std::string::npos;
  EXPECT_TRUE(!in_help || run({"sandbox", "--help"}).out.find("5a4d0b5e") != std::string::npos) << ended.out;
}

TEST(Sandbox, ShowsUsersAndKeysAndEndsOnCtrlC) {
  Child child({"sandbox", "--port", "0", "--leads", "10"});
  ASSERT_TRUE(child.says("Ctrl-C ends it"));
  const Ended ended = child.end_with(SIGINT);
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("http://127.0.0.1:"), HasSubstr("admin"), HasSubstr("(expired)"),
                               HasSubstr("(sees a part of the leads)")));
}

TEST(Sandbox, APortThatIsTakenIsNamedWithTheRemedy) {
  SandboxChild first;
  const std::string port = first.url().substr(first.url().rfind(':') + 1);
  const Ended second = run({"sandbox", "--port", port});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err, AllOf(HasSubstr("127.0.0.1:" + port), HasSubstr("choose another port with --port")));
  EXPECT_EQ(first.end().code, 0);
}

}  // namespace
}  // namespace outrigger::host
