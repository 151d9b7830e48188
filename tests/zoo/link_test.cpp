// Beasts that reach for descriptor 3, their process's connection to the host: it ends, with a sentence.
#include "tests/zoo/zoo_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string garbage(const std::string& why) {
  return "plugin link_garbage: its process sent what cannot be used (" + why + ") and was ended";
}

TEST_P(IsolatedZooTest, GarbageOnTheConnection) {
  const std::map<std::string, std::string> sentences{{"long", "it sent more than a frame may hold"},
                                                     {"frame", "not a value of the wire: it ends too early"},
                                                     {"array", "it sent a frame that is not one"}};
  for (const auto& [name, why] : sentences) {
    const auto beast = keep("link_garbage");
    ASSERT_NE(beast, nullptr);
    EXPECT_EQ(failure_of(command(*beast, name)), garbage(why));
  }
}

TEST_P(IsolatedZooTest, HalfAFrameSwallowsWhatFollows) {
  const auto beast = keep("link_garbage", {.limits = [](RunnerOptions& runner) {
                            runner.command = {std::chrono::milliseconds(200), std::chrono::hours(1)};
                          }});
  ASSERT_NE(beast, nullptr);
  EXPECT_EQ(failure_of(command(*beast, "half")),
            "plugin link_garbage: its process did not answer commands.run within 200 ms of its own time and was ended");
}

TEST_P(IsolatedZooTest, TheConnectionClosed) {
  // The runner finds out at the next heartbeat.
  EXPECT_EQ(fate_of("link_closed"), "plugin link_closed: its process ended by itself with status 0");
}

TEST_P(IsolatedZooTest, TheConnectionReadByThePlugin) {
  // Which of the two gets a byte is chance, and so is the sentence: what counts is that it ends.
  const std::string said = fate_of("link_reader", {.limits = [](RunnerOptions& runner) {
                                     runner.command = {std::chrono::milliseconds(500), std::chrono::hours(1)};
                                   }});
  EXPECT_THAT(said, AllOf(StartsWith("plugin link_reader: its process "), HasSubstr("ended")));
}

}  // namespace
}  // namespace outrigger::host
