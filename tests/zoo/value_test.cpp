// Beasts that answer, fail, log and ask with what is no value: a sentence that says so, and they work on.
#include "tests/zoo/zoo_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST_P(ZooTest, AnAnswerThatIsTooDeep) {
  EXPECT_EQ(fate_of("deep_value"),
            "plugin deep_value: its answer cannot be used: it is nested deeper than 64 levels; hand it over flatter");
}

TEST_P(ZooTest, AnAnswerWithNothingBehindIt) {
  const auto beast = keep("hollow_value");
  for (const char* kind : {"items", "fields", "text", "bytes"})
    EXPECT_EQ(failure_of(command(*beast, kind)), "plugin hollow_value: its answer cannot be used: it points to nothing")
        << kind;
  EXPECT_EQ(failure_of(command(*beast, "calm")), R"(answered: "calm")");
}

TEST_P(ZooTest, TextThatIsNotUtf8) {
  const auto beast = keep("bad_utf8", {.session = connect()});
  ASSERT_NE(beast, nullptr);
  EXPECT_EQ(failure_of(command(*beast, "result")),
            "plugin bad_utf8: its answer cannot be used: a text is not UTF-8; hand raw data over as bytes");
  EXPECT_EQ(failure_of(command(*beast, "error")), "(a message that is not UTF-8)");
  EXPECT_EQ(failure_of(command(*beast, "service")),
            "the arguments of odoo.search_count cannot be used: a text is not UTF-8; hand raw data over as bytes");
}

TEST_P(ZooTest, LinesAndOutputThatAreNotUtf8AreLeftOut) {
  const auto beast = keep("bad_utf8");
  ASSERT_NE(beast, nullptr);
  EXPECT_EQ(failure_of(command(*beast, "log")), "answered: null");
  EXPECT_EQ(lines_with("after it"), 1U);
  std::string text;
  CommandRun run = run_of("sink");
  run.text = [&](std::string_view piece) { text += piece; };
  run.progress = [&](uint64_t, uint64_t, std::string_view label) { text += label; };
  EXPECT_EQ(failure_of(beside([&] { return beast->run_command(run); })), "answered: null");
  EXPECT_EQ(text, "after it");
  for (const std::string& line : lines()) EXPECT_TRUE(value::is_utf8(line));
}

TEST_P(IsolatedZooTest, WhatItPrintsIsLoggedReadably) {
  auto beast = keep("bad_utf8");
  ASSERT_NE(beast, nullptr);
  EXPECT_EQ(failure_of(command(*beast, "print")), "answered: null");
  beast.reset();
  EXPECT_EQ(lines_with("printed: caf"), 1U);
  for (const std::string& line : lines()) EXPECT_TRUE(value::is_utf8(line));
}

TEST_P(ZooTest, AnErrorWithACodeThatDoesNotExistIsABugOfThePlugin) {
  const auto beast = keep("strange_code");
  for (const char* name : {"positive", "negative"}) {
    const Result<Document> result = command(*beast, name);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::kInternal);
    EXPECT_EQ(result.error().source, Source::kPlugin);
    EXPECT_EQ(result.error().effect, Effect::kUnknown);
    EXPECT_EQ(result.error().message, "plugin strange_code: the moon is full");
  }
}

TEST_P(ZooTest, AnErrorWithoutAMessageSaysSo) {
  EXPECT_EQ(fate_of("silent_error"), "it failed and did not say why (conflict)");
}

TEST_P(ZooTest, AnErrorWithAMessageBeyondItsRoomIsCut) {
  EXPECT_EQ(fate_of("long_error"), std::string(sizeof(or_error::message), 'x'));
}

TEST_P(ZooTest, KindsThatDoNotExistAreNull) { EXPECT_EQ(fate_of("strange_kinds"), "answered: [null,true,5]"); }

TEST_P(ZooTest, EachAnswerIsReleasedOnce) {
  const auto beast = keep("counts_releases");
  ASSERT_NE(beast, nullptr);
  EXPECT_TRUE(command(*beast, "give"));
  EXPECT_FALSE(command(*beast, "fail")) << "what came with an error is released, too";
  EXPECT_FALSE(command(*beast, "garbage"));
  EXPECT_EQ(failure_of(command(*beast, "count")), "answered: 3");
}

TEST_P(ZooTest, AnswersOfTheHostThatAreNeverReleased) {
  EXPECT_EQ(fate_of("never_release", {.session = connect()}), "answered: 100");
}

}  // namespace
}  // namespace outrigger::host
