// The call budget of one database: how many calls a second, how many at once, and who goes first.
//
//     auto permit = co_await budget.acquire(Lane::kWrites, "scoring@main", deadline);
//     if (!permit) co_return error;          // kDeadline, kCancelled or kLimit (queue full)
//     ... call ...                           // the permit's destructor gives the place back
//
// Fair: when calls wait in several lanes, they are let through in proportion to the lanes' weights (interactive 8,
// writes 4, feed 2, sweeps 1), so that none starves. Within a lane those who call take turns, however many calls each has
// waiting; the calls of one are first come first served. The queue is bounded.
// Threads: only the thread of the io_context, destruction included.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "integration/odoo/connection.hpp"
#include "outrigger/odoo.hpp"
#include "outrigger/result.hpp"

namespace outrigger::odoo {

class Budget {
 public:
  using Clock = std::chrono::steady_clock;

  class Permit {
   public:
    explicit Permit(Budget* budget) : budget_(budget) {}
    Permit(Permit&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit() {  // NOLINT(bugprone-exception-escape): Asio's timers throw only on a broken system
      if (budget_ != nullptr) budget_->release();
    }

   private:
    Budget* budget_;
  };

  Budget(boost::asio::io_context& io, BudgetLimits limits);

  boost::asio::awaitable<Result<Permit>> acquire(Lane lane, std::string caller, Clock::time_point deadline);
  [[nodiscard]] size_t waiting() const;

  static constexpr size_t kLongestQueue = 10000;

 private:
  struct Waiter {
    Waiter(boost::asio::io_context& io, Clock::time_point deadline) : wake(io, deadline) {}
    boost::asio::steady_timer wake;  // cancelled when the place is granted
    bool granted = false;
  };
  struct Caller {
    std::list<Waiter*> queue;  // never empty
    uint64_t served = 0;       // calls let through; the lowest goes next
  };
  struct LaneState {
    std::map<std::string, Caller> callers;  // that wait
    uint64_t turn = 0;                      // `served` of the caller that was let through last
    double weight = 1;
    double served = 0;  // calls let through, divided by the weight: the lowest goes next

    // The one who was served least.
    Waiter* pop();
  };

  void release();
  void pump();
  bool take();

  boost::asio::io_context& io_;
  BudgetLimits limits_;
  boost::asio::steady_timer refill_;
  Clock::time_point next_call_ = Clock::time_point::min();
  int in_flight_ = 0;
  double virtual_time_ = 0;  // `served` of the lane that was let through last
  std::array<LaneState, 4> lanes_;
  std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace outrigger::odoo
