// A plugin's commands on the command line, on the example of scoring: plan, write, explain, refuse, be interrupted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>

#include "host/cli/tests/child.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ScoringCommand : public testing::Test {
 protected:
  std::string config(const std::string& more = "", const std::string& login = "admin") const {
    const std::string file =
        folder_.write("outrigger.json", config_text(sandbox_.url(), more + R"(, "log": {"level": "debug"})", login))
            .string();
    enable("scoring", file);
    return file;
  }
  void enable(const std::string& plugin, const std::string& file, const std::string& database = "") const {
    const Ended ended = run({"plugin", "enable", plugin, "--yes", "-c", file, "-d", database}, key());
    EXPECT_EQ(ended.code, 0) << ended.err;
  }
  Environment key(const std::string& login = "admin") const { return {{kKeyVariable, sandbox_.key(login)}}; }
  Ended scoring(Arguments arguments, const std::string& login = "admin", const std::string& more = "") const {
    arguments.insert(arguments.begin(), "scoring");
    arguments.insert(arguments.end(), {"-c", config(more, login)});
    return run(arguments, key(login));
  }

  TemporaryFolder folder_;
  SandboxChild sandbox_;
};

TEST_F(ScoringCommand, APlanWritesNothingAndTheRealRunWhatWasPlanned) {
  const Ended plan = scoring({"recompute", "--plan", "--json"});
  ASSERT_EQ(plan.code, 0) << plan.err;
  const Document both = plan.json();
  const Value planned = both.root()["result"];
  EXPECT_TRUE(planned["plan"].truthy());
  EXPECT_EQ(planned["leads"].integer(), 300);
  EXPECT_EQ(planned["written"].integer(), 0);
  EXPECT_GT(planned["changed"].integer(), 0);
  EXPECT_EQ(scoring({"recompute", "--plan", "--json"}).json().root()["result"]["changed"], planned["changed"])
      << "nothing was written";
  const Document done = scoring({"recompute", "--json"}).json();
  EXPECT_EQ(done.root()["written"], planned["changed"]);
  EXPECT_EQ(scoring({"recompute", "--plan", "--json"}).json().root()["result"]["changed"].integer(), 0);
}

TEST_F(ScoringCommand, APlanSaysSoToAPersonToo) {
  const Ended plan = scoring({"recompute", "--plan", "--limit", "2"});
  EXPECT_EQ(plan.code, 0);
  EXPECT_THAT(plan.out, AllOf(HasSubstr("plan only: nothing was written"), HasSubstr("(--limit 0)")));
  EXPECT_THAT(plan.err, IsEmpty()) << "no progress bar where there is no terminal";
}

TEST_F(ScoringCommand, ExplainsALeadByNumbersThatAddUp) {
  const Document plan = scoring({"recompute", "--plan", "--json"}).json();
  int64_t lead = 0;
  for (const Value row : plan.root()["result"]["rows"].items())
    if (row["scored"].truthy()) lead = row["lead"].integer();
  ASSERT_NE(lead, 0);
  const Document reasons = scoring({"explain", std::to_string(lead), "--json"}).json();
  EXPECT_EQ(reasons.root()["lead"].integer(), lead);
  EXPECT_TRUE(reasons.root()["open"].truthy());
  ASSERT_GT(reasons.root()["reasons"].size(), 0U);
  double sum = reasons.root()["base_rate_log_odds"].number().value_or(NAN);
  for (const Value reason : reasons.root()["reasons"].items()) sum += reason["log_odds"].number().value_or(NAN);
  EXPECT_NEAR(100 / (1 + std::exp(-sum)), reasons.root()["probability"].number().value_or(NAN), 0.006);
  const Ended text = scoring({"explain", std::to_string(lead), "--lang", "vi"});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("Tỷ lệ cơ sở"));
}

TEST_F(ScoringCommand, ALeadThatIsNotThereIsNamed) {
  const Ended ended = scoring({"explain", "999999"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("there is no lead 999999"));
  EXPECT_EQ(scoring({"explain", "999999", "--json"}).json().root()["error"]["code"].text(), "missing");
}

TEST_F(ScoringCommand, ASalespersonIsRefusedWithTheRemedy) {
  const Ended ended = scoring({"recompute"}, "demo");
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("group_sale_salesman_all_leads"));
}

// Exit code 2: the command line or the configuration is wrong.
TEST_F(ScoringCommand, AFaultInTheConfigurationOfThePluginNamesItsLine) {
  const Ended ended =
      scoring({"recompute"}, "admin", ",\n\"plugins\": {\"scoring\": {\"config\": {\"feilds\": \"x\"}}}");
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("outrigger.json:2: "), HasSubstr("unknown key `feilds` in plugins.scoring.config"),
                    HasSubstr("did you mean `fields`?")));
  const Ended off = scoring({"recompute"}, "admin", R"(, "plugins": {"scoring": {"enabled": false}})");
  EXPECT_EQ(off.code, 2);
  EXPECT_THAT(off.err, HasSubstr("plugin scoring is switched off in"));
}

TEST_F(ScoringCommand, OneOfSeveralDatabasesIsToBeChosen) {
  const std::string two =
      R"({"url": ")" + sandbox_.url() + R"(", "database": "sandbox", "key": "${env:OUTRIGGER_TEST_KEY}"})";
  const std::string file = folder_
                               .write("outrigger.json", "{\"data_folder\": \"data\", \"databases\": {\"one\": " + two +
                                                            ", \"two\": " + two + "}}")
                               .string();
  const Ended ended = run({"scoring", "recompute", "--plan", "-c", file}, key());
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("one, two"), HasSubstr("choose one with --database")));
  const Ended unknown = run({"scoring", "recompute", "--plan", "-c", file, "-d", "three"}, key());
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no database three; it has one, two"));
  const Ended not_enabled = run({"scoring", "recompute", "--plan", "-c", file, "-d", "two"}, key());
  EXPECT_EQ(not_enabled.code, 1);
  EXPECT_THAT(not_enabled.err, AllOf(HasSubstr("scoring"), HasSubstr("plugin enable"), HasSubstr("database two")));
  enable("scoring", file, "two");
  EXPECT_EQ(run({"scoring", "recompute", "--plan", "-c", file, "-d", "two"}, key()).code, 0);
}

