// Beasts that end their process: the call says how, and so does the instance from then on.
#include "tests/zoo/zoo_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kSegmentationFault[] =
    "its process crashed (signal 11, segmentation fault: it used memory that is not its own, or its stack overflowed)";
constexpr char kAbort[] =
    "its process crashed (signal 6, abort: it found itself broken, or an exception was not caught)";

class CrashTest : public IsolatedZooTest {
 protected:
  // The sentence of the call; the same holds for the instance, which stays away and answers at once.
  std::string end_of(const std::string& id, odoo::Session* session = nullptr) {
    const auto beast = keep(id, {.session = session});
    if (beast == nullptr) return "not made";
    const Result<Document> result = command(*beast);
    EXPECT_FALSE(result);
    if (result) return failure_of(result);
    EXPECT_EQ(result.error().code, Code::kInternal);
    EXPECT_EQ(result.error().source, Source::kPlugin);
    EXPECT_EQ(result.error().effect, Effect::kUnknown) << "it may have done something before";
    const auto ended = beast->ended();
    EXPECT_EQ("plugin " + id + ": " + (ended ? ended->message : "it lives on"), result.error().message);
    EXPECT_EQ(failure_of(beast->run_command(run_of("calm"))), result.error().message);
    return result.error().message;
  }
};

INSTANTIATE_TEST_SUITE_P(Zoo, CrashTest, kLevels, [](const auto& mode) { return std::string(mode.param); });

TEST_P(CrashTest, Abort) { EXPECT_EQ(end_of("abort"), std::string("plugin abort: ") + kAbort); }

TEST_P(CrashTest, SegmentationFaults) {
  EXPECT_EQ(end_of("segv"), std::string("plugin segv: ") + kSegmentationFault);
  EXPECT_EQ(end_of("null_pointer"), std::string("plugin null_pointer: ") + kSegmentationFault);
  EXPECT_EQ(end_of("stack_overflow"), std::string("plugin stack_overflow: ") + kSegmentationFault);
}

TEST_P(CrashTest, HeapCorruptionIsNoticed) {
  EXPECT_THAT(end_of("heap_overrun"), StartsWith("plugin heap_overrun: its process crashed (signal "));
}

TEST_P(CrashTest, ExitIsNotASuccess) {
  EXPECT_EQ(end_of("exit_three"), "plugin exit_three: its process ended by itself with status 3");
  EXPECT_EQ(end_of("underscore_exit"), "plugin underscore_exit: its process ended by itself with status 0");
}

TEST_P(CrashTest, AnExitStatusIsNotTakenForTheRunners) {
  EXPECT_EQ(end_of("exit_seventy"), "plugin exit_seventy: its process ended by itself with status 70");
}

TEST_P(CrashTest, ItsLastWordsAreTold) {
  EXPECT_EQ(end_of("pure_virtual"), std::string("plugin pure_virtual: ") + kAbort +
                                        "; its last words: terminate called without an active exception");
  EXPECT_THAT(end_of("terminate_in_thread"),
              AllOf(HasSubstr(kAbort), HasSubstr("its last words:   what():  the roof is on fire")));
  EXPECT_THAT(end_of("raw_throw"), HasSubstr(kAbort));
}

TEST_P(CrashTest, LastWordsMayBeAnything) {
  const std::string said = end_of("last_words");
  EXPECT_THAT(said, AllOf(HasSubstr(kAbort), HasSubstr("its last words: alas "), HasSubstr("poor Yorick")));
  EXPECT_TRUE(value::is_utf8(said));
  EXPECT_THAT(said, Not(HasSubstr("\x1b")));
}

TEST_P(CrashTest, DivisionByZero) {
  EXPECT_EQ(end_of("divide_by_zero"),
            "plugin divide_by_zero: its process crashed (signal 8, arithmetic error, such as a division by zero)");
}

TEST_P(CrashTest, KilledByItself) {
  EXPECT_THAT(end_of("kill_itself"), StartsWith("plugin kill_itself: its process was killed"));
}

TEST_P(CrashTest, AnAnswerOfTheHostThatIsReleasedTwice) {
  EXPECT_THAT(end_of("double_release", connect()), StartsWith("plugin double_release: its process crashed (signal "));
}

TEST_P(CrashTest, AnAnswerThatIsLongerThanItsMemory) {
  EXPECT_THAT(end_of("long_value"), StartsWith("plugin long_value: its process crashed (signal "));
}

TEST_P(CrashTest, WhileItIsLoaded) {
  EXPECT_EQ(fate_of("crash_load"), std::string("plugin crash_load: ") + kSegmentationFault);
}

TEST_P(CrashTest, WhileItIsStopped) {
  auto beast = keep("crash_stop");
  beside([&] {
    beast->stop();
    return 0;
  });
  EXPECT_EQ(lines_with(kAbort), 1U) << "the admin reads it in the log";
  beast.reset();
}

TEST_P(CrashTest, AThreadThatIsLeftBehindEndsWithItsProcess) {
  auto beast = keep("late_calls", {.session = connect()});
  const int process = beast->pid();
  beside([&] {
    beast->stop();
    return 0;
  });
  beast.reset();
  EXPECT_EQ(lines_with("in stop: cancelled"), 1U);
  EXPECT_TRUE(::kill(process, 0) != 0 && errno == ESRCH) << "it lives on";
}

TEST_P(CrashTest, BorrowedMemoryIsACopy) {
  const auto beast = keep("writes_borrowed");
  const std::string mine = "mine";
  CommandRun run = run_of("go");
  run.args = Value::of(std::string_view(mine));
  EXPECT_EQ(failure_of(beast->run_command(run)), R"(answered: "XXXX")");
  EXPECT_EQ(mine, "mine");
}

}  // namespace
}  // namespace outrigger::host
