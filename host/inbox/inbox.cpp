#include "host/inbox/inbox.hpp"

#include <algorithm>

#include "integration/value/cbor.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kSteps[] = {R"(
CREATE TABLE inbox (
  letter INTEGER PRIMARY KEY AUTOINCREMENT, delivery TEXT NOT NULL UNIQUE, epoch TEXT NOT NULL, plugin TEXT NOT NULL,
  endpoint TEXT NOT NULL, at INTEGER NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL, state INTEGER NOT NULL,
  parked INTEGER, reason TEXT NOT NULL, headers TEXT NOT NULL, query TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX inbox_order ON inbox (plugin, state, endpoint, letter);
CREATE INDEX inbox_parked ON inbox (parked) WHERE parked IS NOT NULL;
)"};

constexpr int64_t kWaiting = 0;
constexpr int64_t kSkipped = 1;
constexpr int64_t kDead = 2;
constexpr std::string_view kMark = "-hook";  // between epoch and number in a delivery's id
constexpr size_t kLongestReason = 1000;
constexpr int32_t kBusy = 10'000;  // ms, when it is full

// ?1 delivery, ?2 subscriber, ?3 model, ?4 number, ?5 parked alone
constexpr std::string_view kMatches =
    " (?1 = '' OR delivery = ?1) AND (?2 = '' OR plugin || '/' || endpoint = ?2) AND (?3 = '' OR ?3 = 'webhook') AND "
    "(?4 = 0 OR letter = ?4) AND (?5 = 0 OR state > 0 OR epoch <> ?6) ";

Error refuse(Code code, std::string message, int32_t retry_ms = -1) {
  return {code, std::move(message), Source::kHost, Effect::kNone, retry_ms};
}

bool nobody_to_blame(const Error& error) {
  return error.code == Code::kUnreachable || error.code == Code::kCancelled || error.code == Code::kDeadline ||
         error.source == Source::kNetwork;
}

std::string headers_text(const std::vector<std::pair<std::string, std::string>>& headers) {
  Arena arena;
  std::vector<Value> list;
  for (const auto& [name, value] : headers)
    list.push_back(arena.array({std::string_view(name), std::string_view(value)}));
  return value::to_json(arena.array(list));
}

}  // namespace

const Tables kInboxTables{"inbox", kSteps};

struct Inbox::Verdict {
  int64_t state = -1;  // -1: done
  int64_t after_ms = -1;
  bool blamed = true;
  std::string reason;
};

Result<std::string> Inbox::put(const Sent& sent) {
  const std::string epoch = epoch_();
  const int64_t now = options_.now();
  const std::string headers = headers_text(sent.headers);
  std::string delivery;
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    Statement there = in.statement(
        "SELECT count(*) FILTER (WHERE state = 0), coalesce(sum(length(body) + length(headers)), 0) FROM inbox WHERE "
        "plugin = ?1 AND endpoint = ?2",
        std::string_view(sent.plugin), std::string_view(sent.endpoint));
    there.step();
    const auto size = static_cast<int64_t>(sent.body.size() + headers.size());
    if (there.integer(0) >= options_.most_waiting || there.integer(1) + size > options_.most_bytes)
      return refuse(Code::kLimit, "too much waits for this endpoint already", kBusy);
    in.statement("INSERT INTO inbox VALUES (NULL, '', ?1, ?2, ?3, ?4, ?4, 0, 0, NULL, '', ?5, ?6, ?7)",
                 std::string_view(epoch), std::string_view(sent.plugin), std::string_view(sent.endpoint), now,
                 std::string_view(headers), std::string_view(sent.query), Blob{sent.body})
        .run();
    const int64_t number = in.inserted();
    delivery = epoch + std::string(kMark) + std::to_string(number);
    in.statement("UPDATE inbox SET delivery = ?2 WHERE letter = ?1", number, std::string_view(delivery)).run();
    return {};
  });
  if (!kept) return kept.error();
  if (options_.arrived) options_.arrived(sent.plugin);
  return delivery;
}