TEST_F(ScoringCommand, ALostReplyIsSettledByReading) {
  ASSERT_EQ(sandbox_.fault(R"({"match": "crm.lead/web_save_multi", "kind": "cut_after_commit"})"), 200);
  const Ended ended = scoring({"recompute", "--json"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(ended.json().root()["written"], ended.json().root()["changed"]);
}

TEST_F(ScoringCommand, AnOdooThatGoesAwayLeavesTheOutcomeUnknown) {
  ASSERT_EQ(sandbox_.fault(R"({"match": "crm.lead/web_save_multi", "kind": "cut_before", "times": -1})"), 200);
  const Ended ended = scoring({"recompute", "--json"});
  EXPECT_EQ(ended.code, 3) << ended.out << ended.err;
  EXPECT_EQ(ended.json().root()["error"]["code"].text(), "unreachable");
  EXPECT_EQ(ended.json().root()["error"]["effect"].text(), "unknown");
}

// What any plugin may do, on the example of one that does what it is told.
class ProbeCommand : public ScoringCommand {
 protected:
  Ended probe(Arguments arguments) const {
    arguments.insert(arguments.begin(), "probe");
    const std::string file = config(R"(, "plugin_folders": [")" OUTRIGGER_FIXTURES R"("])");
    enable("probe", file);
    arguments.insert(arguments.end(), {"-c", file});
    return run(arguments, key());
  }
};

TEST_F(ProbeCommand, TextIsForPeopleAndTheValueForPrograms) {
  EXPECT_EQ(probe({"speak"}).out, "first line\nfrom another thread\n");
  EXPECT_EQ(probe({"speak", "--json"}).out, "\"spoken\"\n");
}

TEST_F(ProbeCommand, ArgumentsArriveAsTheManifestSays) {
  const Document both = probe({"echo", "--text", "5", "--number", "7", "--plan", "--json", "--lang", "vi"}).json();
  const Value echo = both.root()["result"];
  EXPECT_EQ(echo["args"]["text"].text(), "5");
  EXPECT_EQ(echo["args"]["number"].kind(), Kind::kInt);
  EXPECT_TRUE(echo["plan"].truthy());
  EXPECT_EQ(echo["locale"].text(), "vi");
  EXPECT_TRUE(both.root()["plan"].is_null()) << "it wanted to write nothing";
}

TEST_F(ProbeCommand, WhatItDoesWrongEndsWith1AndNamesIt) {
  const Ended thrown = probe({"throw-exception"});
  EXPECT_EQ(thrown.code, 1);
  EXPECT_THAT(thrown.err, AllOf(HasSubstr("plugin probe"), HasSubstr("the cat sat on it")));
  const Ended refused = probe({"refuse", "--json"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(refused.json().root()["error"]["code"].text(), "validation");
}

TEST_F(ProbeCommand, ALogLineOfThePluginDoesNotShowTheKey) {
  const Ended ended = probe({"log", "--text", "my key is " + sandbox_.key() + " and \x1b[31mred"});
  EXPECT_THAT(ended.err, AllOf(HasSubstr("probe"), HasSubstr("my key is ***"), Not(HasSubstr("\x1b"))));
}

TEST_F(ScoringCommand, CtrlCWhileReadingEndsWith130) {
  ASSERT_EQ(sandbox_.fault(
                R"({"match": "crm.lead/formatted_read_group", "kind": "delay", "delay_ms": 3600000, "times": -1})"),
            200);
  Child child({"scoring", "recompute", "-c", config()}, key(), Child::Errors::kTerminal);
  ASSERT_TRUE(child.says("reading leads")) << "the progress bar, because this is a terminal";
  EXPECT_EQ(child.end_with(SIGINT).code, 130);
}

TEST_F(ScoringCommand, CtrlCWhileWritingDoesNotSayThatNothingWasDone) {
  ASSERT_EQ(
      sandbox_.fault(R"({"match": "crm.lead/web_save_multi", "kind": "delay", "delay_ms": 3600000, "times": -1})"),
      200);
  Child child({"scoring", "recompute", "--json", "-c", config()}, key(), Child::Errors::kTerminal);
  ASSERT_TRUE(child.says("writing scores"));
  const Ended ended = child.end_with(SIGINT);
  const Document report = ended.json();
  // The signal may come before the request leaves or after.
  if (report.root().has("error")) {
    EXPECT_EQ(ended.code, 130);
  } else {
    EXPECT_EQ(ended.code, 3);
    EXPECT_GT(report.root()["unknown"].size(), 0U);
    EXPECT_EQ(report.root()["written"].integer(), 0);
  }
}

TEST_F(ScoringCommand, CtrlCWhileConnectingEndsWith130) {
  ASSERT_EQ(sandbox_.fault(R"({"match": "/web/version", "kind": "delay", "delay_ms": 3600000, "times": -1})"), 200);
  Child child({"run", "-c", config()}, key());
  child.await_signal_handling();
  EXPECT_EQ(child.end_with(SIGINT).code, 130);
}

}  // namespace
}  // namespace outrigger::host
