#include "host/journal/keeper.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

constexpr int64_t kHanded = 1;

View view_of(const KnownSubscriber& subscriber, uint64_t known, uint64_t matches, bool archived) {
  if ((known & subscriber.mask) == 0) return View::kUnknown;
  if ((matches & subscriber.mask) == 0) return View::kOutside;
  return archived ? View::kArchived : View::kInside;
}

Row row_of(const Layout* layout, const Document& values) { return {layout, values.root()}; }

bool differs(const or_value* before, const or_value* after) {
  return before != nullptr && after != nullptr && !(Value(*before) == Value(*after));
}

}  // namespace

Keeper::Keeper(Journal& journal, Database& in, const KnownStream& stream, uint64_t tell)
    : journal_(journal), in_(in), stream_(stream), now_(journal.options_.now()) {
  for (size_t i = 0; i < stream.subscribers.size(); ++i) {
    const KnownSubscriber& one = stream.subscribers[i];
    all_ |= one.mask;
    if ((tell >> i & 1U) != 0 && !one.quiet) tell_ |= one.mask;
  }
  Statement of = in.statement("SELECT value FROM meta WHERE name = 'delivery'");
  number_ = of.step() ? of.integer(0) : 0;
}

uint64_t Keeper::stored(uint64_t mask) const {
  uint64_t bits = 0;
  for (size_t i = 0; i < stream_.subscribers.size(); ++i)
    if ((mask >> i & 1U) != 0) bits |= stream_.subscribers[i].mask;
  return bits;
}

void Keeper::arrived(const std::string& subscriber) {
  if (std::find(arrived_.begin(), arrived_.end(), subscriber) == arrived_.end()) arrived_.push_back(subscriber);
}

bool Keeper::handed(int64_t flags, int64_t session, int64_t delivery) const {
  return (flags & kHanded) != 0 || session != journal_.session_ || journal_.desk_.holds(delivery);
}

Result<void> Keeper::see(const feed::Seen& seen) {
  if (seen.id <= 0 || seen.id > kLargestId)
    return Error{Code::kInvalid, stream_.model + " has a record without a usable id: exclude it by the domain",
                 Source::kHost, Effect::kNone, -1};
  const uint64_t matches = stored(seen.matches);
  const std::string encoded = encode(seen);
  const std::optional<Old> old = old_of(record_key(stream_.id, seen.id));
  if (old && old->create_date == seen.create_date) {
    compare(seen, *old, encoded, matches);
    return {};
  }
  if (old) lose(seen.id);
  insert(seen, encoded, matches);
  return {};
}

std::optional<Keeper::Old> Keeper::old_of(int64_t record) {
  Statement of = in_.statement(
      "SELECT create_date, write_date, layout, archived, known, matches, fields FROM shadow WHERE record = ?1", record);
  if (!of.step()) return std::nullopt;
  return Old{std::string(of.text(0)),
             std::string(of.text(1)),
             journal_.catalog_.layout(of.integer(2)),
             of.integer(3) != 0,
             static_cast<uint64_t>(of.integer(4)),
             static_cast<uint64_t>(of.integer(5)),
             std::string(of.blob(6))};
}

std::string Keeper::encode(const feed::Seen& seen) {
  const std::vector<std::string>& names = stream_.layout->names;
  row_.assign(names.size(), or_value{});
  const or_value& given = seen.fields.raw();
  for (size_t i = 0; i < names.size(); ++i) {
    const bool in_place = i < seen.fields.size() && from_abi(given.as.fields[i].key) == names[i];
    row_[i] = in_place ? given.as.fields[i].value : seen.fields[names[i]].raw();
  }
  or_value array{OR_ARRAY, static_cast<uint32_t>(row_.size()), {}};
  array.as.items = row_.data();
  return to_cbor(array);
}

