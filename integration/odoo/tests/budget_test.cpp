// The call budget: bounded, fair between lanes, patient only until the deadline.
#include "integration/odoo/budget.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>

#include "integration/value/tests/describe.hpp"

namespace outrigger::odoo {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;

class BudgetTest : public testing::Test {
 protected:
  using Permit = Budget::Permit;

  static Budget::Clock::time_point far() { return Budget::Clock::now() + std::chrono::hours(1); }

  // A call of this lane: takes its place, is noted, gives the place back.
  void call(Budget& budget, Lane lane, int times = 1) {
    asio::co_spawn(
        io,
        [this, &budget, lane, times]() -> asio::awaitable<void> {
          for (int i = 0; i < times; ++i) {
            const Result<Permit> permit = co_await budget.acquire(lane, {}, far());
            if (permit) order.push_back(lane);
          }
        },
        asio::detached);
  }
  void calls(Budget& budget, Lane lane, int count) {
    for (int i = 0; i < count; ++i) call(budget, lane);
  }

  // Holds one place until it is reset.
  std::unique_ptr<Permit> hold(Budget& budget) {
    std::unique_ptr<Permit> held;
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
          Result<Permit> permit = co_await budget.acquire(Lane::kInteractive, {}, far());
          if (permit) held = std::make_unique<Permit>(*std::move(permit));
        },
        asio::detached);
    run();
    EXPECT_NE(held, nullptr);
    return held;
  }
  // Until nothing more happens without the passing of time.
  void run() {
    io.restart();
    io.poll();
  }
  // How many of the first `first` calls were of this lane.
  [[nodiscard]] int64_t among(size_t first, Lane lane) const {
    return std::count(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min(first, order.size())), lane);
  }
  Error refusal(Budget& budget, Budget::Clock::time_point deadline) {
    Error error{Code::kOk, "admitted"};
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
          const Result<Permit> permit = co_await budget.acquire(Lane::kWrites, {}, deadline);
          if (!permit) error = permit.error();
        },
        asio::detached);
    io.restart();
    io.run();
    return error;
  }

  asio::io_context io{1};
  std::vector<Lane> order;
};

TEST_F(BudgetTest, LetsThroughAsManyAtOnceAsAllowed) {
  Budget budget(io, {.in_flight = 2});
  std::unique_ptr<Permit> first = hold(budget);
  std::unique_ptr<Permit> second = hold(budget);
  call(budget, Lane::kWrites);
  run();
  EXPECT_TRUE(order.empty());
  EXPECT_EQ(budget.waiting(), 1U);
  first.reset();
  run();
  EXPECT_EQ(order.size(), 1U);
  EXPECT_EQ(budget.waiting(), 0U);
}

TEST_F(BudgetTest, LetsOneThroughEvenWhenNoneIsConfigured) {
  Budget budget(io, {.in_flight = 0});
  call(budget, Lane::kFeed);
  run();
  EXPECT_EQ(order.size(), 1U);
}

TEST_F(BudgetTest, IsFirstComeFirstServedWithinALane) {
  Budget budget(io, {.in_flight = 1});
  std::unique_ptr<Permit> held = hold(budget);
  std::vector<int> served;
  for (int i = 0; i < 20; ++i)
    asio::co_spawn(
        io,
        [&budget, &served, i]() -> asio::awaitable<void> {
          const Result<Permit> permit = co_await budget.acquire(Lane::kFeed, {}, far());
          served.push_back(i);
        },
        asio::detached);
  run();
  held.reset();
  run();
  ASSERT_EQ(served.size(), 20U);
  EXPECT_TRUE(std::is_sorted(served.begin(), served.end()));
}

TEST_F(BudgetTest, CallersTakeTurnsWithinALane) {
  Budget budget(io, {.in_flight = 1});
  std::unique_ptr<Permit> held = hold(budget);
  std::vector<std::string> served;
  const auto call_as = [&](const std::string& caller) {
    asio::co_spawn(
        io,
        [&budget, &served, caller]() -> asio::awaitable<void> {
          const Result<Permit> permit = co_await budget.acquire(Lane::kFeed, caller, far());
          served.push_back(caller);
        },
        asio::detached);
  };
  for (int i = 0; i < 100; ++i) call_as("greedy");
  for (int i = 0; i < 10; ++i) call_as("modest");
  run();
  held.reset();
  run();
  ASSERT_EQ(served.size(), 110U);
  EXPECT_EQ(std::count(served.begin(), served.begin() + 20, "modest"), 10)
      << "every second call, although it came last";
  EXPECT_EQ(budget.waiting(), 0U);
}

