#include "host/delivery/courier.hpp"

#include <algorithm>
#include <utility>

namespace outrigger::host {
namespace {

// However quiet it is: a clock that was set, or a wake that was missed, costs no more than this.
constexpr int64_t kLongestWait = 5'000'000;
constexpr int64_t kAfterAnError = 1'000'000;

void tell_each(const Batch& batch, const std::function<void(const std::string& delivery)>& tell) {
  if (!tell) return;
  for (const Value change : batch.changes.root().items()) tell(std::string(change["delivery"].text()));
}

}  // namespace

Courier::Courier(Journal& journal, Options options, Call call)
    : journal_(journal), options_(std::move(options)), call_(std::move(call)) {}

void Courier::start() {
  worker_.start([this] { return work(); });
}

Result<Courier::Round> Courier::deliver_due() {
  Round round;
  for (const std::string& subscriber : options_.subscribers) {
    if (const Result<void> delivered = deliver(subscriber, round); !delivered) return delivered.error();
    const Result<int64_t> due = journal_.next_due(subscriber);
    if (!due) return due.error();
    if (*due != 0 && (round.next_due == 0 || *due < round.next_due)) round.next_due = *due;
  }
  return round;
}

Result<void> Courier::deliver(const std::string& subscriber, Round& round) {
  const Result<Batch> batch = journal_.next(subscriber, options_.batch);
  if (!batch) return batch.error();
  if (batch->empty()) return {};
  Arena arena;
  const Value args = arena.object({{"subscription", std::string_view(batch->subscription)},
                                   {"model", std::string_view(batch->model)},
                                   {"changes", batch->changes.root()}});
  tell_each(*batch, options_.began);
  if (options_.troubles) options_.troubles->begin();
  const Result<Document> answered = call_("changes.deliver", args);
  tell_each(*batch, options_.ended);
  const Result<Settled> settled = settle(*batch, answered);
  if (!settled) return settled.error();
  if (settled->dead != 0)
    options_.say(std::to_string(settled->dead) + " deliveries of " + subscriber +
                 " were given up: see `outrigger events dead`");
  round.delivered += batch->size();
  round.stopping = round.stopping || (!answered && answered.error().code == Code::kCancelled);
  return {};
}

// Until it is kept: the journal has handed the batch out and waits for this. A full disk may take its time.
Result<Settled> Courier::settle(const Batch& batch, const Result<Document>& answered) {
  for (bool said = false;;) {
    Result<Settled> settled = answered ? journal_.settle(batch, answered->root(), options_.troubles.get())
                                       : journal_.fail(batch, answered.error());
    if (settled) return settled;
    if (!std::exchange(said, true)) options_.say(settled.error().message);
    if (!worker_.pause(kAfterAnError)) return settled;
  }
}

int64_t Courier::work() {
  const Result<Round> round = deliver_due();
  if (!round && round.error().message != said_) options_.say(said_ = round.error().message);
  if (round) said_.clear();
  if (!round || round->stopping) return kAfterAnError;
  if (round->delivered != 0) return 0;
  return round->next_due == 0 ? kLongestWait
                              : std::clamp<int64_t>(round->next_due - options_.now(), 1000, kLongestWait);
}

}  // namespace outrigger::host
