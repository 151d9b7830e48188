#include "integration/writes/plan.hpp"

#include <algorithm>

#include "integration/writes/action.hpp"

namespace outrigger::writes {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

void say(std::vector<std::string>& says, std::string_view sentence) {
  if (sentence.empty() || std::find(says.begin(), says.end(), sentence) != says.end()) return;
  says.emplace_back(sentence);
}

// Deleting lines of a list cannot be taken back; making them can, by deleting.
Class kind_of(const Shape& shape, Value value) {
  if (!is_list(shape.type)) return Class::kReversible;
  const Result<Commands> commands = parse_commands(value);
  if (!commands || !commands->erase.empty()) return Class::kIrreversible;
  return commands->create.empty() && commands->change.empty() ? Class::kReversible : Class::kCompensable;
}

// Values as a read would show them; commands that make or change lines cannot be shown.
std::optional<Value> shown(Arena& arena, const Shape& shape, Value wanted, Value stored) {
  if (!is_list(shape.type)) return stored_form(shape.type, wanted);
  const Result<Commands> commands = parse_commands(wanted);
  if (!commands || !commands->of_links()) return std::nullopt;
  return arena.ids(apply_links(*commands, stored));
}

}  // namespace

PlannedWrite Plan::copy_of(const Request& request) {
  PlannedWrite write;
  write.operation = request.operation;
  write.model = request.model;
  write.method = request.method;
  write.principal = request.principal;
  write.ids = request.ids;
  write.values = arena_->copy(request.values);
  write.context = arena_->copy(request.context);
  return write;
}

Result<Document> Plan::add(const Request& request, Remote& remote, const odoo::CallOptions& call) {
  switch (request.operation) {
    case Operation::kCreate: return add_create(request, remote, call);
    case Operation::kUnlink: return add_unlink(request, remote, call);
    case Operation::kMessagePost: return add_message(request);
    case Operation::kCall: return add_method(request);
    default: return add_fields(request, remote, call);
  }
}

Result<Document> Plan::add_create(const Request& request, Remote& remote, const odoo::CallOptions& call) {
  if (!request.values.is_array() || request.values.size() == 0)
    return refuse(Code::kInvalid, "create takes a list of at least one record");
  const auto fields = remote.fields(request.model, call);
  if (!fields) return fields.error();
  PlannedWrite write = copy_of(request);
  write.kind = Class::kCompensable;
  say(write.says, "can be taken back by deleting what was made");
  for (const Value values : write.values.items()) {
    const int64_t id = next_--;
    write.ids.push_back(id);
    for (const Field field : values.fields()) {
      const Value known = (*fields)->root()[field.key];
      if (!known.is_object())
        return refuse(Code::kMissing, request.model + " in this Odoo has no field " + std::string(field.key));
      write.rows.push_back({id, std::string(field.key), {}, field.value});
      say(write.says, side_effect(request.model, field.key));
      if (const auto value = shown(*arena_, shape_of(known), field.value, {}))
        planned_[{request.model, id}][std::string(field.key)] = *value;
    }
    planned_[{request.model, id}];
  }
  std::vector<int64_t> ids = write.ids;
  keep(std::move(write));
  return Document::build([&](Arena& arena) { return arena.ids(ids); });
}

Result<Document> Plan::add_fields(const Request& request, Remote& remote, const odoo::CallOptions& call) {
  const bool of_rows = request.operation == Operation::kWriteRows;
  const auto fields = remote.fields(request.model, call);
  if (!fields) return fields.error();
  PlannedWrite write = copy_of(request);
  std::vector<std::pair<int64_t, Value>> wanted;
  if (of_rows)
    for (const Value row : write.values.items()) wanted.emplace_back(row["id"].integer(), row);
  else
    for (const int64_t id : write.ids) wanted.emplace_back(id, write.values);
  if (wanted.empty() && !of_rows) return refuse(Code::kInvalid, "write was given no ids");
  std::set<std::string> names;
  std::vector<int64_t> real;
  for (const auto& [id, values] : wanted) {
    if (!is_provisional(id)) real.push_back(id);
    for (const Field field : values.fields()) {
      if (of_rows && field.key == "id") continue;
      const Value known = (*fields)->root()[field.key];
      if (!known.is_object())
        return refuse(Code::kMissing, request.model + " in this Odoo has no field " + std::string(field.key));
      if (shape_of(known).type != Type::kBinary) names.emplace(field.key);
    }
  }
  const Options none{};
  Counts counts;
  KnownForms forms;
  const Work work{remote, none, counts, forms, call, request.model, {}, {}, request.context, {}};
  Rows rows;
  if (Result<void> read = work.read(real, {names.begin(), names.end()}, rows); !read) return read.error();
  std::vector<Value> kept_rows;
  std::vector<int64_t> kept_ids;
  std::vector<int64_t> done;
  std::vector<Value> missing;
  for (const auto& [id, values] : wanted) {
    const Record record{request.model, id};
    const Value now = rows.of(id);
    const bool there = (now.is_object() || is_provisional(id)) && deleted_.count(record) == 0;
    if (!there) {
      Error error =
          refuse(Code::kMissing, request.model + " " + std::to_string(id) + " is not there, or may not be seen");
      if (!of_rows) return error;
      missing.push_back(arena_->object(
          {{"id", id}, {"message", arena_->text(error.message)}, {"code", static_cast<int64_t>(error.code)}}));
      continue;
    }
    done.push_back(id);
    std::map<std::string, Value>& planned = planned_[record];
    std::vector<Field> differs;
    for (const Field field : values.fields()) {
      if (of_rows && field.key == "id") continue;
      const std::string name(field.key);
      const Shape shape = shape_of((*fields)->root()[field.key]);
      const Value before = arena_->copy(planned.count(name) != 0 ? planned[name] : now[field.key]);
      if (!reduce(*arena_, shape, field.value, before)) {
        ++avoided_;
        continue;
      }
      differs.push_back(field);
      const std::optional<Value> after = shown(*arena_, shape, field.value, before);
      write.rows.push_back({id, name, before, after ? *after : field.value});
      if (after) planned[name] = *after;
      write.kind = std::max(write.kind, kind_of(shape, field.value));
      say(write.says, side_effect(request.model, field.key));
    }
    if (differs.empty()) continue;
    kept_ids.push_back(id);
    differs.insert(differs.begin(), {"id", Value::of(id)});
    kept_rows.push_back(arena_->object(differs));
  }
  if (of_rows) write.values = arena_->array(kept_rows);
  write.ids = kept_ids;
  if (!kept_ids.empty()) keep(std::move(write));
  if (!of_rows) return Document();
  return Document::build([&](Arena& arena) {
    return arena.object({{"done", arena.ids(done)},
                         {"unknown", arena.array(std::initializer_list<Item>{})},
                         {"failed", arena.copy(arena.array(missing))}});
  });
}

