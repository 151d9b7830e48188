#include "host/journal/settler.hpp"

#include <algorithm>

#include "host/journal/picker.hpp"

namespace outrigger::host {
namespace {

constexpr int64_t kHanded = 1;
constexpr int64_t kAlone = 2;
constexpr int64_t kFirstWholeRetry = 1'000'000;  // microseconds
constexpr size_t kLongestReason = 1000;
constexpr int64_t kShortestOutage = 1'000;  // milliseconds
constexpr int64_t kLongestOutage = 300'000;
constexpr int32_t kInstanceAway = 2'000;

}  // namespace

Settler::Settler(Journal& journal, Database& in, const Batch& batch, const Troubles* troubles)
    : journal_(journal), in_(in), batch_(batch), troubles_(troubles), now_(journal.options_.now()) {}

void Settler::settle(size_t index, Value outcome) {
  if (journal_.desk_.settled(batch_.rows[index].delivery)) return;
  const std::string_view word = outcome["outcome"].text();
  if (word == "done") return done(index);
  const std::string_view reason = outcome["reason"].text().substr(0, kLongestReason);
  if (word == "reject") return skip(index, reason);
  const std::optional<int64_t> after = outcome["after_ms"].as_integer();
  const int64_t after_ms = after ? std::max<int64_t>(*after, 0) : -1;
  const std::string_view why = word == "retry" ? reason : "the plugin gave no outcome for this change";
  if (troubles_ != nullptr && troubles_->any())
    later(index, after_ms, why);
  else
    again(index, after_ms, why, false);
}

void Settler::failed(size_t index, const Error& error) {
  if (journal_.desk_.settled(batch_.rows[index].delivery)) return;
  again(index, error.retry_after_ms, std::string_view(error.message).substr(0, kLongestReason), true);
}

void Settler::note_handed(size_t index) {
  const RowKey& key = batch_.rows[index];
  in_.statement(
         "UPDATE pending SET flags = flags | ?5 WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3 "
         "AND delivery = ?4",
         key.subscriber, key.record, std::string_view(key.create_date), key.delivery, kHanded)
      .run();
}

void Settler::done(size_t index) {
  const RowKey& key = batch_.rows[index];
  ++settled_.done;
  in_.statement(
         "DELETE FROM pending WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3 AND delivery = ?4 "
         "AND version = ?5",
         key.subscriber, key.record, std::string_view(key.create_date), key.delivery, batch_.versions[index])
      .run();
  if (in_.changed() == 0) begin_from(index);
}

void Settler::begin_from(size_t index) {
  const RowKey& key = batch_.rows[index];
  const KnownSubscriber* subscriber = journal_.catalog_.subscriber(key.subscriber);
  if (subscriber == nullptr) return;
  const View delivered = batch_.views[index];
  const Value after = change(index)["after"];
  const bool inside = within(delivered);
  const std::string before = inside ? to_cbor(after) : std::string();
  in_.statement("UPDATE meta SET value = value + 1 WHERE name = 'delivery'").run();
  in_.statement(
         "UPDATE pending SET delivery = (SELECT value FROM meta WHERE name = 'delivery'), session = ?5, flags = 0, "
         "since = at, due = ?6, attempts = 0, view = ?7, before = ?8, error = NULL "
         "WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3 AND delivery = ?4",
         key.subscriber, key.record, std::string_view(key.create_date), key.delivery, journal_.session_, now_,
         static_cast<int64_t>(delivered == View::kGone ? View::kUnknown : delivered),
         inside ? std::optional(Blob{before}) : std::nullopt)
      .run();
  if (in_.changed() == 0) return;
  Arena arena;
  const Look look = look_at(in_, journal_.catalog_, *subscriber, key.record, key.create_date, arena);
  const bool fact = batch_.model.starts_with("fact:");
  const bool other = look.view != View::kGone && inside && !differing(after, look.seen, fact).empty();
  const View from = delivered == View::kGone ? View::kUnknown : delivered;
  if (!kind_of(from, look.view, other, false).empty()) return;
  in_.statement("DELETE FROM pending WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3", key.subscriber,
                key.record, std::string_view(key.create_date))
      .run();
}

void Settler::again(size_t index, int64_t after_ms, std::string_view reason, bool alone) {
  const RowKey& key = batch_.rows[index];
  const int64_t attempts = change(index)["attempt"].integer();
  const bool dead = attempts >= journal_.options_.most_attempts;
  ++(dead ? settled_.dead : settled_.retried);
  const int64_t ms = after_ms >= 0 && !alone ? after_ms : std::max(after_ms, journal_.delay_ms(attempts));
  in_.statement(
         "UPDATE pending SET attempts = ?5, flags = flags | ?6, due = ?7, error = ?8 "
         "WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3 AND delivery = ?4",
         key.subscriber, key.record, std::string_view(key.create_date), key.delivery, attempts,
         kHanded | (alone ? kAlone : 0), dead ? std::optional<int64_t>() : now_ + ms * 1000, reason)
      .run();
  if (dead && in_.changed() != 0)
    said_.push_back(batch_.subscriber + " failed " + std::to_string(attempts) + " times on " + batch_.model + " " +
                    std::to_string(id_of(key.record)) + " (" + std::string(reason) +
                    "): a dead letter; `outrigger events replay " + journal_.delivery_name(key.delivery) +
                    "` tries it again");
}

// The attempt does not count, so that no outage makes dead letters. The longer it lasts, the longer the pauses.
void Settler::later(size_t index, int64_t after_ms, std::string_view reason) {
  const RowKey& key = batch_.rows[index];
  ++settled_.retried;
  const int64_t ms = std::max({kShortestOutage, after_ms < 0 ? journal_.delay_ms(1) : after_ms,
                               troubles_->wait_ms(journal_.delivery_name(key.delivery))});
  in_.statement(
         "UPDATE pending SET flags = flags | ?5, due = ?6 + MAX(?7, MIN(?8, (?6 - since) / 4)), error = ?9 "
         "WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3 AND delivery = ?4",
         key.subscriber, key.record, std::string_view(key.create_date), key.delivery, kHanded, now_, ms * 1000,
         kLongestOutage * 1000, reason)
      .run();
}

void Settler::skip(size_t index, std::string_view reason) {
  const RowKey& key = batch_.rows[index];
  ++settled_.rejected;
  const Value one = change(index);
  const auto blob = [](Value value, std::string& bytes) -> std::optional<Blob> {
    if (value.is_null()) return std::nullopt;
    bytes = to_cbor(value);
    return Blob{bytes};
  };
  std::string before;
  std::string after;
  const std::string name = journal_.delivery_name(key.delivery);
  in_.statement(
         "INSERT INTO parked (state, subscriber, model, id, create_date, delivery, kind, attempts, at, since, view, "
         "before, after, reason) SELECT 'skipped', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, since, view, ?9, ?10, ?11 "
         "FROM pending WHERE subscriber = ?12 AND record = ?13 AND create_date = ?4 AND delivery = ?14",
         std::string_view(batch_.subscriber), std::string_view(journal_.catalog_.find(stream_of(key.record))->model),
         id_of(key.record), std::string_view(key.create_date), std::string_view(name), one["kind"].text(),
         one["attempt"].integer(), now_, blob(one["before"], before), blob(one["after"], after), reason, key.subscriber,
         key.record, key.delivery)
      .run();
  done(index);
  --settled_.done;
}

void Settler::finish() {
  if (settled_.rejected != 0) bound_skipped();
}

void Settler::bound_skipped() {
  in_.statement(
         "DELETE FROM parked WHERE state = 'skipped' AND subscriber = ?1 AND parked <= (SELECT parked FROM parked "
         "WHERE state = 'skipped' AND subscriber = ?1 ORDER BY parked DESC LIMIT 1 OFFSET ?2)",
         std::string_view(batch_.subscriber), static_cast<int64_t>(journal_.options_.most_skipped))
      .run();
  const int64_t dropped = in_.changed();
  if (dropped == 0) return;
  in_.statement("UPDATE meta SET value = value + ?1 WHERE name = 'skipped_dropped'", dropped).run();
  said_.push_back(batch_.subscriber + " rejected more than " + std::to_string(journal_.options_.most_skipped) +
                  " changes; the oldest " + std::to_string(dropped) + " are forgotten");
}

// --- Journal

Result<Settled> Journal::settle(const Batch& batch, Value outcomes, const Troubles* troubles) {
  if (batch.empty()) return Settled{};
  Settled settled;
  std::vector<std::string> said;
  Arena arena;
  const Value all_done = arena.object({{"outcome", "done"}});
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    catalog_.refresh(in);
    Settler settler(*this, in, batch, troubles);
    for (size_t i = 0; i < batch.size(); ++i)
      settler.settle(i, outcomes.is_null()                           ? all_done
                        : i < outcomes.size() && outcomes.is_array() ? outcomes.at(i)
                                                                     : Value{});
    settler.finish();
    settled = settler.settled();
    said = settler.take_said();
    return {};
  });
  if (!kept) return kept.error();
  desk_.take_back(batch.rows);
  desk_.wake(batch.subscriber);
  say_all(said);
  return settled;
}

