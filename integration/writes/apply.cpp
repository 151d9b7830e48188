#include <algorithm>

#include "integration/writes/action.hpp"
#include "integration/writes/plan.hpp"

namespace outrigger::writes {
namespace {

bool same_stored(const Shape& shape, Value a, Value b) {
  if (!is_list(shape.type)) return same(shape, a, b);
  std::vector<int64_t> left = ids_of(a);
  std::vector<int64_t> right = ids_of(b);
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  return left == right;
}

// Provisional ids replaced by real ones; false: one of them was not made.
bool resolve(Arena& arena, Value value, const std::map<int64_t, int64_t>& made, Value& out) {
  if (const auto number = value.kind() == Kind::kInt ? value.as_integer() : std::nullopt;
      number && Plan::is_provisional(*number)) {
    const auto at = made.find(*number);
    if (at == made.end()) return false;
    out = Value::of(at->second);
    return true;
  }
  out = value;
  if (value.is_array()) {
    std::vector<Value> items;
    for (const Value item : value.items()) {
      Value resolved;
      if (!resolve(arena, item, made, resolved)) return false;
      items.push_back(resolved);
    }
    out = arena.array(items);
  } else if (value.is_object()) {
    std::vector<Field> fields;
    for (const Field field : value.fields()) {
      Value resolved;
      if (!resolve(arena, field.value, made, resolved)) return false;
      fields.push_back({field.key, resolved});
    }
    out = arena.object(fields);
  }
  return true;
}

class Application {
 public:
  Application(const Plan& plan, Writer& writer, const Origin& origin, const odoo::CallOptions& call)
      : plan_(plan), writer_(writer), origin_(origin), call_(call), name_("plan/" + plan.hash()) {}

  Result<Applied> run() {
    if (const Result<void> fresh = refuse_twice(); !fresh) return fresh.error();
    for (size_t at = 0; at < plan_.writes().size(); ++at)
      if (Result<void> done = one(at); !done) return done.error();
    return std::move(applied_);
  }

 private:
  using Record = std::pair<std::string, int64_t>;

  Result<void> refuse_twice();
  Result<void> one(size_t at);
  Result<void> refuse_moved(const PlannedWrite& write, size_t at, std::vector<int64_t>& ids);
  void put_back_alone(const PlannedWrite& write, size_t at, const Request& request, const Origin& origin);
  void outcome(const PlannedWrite& write, size_t at, const std::vector<int64_t>& ids, const Result<Document>& result);
  void check_after(const PlannedWrite& write, size_t at, const Request& request, const Origin& origin);
  void add(size_t at, int64_t id, Applied::Kind kind, std::string says = {}) {
    applied_.rows.push_back({at, id, kind, std::move(says)});
  }
  int64_t real(int64_t id) const {
    const auto at = applied_.made.find(id);
    return at == applied_.made.end() ? id : at->second;
  }
  Result<Rows*> read(const PlannedWrite& write, const std::vector<int64_t>& ids, Rows& rows);

  const Plan& plan_;
  Writer& writer_;
  const Origin& origin_;
  const odoo::CallOptions& call_;
  [[nodiscard]] std::string key_of(size_t at) const { return name_ + "/" + std::to_string(at); }