void Keeper::insert(const feed::Seen& seen, const std::string& encoded, uint64_t matches) {
  const int64_t record = record_key(stream_.id, seen.id);
  in_.statement("INSERT INTO shadow VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", record,
                std::string_view(seen.create_date), std::string_view(seen.write_date), stream_.layout->id,
                static_cast<int64_t>(seen.archived), static_cast<int64_t>(all_), static_cast<int64_t>(matches), now_,
                Blob{encoded})
      .run();
  // It was away for a while only.
  in_.statement(
         "UPDATE pending SET gone = 0, version = version + 1 WHERE record = ?1 AND create_date = ?2 AND gone = 1",
         record, std::string_view(seen.create_date))
      .run();
  ++kept_.fresh;
  ++more_;
  if ((matches & tell_) == 0) return;
  or_value array{OR_ARRAY, static_cast<uint32_t>(row_.size()), {}};
  array.as.items = row_.data();
  for (const KnownSubscriber& one : stream_.subscribers) {
    if ((matches & tell_ & one.mask) == 0) continue;
    Arena arena;
    put(one, record, seen.create_date, View::kUnknown, {}, seen.archived ? View::kArchived : View::kInside,
        Value(array));
  }
}

void Keeper::compare(const feed::Seen& seen, const Old& old, const std::string& encoded, uint64_t matches) {
  const int64_t record = record_key(stream_.id, seen.id);
  const bool same_content = old.layout == stream_.layout && old.fields == encoded;
  if (same_content && old.archived == seen.archived && (old.known & all_) == all_ && (old.matches & all_) == matches) {
    ++kept_.same;
    if (old.write_date != seen.write_date || stream_.fact())
      in_.statement("UPDATE shadow SET write_date = ?2, at = ?3 WHERE record = ?1", record,
                    std::string_view(seen.write_date), now_)
          .run();
    return;
  }
  const Document before = from_cbor(old.fields);
  or_value array{OR_ARRAY, static_cast<uint32_t>(row_.size()), {}};
  array.as.items = row_.data();
  const Row was_row = row_of(old.layout, before);
  const Row now_row{stream_.layout, Value(array)};
  bool content = false;
  for (const std::string& name : stream_.layout->names)
    content = content || differs(was_row.find(name), now_row.find(name));
  std::vector<Echo> echoes = content ? echoes_of(seen.id) : std::vector<Echo>();
  in_.statement(
         "UPDATE shadow SET write_date = ?2, layout = ?3, archived = ?4, known = ?5, matches = ?6, at = ?7, fields = "
         "?8 "
         "WHERE record = ?1",
         record, std::string_view(seen.write_date), stream_.layout->id, static_cast<int64_t>(seen.archived),
         static_cast<int64_t>(old.known | all_), static_cast<int64_t>((old.matches & ~all_) | matches), now_,
         Blob{encoded})
      .run();
  const bool moved = content || old.archived != seen.archived || ((old.matches ^ matches) & all_ & old.known) != 0;
  ++(moved ? kept_.changed : kept_.same);
  for (const KnownSubscriber& one : stream_.subscribers) {
    if ((tell_ & one.mask) == 0) continue;
    compare_for(one, seen, view_of(one, old.known, old.matches, old.archived),
                view_of(one, all_, matches, seen.archived), was_row, now_row, echoes);
  }
  end_echoes(echoes, was_row, now_row);
}