Result<Settled> Journal::fail(const Batch& batch, const Error& error) {
  if (batch.empty()) return Settled{};
  Settled settled;
  std::vector<std::string> said;
  const bool innocent = nobody_to_blame(error);
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    catalog_.refresh(in);
    Settler settler(*this, in, batch);
    for (size_t i = 0; i < batch.size(); ++i) {
      if (innocent)
        settler.note_handed(i);
      else if (batch.size() == 1)
        settler.failed(i, error);
    }
    settled = settler.settled();
    said = settler.take_said();
    return {};
  });
  if (!kept) return kept.error();
  say_all(said);
  const int64_t now = options_.now();
  if (innocent || batch.size() == 1) {
    // What was being narrowed down goes on where it was: an instance that crashed is away for a moment after each step.
    if (innocent && batch.depth > 0)
      desk_.put(batch.subscriber, {batch.rows, batch.depth, now});
    else
      desk_.take_back(batch.rows);
    if (innocent && error.code != Code::kCancelled) {
      // To ask for an instance that is started again, or in quarantine, costs nothing and need not become rare.
      const bool instance = error.source == Source::kHost;
      if (instance) desk_.wake(batch.subscriber);
      desk_.rest(batch.subscriber, now, instance && error.retry_after_ms < 0 ? kInstanceAway : error.retry_after_ms);
    }
    return settled;
  }
  if (batch.depth == 0) {
    desk_.put(batch.subscriber, {batch.rows, 1, now + kFirstWholeRetry});
    return settled;
  }
  const auto middle = batch.rows.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
  desk_.put(batch.subscriber, {{batch.rows.begin(), middle}, batch.depth + 1, now});
  desk_.put(batch.subscriber, {{middle, batch.rows.end()}, batch.depth + 1, now});
  return settled;
}

