#include "host/tenant/requests.hpp"

#include "host/tenant/job_requests.hpp"
#include "host/tenant/privacy.hpp"
#include "host/tenant/write_requests.hpp"

#include <algorithm>
#include <iterator>

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

EventFilter filter_of(Value json) {
  EventFilter filter;
  filter.delivery = json["delivery"].text();
  filter.subscriber = json["subscriber"].text();
  filter.model = json["model"].text();
  filter.id = json["id"].integer();
  filter.state = json["state"].text();
  return filter;
}

std::vector<Field> fields_of(const Event& event, Arena& arena) {
  return {{"delivery", arena.text(event.delivery)},
          {"subscriber", arena.text(event.subscriber)},
          {"model", arena.text(event.model)},
          {"id", Value::of(event.id)},
          {"create_date", arena.text(event.create_date)},
          {"state", arena.text(event.state)},
          {"attempts", Value::of(event.attempts)},
          {"since", Value::of(event.since)},
          {"due", Value::of(event.due)},
          {"reason", arena.text(event.reason)}};
}

Document counted(size_t count) {
  return Document::build([&](Arena& arena) { return arena.object({{"count", static_cast<int64_t>(count)}}); });
}

Result<Document> list_events(Tenant& tenant, Value request) {
  constexpr int64_t kMost = 10000;
  const int64_t limit =
      std::clamp<int64_t>(request["limit"].integer() == 0 ? 100 : request["limit"].integer(), 1, kMost);
  Result<std::vector<Event>> events = tenant.journal().list(filter_of(request["filter"]), static_cast<size_t>(limit));
  if (!events) return events.error();
  const Result<std::vector<Event>> letters =
      tenant.inbox().list(filter_of(request["filter"]), static_cast<size_t>(limit) - events->size());
  if (!letters) return letters.error();
  events->insert(events->end(), letters->begin(), letters->end());
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const Event& event : *events) rows.push_back(arena.object(fields_of(event, arena)));
    return arena.array(rows);
  });
}

// Its body is personal data as often as not, and stays where it is.
Result<Document> show_letter(Tenant& tenant, Value request) {
  const EventFilter filter = filter_of(request["filter"]);
  const Result<std::vector<Event>> letters = tenant.inbox().list(filter, 1);
  if (!letters) return letters.error();
  if (letters->empty())
    return refuse(Code::kMissing,
                  "there is no delivery " + filter.delivery + " that waits: it is done; see `outrigger events list`");
  return Document::build([&](Arena& arena) {
    std::vector<Field> fields = fields_of(letters->front(), arena);
    fields.push_back({"kind", Value::of("received")});
    return arena.object(fields);
  });
}

Result<Document> show_event(Tenant& tenant, Value request) {
  const std::string_view delivery = request["filter"]["delivery"].text();
  if (Inbox::is_ours(delivery)) return show_letter(tenant, request);
  const Result<std::optional<EventDetail>> event = tenant.journal().show(delivery);
  if (!event) return event.error();
  if (!*event)
    return refuse(Code::kMissing, "there is no delivery " + std::string(delivery) +
                                      " that waits: it is done, or of another database; see `outrigger events list`");
  return Document::build([&](Arena& arena) {
    std::vector<Field> fields = fields_of((*event)->event, arena);
    fields.push_back({"kind", arena.text((*event)->kind)});
    fields.push_back({"before", arena.copy((*event)->before.root())});
    fields.push_back({"after", arena.copy((*event)->after.root())});
    return arena.object(fields);
  });
}

Result<Document> replay(Tenant& tenant, Value request) {
  const EventFilter filter = filter_of(request["filter"]);
  const Result<size_t> count = tenant.journal().replay(filter);
  if (!count) return count.error();
  const Result<size_t> letters = tenant.inbox().replay(filter);
  if (!letters) return letters.error();
  return counted(*count + *letters);
}

Result<Document> discard(Tenant& tenant, Value request) {
  const EventFilter filter = filter_of(request["filter"]);
  const Result<size_t> count = tenant.journal().discard(filter);
  if (!count) return count.error();
  const Result<size_t> letters = tenant.inbox().discard(filter);
  if (!letters) return letters.error();
  return counted(*count + *letters);
}

const char* word(feed::Heat heat) {
  switch (heat) {
    case feed::Heat::kHot: return "hot";
    case feed::Heat::kWarm: return "warm";
    case feed::Heat::kCold: return "cold";
  }
  return "";
}

