#include "host/inbox/receiver.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

constexpr int64_t kLongestWait = 5'000'000;
constexpr int64_t kShortestWait = 1'000;

}  // namespace

void Receiver::start() {
  worker_.start([this] { return work(); });
}

Result<size_t> Receiver::run_due() {
  for (size_t count = 0;; ++count) {
    if (worker_.stopped() || (options_.may_run && !options_.may_run())) return count;
    const Result<std::optional<Letter>> letter = inbox_.next(options_.plugin);
    if (!letter) return letter.error();
    if (!*letter) return count;
    if (const Result<void> done = hand_over(**letter); !done) return done.error();
  }
}

Result<void> Receiver::hand_over(const Letter& letter) {
  if (options_.began) options_.began(letter.delivery);
  Arena arena;
  const Result<Document> outcome =
      call_("webhook.receive", arena.object({{"endpoint", std::string_view(letter.endpoint)},
                                             {"delivery", std::string_view(letter.delivery)},
                                             {"attempt", letter.attempt},
                                             {"at", letter.at},
                                             {"headers", letter.headers.root()},
                                             {"query", arena.bytes(letter.query)},
                                             {"body", arena.bytes(letter.body)}}));
  if (options_.ended) options_.ended(letter.delivery);
  const std::string name = "webhook " + letter.endpoint + ", " + letter.delivery + ": ";
  if (!outcome) {
    options_.say(name + outcome.error().message);
    return inbox_.fail(letter, outcome.error());
  }
  if (const std::string_view reason = outcome->root()["reason"].text(); !reason.empty())
    options_.say(name + std::string(outcome->root()["outcome"].text()) + ": " + std::string(reason));
  return inbox_.settle(letter, outcome->root());
}

int64_t Receiver::work() {
  const Result<size_t> ran = run_due();
  if (!ran && ran.error().message != said_) options_.say(said_ = ran.error().message);
  if (ran) said_.clear();
  const Result<int64_t> next = inbox_.next_due(options_.plugin);
  const bool resting = !ran || !next || *next == 0 || (options_.may_run && !options_.may_run());
  return resting ? kLongestWait : std::clamp<int64_t>(*next - options_.now(), kShortestWait, kLongestWait);
}

}  // namespace outrigger::host