Result<std::optional<Letter>> Inbox::next(std::string_view plugin) {
  const std::string epoch = epoch_();
  const int64_t now = options_.now();
  Result<std::optional<Letter>> found = file_.read<std::optional<Letter>>([&](Database& in) {
    // The first of each endpoint; those behind it wait for it.
    Statement of = in.statement(
        "SELECT letter, delivery, endpoint, at, attempts, headers, query, body FROM inbox WHERE letter IN (SELECT "
        "min(letter) FROM inbox WHERE plugin = ?1 AND state = 0 AND epoch = ?2 GROUP BY endpoint) AND due <= ?3 ORDER "
        "BY letter LIMIT 1",
        plugin, std::string_view(epoch), now);
    if (!of.step()) return std::optional<Letter>();
    Letter letter;
    letter.number = of.integer(0);
    letter.delivery = of.text(1);
    letter.plugin = plugin;
    letter.endpoint = of.text(2);
    letter.at = of.integer(3);
    letter.attempt = of.integer(4) + 1;
    if (Result<Document> headers = value::read_json(of.text(5)); headers) letter.headers = *std::move(headers);
    letter.query = of.text(6);
    letter.body = of.blob(7);
    return std::optional<Letter>(std::move(letter));
  });
  if (!found || !*found) return found;
  const std::lock_guard lock(mutex_);
  at_work_.insert((*found)->delivery);
  return found;
}

Result<int64_t> Inbox::next_due(std::string_view plugin) {
  const std::string epoch = epoch_();
  return file_.read<int64_t>([&](Database& in) {
    Statement of = in.statement(
        "SELECT coalesce(min(due), 0) FROM inbox WHERE letter IN (SELECT min(letter) FROM inbox WHERE plugin = ?1 AND "
        "state = 0 AND epoch = ?2 GROUP BY endpoint)",
        plugin, std::string_view(epoch));
    of.step();
    return of.integer(0);
  });
}

Inbox::Verdict Inbox::verdict_of(Value outcome) {
  Verdict verdict;
  const std::string_view word = outcome["outcome"].text();
  if (outcome.is_null() || word == "done") return verdict;
  verdict.state = word == "reject" ? kSkipped : kWaiting;
  verdict.after_ms = outcome["after_ms"].as_integer().value_or(-1);
  verdict.reason = outcome["reason"].text().substr(0, kLongestReason);
  return verdict;
}

int64_t Inbox::delay_ms(int64_t attempts) const {
  int64_t delay = options_.first_delay_ms;
  for (int64_t i = 1; i < attempts && delay < options_.longest_delay_ms; ++i) delay *= 2;
  return std::min(delay, options_.longest_delay_ms);
}

void Inbox::apply(Database& in, int64_t number, const Verdict& verdict) const {
  if (verdict.state < 0) {
    in.statement("DELETE FROM inbox WHERE letter = ?1", number).run();
    return;
  }
  Statement of = in.statement("SELECT attempts, plugin, endpoint FROM inbox WHERE letter = ?1", number);
  if (!of.step()) return;
  const int64_t attempts = of.integer(0) + (verdict.blamed ? 1 : 0);
  const std::string plugin(of.text(1));
  const std::string endpoint(of.text(2));
  const int64_t now = options_.now();
  const bool again = verdict.state == kWaiting && attempts < options_.most_attempts;
  const int64_t wait = verdict.after_ms >= 0 ? std::min(verdict.after_ms, options_.longest_delay_ms)
                                             : delay_ms(std::max<int64_t>(1, attempts));
  in.statement("UPDATE inbox SET attempts = ?2, due = ?3, state = ?4, parked = ?5, reason = ?6 WHERE letter = ?1",
               number, attempts, again ? now + wait * 1000 : now,
               again                       ? kWaiting
               : verdict.state == kSkipped ? kSkipped
                                           : kDead,
               again ? std::nullopt : std::optional<int64_t>(now), std::string_view(verdict.reason))
      .run();
  if (!again)
    in.statement(
          "DELETE FROM inbox WHERE letter IN (SELECT letter FROM inbox WHERE plugin = ?1 AND state > 0 AND endpoint = "
          "?2 ORDER BY letter DESC LIMIT -1 OFFSET ?3)",
          std::string_view(plugin), std::string_view(endpoint), options_.most_parked)
        .run();
}