Result<Document> Plan::add_unlink(const Request& request, Remote& remote, const odoo::CallOptions& call) {
  if (request.ids.empty()) return refuse(Code::kInvalid, "unlink was given no ids");
  PlannedWrite write = copy_of(request);
  write.kind = Class::kIrreversible;
  std::vector<int64_t> real;
  for (const int64_t id : request.ids)
    if (!is_provisional(id)) real.push_back(id);
  const Options none{};
  Counts counts;
  KnownForms forms;
  const Work work{remote, none, counts, forms, call, request.model, {}, {}, request.context, {}};
  Rows rows;
  if (Result<void> read = work.read(real, {"display_name"}, rows); !read) return read.error();
  write.ids.clear();
  for (const int64_t id : request.ids) {
    const Record record{request.model, id};
    if (deleted_.count(record) != 0 || (!is_provisional(id) && !rows.of(id).is_object())) continue;
    write.ids.push_back(id);
    write.rows.push_back({id, "", arena_->copy(rows.of(id)["display_name"]), {}});
    deleted_.insert(record);
  }
  if (!write.ids.empty()) keep(std::move(write));
  return Document();
}

Result<Document> Plan::add_message(const Request& request) {
  if (request.ids.size() != 1) return refuse(Code::kInvalid, "a message is posted on one record");
  PlannedWrite write = copy_of(request);
  write.kind = Class::kIrreversible;
  write.made = next_--;
  say(write.says, "followers may get a mail");
  write.rows.push_back({request.ids.front(), "message", {}, write.values["body"]});
  const int64_t made = write.made;
  keep(std::move(write));
  return Document(nullptr, Value::of(made));
}

Result<Document> Plan::add_method(const Request& request) {
  PlannedWrite write = copy_of(request);
  const Method* method = find_method(request.model, request.method);
  write.kind = method == nullptr ? Class::kIrreversible : method->kind;
  if (method == nullptr) say(write.says, "what this method does is not known here");
  if (method != nullptr) {
    say(write.says, method->says);
    std::string inverse;
    for (const std::string_view name : method->inverse)
      inverse += (inverse.empty() ? "" : ", then ") + std::string(name);
    if (!inverse.empty()) say(write.says, "can be taken back by " + inverse);
  }
  say(write.says, "later reads in this plan do not see what it changes");
  for (const int64_t id : request.ids)
    write.rows.push_back({id, "", {}, Value::of(arena_->keep(request.method + "()"))});
  if (request.ids.empty()) write.rows.push_back({0, "", {}, Value::of(arena_->keep(request.method + "()"))});
  keep(std::move(write));
  return Document();
}

Document Plan::overlay(std::string_view model, const Document& rows) const {
  return Document::build([&](Arena& arena) {
    std::vector<Value> patched;
    for (const Value row : rows.root().items()) {
      const Record record{std::string(model), row["id"].integer()};
      if (deleted_.count(record) != 0) continue;
      const auto planned = planned_.find(record);
      std::vector<Field> fields;
      for (const Field field : row.fields()) {
        Value value = field.value;
        if (planned != planned_.end())
          if (const auto at = planned->second.find(std::string(field.key)); at != planned->second.end())
            value = at->second;
        fields.push_back({arena.keep(field.key), arena.copy(value)});
      }
      patched.push_back(arena.object(fields));
    }
    return arena.array(patched);
  });
}

Document Plan::provisional(std::string_view model, const std::vector<int64_t>& ids,
                           const std::vector<std::string_view>& fields) const {
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const int64_t id : ids) {
      const auto planned = planned_.find({std::string(model), id});
      if (!is_provisional(id) || planned == planned_.end() || deleted_.count(planned->first) != 0) continue;
      std::vector<Field> row{{"id", Value::of(id)}};
      for (const std::string_view name : fields) {
        if (name == "id") continue;
        const auto at = planned->second.find(std::string(name));
        row.push_back({arena.keep(name), at == planned->second.end() ? Value{} : arena.copy(at->second)});
      }
      rows.push_back(arena.object(row));
    }
    return arena.array(rows);
  });
}

}  // namespace outrigger::writes