Result<Document> streams(Tenant& tenant, Value) {
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const feed::StreamStatus& stream : tenant.streams()) {
      std::vector<Value> problems;
      for (const auto& [kind, sentence] : stream.problems)
        problems.push_back(arena.object({{"kind", arena.text(kind)}, {"sentence", arena.text(sentence)}}));
      rows.push_back(arena.object({{"model", arena.text(stream.model)},
                                   {"heat", word(stream.heat)},
                                   {"first_reading", stream.first_reading},
                                   {"lag", stream.lag},
                                   {"interval", stream.interval},
                                   {"records", static_cast<int64_t>(stream.records)},
                                   {"looks", static_cast<int64_t>(stream.looks)},
                                   {"changes", static_cast<int64_t>(stream.changes)},
                                   {"delivered", static_cast<int64_t>(stream.delivered)},
                                   {"identity_done", stream.identity_done},
                                   {"content_done", stream.content_done},
                                   {"problems", arena.array(problems)}}));
    }
    return arena.array(rows);
  });
}

Result<Document> jobs(Tenant& tenant, Value) { return list_jobs(tenant); }

Result<Document> figures(Tenant& tenant, Value) {
  const Result<Figures> all = tenant.journal().figures();
  if (!all) return all.error();
  return Document::build([&](Arena& arena) {
    std::vector<Value> subscribers;
    for (const SubscriberFigures& one : all->subscribers)
      subscribers.push_back(arena.object({{"name", arena.text(one.name)},
                                          {"pending", one.pending},
                                          {"waiting", one.waiting},
                                          {"dead", one.dead},
                                          {"oldest", one.oldest}}));
    return arena.object({{"database", arena.text(tenant.database())},
                         {"halted", arena.text(tenant.halted())},
                         {"paused", arena.text(tenant.paused())},
                         {"shared", arena.text(tenant.shared())},
                         {"at_least", all->at_least},
                         {"records", all->records},
                         {"pending", all->pending},
                         {"waiting", all->waiting},
                         {"dead", all->dead},
                         {"skipped", all->skipped},
                         {"held", all->held},
                         {"oldest", all->oldest},
                         {"subscribers", arena.array(subscribers)}});
  });
}

struct Request {
  std::string_view name;
  Result<Document> (*answer)(Tenant&, Value);
};

struct LongRequest {
  std::string_view name;
  Result<Document> (*answer)(Tenant&, Value, const std::stop_token&);
};

constexpr Request kRequests[] = {
    {"events.list", &list_events},
    {"events.show", &show_event},
    {"events.replay", &replay},
    {"writes.list", &list_writes},
    {"writes.show", &show_writes},
    {"writes.decide", &decide_write},
    {"events.discard", &discard},
    {"streams", &streams},
    {"figures", &figures},
    {"jobs.list", &jobs},
    {"privacy.find", &privacy_request},
    {"privacy.export", &privacy_request},
    {"privacy.erase", &privacy_request},
};
// They ask Odoo.
constexpr LongRequest kLongRequests[] = {{"writes.undo", &undo_writes}, {"writes.apply", &apply_writes}};
constexpr std::string_view kOthers[] = {"recheck", "confirm_deletions", "accept_epoch", "accept_move"};

}  // namespace

bool is_tenant_request(std::string_view what) {
  return std::any_of(std::begin(kRequests), std::end(kRequests),
                     [&](const Request& one) { return one.name == what; }) ||
         std::any_of(std::begin(kLongRequests), std::end(kLongRequests),
                     [&](const LongRequest& one) { return one.name == what; }) ||
         std::find(std::begin(kOthers), std::end(kOthers), what) != std::end(kOthers);
}

bool needs_odoo(std::string_view what) {
  return what == "writes.undo" || what == "writes.apply" || what == "accept_epoch" || what == "accept_move";
}

Result<Document> handle(Tenant& tenant, Value request, const std::stop_token& stop) {
  const std::string_view what = request["do"].text();
  for (const Request& one : kRequests)
    if (one.name == what) return one.answer(tenant, request);
  for (const LongRequest& one : kLongRequests)
    if (one.name == what) return one.answer(tenant, request, stop);
  if (what == "recheck") {
    tenant.recheck();
    return counted(tenant.streams().size());
  }
  if (what == "confirm_deletions") {
    const std::string model(request["model"].text());
    if (tenant.confirm_deletions(model)) return counted(1);
    return refuse(Code::kMissing, "no deletions of " + model + " are held back; see `outrigger status`");
  }
  if (what == "accept_epoch") {
    const Result<void> accepted = tenant.accept_epoch("an admin said so", stop);
    return accepted ? Result<Document>(counted(1)) : Result<Document>(accepted.error());
  }
  if (what == "accept_move") {
    const Result<void> moved = tenant.accept_move(stop);
    return moved ? Result<Document>(counted(1)) : Result<Document>(moved.error());
  }
  return refuse(Code::kUnsupported, "this host does not know how to " + std::string(what) + "; update it");
}

}  // namespace outrigger::host
