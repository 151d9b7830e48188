// Calls by plugin and operation, from Services to the exposition.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/metrics/tests/rig.hpp"
#include "host/services/services.hpp"

namespace outrigger::host {
namespace {

class Echo final : public Engine {
 public:
  [[nodiscard]] std::string_view extension() const override { return "outrigger.store/1"; }
  Result<Document> call(std::string_view slot, Value, const std::stop_token&) override {
    if (slot == "commit") return Error{Code::kConflict, "changed meanwhile", Source::kHost, Effect::kNone, -1};
    if (slot == "info") return Document{};
    return Document::build([](Arena& arena) { return arena.array({1, 2, 3}); });
  }
};

struct CallRig : MetricsRig {
  Services services{"scoring@main", log, nullptr};
  CallRig() {
    services.add(std::make_unique<Echo>());
    services.observe(metrics.calls("scoring", "main"));
    services.gate([](std::string_view operation, Value) -> Result<void> {
      if (operation != "store.scan") return {};
      return Error{Code::kAccess, "scan is not granted", Source::kHost, Effect::kNone, -1};
    });
    services.allow_calls();
  }
  std::string calls(const std::string& operation, const std::string& result) {
    return value("outrigger_calls_total{database=\"main\",operation=\"" + operation +
                 "\",plugin=\"scoring\",result=\"" + result + "\"}");
  }
  std::string of(const std::string& family, const std::string& operation) {
    return value(family + "{database=\"main\",operation=\"" + operation + "\",plugin=\"scoring\"}");
  }
};

TEST(CallCounts, CallsRowsRefusalsAndDurationsByOperation) {
  CallRig rig;
  Arena arena;
  (void)rig.services.call("store.get", {});
  (void)rig.services.call("store.get", {});
  (void)rig.services.call("store.info", arena.object({{"ids", arena.array({7, 8})}}));
  (void)rig.services.call("store.commit", arena.object({{"ids", arena.array({7, 8})}}));
  (void)rig.services.call("store.scan", {});
  EXPECT_EQ(rig.calls("store.get", "ok"), "2");
  EXPECT_EQ(rig.of("outrigger_rows_total", "store.get"), "6");
  EXPECT_EQ(rig.of("outrigger_rows_total", "store.info"), "2") << "rows written, where the answer has none";
  EXPECT_EQ(rig.calls("store.commit", "conflict"), "1");
  EXPECT_EQ(rig.of("outrigger_rows_total", "store.commit"), "0") << "a call that failed has no rows";
  EXPECT_EQ(rig.calls("store.scan", "access"), "1");
  EXPECT_EQ(rig.of("outrigger_calls_refused_total", "store.scan"), "1");
  EXPECT_EQ(rig.of("outrigger_calls_refused_total", "store.get"), "0");
  EXPECT_EQ(rig.of("outrigger_call_duration_seconds_count", "store.get"), "2");
}

TEST(CallCounts, AnOperationThatAPluginMadeUpIsNoLabel) {
  CallRig rig;
  for (const char* made_up : {"store.\"x\"", "nothing", "store.GET"}) (void)rig.services.call(made_up, {});
  EXPECT_EQ(rig.of("outrigger_calls_refused_total", "other"), "0");
  EXPECT_EQ(rig.calls("other", "unsupported"), "1");
  EXPECT_EQ(rig.calls("other", "ok"), "2");
}

TEST(CallCounts, OperationsAreBounded) {
  CallRig rig;
  CallObserver* calls = rig.metrics.calls("scoring", "main");
  for (char a = 'a'; a <= 'z'; ++a)
    for (char b = 'a'; b <= 'z'; ++b) {
      const std::string name = std::string("odoo.") + a + b;
      calls->called({name, Code::kOk, false, 1, 0});
    }
  EXPECT_LE(rig.lines("outrigger_rows_total{").size(), Metrics::kMostOperations + 1);
  EXPECT_EQ(rig.calls("other", "ok"), std::to_string(26 * 26 - Metrics::kMostOperations));
}

TEST(CallCounts, TheSameNamesHaveTheSameObserver) {
  CallRig rig;
  EXPECT_EQ(rig.metrics.calls("scoring", "main"), rig.metrics.calls("scoring", "main"));
  EXPECT_NE(rig.metrics.calls("scoring", "main"), rig.metrics.calls("scoring", "test"));
}

}  // namespace
}  // namespace outrigger::host
