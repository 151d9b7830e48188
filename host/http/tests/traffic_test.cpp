// How much one plugin may ask for at a time.
#include "host/http/traffic.hpp"

#include <atomic>
#include <thread>

#include "host/http/tests/rig.hpp"

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;
using testing::StartsWith;
using transport::gated;
using transport::json;
using transport::stall;

TEST(Rate, LetsABurstThroughAndThenSoManyASecond) {
  Rate rate(10, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rate.next(1000), 0);
  EXPECT_EQ(rate.next(1000), 100000);
  EXPECT_EQ(rate.next(1000), 200000);
  EXPECT_EQ(rate.next(201000), 100000) << "who came later waits behind those who wait";
}

TEST(Rate, ForgetsAfterAPause) {
  Rate rate(10, 3);
  for (int i = 0; i < 8; ++i) static_cast<void>(rate.next(0));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rate.next(10000000), 0);
  EXPECT_EQ(rate.next(10000000), 100000) << "a pause does not save up more than a burst";
}

// A clock that the test turns.
struct Clock {
  std::atomic<int64_t> micros{0};
  Ticks ticks() {
    return [this] { return micros.load(); };
  }
};

TEST(Traffic, GoesNoFurtherThanItsBounds) {
  Clock clock;
  Traffic traffic({.in_flight = 1, .waiting = 0}, clock.ticks());
  const Deadline deadline(clock.ticks(), milliseconds(1000));
  {
    Result<Traffic::Pass> first = traffic.enter(deadline, {});
    ASSERT_TRUE(first);
    const Result<Traffic::Pass> second = traffic.enter(deadline, {});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::kLimit);
    EXPECT_EQ(second.error().effect, Effect::kNone);
    EXPECT_EQ(second.error().retry_after_ms, 1000);
  }
  EXPECT_TRUE(traffic.enter(deadline, {})) << "the first one has left";
}

TEST(Traffic, WaitingEndsAtTheDeadlineAndWhenStopped) {
  Clock clock;
  Traffic traffic({.in_flight = 1, .waiting = 1}, clock.ticks());
  const Result<Traffic::Pass> first = traffic.enter(Deadline(clock.ticks(), milliseconds(1000)), {});
  const Result<Traffic::Pass> late = traffic.enter(Deadline(clock.ticks(), milliseconds(1)), {});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kDeadline);
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  const Result<Traffic::Pass> stopped =
      traffic.enter(Deadline(clock.ticks(), std::chrono::minutes(10)), stop.get_token());
  stopper.join();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::kCancelled);
}

TEST(Traffic, ThePaceEndsAtTheDeadlineAndWhenStopped) {
  Clock clock;
  Traffic traffic({.per_second = 1, .burst = 1}, clock.ticks());
  const Deadline long_one(clock.ticks(), std::chrono::minutes(10));
  EXPECT_TRUE(traffic.pace(long_one, {}));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(traffic.pace(long_one, stop.get_token()).error().code, Code::kCancelled);
  const Deadline over(clock.ticks(), milliseconds(1));
  clock.micros = 1000;
  EXPECT_EQ(traffic.pace(over, {}).error().code, Code::kDeadline);
}

class TrafficTest : public HttpRig {};

TEST_F(TrafficTest, EightRequestsAtATime) {
  constexpr size_t kMany = 20;
  server.on("/", {gated(json("1"))});
  std::vector<std::string> outcomes(kMany);
  std::vector<std::thread> callers;
  for (std::string& one : outcomes)
    callers.emplace_back([this, &one] { one = outcome(ask({.url = at("api.example")})); });
  EXPECT_TRUE(server.wait_for_requests(8));
  server.open_gate();
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(outcomes, testing::Each("200 1"));
  EXPECT_EQ(server.requests().size(), kMany);
  EXPECT_EQ(server.most_at_once(), 8U);
}

TEST_F(TrafficTest, InstancesShareTheBoundsOfTheirPlugin) {
  options.limits = {.in_flight = 1, .waiting = 0};
  const auto outbound = std::make_shared<Outbound>(options);
  const auto anywhere = [](std::string_view) { return true; };
  HttpEngine first(outbound, anywhere, nullptr);
  HttpEngine second(outbound, anywhere, nullptr);
  server.on("/", {stall()});
  Arena arena;
  const Value args = arena.object({{"url", arena.text(at("api.example"))}});
  std::stop_source stop;
  std::string got;
  std::thread caller([&] { got = outcome(first.call("request", args, stop.get_token())); });
  EXPECT_TRUE(server.wait_for_requests(1));
  EXPECT_THAT(outcome(second.call("request", args, {})), StartsWith("limit none: 1 requests of this plugin"));
  stop.request_stop();
  caller.join();
  EXPECT_THAT(got, StartsWith("cancelled unknown: "));
}

}  // namespace
}  // namespace outrigger::host
