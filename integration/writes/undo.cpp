#include <algorithm>
#include <set>

#include "integration/writes/action.hpp"
#include "integration/writes/plan.hpp"

namespace outrigger::writes {
namespace {

using Record = std::pair<std::string, int64_t>;

// All that a run did to one record.
struct Story {
  bool made = false;
  bool deleted = false;
  std::string name;
  std::map<std::string, Value> first;  // before the run
  std::map<std::string, Value> last;   // after it
  std::vector<std::string> methods;
  std::vector<Document> held;
};

std::string called(const Record& record) { return record.first + " " + std::to_string(record.second); }

class Undo {
 public:
  Undo(Writer& writer, const odoo::CallOptions& call, Plan& plan) : writer_(writer), call_(call), plan_(plan) {}

  void tell(const Image& image);
  Result<void> plan();

 private:
  Result<void> look(const std::string& model);
  Result<void> take_back(const Record& record, Story& story);
  Result<void> take_back_methods(const Record& record, const Story& story, Value now);
  Result<void> put_back(const Record& record, Story& story, Value now, Value fields);
  std::optional<Value> value_back(Arena& arena, const Shape& shape, Value before, Value after) const;
  Result<void> add(const Request& request) {
    if (Result<void> before = add_gathered(); !before) return before;
    const Result<Document> added = plan_.add(request, writer_.remote(), call_);
    if (!added) return added.error();
    return {};
  }
  Result<void> gather(const Record& record, const std::vector<Field>& values);
  Result<void> add_gathered();

