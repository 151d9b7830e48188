// What Prometheus reads of the host.
#include <gtest/gtest.h>

#include <thread>

#include "host/metrics/tests/rig.hpp"

namespace outrigger::host {
namespace {

TEST(Metrics, EveryNumberOfTheHostIsInTheExposition) {
  MetricsRig rig;
  rig.metrics.lag("main", "crm.lead", 1.5);
  rig.metrics.oldest_undelivered("main", "scoring", 12);
  rig.metrics.dead_letters("main", "scoring", 3);
  rig.metrics.unknown_outcomes("main", 2);
  rig.metrics.key_days_left("main", "run", 41);
  rig.metrics.quarantined("main", "scoring", true);
  rig.metrics.writes_avoided("main", "scoring", 5);
  rig.metrics.writes_avoided("main", "scoring", 2);
  rig.metrics.restarted("main", "scoring");
  EXPECT_EQ(rig.value("outrigger_stream_lag_seconds{database=\"main\",stream=\"crm.lead\"}"), "1.5");
  EXPECT_EQ(rig.value("outrigger_oldest_undelivered_seconds{database=\"main\",plugin=\"scoring\"}"), "12");
  EXPECT_EQ(rig.value("outrigger_dead_letters{database=\"main\",plugin=\"scoring\"}"), "3");
  EXPECT_EQ(rig.value("outrigger_unknown_outcomes{database=\"main\"}"), "2");
  EXPECT_EQ(rig.value("outrigger_key_days_left{database=\"main\",key=\"run\"}"), "41");
  EXPECT_EQ(rig.value("outrigger_quarantined{database=\"main\",plugin=\"scoring\"}"), "1");
  EXPECT_EQ(rig.value("outrigger_writes_avoided_total{database=\"main\",plugin=\"scoring\"}"), "7");
  EXPECT_EQ(rig.value("outrigger_restarts_total{database=\"main\",plugin=\"scoring\"}"), "1");
}

TEST(Metrics, AGaugeTakesItsLastValue) {
  MetricsRig rig;
  rig.metrics.quarantined("main", "scoring", true);
  rig.metrics.quarantined("main", "scoring", false);
  rig.metrics.dead_letters("main", "scoring", 9);
  rig.metrics.dead_letters("main", "scoring", 0);
  EXPECT_EQ(rig.value("outrigger_quarantined{"), "0");
  EXPECT_EQ(rig.value("outrigger_dead_letters{"), "0");
}

TEST(Metrics, AStreamThatIsNoLongerFollowedHasNoLag) {
  MetricsRig rig;
  rig.metrics.lag("main", "crm.lead", 1);
  rig.metrics.lag("main", "res.partner", 2);
  rig.metrics.forget_lag("main", "crm.lead");
  rig.metrics.forget_lag("main", "never.followed");
  EXPECT_EQ(rig.value("outrigger_stream_lag_seconds{"), "2");
}

TEST(Metrics, HelpAndTypeStandBeforeAFamily) {
  MetricsRig rig;
  rig.metrics.restarted("main", "scoring");
  const std::string text = rig.metrics.exposition();
  EXPECT_NE(text.find("# HELP outrigger_restarts_total "), std::string::npos);
  EXPECT_NE(text.find("# TYPE outrigger_restarts_total counter\n"), std::string::npos);
}

TEST(Metrics, GaugesAreRefreshedBeforeTheyAreRead) {
  MetricsRig rig;
  int asked = 0;
  rig.metrics.before_exposition([&](Metrics& metrics) { metrics.unknown_outcomes("main", ++asked); });
  EXPECT_EQ(rig.value("outrigger_unknown_outcomes{"), "1");
  EXPECT_EQ(rig.value("outrigger_unknown_outcomes{"), "2");
}

TEST(Metrics, ManyThreadsLoseNoCount) {
  MetricsRig rig;
  constexpr int kThreads = 4;
  constexpr int kEach = 2000;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&, i] {
      const std::string database = "db" + std::to_string(i % 2);
      for (int n = 0; n < kEach; ++n) {
        rig.add("seen_total");
        rig.metrics.restarted("main", "scoring");
        rig.metrics.calls("scoring", database)->called({"odoo.read", Code::kOk, false, 1, 1});
        if (n % 500 == 0) (void)rig.metrics.exposition();
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(rig.value("outrigger_plugin_seen_total{"), std::to_string(kThreads * kEach));
  EXPECT_EQ(rig.value("outrigger_restarts_total{"), std::to_string(kThreads * kEach));
  EXPECT_EQ(rig.value("outrigger_calls_total{database=\"db0\""), std::to_string(kThreads * kEach / 2));
}

}  // namespace
}  // namespace outrigger::host
