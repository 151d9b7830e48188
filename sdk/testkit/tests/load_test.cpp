// A plugin's library under test, here one in C.
#include <gmock/gmock.h>

#include <outrigger/testkit/fake_host.hpp>

namespace outrigger::testkit {
namespace {

TEST(FakeHostLoad, RunsAPluginInC) {
  FakeHost host;
  host.odoo().rows("crm.lead", {{{"id", 1}, {"name", "Anna"}}, {{"id", 2}, {"name", "Ben"}}});
  auto plugin = host.load(OUTRIGGER_C_PLUGIN);
  const auto counted = plugin.command("count");
  ASSERT_TRUE(counted) << counted.error().message;
  EXPECT_EQ(counted->root().integer(), 2);
  EXPECT_TRUE(host.problems().empty());
}

TEST(FakeHostLoad, ReportsAReplyThatIsNotReleased) {
  FakeHost host;
  host.odoo().rows("crm.lead", {{{"id", 1}, {"name", "Anna"}}});
  {
    auto plugin = host.load(OUTRIGGER_C_PLUGIN);
    ASSERT_TRUE(plugin.command("leak"));
  }
  EXPECT_THAT(host.problems(), testing::ElementsAre("1 reply of odoo.search_read was never released: call release once "
                                                    "on every or_doc that you are handed."));
}

TEST(FakeHostLoad, ReportsALibraryThatIsNone) {
  FakeHost host;
  auto plugin = host.load("/dev/null");
  ASSERT_TRUE(plugin.error().has_value());
  ASSERT_EQ(host.problems().size(), 1U);
  EXPECT_THAT(host.problems().front(), testing::StartsWith("/dev/null cannot be loaded as a plugin"));
}

}  // namespace
}  // namespace outrigger::testkit
