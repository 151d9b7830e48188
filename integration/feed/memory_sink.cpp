#include "integration/feed/memory_sink.hpp"

#include <algorithm>

#include "integration/value/json.hpp"

namespace outrigger::feed {
namespace {

std::string content_of(const Subscriber& subscriber, const Seen& seen) {
  Arena arena;
  std::vector<Field> fields;
  for (const std::string& name : subscriber.fields) fields.push_back({name, seen.fields[name]});
  return value::to_json(arena.object(fields));
}

// What one of them was not kept with makes no difference.
bool same_content(const std::string& before, const std::string& now) {
  if (before == now) return true;
  const Result<Document> old = value::read_json(before);
  const Result<Document> fresh = value::read_json(now);
  if (!old || !fresh) return false;
  for (const Field field : fresh->root().fields())
    if (old->root().has(field.key) && !(old->root()[field.key] == field.value)) return false;
  return true;
}

Error full() { return {Code::kLimit, "the disk is full", outrigger::Source::kHost, Effect::kNone, -1}; }

}  // namespace

const char* to_string(Kind kind) {
  switch (kind) {
    case Kind::kCreated: return "created";
    case Kind::kChanged: return "changed";
    case Kind::kEntered: return "entered";
    case Kind::kLeft: return "left";
    case Kind::kArchived: return "archived";
    case Kind::kDeleted: return "deleted";
  }
  return "";
}

bool MemorySink::failing() { return failures_ > 0 && failures_-- > 0; }

void MemorySink::tell(const Subscriber& subscriber, Kind kind, int64_t id, const std::string& content, Kept& kept) {
  heard_[subscriber.name].push_back({kind, id, content});
  ++kept.delivered;
}

Result<Position> MemorySink::position(const Stream& stream) {
  const std::lock_guard lock(mutex_);
  return models_[stream.model].position;
}

Result<Kept> MemorySink::keep(const Stream& stream, std::span<const Seen> seen, const Position& position,
                              uint64_t told) {
  const std::lock_guard lock(mutex_);
  if (failing()) return full();
  Model& model = models_[stream.model];
  Kept kept;
  for (const Seen& one : seen) {
    ++handed_;
    auto at = model.records.find(one.id);
    // The id came back for another record.
    if (at != model.records.end() && at->second.create_date != one.create_date) {
      for (const Subscriber& subscriber : stream.subscribers)
        if (at->second.views[subscriber.name].holds) tell(subscriber, Kind::kDeleted, one.id, {}, kept);
      model.records.erase(at);
      at = model.records.end();
    }
    const bool fresh = at == model.records.end();
    Record& record = model.records[one.id];
    record.create_date = one.create_date;
    record.write_date = one.write_date;
    bool differs = false;
    for (size_t i = 0; i < stream.subscribers.size(); ++i) {
      const Subscriber& subscriber = stream.subscribers[i];
      const bool known = record.views.count(subscriber.name) != 0;
      View& view = record.views[subscriber.name];
      const View now{(one.matches >> i & 1U) != 0, one.archived, content_of(subscriber, one)};
      const View before = std::exchange(view, now);
      const bool same = known && before.holds == now.holds &&
                        (!now.holds || (same_content(before.content, now.content) && before.archived == now.archived));
      differs = differs || !same;
      if (same || (told >> i & 1U) == 0 || (!now.holds && !before.holds)) continue;
      Kind kind = Kind::kChanged;
      if (!known)
        kind = Kind::kCreated;
      else if (!before.holds)
        kind = Kind::kEntered;
      else if (!now.holds)
        kind = Kind::kLeft;
      else if (now.archived && !before.archived)
        kind = Kind::kArchived;
      tell(subscriber, kind, one.id, now.content, kept);
    }
    ++(fresh ? kept.fresh : differs ? kept.changed : kept.same);
  }
  model.position = position;
  return kept;
}

Result<std::vector<Known>> MemorySink::known(const Stream& stream, int64_t after_id, size_t limit) {
  const std::lock_guard lock(mutex_);
  const Model& model = models_[stream.model];
  std::vector<Known> known;
  for (auto at = model.records.upper_bound(after_id); at != model.records.end() && known.size() < limit; ++at)
    known.push_back({at->first, at->second.write_date});
  return known;
}

Result<int64_t> MemorySink::count_known(const Stream& stream) {
  const std::lock_guard lock(mutex_);
  return static_cast<int64_t>(models_[stream.model].records.size());
}

Result<Kept> MemorySink::gone(const Stream& stream, std::span<const int64_t> ids, const Position& position) {
  const std::lock_guard lock(mutex_);
  if (failing()) return full();
  Model& model = models_[stream.model];
  Kept kept;
  for (const int64_t id : ids) {
    const auto at = model.records.find(id);
    if (at == model.records.end()) continue;
    for (const Subscriber& subscriber : stream.subscribers)
      if (at->second.views[subscriber.name].holds) tell(subscriber, Kind::kDeleted, id, {}, kept);
    model.records.erase(at);
    ++kept.changed;
  }
  model.position = position;
  return kept;
}

std::vector<Heard> MemorySink::heard(const std::string& subscriber) const {
  const std::lock_guard lock(mutex_);
  const auto at = heard_.find(subscriber);
  return at == heard_.end() ? std::vector<Heard>{} : at->second;
}

void MemorySink::forget_heard() {
  const std::lock_guard lock(mutex_);
  heard_.clear();
}

std::map<int64_t, std::string> MemorySink::view(const std::string& subscriber) const {
  const std::lock_guard lock(mutex_);
  std::map<int64_t, std::string> view;
  for (const auto& [name, model] : models_)
    for (const auto& [id, record] : model.records) {
      const auto at = record.views.find(subscriber);
      if (at != record.views.end() && at->second.holds) view[id] = at->second.content;
    }
  return view;
}

Position MemorySink::position_of(const std::string& model) const {
  const std::lock_guard lock(mutex_);
  const auto at = models_.find(model);
  return at == models_.end() ? Position{} : at->second.position;
}

uint64_t MemorySink::handed() const {
  const std::lock_guard lock(mutex_);
  return handed_;
}

void MemorySink::fail_next(int calls) {
  const std::lock_guard lock(mutex_);
  failures_ = calls;
}

}  // namespace outrigger::feed
