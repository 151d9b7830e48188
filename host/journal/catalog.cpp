#include "host/journal/catalog.hpp"

#include <algorithm>

#include "integration/feed/shape.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kMostSubscribers = 64;

std::string names_to_cbor(const std::vector<std::string>& names) {
  Arena arena;
  std::vector<Value> items;
  items.reserve(names.size());
  for (const std::string& name : names) items.push_back(Value::of(std::string_view(name)));
  return to_cbor(arena.array(items));
}

std::vector<std::string> names_of(std::string_view cbor) {
  const Document read = from_cbor(cbor);
  std::vector<std::string> names;
  for (const Value name : read.root().items()) names.emplace_back(name.text());
  return names;
}

bool same_subscribers(const KnownStream& known, const feed::Stream& wanted) {
  return std::equal(known.subscribers.begin(), known.subscribers.end(), wanted.subscribers.begin(),
                    wanted.subscribers.end(), [](const KnownSubscriber& a, const feed::Subscriber& b) {
                      return a.name == b.name && a.fields == b.fields && a.domain == b.domain &&
                             a.snapshot == b.snapshot;
                    });
}

}  // namespace

void Catalog::refresh(Database& in) {
  Statement of = in.statement("SELECT value FROM meta WHERE name = 'catalog'");
  const int64_t mark = of.step() ? of.integer(0) : 0;
  if (mark == mark_) return;
  load(in);
  mark_ = mark;
}

void Catalog::touch(Database& in) {
  in.statement("UPDATE meta SET value = random() >> 1 WHERE name = 'catalog'").run();
  Statement of = in.statement("SELECT value FROM meta WHERE name = 'catalog'");
  of.step();
  mark_ = of.integer(0);
}

void Catalog::load(Database& in) {
  streams_.clear();
  layouts_.clear();
  for (Statement of = in.statement("SELECT layout, fields FROM layouts"); of.step();)
    layouts_[of.integer(0)] = std::make_unique<Layout>(Layout{of.integer(0), names_of(of.blob(1))});
  for (Statement of = in.statement("SELECT stream, model, layout FROM streams"); of.step();) {
    KnownStream& stream = streams_[of.integer(0)];
    stream.id = of.integer(0);
    stream.model = of.text(1);
    stream.layout = layout(of.integer(2));
  }
  Statement of = in.statement(
      "SELECT subscriber, stream, name, bit, fields, domain, snapshot, quiet FROM subscribers ORDER BY subscriber");
  while (of.step()) {
    KnownSubscriber one;
    one.id = of.integer(0);
    one.stream = of.integer(1);
    one.name = of.text(2);
    one.mask = uint64_t{1} << static_cast<unsigned>(of.integer(3));
    one.fields = names_of(of.blob(4));
    one.domain = of.text(5);
    one.snapshot = of.integer(6) != 0;
    one.quiet = of.integer(7) != 0;
    streams_[one.stream].subscribers.push_back(std::move(one));
  }
}

Result<KnownStream*> Catalog::ensure(Database& in, const feed::Stream& stream, std::vector<std::string>& dropped) {
  refresh(in);
  if (stream.subscribers.size() > kMostSubscribers)
    return Error{Code::kLimit, stream.model + " has more than 64 subscriptions: disable a plugin", Source::kHost,
                 Effect::kNone, -1};
  KnownStream* known = find(stream.model);
  if (known != nullptr && known->layout != nullptr && known->layout->names == stream.fields &&
      same_subscribers(*known, stream))
    return known;
  mark_ = -1;  // until touch: what is thrown on the way leaves nothing that is believed
  if (known == nullptr) {
    in.statement("INSERT INTO streams (model) VALUES (?1)", std::string_view(stream.model)).run();
    known = &streams_[in.inserted()];
    known->id = in.inserted();
    known->model = stream.model;
  }
  fit(in, *known, stream, dropped);
  touch(in);
  return known;
}

void Catalog::fit(Database& in, KnownStream& known, const feed::Stream& wanted, std::vector<std::string>& dropped) {
  known.layout = layout_for(in, known.id, wanted.fields);
  in.statement("UPDATE streams SET layout = ?1 WHERE stream = ?2", known.layout->id, known.id).run();
  std::vector<KnownSubscriber> kept;
  for (const feed::Subscriber& want : wanted.subscribers) {
    const auto there = std::find_if(known.subscribers.begin(), known.subscribers.end(),
                                    [&](const KnownSubscriber& one) { return one.name == want.name; });
    KnownSubscriber one;
    if (there != known.subscribers.end()) {
      one = std::move(*there);
      known.subscribers.erase(there);
    }
    if (one.id == 0 || one.domain != want.domain) one.mask = 0;
    one.stream = known.id;
    one.name = want.name;
    one.fields = want.fields;
    one.domain = want.domain;
    one.snapshot = want.snapshot;
    kept.push_back(std::move(one));
  }
  for (const KnownSubscriber& gone : known.subscribers) remove(in, gone, dropped);
  for (KnownSubscriber& one : kept) {
    if (one.mask == 0) one.mask = fresh_bit(in, known.id, one.id);
    const std::optional<int64_t> number = one.id == 0 ? std::nullopt : std::optional(one.id);
    in.statement(
          "INSERT INTO subscribers (subscriber, stream, name, bit, fields, domain, snapshot) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (subscriber) DO UPDATE SET bit = excluded.bit, "
          "fields = excluded.fields, domain = excluded.domain, snapshot = excluded.snapshot",
          number, known.id, std::string_view(one.name), static_cast<int64_t>(__builtin_ctzll(one.mask)),
          Blob{names_to_cbor(one.fields)}, std::string_view(one.domain), static_cast<int64_t>(one.snapshot))
        .run();
    if (one.id == 0) one.id = in.inserted();
  }
  known.subscribers = std::move(kept);
}