// Each has one call at a time, and comes back before the next moment of the rate: nobody is favoured by a name.
TEST_F(BudgetTest, CallersThatComeBackTakeTurns) {
  Budget budget(io, {.calls_per_second = 500, .in_flight = 1});
  std::vector<std::string> served;
  for (const char* name : {"assignment", "scoring"})
    asio::co_spawn(
        io,
        [&budget, &served, name]() -> asio::awaitable<void> {
          const std::string caller = name;
          for (int i = 0; i < 20; ++i) {
            const Result<Permit> permit = co_await budget.acquire(Lane::kFeed, caller, far());
            served.push_back(caller);
          }
        },
        asio::detached);
  io.restart();
  io.run();
  ASSERT_EQ(served.size(), 40U);
  const auto first = std::count(served.begin(), served.begin() + 20, "assignment");
  EXPECT_GE(first, 9);
  EXPECT_LE(first, 11);
}

TEST_F(BudgetTest, LanesShareInProportionToTheirWeights) {
  Budget budget(io, {.in_flight = 1});
  std::unique_ptr<Permit> held = hold(budget);
  for (const Lane lane : {Lane::kSweeps, Lane::kFeed, Lane::kWrites, Lane::kInteractive}) calls(budget, lane, 100);
  run();
  held.reset();
  run();
  EXPECT_EQ(order.size(), 400U);
  EXPECT_NEAR(static_cast<double>(among(150, Lane::kInteractive)), 80, 2);
  EXPECT_NEAR(static_cast<double>(among(150, Lane::kWrites)), 40, 2);
  EXPECT_NEAR(static_cast<double>(among(150, Lane::kFeed)), 20, 2);
  EXPECT_NEAR(static_cast<double>(among(150, Lane::kSweeps)), 10, 2);
}

TEST_F(BudgetTest, ALaneThatWorkedAloneDoesNotPayForItLater) {
  Budget budget(io, {.in_flight = 1});
  std::unique_ptr<Permit> held = hold(budget);
  calls(budget, Lane::kSweeps, 1000);
  run();
  held.reset();
  run();
  order.clear();
  held = hold(budget);
  calls(budget, Lane::kInteractive, 500);
  calls(budget, Lane::kSweeps, 10);
  run();
  held.reset();
  run();
  EXPECT_GE(among(45, Lane::kSweeps), 4) << "the sweeps starve";
}

TEST_F(BudgetTest, AnIdleLaneDoesNotCatchUp) {
  Budget budget(io, {.in_flight = 1});
  std::unique_ptr<Permit> held = hold(budget);
  calls(budget, Lane::kWrites, 1000);
  run();
  held.reset();
  run();
  order.clear();
  held = hold(budget);
  calls(budget, Lane::kWrites, 100);
  calls(budget, Lane::kFeed, 100);
  run();
  held.reset();
  run();
  EXPECT_NEAR(static_cast<double>(among(60, Lane::kWrites)), 40, 3) << "the feed makes good for its idle time";
}

TEST_F(BudgetTest, ACallerThatComesBackAtOnceGetsNoMoreThanItsLanesShare) {
  Budget budget(io, {.in_flight = 1});
  std::unique_ptr<Permit> held = hold(budget);
  calls(budget, Lane::kInteractive, 200);
  call(budget, Lane::kSweeps, 100);
  run();
  held.reset();
  run();
  EXPECT_LE(among(90, Lane::kSweeps), 20)
      << "one sweep after the other takes places of the interactive lane, whose weight is 8 to 1";
  EXPECT_GE(among(90, Lane::kSweeps), 5);
}

TEST_F(BudgetTest, TheQueueIsBounded) {
  Budget budget(io, {.in_flight = 1});
  std::unique_ptr<Permit> held = hold(budget);
  calls(budget, Lane::kFeed, static_cast<int>(Budget::kLongestQueue));
  run();
  EXPECT_EQ(budget.waiting(), Budget::kLongestQueue);
  Error error{Code::kOk, "admitted"};
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        const Result<Permit> permit = co_await budget.acquire(Lane::kInteractive, {}, far());
        if (!permit) error = permit.error();
      },
      asio::detached);
  run();
  EXPECT_EQ(error.code, Code::kLimit);
  EXPECT_EQ(error.effect, Effect::kNone);
  EXPECT_THAT(error.message, HasSubstr("`budget`"));
  held.reset();
  run();
  EXPECT_EQ(order.size(), Budget::kLongestQueue);
}

