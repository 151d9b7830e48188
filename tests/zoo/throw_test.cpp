// A beast that throws wherever it is called, behind the SDK's net: an error that names it, and it works on.
#include "tests/zoo/zoo_rig.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

TEST_P(ZooTest, ThrowingWhileItStarts) {
  EXPECT_EQ(fate_of("throws", {.config = R"({"where": "create"})"}),
            "plugin throws: the plugin threw: no coffee in create");
  EXPECT_EQ(fate_of("throws", {.config = R"({"where": "activate"})"}),
            "plugin throws: the plugin threw: no coffee in activate");
}

TEST_P(ZooTest, ThrowingInEachCall) {
  const auto beast = keep("throws");
  ASSERT_NE(beast, nullptr);
  const std::vector<std::pair<std::string, std::string>> calls{
      {"commands.run", "command"},       {"changes.deliver", "changes"}, {"jobs.run", "job"},
      {"pages.render", "page"},          {"webhook.receive", "webhook"}, {"health.check", "health"},
      {"reconfigure.prepare", "prepare"}};
  for (const auto& [operation, place] : calls) {
    Arena arena;
    const Value args = arena.object({{"name", "go"}, {"config", arena.object({{"new", true}})}});
    const Result<Document> result = beside([&, name = operation] { return beast->call(name, args, {}); });
    ASSERT_FALSE(result) << operation;
    EXPECT_EQ(result.error().message, "plugin throws: the plugin threw: no coffee in " + place);
    EXPECT_EQ(result.error().code, Code::kInternal);
    EXPECT_EQ(failure_of(beast->run_command(run_of("calm"))), R"(answered: "calm")") << "after " << operation;
  }
}

TEST_P(ZooTest, ThrowingInCommitAndAbandonIsKeptInside) {
  const auto beast = keep("throws");
  ASSERT_NE(beast, nullptr);
  for (const char* end : {"reconfigure.commit", "reconfigure.abandon"}) {
    Arena arena;
    const Value args = arena.object({{"config", arena.object({{"quietly", true}})}});
    EXPECT_TRUE(beast->call("reconfigure.prepare", args, {}));
    EXPECT_TRUE(beside([&] { return beast->call(end, {}, {}); })) << end;
    EXPECT_EQ(failure_of(beast->run_command(run_of("calm"))), R"(answered: "calm")");
  }
}

TEST_P(ZooTest, ThrowingInStopIsKeptInside) {
  auto beast = keep("throws", {.config = R"({"where": "stop"})"});
  beside([&] {
    beast->stop();
    return 0;
  });
  EXPECT_FALSE(beast->run_command(run_of("calm")));
}

TEST_P(IsolatedZooTest, ThrowingInItsDestructorEndsItsProcessOnly) {
  auto beast = keep("throws", {.config = R"({"where": "destroy"})"});
  beside([&] {
    beast->stop();
    return 0;
  });
  EXPECT_EQ(lines_with("its process crashed (signal 6, abort"), 1U) << "the admin reads it in the log";
}

}  // namespace
}  // namespace outrigger::host