void Catalog::remove(Database& in, const KnownSubscriber& gone, std::vector<std::string>& dropped) {
  in.statement("DELETE FROM pending WHERE subscriber = ?1", gone.id).run();
  int64_t rows = in.changed();
  in.statement("DELETE FROM parked WHERE subscriber = ?1", std::string_view(gone.name)).run();
  rows += in.changed();
  in.statement("DELETE FROM subscribers WHERE subscriber = ?1", gone.id).run();
  // Should it come back, it is new to the stream.
  Statement of = in.statement("SELECT shape FROM streams WHERE stream = ?1", gone.stream);
  const std::string before = of.step() ? std::string(of.text(0)) : std::string();
  if (const std::string shape = feed::without(before, gone.name); shape != before)
    in.statement("UPDATE streams SET shape = ?2 WHERE stream = ?1", gone.stream, std::string_view(shape)).run();
  if (rows != 0)
    dropped.push_back(gone.name + " is not subscribed any more: " + std::to_string(rows) +
                      " deliveries that it had not done were dropped");
}

void Catalog::drop(Database& in, KnownStream& stream, std::vector<std::string>& dropped) {
  mark_ = -1;
  for (const KnownSubscriber& one : stream.subscribers) remove(in, one, dropped);
  const int64_t first = record_key(stream.id, 0);
  in.statement("DELETE FROM shadow WHERE record BETWEEN ?1 AND ?2", first, first | kLargestId).run();
  in.statement("DELETE FROM layouts WHERE stream = ?1", stream.id).run();
  in.statement("DELETE FROM streams WHERE stream = ?1", stream.id).run();
  streams_.erase(stream.id);
  touch(in);
}

uint64_t Catalog::fresh_bit(Database& in, int64_t stream, int64_t whose) {
  Statement of = in.statement("SELECT next_bit FROM streams WHERE stream = ?1", stream);
  int64_t bit = of.step() ? of.integer(0) : 0;
  if (bit == 64) {
    // All were used: what nobody holds any more is taken out of every row, once in a long while.
    uint64_t held = 0;
    for (Statement one =
             in.statement("SELECT bit FROM subscribers WHERE stream = ?1 AND subscriber != ?2", stream, whose);
         one.step();)
      held |= uint64_t{1} << static_cast<unsigned>(one.integer(0));
    bit = __builtin_ctzll(~held);
    const int64_t first = record_key(stream, 0);
    in.statement("UPDATE shadow SET known = known & ?3, matches = matches & ?3 WHERE record BETWEEN ?1 AND ?2", first,
                 first | kLargestId, static_cast<int64_t>(~(uint64_t{1} << static_cast<unsigned>(bit))))
        .run();
  } else {
    in.statement("UPDATE streams SET next_bit = ?1 WHERE stream = ?2", bit + 1, stream).run();
  }
  return uint64_t{1} << static_cast<unsigned>(bit);
}

const Layout* Catalog::layout_for(Database& in, int64_t stream, const std::vector<std::string>& fields) {
  const std::string cbor = names_to_cbor(fields);
  Statement of = in.statement("SELECT layout FROM layouts WHERE stream = ?1 AND fields = ?2", stream, Blob{cbor});
  if (of.step()) return layout(of.integer(0));
  in.statement("INSERT INTO layouts (stream, fields) VALUES (?1, ?2)", stream, Blob{cbor}).run();
  auto& made = layouts_[in.inserted()];
  made = std::make_unique<Layout>(Layout{in.inserted(), fields});
  return made.get();
}

KnownStream* Catalog::find(std::string_view model) {
  for (auto& [id, stream] : streams_)
    if (stream.model == model) return &stream;
  return nullptr;
}

KnownStream* Catalog::find(int64_t stream) {
  const auto at = streams_.find(stream);
  return at == streams_.end() ? nullptr : &at->second;
}

const KnownSubscriber* Catalog::subscriber(int64_t id) const {
  for (const auto& [number, stream] : streams_)
    for (const KnownSubscriber& one : stream.subscribers)
      if (one.id == id) return &one;
  return nullptr;
}

std::vector<const KnownSubscriber*> Catalog::named(std::string_view name) const {
  std::vector<const KnownSubscriber*> found;
  for (const auto& [number, stream] : streams_)
    for (const KnownSubscriber& one : stream.subscribers)
      if (one.name == name) found.push_back(&one);
  return found;
}

const Layout* Catalog::layout(int64_t id) const {
  const auto at = layouts_.find(id);
  return at == layouts_.end() ? nullptr : at->second.get();
}

}  // namespace outrigger::host