Result<void> Inbox::settle(const Letter& letter, Value outcome) {
  const Verdict verdict = verdict_of(outcome);
  Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    apply(in, letter.number, verdict);
    return {};
  });
  const std::lock_guard lock(mutex_);
  at_work_.erase(letter.delivery);
  return kept;
}

Result<void> Inbox::fail(const Letter& letter, const Error& error) {
  Verdict verdict;
  verdict.state = kWaiting;
  verdict.blamed = !nobody_to_blame(error);
  if (error.retry_after_ms >= 0) verdict.after_ms = std::max<int64_t>(error.retry_after_ms, options_.first_delay_ms);
  verdict.reason = std::string_view(error.message).substr(0, kLongestReason);
  Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    apply(in, letter.number, verdict);
    return {};
  });
  const std::lock_guard lock(mutex_);
  at_work_.erase(letter.delivery);
  return kept;
}

bool Inbox::is_ours(std::string_view delivery) { return delivery.find(kMark) != std::string_view::npos; }

Result<void> Inbox::commit_outcome(std::string_view plugin, std::string_view delivery, Value outcome,
                                   const JournalFile::Work& also) {
  const Error stale = refuse(Code::kConflict, "the delivery " + std::string(delivery) +
                                                  " is not being worked on (any more); nothing was stored");
  {
    const std::lock_guard lock(mutex_);
    if (!at_work_.contains(delivery)) return stale;
  }
  const Verdict verdict = verdict_of(outcome);
  return file_.commit([&](Database& in) -> Result<void> {
    int64_t number = 0;
    {
      Statement of =
          in.statement("SELECT letter FROM inbox WHERE delivery = ?1 AND plugin = ?2 AND state = 0", delivery, plugin);
      if (!of.step()) return stale;
      number = of.integer(0);
    }
    if (Result<void> ok = also(in); !ok) return ok;
    apply(in, number, verdict);
    return {};
  });
}

Result<std::vector<Event>> Inbox::list(const EventFilter& filter, size_t limit) {
  const std::string epoch = epoch_();
  const int64_t now = options_.now();
  return file_.read<std::vector<Event>>([&](Database& in) {
    std::vector<Event> events;
    Statement of = in.statement(
        "SELECT letter, delivery, plugin || '/' || endpoint, at, due, attempts, state, reason, epoch FROM inbox WHERE" +
            std::string(kMatches) + "ORDER BY letter",
        std::string_view(filter.delivery), std::string_view(filter.subscriber), std::string_view(filter.model),
        filter.id, int64_t{0}, std::string_view(epoch));
    while (events.size() < limit && of.step()) {
      Event event;
      event.id = of.integer(0);
      event.delivery = of.text(1);
      event.subscriber = of.text(2);
      event.model = "webhook";
      event.since = of.integer(3);
      event.due = of.integer(4);
      event.attempts = of.integer(5);
      event.reason = of.text(7);
      const int64_t state = of.integer(6);
      event.state = state == kSkipped     ? "skipped"
                    : state == kDead      ? "dead"
                    : of.text(8) != epoch ? "held"
                    : of.integer(4) > now ? "waiting"
                                          : "ready";
      if (filter.state.empty() || filter.state == event.state) events.push_back(std::move(event));
    }
    return events;
  });
}