TEST_F(BudgetTest, DeadlineEndsTheWaitInTheQueue) {
  Budget budget(io, {.in_flight = 1});
  std::unique_ptr<Permit> held = hold(budget);
  const Error error = refusal(budget, Budget::Clock::now() + std::chrono::milliseconds(20));
  EXPECT_EQ(error.code, Code::kDeadline);
  EXPECT_EQ(error.effect, Effect::kNone);
  EXPECT_THAT(error.message, HasSubstr("`budget`"));
  EXPECT_EQ(budget.waiting(), 0U);
  held.reset();
  EXPECT_EQ(refusal(budget, far()).message, "admitted") << "the place was lost";
}

TEST_F(BudgetTest, CancelEndsTheWaitInTheQueue) {
  Budget budget(io, {.in_flight = 1});
  std::unique_ptr<Permit> held = hold(budget);
  asio::cancellation_signal signal;
  Error error{Code::kOk, "admitted"};
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        co_await asio::this_coro::throw_if_cancelled(false);
        const Result<Permit> permit = co_await budget.acquire(Lane::kWrites, {}, far());
        if (!permit) error = permit.error();
      },
      asio::bind_cancellation_slot(signal.slot(), asio::detached));
  run();
  signal.emit(asio::cancellation_type::terminal);
  run();
  EXPECT_EQ(error.code, Code::kCancelled);
  EXPECT_EQ(error.effect, Effect::kNone);
  EXPECT_EQ(budget.waiting(), 0U);
}

TEST_F(BudgetTest, CallsComeNoFasterThanTheRate) {
  Budget budget(io, {.calls_per_second = 50, .in_flight = 8});
  std::vector<Budget::Clock::time_point> times;
  for (int i = 0; i < 4; ++i)
    asio::co_spawn(
        io,
        [&]() -> asio::awaitable<void> {
          const Result<Permit> permit = co_await budget.acquire(Lane::kFeed, {}, far());
          times.push_back(Budget::Clock::now());
        },
        asio::detached);
  io.run();
  ASSERT_EQ(times.size(), 4U);
  EXPECT_GE(times.back() - times.front(), std::chrono::milliseconds(59));
}

TEST(BudgetOf, HostsOfOdooComGetOneCallASecond) {
  for (const char* url : {"https://acme.odoo.com", "https://odoo.com", "https://acme.odoo.com:443/",
                          "https://Acme.ODOO.com", "https://a.dev.odoo.com/x"}) {
    EXPECT_EQ(budget_of({.url = url}).calls_per_second, 1.0) << url;
    EXPECT_EQ(budget_of({.url = url}).in_flight, 1) << url;
  }
  for (const char* url :
       {"https://odoo.example", "https://notodoo.com", "https://odoo.com.example", "https://example.org/odoo.com"}) {
    EXPECT_EQ(budget_of({.url = url}).calls_per_second, 0.0) << url;
    EXPECT_EQ(budget_of({.url = url}).in_flight, 4) << url;
  }
}

TEST(BudgetOf, TheConfiguredBudgetWins) {
  EXPECT_EQ(budget_of({.url = "https://acme.odoo.com", .budget = BudgetLimits{5, 3}}).in_flight, 3);
}

TEST(Validate, NamesWhatToCorrect) {
  const Connection good{.url = "https://acme.odoo.com", .database = "acme", .login = "bot", .secret = "k"};
  EXPECT_TRUE(validate(good));
  const auto with = [&](auto change) {
    Connection bad = good;
    change(bad);
    const Result<void> valid = validate(bad);
    EXPECT_FALSE(valid);
    EXPECT_EQ(valid ? Code::kOk : valid.error().code, Code::kInvalid);
    return valid ? std::string() : valid.error().message;
  };
  EXPECT_THAT(with([](Connection& c) { c.url = "acme.odoo.com"; }), HasSubstr("https://"));
  EXPECT_THAT(with([](Connection& c) { c.url = "https://"; }), HasSubstr("host"));
  EXPECT_THAT(with([](Connection& c) { c.url = "https://bot:pw@acme.odoo.com"; }), testing::Not(HasSubstr("pw@")));
  EXPECT_THAT(with([](Connection& c) { c.secret = ""; }), HasSubstr("`key` is missing"));
  EXPECT_THAT(with([](Connection& c) { c.secret = "k\r\nX-Evil: 1"; }), HasSubstr("line breaks"));
  EXPECT_THAT(with([](Connection& c) { c.database = "a\nb"; }), HasSubstr("line breaks"));
}

}  // namespace
}  // namespace outrigger::odoo
