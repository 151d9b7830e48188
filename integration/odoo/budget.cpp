#include "integration/odoo/budget.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace outrigger::odoo {

namespace asio = boost::asio;

namespace {

size_t index_of(Lane lane) {
  switch (lane) {
    case Lane::kInteractive: return 0;
    case Lane::kFeed: return 2;
    case Lane::kSweeps: return 3;
    default: return 1;
  }
}

Error refused(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

}  // namespace

Budget::Budget(asio::io_context& io, BudgetLimits limits) : io_(io), limits_(limits), refill_(io) {
  constexpr double kWeights[] = {8, 4, 2, 1};
  for (size_t i = 0; i < lanes_.size(); ++i) lanes_[i].weight = kWeights[i];
  limits_.in_flight = std::max(1, limits_.in_flight);
}

size_t Budget::waiting() const {
  size_t sum = 0;
  for (const LaneState& lane : lanes_)
    for (const auto& [name, caller] : lane.callers) sum += caller.queue.size();
  return sum;
}

Budget::Waiter* Budget::LaneState::pop() {
  const auto next = std::min_element(callers.begin(), callers.end(),
                                     [](const auto& a, const auto& b) { return a.second.served < b.second.served; });
  Waiter* waiter = next->second.queue.front();
  next->second.queue.pop_front();
  turn = ++next->second.served;
  if (next->second.queue.empty()) callers.erase(next);
  return waiter;
}

// A place in flight and, where a rate is set, the next moment of it.
bool Budget::take() {
  if (in_flight_ >= limits_.in_flight) return false;
  if (limits_.calls_per_second > 0) {
    const auto now = Clock::now();
    if (now < next_call_) return false;
    const auto gap =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1.0 / limits_.calls_per_second));
    next_call_ = now + gap;
  }
  ++in_flight_;
  return true;
}

asio::awaitable<Result<Budget::Permit>> Budget::acquire(Lane lane, std::string caller, Clock::time_point deadline) {
  if (waiting() == 0 && take()) {
    co_return Permit(this);
  }
  if (waiting() >= kLongestQueue)
    co_return refused(Code::kLimit, "too many calls wait for this database; slow down or raise `budget`");
  LaneState& state = lanes_[index_of(lane)];
  // A lane that was idle neither catches up at the expense of the others nor pays for what it did alone.
  if (state.callers.empty()) state.served = std::max(state.served, virtual_time_);
  Waiter waiter(io_, deadline);
  const auto mine = state.callers.try_emplace(std::move(caller), Caller{{}, state.turn}).first;
  const auto place = mine->second.queue.insert(mine->second.queue.end(), &waiter);
  pump();
  if (!waiter.granted) {
    boost::system::error_code error;
    co_await waiter.wake.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
  if (waiter.granted) co_return Permit(this);
  mine->second.queue.erase(place);
  if (mine->second.queue.empty()) state.callers.erase(mine);
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  if (cancellation.cancelled() != asio::cancellation_type::none)
    co_return refused(Code::kCancelled, "the call was cancelled");
  co_return refused(Code::kDeadline,
                    "the call waited in the queue past its deadline; the database's `budget` is used up");
}

void Budget::release() {
  --in_flight_;
  pump();
}

void Budget::pump() {
  for (;;) {
    LaneState* next = nullptr;
    for (LaneState& lane : lanes_)
      if (!lane.callers.empty() && (next == nullptr || lane.served < next->served)) next = &lane;
    if (next == nullptr) return;
    if (!take()) break;
    Waiter* waiter = next->pop();
    virtual_time_ = next->served;
    next->served += 1.0 / next->weight;
    waiter->granted = true;
    waiter->wake.cancel();
  }
  if (in_flight_ >= limits_.in_flight) return;  // release() pumps again
  refill_.expires_at(next_call_);
  // A timer that has fired already can no longer be cancelled by the destructor.
  refill_.async_wait([this, alive = std::weak_ptr<void>(alive_)](boost::system::error_code error) {
    if (!error && !alive.expired()) pump();
  });
}

}  // namespace outrigger::odoo