void Keeper::compare_for(const KnownSubscriber& subscriber, const feed::Seen& seen, View was, View now,
                         const Row& before, const Row& after, std::vector<Echo>& echoes) {
  std::vector<std::string_view> names;
  if (stream_.fact()) {
    Arena arena;
    names = differing(project(before, subscriber.fields, true, arena), project(after, subscriber.fields, true, arena),
                      true);
  } else {
    for (const std::string& name : subscriber.fields)
      if (differs(before.find(name), after.find(name))) names.push_back(name);
  }
  if (kind_of(was, now, !names.empty(), false).empty()) return;
  const int64_t record = record_key(stream_.id, seen.id);
  std::vector<Field> own;
  for (const Echo& echo : echoes) {
    if (echo.plugin != subscriber.plugin()) continue;
    for (const std::string_view name : names) {
      const or_value* value = after.find(name);
      if (value != nullptr && echo.fields.root().has(name) && echo.fields.root()[name] == Value(*value))
        own.push_back({name, Value(*value)});
    }
  }
  const bool archived_by_itself =
      std::any_of(own.begin(), own.end(), [](const Field& field) { return field.key == "active"; });
  const bool same_view = within(was) && within(now) && (was == now || archived_by_itself);
  if (!own.empty() && own.size() == names.size() && same_view)
    return forgive(subscriber, record, seen.create_date, own);
  Arena arena;
  Value old = within(was) ? project(before, subscriber.fields, stream_.fact(), arena) : Value{};
  if (!own.empty() && old.is_object()) {
    std::vector<Field> fields;
    for (Field field : old.fields()) {
      for (const Field& mine : own)
        if (mine.key == field.key) field.value = mine.value;
      fields.push_back(field);
    }
    old = arena.object(fields);
  }
  put(subscriber, record, seen.create_date, was, old, now, after.values);
}

void Keeper::put(const KnownSubscriber& subscriber, int64_t record, std::string_view create_date, View was,
                 Value before, View now, Value after) {
  ++number_;
  numbers_used_ = true;
  const std::string encoded = before.is_null() ? std::string() : to_cbor(before);
  Statement of = in_.statement(
      "INSERT INTO pending VALUES (?1, ?2, ?3, ?4, 1, ?5, 0, ?6, ?6, ?6, 0, ?7, ?8, ?9, NULL) "
      "ON CONFLICT (subscriber, record, create_date) DO UPDATE SET version = version + 1, at = excluded.at, "
      "gone = excluded.gone, attempts = iif(due IS NULL, 0, attempts), error = iif(due IS NULL, NULL, error), "
      "due = ifnull(due, excluded.due) RETURNING version, delivery, flags, session, view, before",
      subscriber.id, record, create_date, number_, journal_.session_, now_, static_cast<int64_t>(was),
      static_cast<int64_t>(now == View::kGone), before.is_null() ? std::optional<Blob>() : Blob{encoded});
  of.step();
  arrived(subscriber.name);
  ++kept_.delivered;
  if (of.integer(0) == 1) return;
  --number_;
  const View delivered = static_cast<View>(of.integer(4));
  const Document kept = from_cbor(of.blob(5));
  if (handed(of.integer(2), of.integer(3), of.integer(1))) return;
  Arena arena;
  const Value seen = project({stream_.layout, after}, subscriber.fields, stream_.fact(), arena);
  const bool other = now != View::kGone && !differing(kept.root(), seen, stream_.fact()).empty();
  if (!kind_of(delivered, now, other, false).empty()) return;
  of.run();
  in_.statement("DELETE FROM pending WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3", subscriber.id, record,
                create_date)
      .run();
  --kept_.delivered;
}

// Its own value is no news to the author, also where a delivery of something else waits.
void Keeper::forgive(const KnownSubscriber& subscriber, int64_t record, std::string_view create_date,
                     const std::vector<Field>& own) {
  std::string changed;
  {
    Statement of =
        in_.statement("SELECT before FROM pending WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3",
                      subscriber.id, record, create_date);
    if (!of.step() || of.null(0)) return;
    const Document before = from_cbor(of.blob(0));
    std::vector<Field> fields;
    for (Field field : before.root().fields()) {
      for (const Field& mine : own)
        if (mine.key == field.key) field.value = mine.value;
      fields.push_back(field);
    }
    Arena arena;
    changed = to_cbor(arena.object(fields));
  }
  in_.statement("UPDATE pending SET before = ?4 WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3",
                subscriber.id, record, create_date, Blob{changed})
      .run();
}

std::vector<Echo> Keeper::echoes_of(int64_t id) {
  std::vector<Echo> found;
  if (stream_.fact()) return found;
  Statement of = in_.statement("SELECT echo, plugin, fields, until FROM echoes WHERE model = ?1 AND id = ?2",
                               std::string_view(stream_.model), id);
  while (of.step())
    if (of.integer(3) > now_) found.push_back({of.integer(0), std::string(of.text(1)), from_cbor(of.blob(2))});
  return found;
}