  Writer& writer_;
  const odoo::CallOptions& call_;
  Plan& plan_;
  std::vector<Record> order_;
  std::map<Record, Story> stories_;
  std::map<std::string, Rows> now_;  // by model
  // Records of one model that follow each other and need nothing but fields: one write for all of them.
  std::string model_;
  std::vector<Document> gathered_;  // {id, field: value, ...}
};

constexpr size_t kGathered = 500;

void Undo::tell(const Image& image) {
  const Record record{image.model, image.id};
  if (image.operation == "message_post") {
    plan_.note("The message on " + called(record) + " stays posted, and mails that it sent stay sent.");
    return;
  }
  if (stories_.count(record) == 0) order_.push_back(record);
  Story& story = stories_[record];
  const Document before = from_bytes(image.before);
  const Document after = from_bytes(image.after);
  if (image.operation == "create") story.made = true;
  if (image.operation == "unlink") {
    story.deleted = true;
    story.name = before.root()["display_name"].text();
  }
  if (image.operation == "call") {
    story.methods.push_back(image.method);
    // What stays done keeps what it made: a merged lead is its new owner's.
    const Method* method = find_method(image.model, image.method);
    if (method == nullptr || method->kind == Class::kIrreversible) {
      for (const Field field : after.root().fields())
        if (!(before.root()[field.key] == field.value)) {
          story.first.erase(std::string(field.key));
          story.last.erase(std::string(field.key));
        }
      return;
    }
  }
  for (const Field field : before.root().fields()) story.first.emplace(field.key, field.value);
  for (const Field field : after.root().fields()) story.last[std::string(field.key)] = field.value;
  story.held.push_back(before);
  story.held.push_back(after);
}

Result<void> Undo::plan() {
  std::set<std::string> models;
  for (const auto& [record, story] : stories_)
    if (!story.deleted && models.insert(record.first).second)
      if (Result<void> seen = look(record.first); !seen) return seen;
  for (auto record = order_.rbegin(); record != order_.rend(); ++record)
    if (Result<void> done = take_back(*record, stories_[*record]); !done) return done;
  return add_gathered();
}

// All records of the model as they are now.
Result<void> Undo::look(const std::string& model) {
  const auto fields = writer_.remote().fields(model, call_);
  if (!fields) return fields.error();
  std::set<std::string> names;
  std::vector<int64_t> ids;
  for (const auto& [record, story] : stories_) {
    if (record.first != model || story.deleted) continue;
    ids.push_back(record.second);
    for (const auto& [name, value] : story.last)
      if ((*fields)->root().has(name)) names.insert(name);
    for (const std::string& method : story.methods)
      if (const Method* known = find_method(model, method))
        for (const std::string_view name : known->reads)
          if ((*fields)->root().has(name)) names.emplace(name);
  }
  if (names.empty()) names.insert("id");
  const Options none{};
  Counts counts;
  KnownForms forms;
  const Work work{writer_.remote(), none, counts, forms, call_, model, {}, {}, {}, {}};
  return work.read(ids, {names.begin(), names.end()}, now_[model]);
}

Result<void> Undo::gather(const Record& record, const std::vector<Field>& values) {
  if (record.first != model_ || gathered_.size() >= kGathered)
    if (Result<void> before = add_gathered(); !before) return before;
  model_ = record.first;
  gathered_.push_back(Document::build([&](Arena& arena) {
    std::vector<Field> fields{{"id", Value::of(record.second)}};
    for (const Field& field : values) fields.push_back({arena.keep(field.key), arena.copy(field.value)});
    return arena.object(fields);
  }));
  return {};
}

Result<void> Undo::add_gathered() {
  if (gathered_.empty()) return {};
  const std::vector<Document> rows = std::move(gathered_);
  gathered_.clear();
  Arena arena;
  Request request{.operation = Operation::kWriteRows, .model = model_};
  std::vector<Value> values;
  for (const Document& row : rows) values.push_back(row.root());
  request.values = arena.array(values);
  if (rows.size() == 1) {
    std::vector<Field> fields;
    for (const Field field : rows.front().root().fields())
      if (field.key != "id") fields.push_back(field);
    request = {.operation = Operation::kWrite,
               .model = model_,
               .ids = {rows.front().root()["id"].integer()},
               .values = arena.object(fields)};
  }
  const size_t before = plan_.writes().size();
  const Result<Document> added = plan_.add(request, writer_.remote(), call_);
  if (!added) return added.error();
  if (plan_.writes().size() > before) plan_.mark_put_back();
  return {};
}

Result<void> Undo::take_back(const Record& record, Story& story) {
  if (story.made && story.deleted) return {};
  if (story.deleted) {
    plan_.note(called(record) + (story.name.empty() ? "" : " (" + story.name + ")") +
               " was deleted and cannot be brought back.");
    return {};
  }
  const auto fields = writer_.remote().fields(record.first, call_);
  if (!fields) return fields.error();
  const Value now = now_[record.first].of(record.second);
  if (!now.is_object()) {
    plan_.note(called(record) + " is not there any more.");
    return {};
  }
  if (story.made) {
    // What it was made for, such as the window of a wizard whose button was pressed.
    for (const std::string& name : story.methods)
      if (const Method* method = find_method(record.first, name);
          method == nullptr || method->kind == Class::kIrreversible)
        plan_.note(called(record) + ": " + name + " cannot be taken back, nor what Odoo did in it.");
    for (const auto& [name, value] : story.last) {
      const Shape shape = shape_of((*fields)->root()[name]);
      if (name == "write_uid" || is_list(shape.type) || shape.type == Type::kProperties || !now.has(name)) continue;
      if (same(shape, value, now[name])) continue;
      plan_.note(called(record) + " was made by this run and is kept: " + name + " was changed since.");
      return {};
    }
    return add({.operation = Operation::kUnlink, .model = record.first, .ids = {record.second}});
  }
  if (Result<void> methods = take_back_methods(record, story, now); !methods) return methods;
  return put_back(record, story, now, (*fields)->root());
}

Result<void> Undo::take_back_methods(const Record& record, const Story& story, Value now) {
  for (auto name = story.methods.rbegin(); name != story.methods.rend(); ++name) {
    const Method* method = find_method(record.first, *name);
    if (method == nullptr || method->kind == Class::kIrreversible) {
      plan_.note(called(record) + ": " + *name + " cannot be taken back.");
      continue;
    }
    if (method->inverse.empty()) continue;
    Arena arena;
    std::vector<Field> first;
    for (const auto& [field, value] : story.first) first.push_back({field, value});
    if (!method->holds(arena.object(first), now, {})) {
      plan_.note(called(record) + ": " + *name + " is not in force any more.");
      continue;
    }
    for (const std::string_view inverse : method->inverse)
      if (Result<void> added = add({.operation = Operation::kCall,
                                    .model = record.first,
                                    .method = std::string(inverse),
                                    .ids = {record.second}});
          !added)
        return added;
  }
  return {};
}

std::optional<Value> Undo::value_back(Arena& arena, const Shape& shape, Value before, Value after) const {
  if (shape.type == Type::kProperties) {
    std::vector<Field> values;
    for (const Value property : before.items()) values.push_back({property["name"].text(), property["value"]});
    return arena.object(values);
  }
  if (!is_list(shape.type)) return before.is_null() ? Value::of(false) : before;
  if (shape.type == Type::kOne2many) return std::nullopt;
  const std::vector<int64_t> then = ids_of(before);
  const std::vector<int64_t> now = ids_of(after);
  std::vector<Value> commands;
  for (const int64_t id : now)
    if (std::find(then.begin(), then.end(), id) == then.end()) commands.push_back(arena.array({3, id}));
  for (const int64_t id : then)
    if (std::find(now.begin(), now.end(), id) == now.end()) commands.push_back(arena.array({4, id}));
  return arena.array(commands);
}

Result<void> Undo::put_back(const Record& record, Story& story, Value now, Value fields) {
  Arena arena;
  std::vector<Field> values;
  bool plain = true;  // neither lines, tags nor properties
  const std::vector<Consequence>& known = consequences(record.first);
  for (const auto& [name, after] : story.last) {
    const auto first = story.first.find(name);
    if (first == story.first.end() || first->second == after || !fields.has(name) || name == "write_uid") continue;
    const Shape shape = shape_of(fields[name]);
    const auto consequence = std::find_if(known.begin(), known.end(),
                                          [&field = name](const Consequence& one) { return one.field == field; });
    const bool restorable = consequence != known.end() ? consequence->restorable : !shape.readonly && shape.stored;
    if (!restorable) continue;
    plain = plain && !is_list(shape.type) && shape.type != Type::kProperties;
    const bool ours = is_list(shape.type) || shape.type == Type::kProperties || shape.type == Type::kOther
                          ? now[name] == after
                          : same(shape, after, now[name]);
    if (!ours) {
      plan_.note(called(record) + ": " + name + " was changed since and is left as it is.");
      continue;
    }
    const std::optional<Value> value = value_back(arena, shape, first->second, after);
    if (value)
      values.push_back({name, *value});
    else
      plan_.note(called(record) + ": the lines of " + name + " are left as they are.");
  }
  if (values.empty()) return {};
  if (plain) return gather(record, values);
  if (Result<void> done = add_gathered(); !done) return done;
  const size_t before = plan_.writes().size();
  if (Result<void> added = add({.operation = Operation::kWrite,
                                .model = record.first,
                                .ids = {record.second},
                                .values = arena.object(values)});
      !added)
    return added;
  if (plan_.writes().size() > before) plan_.mark_put_back();
  return {};
}

}  // namespace

Result<Plan> undo(const std::string& run, Writer& writer, const odoo::CallOptions& call) {
  const Result<std::vector<Intent>> intents = writer.log().of_run(run);
  if (!intents) return intents.error();
  if (intents->empty())
    return Error{Code::kMissing, "there is no run " + run + "; see `outrigger writes list`", Source::kHost,
                 Effect::kNone, -1};
  Plan plan(
      {.epoch = writer.epoch(), .plugin = intents->front().plugin, .title = "undo of " + run, .made_at = writer.now()});
  for (const Intent& intent : *intents) {
    if (intent.epoch != writer.epoch())
      return Error{Code::kConflict, "this run belongs to the database before it was restored or copied", Source::kHost,
                   Effect::kNone, -1};
    if (intent.state == State::kBegun || intent.state == State::kUnknown)
      plan.note("Whether " + intent.operation + " on " + intent.model + " was done is not known: look at it first.");
  }
  const Result<std::vector<Image>> images = writer.log().images(run);
  if (!images) return images.error();
  std::set<std::string> done;
  std::set<std::string> users;
  for (const Intent& intent : *intents) {
    if (intent.state == State::kDone) done.insert(intent.key);
    if (!intent.principal.empty() && users.insert(intent.principal).second)
      plan.note("What was written in the name of " + intent.principal + " is put back by the integration's own user.");
  }
  Undo undo(writer, call, plan);
  for (const Image& image : *images)
    if (done.count(image.key) != 0) undo.tell(image);
  if (Result<void> planned = undo.plan(); !planned) return planned.error();
  return plan;
}

}  // namespace outrigger::writes