  std::string name_;
  Applied applied_;
  std::set<Record> touched_;
  std::set<Record> refused_;
};

Result<Rows*> Application::read(const PlannedWrite& write, const std::vector<int64_t>& ids, Rows& rows) {
  std::set<std::string> names;
  for (const PlannedRow& row : write.rows)
    if (!row.field.empty()) names.insert(row.field);
  names.insert("id");
  const Options none{};
  Counts counts;
  KnownForms forms;
  const Work work{writer_.remote(), none, counts, forms, call_, write.model, {}, {}, write.context, {}};
  const Result<std::vector<std::string>> fields = work.existing({names.begin(), names.end()});
  if (!fields) return fields.error();
  if (Result<void> done = work.read(ids, *fields, rows); !done) return done.error();
  return &rows;
}

// Takes the ids out whose old value has moved on, or whose earlier write in this plan was refused.
Result<void> Application::refuse_moved(const PlannedWrite& write, size_t at, std::vector<int64_t>& ids) {
  const auto fields = writer_.remote().fields(write.model, call_);
  if (!fields) return fields.error();
  Rows now;
  const Result<Rows*> read = this->read(write, ids, now);
  if (!read) return read.error();
  std::map<int64_t, std::pair<Applied::Kind, std::string>> moved;
  for (const PlannedRow& row : write.rows) {
    const int64_t id = real(row.id);
    const Record record{write.model, id};
    if (refused_.count(record) != 0)
      moved[id] = {Applied::Kind::kSkipped, "an earlier write of this plan on the same record was not done"};
    if (touched_.count(record) != 0 || Plan::is_provisional(row.id)) continue;
    const Value present = now.of(id);
    if (!present.is_object() && write.operation != Operation::kUnlink)
      moved[id] = {Applied::Kind::kMoved, "the record is not there any more"};
    if (row.field.empty() || !present.has(row.field)) continue;
    const Shape shape = shape_of((*fields)->root()[row.field]);
    if (shape.type == Type::kBinary || same_stored(shape, row.before, present[row.field])) continue;
    if (!is_list(shape.type) && same(shape, row.after, present[row.field])) continue;  // it is so already
    moved[id] = {Applied::Kind::kMoved, row.field + " has changed since the plan was made"};
  }
  for (const auto& [id, why] : moved) {
    std::erase(ids, id);
    refused_.insert({write.model, id});
    add(at, id, why.first, why.second);
  }
  return {};
}

void Application::outcome(const PlannedWrite& write, size_t at, const std::vector<int64_t>& ids,
                          const Result<Document>& result) {
  std::map<int64_t, std::string> failed;
  if (result && write.operation == Operation::kWriteRows)
    for (const Value row : result->root()["failed"].items()) failed[row["id"].integer()] = row["message"].text();
  for (const int64_t id : ids) {
    const Record record{write.model, id};
    touched_.insert(record);
    if (result && failed.count(id) == 0) {
      add(at, id, Applied::Kind::kDone);
      continue;
    }
    refused_.insert(record);
    const bool lost = !result && result.error().effect == Effect::kUnknown;
    add(at, id, lost ? Applied::Kind::kUnknown : Applied::Kind::kFailed, result ? failed[id] : result.error().message);
  }
}

// What somebody, or Odoo, made of it since.
void Application::check_after(const PlannedWrite& write, size_t at, const Request& request, const Origin& origin) {
  const auto fields = writer_.remote().fields(write.model, call_);
  Rows now;
  if (!fields) return;
  const auto differing = [&] {
    std::map<int64_t, std::string> differ;
    now = Rows();
    std::vector<int64_t> ids;
    for (const PlannedRow& row : write.rows)
      if (std::find(ids.begin(), ids.end(), real(row.id)) == ids.end()) ids.push_back(real(row.id));
    if (!read(write, ids, now)) return differ;
    for (const PlannedRow& row : write.rows) {
      const Shape shape = shape_of((*fields)->root()[row.field]);
      const Value present = now.of(real(row.id));
      if (!present.is_object() || shape.type == Type::kBinary || shape.type == Type::kProperties) continue;
      if (is_list(shape.type) || same(shape, row.after, present[row.field])) continue;
      Arena arena;
      Value after;
      if (resolve(arena, row.after, applied_.made, after) && same(shape, after, present[row.field])) continue;
      differ[real(row.id)] += (differ[real(row.id)].empty() ? "" : ", ") + row.field;
    }
    return differ;
  };
  std::map<int64_t, std::string> differ = differing();
  if (!differ.empty() && write.put_back) {
    Origin again = origin;
    again.key += "/again";
    if (writer_.perform(request, again, call_)) differ = differing();
  }
  for (Applied::Row& row : applied_.rows)
    if (row.write == at && row.kind == Applied::Kind::kDone)
      if (const auto found = differ.find(row.id); found != differ.end())
        row.says = found->second + " is not what was written: Odoo, or somebody, changed it";
}

void Application::put_back_alone(const PlannedWrite& write, size_t at, const Request& request, const Origin& origin) {
  for (const Value row : request.values.items()) {
    const int64_t id = row["id"].integer();
    std::vector<Field> fields;
    for (const Field field : row.fields())
      if (field.key != "id") fields.push_back(field);
    Arena arena;
    const Request alone{.operation = Operation::kWrite,
                        .model = request.model,
                        .ids = {id},
                        .values = arena.object(fields),
                        .context = request.context};
    Origin own = origin;
    own.key += "/" + std::to_string(id);
    outcome(write, at, {id}, writer_.perform(alone, own, call_));
  }
}

// One that was interrupted goes on; one that came to its end has had its effects.
Result<void> Application::refuse_twice() {
  std::string run;
  for (size_t at = 0; at < plan_.writes().size(); ++at) {
    const Result<std::optional<Intent>> begun = writer_.log().find(origin_.plugin + "/key/" + key_of(at));
    if (!begun) return begun.error();
    if (!*begun || (*begun)->state != State::kDone) return {};
    run = (*begun)->run;
  }
  if (run.empty()) return {};
  return Error{Code::kConflict,
               "this plan was applied already, as the run " + run + "; to write that once more, make the plan anew",
               Source::kHost, Effect::kNone, -1};
}

Result<void> Application::one(size_t at) {
  const PlannedWrite& write = plan_.writes()[at];
  Arena arena;
  Value values;
  Value context;
  Request request{.operation = write.operation, .model = write.model, .method = write.method};
  bool resolved =
      resolve(arena, write.values, applied_.made, values) && resolve(arena, write.context, applied_.made, context);
  if (write.operation != Operation::kCreate)
    for (const int64_t id : write.ids) {
      request.ids.push_back(real(id));
      resolved = resolved && !Plan::is_provisional(request.ids.back());
    }
  if (!resolved) {
    for (const int64_t id : write.ids) {
      refused_.insert({write.model, real(id)});
      add(at, real(id), Applied::Kind::kSkipped, "it needs a record that this plan could not make");
    }
    return {};
  }
  request.values = values;
  request.context = context;
  Origin origin = origin_;
  origin.key = key_of(at);
  if (origin.run.empty()) origin.run = name_;
  const std::string key = origin.plugin + "/key/" + origin.key;
  const Result<std::optional<Intent>> begun = writer_.log().find(key);
  if (!begun) return begun.error();
  std::vector<int64_t> ids = request.ids;
  const bool of_records = write.operation != Operation::kCreate && !ids.empty();
  if (!*begun && of_records)
    if (Result<void> looked = refuse_moved(write, at, ids); !looked) return looked;
  if (of_records && ids.empty()) return {};
  if (write.operation == Operation::kWriteRows) {
    std::vector<Value> rows;
    for (const Value row : values.items())
      if (std::find(ids.begin(), ids.end(), row["id"].integer()) != ids.end()) rows.push_back(row);
    request.values = arena.array(rows);
    request.ids.clear();
  } else if (of_records) {
    request.ids = ids;
  }
  const Result<Document> result = *begun ? writer_.resume(key, call_) : writer_.perform(request, origin, call_);
  // One record that may not be written refuses all of them; an undo owes each its own answer.
  if (!result && result.error().code == Code::kAccess && write.put_back && ids.size() > 1 &&
      write.operation == Operation::kWriteRows) {
    put_back_alone(write, at, request, origin);
    return {};
  }
  if (write.operation == Operation::kCreate) {
    for (size_t i = 0; i < write.ids.size(); ++i) {
      const int64_t made = result && i < result->root().size() ? result->root().at(i).integer() : 0;
      if (made != 0) applied_.made[write.ids[i]] = made;
    }
    std::vector<int64_t> made;
    for (const int64_t id : write.ids) made.push_back(real(id));
    outcome(write, at, made, result);
    return {};
  }
  if (result && write.made != 0) applied_.made[write.made] = result->root().integer();
  outcome(write, at, ids, result);
  if (result && (write.operation == Operation::kWrite || write.operation == Operation::kWriteRows))
    check_after(write, at, request, origin);
  return {};
}

}  // namespace

bool Applied::all_done() const {
  return std::all_of(rows.begin(), rows.end(), [](const Row& row) { return row.kind == Kind::kDone; });
}

const char* to_string(Applied::Kind kind) {
  switch (kind) {
    case Applied::Kind::kDone: return "done";
    case Applied::Kind::kMoved: return "moved on";
    case Applied::Kind::kFailed: return "failed";
    case Applied::Kind::kUnknown: return "unknown";
    case Applied::Kind::kSkipped: return "skipped";
  }
  return "unknown";
}

Result<Applied> apply(const Plan& plan, Writer& writer, const Origin& origin, const odoo::CallOptions& call) {
  if (plan.header().epoch != writer.epoch())
    return Error{Code::kConflict,
                 "this plan was made for another database, or before it was restored or copied; make it again",
                 Source::kHost, Effect::kNone, -1};
  for (const PlannedWrite& write : plan.writes())
    if (!write.principal.empty())
      return Error{Code::kUnsupported,
                   "this plan writes in the name of " + write.principal +
                       ", whose key only the plugin's own call may use: run the command itself, without --plan",
                   Source::kHost, Effect::kNone, -1};
  return Application(plan, writer, origin, call).run();
}

}  // namespace outrigger::writes