// A field that was seen to differ is expected no longer: what comes after it is somebody else's.
void Keeper::end_echoes(std::vector<Echo>& echoes, const Row& before, const Row& after) {
  for (const Echo& echo : echoes) {
    std::vector<Field> left;
    for (const Field field : echo.fields.root().fields())
      if (!differs(before.find(field.key), after.find(field.key))) left.push_back(field);
    if (left.empty()) {
      in_.statement("DELETE FROM echoes WHERE echo = ?1", echo.number).run();
    } else if (left.size() != echo.fields.root().size()) {
      Arena arena;
      in_.statement("UPDATE echoes SET fields = ?2 WHERE echo = ?1", echo.number, Blob{to_cbor(arena.object(left))})
          .run();
    }
  }
}

void Keeper::lose(int64_t id) {
  const int64_t record = record_key(stream_.id, id);
  const std::optional<Old> old = old_of(record);
  if (!old) return;
  ++kept_.changed;
  in_.statement(
         "UPDATE pending SET gone = 1, version = version + 1, at = ?3, due = ifnull(due, ?3) "
         "WHERE record = ?1 AND create_date = ?2",
         record, std::string_view(old->create_date), now_)
      .run();
  const Document before = from_cbor(old->fields);
  for (const KnownSubscriber& one : stream_.subscribers) {
    const View was = view_of(one, old->known, old->matches, old->archived);
    if (!within(was) || one.quiet) continue;
    Arena arena;
    put(one, record, old->create_date, was, project({old->layout, before.root()}, one.fields, stream_.fact(), arena),
        View::kGone, {});
  }
  std::vector<int64_t> needless;
  for (Statement of = in_.statement("SELECT subscriber, flags, session, delivery, view FROM pending "
                                    "WHERE record = ?1 AND create_date = ?2",
                                    record, std::string_view(old->create_date));
       of.step();)
    if (kind_of(static_cast<View>(of.integer(4)), View::kGone, false,
                handed(of.integer(1), of.integer(2), of.integer(3)))
            .empty())
      needless.push_back(of.integer(0));
  for (const int64_t subscriber : needless)
    in_.statement("DELETE FROM pending WHERE subscriber = ?1 AND record = ?2 AND create_date = ?3", subscriber, record,
                  std::string_view(old->create_date))
        .run();
  in_.statement("DELETE FROM shadow WHERE record = ?1", record).run();
  --more_;
}

void Keeper::move(const feed::Position& position) {
  in_.statement(
         "UPDATE streams SET seen_until = ?2, baseline_after = ?3, identity_after = ?4, identity_done = ?5, "
         "content_after = ?6, content_done = ?7, shape = ?8, window_until = ?9, window_after = ?10 WHERE stream = ?1",
         stream_.id, position.seen_until, position.baseline_after, position.identity_after, position.identity_done,
         position.content_after, position.content_done, std::string_view(position.shape), position.window_until,
         position.window_after)
      .run();
  const bool quiet = std::any_of(stream_.subscribers.begin(), stream_.subscribers.end(),
                                 [](const KnownSubscriber& one) { return one.quiet; });
  if (!quiet || position.baseline_after != 0) return;
  in_.statement("UPDATE subscribers SET quiet = 0 WHERE stream = ?1", stream_.id).run();
  in_.statement("UPDATE meta SET value = random() >> 1 WHERE name = 'catalog'").run();  // read anew next time
}

void Keeper::finish() {
  if (numbers_used_) in_.statement("UPDATE meta SET value = ?1 WHERE name = 'delivery'", number_).run();
  if (more_ != 0) in_.statement("UPDATE streams SET records = records + ?2 WHERE stream = ?1", stream_.id, more_).run();
  more_ = 0;
}

}  // namespace outrigger::host
