// Tests of NAME with no host and no Odoo: the library as it was built, in a host that the test makes up.
#include <gtest/gtest.h>

#include <outrigger/testkit/fake_host.hpp>

using outrigger::testkit::Changed;
using outrigger::testkit::FakeHost;

TEST(Bell, CountsTheWonLeads) {
  FakeHost host;
  host.odoo().rows("crm.lead", {{{"id", 1}, {"won_status", "won"}}, {{"id", 2}, {"won_status", "pending"}}});
  auto plugin = host.load(OUTRIGGER_PLUGIN_LIBRARY);
  const auto counted = plugin.command("count");
  ASSERT_TRUE(counted) << counted.error().message;
  EXPECT_EQ(counted->root()["won"].integer(), 1);
  EXPECT_EQ(plugin.said(), "1 won leads\n");
}

TEST(Bell, RingsOnceForEachWonLead) {
  FakeHost host;
  host.odoo().rows("crm.lead", {{{"id", 7}, {"name", "Anna"}, {"won_status", "won"}}});
  auto plugin = host.load(OUTRIGGER_PLUGIN_LIBRARY);
  const auto won =
      Changed(7).delivery("d1").before({{"won_status", "pending"}}).after({{"name", "Anna"}, {"won_status", "won"}});
  for (int attempt = 0; attempt < 2; ++attempt) {  // the second is a repetition, as after a crash
    const auto said = plugin.changes("crm.lead", {won});
    ASSERT_TRUE(said) << said.error().message;
    EXPECT_EQ(said->at(0).outcome, "done");
  }
  ASSERT_EQ(host.writes().size(), 1U);
  EXPECT_EQ(host.writes().front().body, "Ring the bell for Anna");
}
