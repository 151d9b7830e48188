// The admin's side of the journal.
#include <algorithm>

#include "host/journal/picker.hpp"

namespace outrigger::host {
namespace {

// ?1 delivery (0: all, -1: none), ?2 subscriber, ?3 model, ?4 id, ?5 state, ?6 now, ?7 limit
constexpr std::string_view kPending =
    "SELECT p.delivery, u.name, t.model, p.record, p.create_date, p.due, p.attempts, p.since, p.error, p.subscriber "
    "FROM pending p JOIN subscribers u ON u.subscriber = p.subscriber JOIN streams t ON t.stream = u.stream "
    "WHERE (?1 = 0 OR p.delivery = ?1) AND (?2 = '' OR u.name = ?2) AND (?3 = '' OR t.model = ?3) "
    "AND (?4 = 0 OR (p.record & 1099511627775) = ?4) AND (?5 = '' OR (?5 = 'dead' AND p.due IS NULL) "
    "OR (?5 = 'waiting' AND p.due > ?6) OR (?5 IN ('ready', 'working') AND p.due <= ?6)) "
    "ORDER BY p.due IS NOT NULL, p.since, p.delivery LIMIT ?7";
// ?1 delivery, ?2 to ?5 as above, ?6 limit
constexpr std::string_view kParked =
    "SELECT parked, delivery, subscriber, model, id, create_date, state, attempts, since, reason, view, before, after, "
    "kind FROM parked WHERE (?1 = '' OR delivery = ?1) AND (?2 = '' OR subscriber = ?2) AND (?3 = '' OR model = ?3) "
    "AND (?4 = 0 OR id = ?4) AND (?5 = '' OR state = ?5) ORDER BY parked LIMIT ?6";

constexpr int64_t kAll = -1;  // of a LIMIT

Event parked_event(Statement& of) {
  Event event;
  event.delivery = of.text(1);
  event.subscriber = of.text(2);
  event.model = of.text(3);
  event.id = of.integer(4);
  event.create_date = of.text(5);
  event.state = of.text(6);
  event.attempts = of.integer(7);
  event.since = of.integer(8);
  event.reason = of.text(9);
  return event;
}

// A parked event becomes pending again, if need be beside what has come since.
bool put_back(Database& in, Catalog& catalog, int64_t parked, int64_t number, int64_t now, int64_t session) {
  int64_t subscriber = 0;
  int64_t record = 0;
  {
    Statement of = in.statement("SELECT subscriber, model, id FROM parked WHERE parked = ?1", parked);
    if (!of.step()) return false;
    KnownStream* stream = catalog.find(of.text(1));
    if (stream == nullptr) return false;
    for (const KnownSubscriber& one : stream->subscribers)
      if (one.name == of.text(0)) subscriber = one.id;
    record = record_key(stream->id, of.integer(2));
  }
  if (subscriber == 0) return false;
  in.statement("UPDATE meta SET value = value + 1 WHERE name = 'delivery'").run();
  in.statement(
        "INSERT INTO pending SELECT ?2, ?3, create_date, "
        "iif(?4 = 0, (SELECT value FROM meta WHERE name = 'delivery'), ?4), 1, ?5, 1, ?6, since, ?6, 0, view, "
        "NOT EXISTS (SELECT 1 FROM shadow s WHERE s.record = ?3 AND s.create_date = parked.create_date), before, NULL "
        "FROM parked WHERE parked = ?1 ON CONFLICT (subscriber, record, create_date) DO UPDATE SET view = "
        "excluded.view, "
        "before = excluded.before, version = version + 1, flags = flags | 1, due = excluded.due, attempts = 0",
        parked, subscriber, record, number, session, now)
      .run();
  in.statement("DELETE FROM parked WHERE parked = ?1", parked).run();
  return true;
}

}  // namespace

Result<std::vector<Event>> Journal::list(const EventFilter& filter, size_t limit) {
  const int64_t now = options_.now();
  const int64_t number = filter.delivery.empty() ? 0 : std::max<int64_t>(delivery_number(filter.delivery), -1);
  return file_.read<std::vector<Event>>([&](Database& in) {
    std::vector<Event> events;
    const int64_t wanted = !filter.delivery.empty() && number == 0 ? -1 : number;
    Statement of = in.statement(kPending, wanted, std::string_view(filter.subscriber), std::string_view(filter.model),
                                filter.id, std::string_view(filter.state), now, static_cast<int64_t>(limit));
    while (of.step()) {
      Event event;
      event.delivery = delivery_name(of.integer(0));
      event.subscriber = of.text(1);
      event.model = of.text(2);
      event.id = id_of(of.integer(3));
      event.create_date = of.text(4);
      event.due = of.integer(5);
      event.state = of.null(5)                                      ? "dead"
                    : desk_.work_on(of.integer(0)).first != nullptr ? "working"
                    : event.due > now                               ? "waiting"
                                                                    : "ready";
      event.attempts = of.integer(6);
      event.since = of.integer(7);
      event.reason = of.text(8);
      if (filter.state.empty() || filter.state == event.state) events.push_back(std::move(event));
    }
    Statement parked = in.statement(kParked, std::string_view(filter.delivery), std::string_view(filter.subscriber),
                                    std::string_view(filter.model), filter.id, std::string_view(filter.state),
                                    static_cast<int64_t>(limit));
    while (events.size() < limit && parked.step()) events.push_back(parked_event(parked));
    return events;
  });
}

Result<std::optional<EventDetail>> Journal::show(std::string_view delivery) {
  EventFilter filter;
  filter.delivery = delivery;
  Result<std::vector<Event>> events = list(filter, 1);
  if (!events) return events.error();
  if (events->empty()) return std::optional<EventDetail>();
  EventDetail detail;
  detail.event = std::move(events->front());
  if (detail.event.state == "skipped" || detail.event.state == "held") {
    const Result<bool> read = file_.read<bool>([&](Database& in) {
      Statement of = in.statement(kParked, delivery, std::string_view(), std::string_view(), int64_t{0},
                                  std::string_view(), int64_t{1});
      if (!of.step()) return false;
      detail.kind = of.text(13);
      detail.before = from_cbor(of.blob(11));
      detail.after = from_cbor(of.blob(12));
      return true;
    });
    if (!read) return read.error();
    return std::optional(std::move(detail));
  }
  const int64_t number = delivery_number(delivery);
  const Result<void> read = commit([&](Database& in) -> Result<void> {
    Statement of = in.statement(
        "SELECT subscriber, record, create_date, view, before, flags, session FROM pending WHERE delivery = ?1",
        number);
    if (!of.step()) return {};
    const KnownSubscriber* subscriber = catalog_.subscriber(of.integer(0));
    if (subscriber == nullptr) return {};
    detail.before = from_cbor(of.blob(4));
    Arena scratch;
    const Look look = look_at(in, catalog_, *subscriber, of.integer(1), of.text(2), scratch);
    const bool fact = detail.event.model.starts_with("fact:");
    detail.after = Document::build([&](Arena& arena) { return arena.copy(look.seen); });
    const bool other = !detail.before.root().is_null() && !differing(detail.before.root(), look.seen, fact).empty();
    detail.kind = kind_of(static_cast<View>(of.integer(3)), look.view, other,
                          (of.integer(5) & 1) != 0 || of.integer(6) != session_);
    return {};
  });
  if (!read) return read.error();
  return std::optional(std::move(detail));
}

Result<size_t> Journal::replay(const EventFilter& filter) {
  size_t count = 0;
  std::vector<std::string> arrived;
  const Result<void> done = commit([&](Database& in) -> Result<void> {
    count = 0;
    const int64_t now = options_.now();
    const int64_t number = filter.delivery.empty() ? 0 : delivery_number(filter.delivery);
    const bool one = !filter.delivery.empty();
    std::vector<RowKey> rows;
    const std::string_view state = filter.state.empty() && !one ? std::string_view("dead") : filter.state;
    for (Statement of = in.statement(kPending, one && number == 0 ? -1 : number, std::string_view(filter.subscriber),
                                     std::string_view(filter.model), filter.id, state, now, kAll);
         of.step();) {
      rows.push_back({of.integer(9), of.integer(3), std::string(of.text(4)), of.integer(0)});
      arrived.emplace_back(of.text(1));
    }
    for (const RowKey& key : rows)
      in.statement(
            "UPDATE pending SET due = ?4, attempts = 0, error = NULL WHERE subscriber = ?1 AND record = ?2 "
            "AND create_date = ?3",
            key.subscriber, key.record, std::string_view(key.create_date), now)
          .run();
    count += rows.size();
    std::vector<std::pair<int64_t, int64_t>> parked;
    for (Statement of = in.statement(kParked, std::string_view(filter.delivery), std::string_view(filter.subscriber),
                                     std::string_view(filter.model), filter.id, std::string_view(filter.state), kAll);
         of.step();) {
      parked.emplace_back(of.integer(0), delivery_number(of.text(1)));
      arrived.emplace_back(of.text(2));
    }
    for (const auto& [row, was] : parked)
      if (put_back(in, catalog_, row, was, now, session_)) ++count;
    return {};
  });
  if (!done) return done.error();
  std::sort(arrived.begin(), arrived.end());
  arrived.erase(std::unique(arrived.begin(), arrived.end()), arrived.end());
  tell_arrived(arrived);
  return count;
}

Result<size_t> Journal::discard(const EventFilter& filter) {
  size_t count = 0;
  const Result<void> done = commit([&](Database& in) -> Result<void> {
    count = 0;
    std::vector<RowKey> rows;
    const int64_t number = filter.delivery.empty() ? 0 : delivery_number(filter.delivery);
    if (filter.state.empty() || filter.state == "dead")
      for (Statement of = in.statement(kPending, !filter.delivery.empty() && number == 0 ? -1 : number,
                                       std::string_view(filter.subscriber), std::string_view(filter.model), filter.id,
                                       std::string_view("dead"), options_.now(), kAll);
           of.step();)
        rows.push_back({of.integer(9), of.integer(3), std::string(of.text(4)), of.integer(0)});
    for (const RowKey& key : rows)
      in.statement("DELETE FROM pending WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3", key.subscriber,
                   key.record, std::string_view(key.create_date))
          .run();
    in.statement(
          "DELETE FROM parked WHERE (?1 = '' OR delivery = ?1) AND (?2 = '' OR subscriber = ?2) "
          "AND (?3 = '' OR model = ?3) AND (?4 = 0 OR id = ?4) AND (?5 = '' OR state = ?5)",
          std::string_view(filter.delivery), std::string_view(filter.subscriber), std::string_view(filter.model),
          filter.id, std::string_view(filter.state))
        .run();
    count = rows.size() + static_cast<size_t>(in.changed());
    return {};
  });
  if (!done) return done.error();
  return count;
}

Result<size_t> Journal::prune(size_t at_once) {
  const int64_t now = options_.now();
  const Result<bool> any = file_.read<bool>(
      [&](Database& in) { return in.statement("SELECT 1 FROM echoes WHERE until <= ?1 LIMIT 1", now).step(); });
  if (!any) return any.error();
  if (!*any) return size_t{0};
  size_t count = 0;
  const Result<void> done = file_.commit([&](Database& in) -> Result<void> {
    in.statement("DELETE FROM echoes WHERE echo IN (SELECT echo FROM echoes WHERE until <= ?1 LIMIT ?2)", now,
                 static_cast<int64_t>(at_once))
        .run();
    count = static_cast<size_t>(in.changed());
    return {};
  });
  if (!done) return done.error();
  return count;
}

namespace {

// In the order of the index, so that no more than this is ever looked at.
SubscriberFigures figures_of(Database& in, int64_t subscriber, int64_t now) {
  SubscriberFigures one;
  Statement of = in.statement(
      "SELECT count(*), sum(due > ?2), sum(due IS NULL), min(iif(due IS NULL, NULL, since)) FROM "
      "(SELECT due, since FROM pending WHERE subscriber = ?1 ORDER BY due LIMIT ?3)",
      subscriber, now, kMostCounted);
  if (of.step()) one = {{}, of.integer(0), of.integer(1), of.integer(2), of.integer(3)};
  return one;
}

void add(SubscriberFigures& to, const SubscriberFigures& more) {
  to.pending += more.pending;
  to.waiting += more.waiting;
  to.dead += more.dead;
  if (more.oldest != 0 && (to.oldest == 0 || more.oldest < to.oldest)) to.oldest = more.oldest;
}

}  // namespace

Result<Figures> Journal::figures() {
  const int64_t now = options_.now();
  return file_.read<Figures>([&](Database& in) {
    Figures all;
    SubscriberFigures sum;
    for (Statement of = in.statement("SELECT name, subscriber FROM subscribers ORDER BY name"); of.step();) {
      const SubscriberFigures one = figures_of(in, of.integer(1), now);
      all.at_least = all.at_least || one.pending == kMostCounted;
      add(sum, one);
      if (all.subscribers.empty() || all.subscribers.back().name != of.text(0))
        all.subscribers.push_back({std::string(of.text(0)), 0, 0, 0, 0});
      add(all.subscribers.back(), one);
    }
    all.pending = sum.pending;
    all.waiting = sum.waiting;
    all.dead = sum.dead;
    all.oldest = sum.oldest;
    Statement parked =
        in.statement("SELECT state, count(*) FROM (SELECT state FROM parked LIMIT ?1) GROUP BY state", kMostCounted);
    while (parked.step()) {
      (parked.text(0) == "held" ? all.held : all.skipped) = parked.integer(1);
      all.at_least = all.at_least || parked.integer(1) == kMostCounted;
    }
    Statement records = in.statement("SELECT sum(records) FROM streams");
    if (records.step()) all.records = records.integer(0);
    Statement dropped = in.statement("SELECT value FROM meta WHERE name = 'skipped_dropped'");
    if (dropped.step()) all.skipped_dropped = dropped.integer(0);
    return all;
  });
}

}  // namespace outrigger::host