Result<void> Journal::commit_outcome(std::string_view plugin, std::string_view delivery, Value outcome,
                                     const JournalFile::Work& also) {
  const int64_t number = delivery_number(delivery);
  const auto [batch, index] = desk_.work_on(number);
  const Error stale{Code::kConflict,
                    "the delivery " + std::string(delivery) + " is not being worked on (any more); nothing was stored",
                    Source::kPlugin, Effect::kNone, -1};
  if (number == 0 || batch == nullptr || !std::string_view(batch->subscriber).starts_with(std::string(plugin) + "/"))
    return stale;
  std::vector<std::string> said;
  const Result<void> kept = commit([&, batch = batch, index = index](Database& in) -> Result<void> {
    const RowKey& key = batch->rows[index];
    Statement there = in.statement(
        "SELECT 1 FROM pending WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3 AND delivery = ?4",
        key.subscriber, key.record, std::string_view(key.create_date), key.delivery);
    if (desk_.work_on(number).first != batch || !there.step()) return stale;
    if (Result<void> ok = also(in); !ok) return ok;
    Settler settler(*this, in, *batch);
    settler.settle(index, outcome);
    settler.finish();
    said = settler.take_said();
    return {};
  });
  if (!kept) return kept;
  desk_.mark_settled(number);
  say_all(said);
  return {};
}

}  // namespace outrigger::host