Result<size_t> Inbox::replay(const EventFilter& filter) {
  const std::string epoch = epoch_();
  const Result<std::vector<Event>> chosen = list(filter, SIZE_MAX);
  if (!chosen) return chosen.error();
  std::set<std::string> plugins;
  size_t count = 0;
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    count = 0;
    for (const Event& event : *chosen) {
      if (event.state == "ready" || event.state == "waiting") continue;
      const std::string delivery = epoch + std::string(kMark) + std::to_string(event.id);
      in.statement(
            "UPDATE inbox SET state = 0, attempts = 0, parked = NULL, reason = '', due = ?2, epoch = ?3, delivery = ?4 "
            "WHERE letter = ?1",
            event.id, options_.now(), std::string_view(epoch), std::string_view(delivery))
          .run();
      count += static_cast<size_t>(in.changed());
      plugins.insert(event.subscriber.substr(0, event.subscriber.find('/')));
    }
    return {};
  });
  if (!kept) return kept.error();
  if (options_.arrived)
    for (const std::string& plugin : plugins) options_.arrived(plugin);
  return count;
}

Result<size_t> Inbox::discard(const EventFilter& filter) {
  const Result<std::vector<Event>> chosen = list(filter, SIZE_MAX);
  if (!chosen) return chosen.error();
  size_t count = 0;
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    count = 0;
    for (const Event& event : *chosen) {
      if (event.state == "ready" || event.state == "waiting") continue;
      in.statement("DELETE FROM inbox WHERE letter = ?1", event.id).run();
      count += static_cast<size_t>(in.changed());
    }
    return {};
  });
  if (!kept) return kept.error();
  return count;
}

Result<size_t> Inbox::prune(size_t at_once) {
  size_t count = 0;
  const int64_t before = options_.now() - options_.keep_ms * 1000;
  const Result<bool> any = file_.read<bool>(
      [&](Database& in) { return in.statement("SELECT 1 FROM inbox WHERE parked < ?1 LIMIT 1", before).step(); });
  if (!any) return any.error();
  if (!*any) return size_t{0};
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    in.statement("DELETE FROM inbox WHERE letter IN (SELECT letter FROM inbox WHERE parked < ?1 LIMIT ?2)", before,
                 static_cast<int64_t>(at_once))
        .run();
    count = static_cast<size_t>(in.changed());
    return {};
  });
  if (!kept) return kept.error();
  return count;
}

Result<void> Inbox::forget(std::string_view plugin) {
  return file_.commit([&](Database& in) -> Result<void> {
    in.statement("DELETE FROM inbox WHERE plugin = ?1", plugin).run();
    return {};
  });
}

Result<void> Inbox::each(
    const std::function<void(int64_t number, std::string_view query, std::string_view body)>& see) {
  const Result<bool> seen = file_.read<bool>([&](Database& in) {
    Statement of = in.statement("SELECT letter, query, body FROM inbox ORDER BY letter");
    while (of.step()) see(of.integer(0), of.text(1), of.blob(2));
    return true;
  });
  if (!seen) return seen.error();
  return {};
}

Result<Document> Inbox::export_letter(int64_t number) {
  return file_.read<Document>([&](Database& in) {
    Statement of =
        in.statement("SELECT plugin || '/' || endpoint, at, headers, query, body FROM inbox WHERE letter = ?1", number);
    return Document::build([&](Arena& arena) {
      std::vector<Value> found;
      if (of.step()) {
        const Result<Document> headers = value::read_json(of.text(2));
        std::string body(of.blob(4));
        if (!value::is_utf8(body)) std::erase_if(body, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
        found.push_back(arena.object({{"endpoint", arena.text(of.text(0))},
                                      {"at", of.integer(1)},
                                      {"headers", headers ? arena.copy(headers->root()) : Value{}},
                                      {"query", arena.text(of.text(3))},
                                      {"body", arena.text(body)}}));
      }
      return arena.array(found);
    });
  });
}

Result<size_t> Inbox::erase_letter(int64_t number) {
  size_t count = 0;
  const Result<void> kept = file_.commit([&](Database& in) -> Result<void> {
    in.statement("DELETE FROM inbox WHERE letter = ?1", number).run();
    count = static_cast<size_t>(in.changed());
    return {};
  });
  if (!kept) return kept.error();
  if (count == 0) return count;
  if (Result<void> forgotten = file_.forget(); !forgotten) return forgotten.error();
  return count;
}

}  // namespace outrigger::host
