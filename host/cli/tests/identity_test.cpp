// Another database behind the same address, as an admin sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/cli/tests/child.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

TEST(Identity, AnotherDatabaseIsNotWrittenToUntilAPersonAcceptsIt) {
  const TemporaryFolder folder;
  const SandboxChild sandbox;
  const std::string file =
      folder.write("outrigger.json", config_text(sandbox.url(), R"(, "plugins": {"scoring": {}})")).string();
  const Environment key{{kKeyVariable, sandbox.key()}};
  ASSERT_EQ(run({"plugin", "enable", "scoring", "--yes", "-c", file}, key).code, 0);
  {
    Child child({"run", "-c", file}, key);
    ASSERT_TRUE(child.says("ready"));
    EXPECT_EQ(child.end_with(SIGTERM).code, 0);
  }
  // The third parameter is database.uuid.
  ASSERT_EQ(
      sandbox.ask("/sandbox/sql", R"({"model": "ir.config_parameter", "ids": [3], "values": {"value": "of a copy"}})"),
      200);
  Child child({"run", "-c", file}, key);
  ASSERT_TRUE(child.says("this is another database (its uuid is of a copy"));
  ASSERT_TRUE(child.says("ready"));
  const Ended status = run({"status", "-c", file}, key);
  EXPECT_THAT(status.out, HasSubstr("another database"));
  const Ended refused = run({"scoring", "recompute", "-c", file}, key);
  EXPECT_NE(refused.code, 0) << refused.out;
  EXPECT_THAT(refused.out + refused.err, HasSubstr("another database"));
  const Ended moved = run({"database", "moved", "-c", file}, key);
  EXPECT_NE(moved.code, 0) << "its address is the same, and more is not";
  const Ended accepted = run({"database", "accept", "-c", file}, key);
  EXPECT_EQ(accepted.code, 0) << accepted.err;
  const Ended done = run({"scoring", "recompute", "-c", file}, key);
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_EQ(child.end_with(SIGTERM).code, 0);
}

}  // namespace
}  // namespace outrigger::host
