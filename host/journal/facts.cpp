// Facts are kept as streams of our own: the value of a record's fact is its shadow.
#include <algorithm>

#include "host/journal/keeper.hpp"

namespace outrigger::host {
namespace {

std::string stream_name(std::string_view fact, std::string_view model) {
  return "fact:" + std::string(fact) + kOfModel + std::string(model);
}

std::string_view fact_of(std::string_view stream) { return stream.substr(0, stream.find(kOfModel)); }

// A new watcher: everything there is becomes pending, or is taken as known.
void begin_watching(Database& in, const KnownStream& stream, const KnownSubscriber& watcher, int64_t session,
                    int64_t now) {
  const int64_t first = record_key(stream.id, 0);
  if (watcher.snapshot) {
    in.statement(
          "INSERT INTO pending SELECT ?1, record, create_date, (SELECT value FROM meta WHERE name = 'delivery') + "
          "row_number() OVER (ORDER BY record), 1, ?2, 0, ?3, ?3, ?3, 0, 0, 0, NULL, NULL FROM shadow "
          "WHERE record BETWEEN ?4 AND ?5 AND (known & ?6) = 0",
          watcher.id, session, now, first, first | kLargestId, static_cast<int64_t>(watcher.mask))
        .run();
    in.statement("UPDATE meta SET value = value + ?1 WHERE name = 'delivery'", in.changed()).run();
  }
  in.statement("UPDATE shadow SET known = known | ?3, matches = matches | ?3 WHERE record BETWEEN ?1 AND ?2", first,
               first | kLargestId, static_cast<int64_t>(watcher.mask))
      .run();
}

}  // namespace

Result<std::vector<feed::Stream>> Journal::subscribed(std::string_view plugin) {
  std::vector<feed::Stream> found;
  // Also while the epoch is in question: nothing is kept here.
  const Result<void> read = file_.commit([&](Database& in) -> Result<void> {
    catalog_.refresh(in);
    found.clear();
    for (const auto& [id, known] : catalog_.all())
      for (const KnownSubscriber& one : known.subscribers)
        if (one.plugin() == plugin)
          found.push_back({known.fact() ? std::string(fact_of(known.model)) : known.model,
                           one.fields,
                           {{one.name, one.fields, one.domain, one.snapshot}}});
    // A fact is kept for each model that it is about.
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.model < b.model; });
    found.erase(std::unique(found.begin(), found.end(),
                            [](const auto& a, const auto& b) {
                              return a.model == b.model && a.subscribers[0].name == b.subscribers[0].name;
                            }),
                found.end());
    return {};
  });
  if (!read) return read.error();
  return found;
}

Result<void> Journal::reconcile(std::span<const feed::Stream> streams) {
  std::map<std::string, feed::Stream, std::less<>> facts;
  for (const feed::Stream& one : streams)
    if (one.model.starts_with("fact:")) facts[one.model] = one;
  {
    const std::lock_guard lock(mutex_);
    facts_ = facts;
  }
  std::vector<std::string> dropped;
  std::vector<std::string> arrived;
  const Result<void> done = commit([&](Database& in) -> Result<void> {
    dropped.clear();
    arrived.clear();
    std::vector<std::string> models;
    for (const auto& [id, known] : catalog_.all()) models.push_back(known.model);
    for (const std::string& model : models) {
      KnownStream* known = catalog_.find(model);
      if (!known->fact()) {
        const bool wanted =
            std::any_of(streams.begin(), streams.end(), [&](const auto& one) { return one.model == model; });
        if (!wanted) catalog_.drop(in, *known, dropped);
        continue;
      }
      feed::Stream wanted;
      if (const auto at = facts.find(fact_of(model)); at != facts.end()) wanted = at->second;
      wanted.model = model;
      wanted.fields = {"value"};
      std::vector<int64_t> before;
      for (const KnownSubscriber& one : known->subscribers) before.push_back(one.id);
      const Result<KnownStream*> fitted = catalog_.ensure(in, wanted, dropped);
      if (!fitted) return fitted.error();
      for (const KnownSubscriber& one : (*fitted)->subscribers) {
        if (std::find(before.begin(), before.end(), one.id) != before.end()) continue;
        begin_watching(in, **fitted, one, session_, options_.now());
        arrived.push_back(one.name);
      }
    }
    for (const feed::Stream& one : streams) {
      if (one.model.starts_with("fact:")) continue;
      if (const Result<KnownStream*> fitted = catalog_.ensure(in, one, dropped); !fitted) return fitted.error();
    }
    return {};
  });
  if (!done) return done;
  say_all(dropped);
  tell_arrived(arrived);
  return {};
}

Result<void> Journal::publish(std::string_view fact, std::string_view model, std::span<const int64_t> ids,
                              Value values) {
  if (values.size() != ids.size() || !values.is_array())
    return Error{Code::kInvalid, "publish takes one value for each id", Source::kPlugin, Effect::kNone, -1};
  feed::Stream stream;
  stream.model = stream_name(fact, model);
  stream.fields = {"value"};
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = facts_.find(fact_of(stream.model)); at != facts_.end())
      stream.subscribers = at->second.subscribers;
  }
  const Result<feed::Kept> kept = note(stream, nullptr, ~uint64_t{0}, [&](Keeper& keeper) -> Result<void> {
    for (size_t i = 0; i < ids.size(); ++i) {
      if (values.at(i).is_null()) {
        keeper.lose(ids[i]);
        continue;
      }
      Arena arena;
      feed::Seen seen;
      seen.id = ids[i];
      seen.fields = arena.object({{"value", values.at(i)}});
      seen.matches = ~uint64_t{0};
      if (Result<void> ok = keeper.see(seen); !ok) return ok;
    }
    return {};
  });
  return kept ? Result<void>() : Result<void>(kept.error());
}

Result<Document> Journal::facts(std::string_view fact, std::string_view model, std::span<const int64_t> ids) {
  struct Held {
    Arena arena;
    std::vector<Document> values;
  };
  const auto held = std::make_shared<Held>();
  std::vector<Value> rows;
  const auto take = [&](Statement& of) {
    held->values.push_back(from_cbor(of.blob(2)));
    const Value value = held->values.back().root();
    rows.push_back(held->arena.object(
        {{"id", id_of(of.integer(0))}, {"value", value.size() == 0 ? Value{} : value.at(0)}, {"at", of.integer(1)}}));
  };
  return file_.read<Document>([&](Database& in) {
    Statement number =
        in.statement("SELECT stream FROM streams WHERE model = ?1", std::string_view(stream_name(fact, model)));
    const int64_t first = number.step() ? record_key(number.integer(0), 0) : -1;
    if (first >= 0 && ids.empty()) {
      Statement of =
          in.statement("SELECT record, at, fields FROM shadow WHERE record BETWEEN ?1 AND ?2 ORDER BY record", first,
                       first | kLargestId);
      while (of.step()) take(of);
    }
    std::vector<int64_t> sorted(ids.begin(), ids.end());
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    for (const int64_t id : sorted) {
      if (first < 0 || id <= 0 || id > kLargestId) continue;
      Statement of = in.statement("SELECT record, at, fields FROM shadow WHERE record = ?1", first + id);
      if (of.step()) take(of);
    }
    return Document(held, held->arena.array(rows));
  });
}

}  // namespace outrigger::host
