// GET /metrics and GET /healthz, through a real listener.
#include "host/web/monitoring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/web/listener.hpp"
#include "host/web/tests/client.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Monitoring : testing::Test {
  Log log{[](LogLevel, std::string_view, std::string_view) {}};
  Metrics metrics{log};
  Health health;
  std::unique_ptr<Listener> listener;

  void SetUp() override {
    Routes routes(std::string(64, 'a'));
    add_monitoring(routes, metrics, [this] { return health; });
    listener = *Listener::start({}, std::move(routes));
  }
  std::string get(const std::string& path, const std::string& token = {}) const {
    Client client(listener->port());
    (void)client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n" +
                      (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n");
    return client.answer();
  }
};

TEST_F(Monitoring, PrometheusReadsTheMetricsWithTheToken) {
  metrics.dead_letters("main", "scoring", 3);
  const std::string answer = get("/metrics", std::string(64, 'a'));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("outrigger_dead_letters{database=\"main\",plugin=\"scoring\"} 3\n"));
  EXPECT_THAT(get("/metrics"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(get("/metrics", std::string(64, 'b')), StartsWith("HTTP/1.1 401 "));
}

TEST_F(Monitoring, HealthNeedsNoToken) {
  const std::string well = get("/healthz");
  EXPECT_THAT(well, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(well, HasSubstr("\r\n\r\n{\"status\":\"ok\"}\n"));
}

TEST_F(Monitoring, DegradedSaysWhyAndIs503) {
  health.reasons = {"main: Odoo does not answer", "scoring is in \"quarantine\""};
  const std::string ill = get("/healthz");
  EXPECT_THAT(ill, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(ill, HasSubstr("{\"status\":\"degraded\",\"reasons\":[\"main: Odoo does not answer\","
                             "\"scoring is in \\\"quarantine\\\"\"]}"));
}

}  // namespace
}  // namespace outrigger::host
