// How a FakeOdoo writes: once per idempotency key, for a company, onto the rows of the test. Included by odoo.hpp.
#pragma once

#include "odoo.hpp"

namespace outrigger::testkit {

inline Result<Document> FakeOdoo::write(const OdooCall& call) {
  if (call.scope.company_id == OR_COMPANY_DEFAULT) {
    core_.problem(call.method + " of " + call.model +
                  " names no company: every write sets company_id in its scope (kAllCompanies for all).");
    return Error{Code::kInvalid, "a write has to name its company: set company_id in the scope", Source::kHost};
  }
  const std::string key(from_abi(call.scope.idempotency_key));
  Fingerprint print;
  print.add(call.method).add(call.model).add(call.body).add(call.values).add(call.scope.company_id);
  for (const int64_t id : call.ids) print.add(id);
  if (!key.empty())
    if (const auto known = keys_.find(key); known != keys_.end()) {
      if (known->second.fingerprint == print.value()) return known->second.result;
      core_.problem("the idempotency key " + key + " was used again with other arguments.");
      return Error{Code::kInvalid, "the idempotency key was used with other arguments", Source::kHost};
    }
  std::optional<Result<Document>> answer = scripted(call);
  const bool happened = !answer || *answer || (*answer).error().effect == Effect::kDone;
  if (answer && happened) note(call, call.ids);
  Result<Document> result = answer ? *std::move(answer) : effect(call);
  if (!key.empty() && (result || happened)) keys_.insert_or_assign(key, Remembered{print.value(), result});
  return result;
}

inline Result<Document> FakeOdoo::effect(const OdooCall& call) {
  const Result<Table*> found = table_of(call);
  if (!found) return found.error();
  Table& table = **found;
  if (call.method == "create") return create(call, table);
  const bool known =
      call.method == "write" || call.method == "write_rows" || call.method == "unlink" || call.method == "message_post";
  if (!known) {
    core_.problem("the plugin called " + call.method + " of " + call.model +
                  ", for which the test has no answer: script it with host.odoo().answers().");
    return Error{Code::kMissing, "the fake Odoo has no method " + call.method, Source::kOdoo};
  }
  if (call.method != "unlink" && call.method != "write_rows")
    for (const int64_t id : call.ids)
      if (table.rows.count(id) == 0)
        return Error{Code::kMissing, "there is no " + call.model + " " + std::to_string(id), Source::kOdoo};
  note(call, call.ids);
  if (call.method == "message_post") return keep(Value::of(next_message_++));
  if (call.method == "unlink")
    for (const int64_t id : call.ids) table.rows.erase(id);
  if (call.method == "write")
    for (const int64_t id : call.ids) change(table, id, call.values);
  if (call.method != "write_rows") return Document();
  return Document::build([&](Arena& arena) {
    std::vector<Value> done;
    std::vector<Value> failed;
    for (const Value row : call.values.items()) {
      const int64_t id = row["id"].integer();
      const bool there = table.rows.count(id) != 0;
      if (there) change(table, id, row);
      if (there)
        done.push_back(Value::of(id));
      else
        failed.push_back(arena.object({{"id", id}, {"message", "the record is not there"}}));
    }
    return arena.object({{"done", arena.array(done)}, {"unknown", arena.array({})}, {"failed", arena.array(failed)}});
  });
}

inline Result<Document> FakeOdoo::create(const OdooCall& call, Table& table) {
  std::vector<int64_t> ids;
  for (const Value row : call.values.items()) {
    const int64_t id = table.rows.empty() ? 1 : table.rows.rbegin()->first + 1;
    table.rows[id] = Object{{"id", id}};
    change(table, id, row);
    ids.push_back(id);
  }
  note(call, ids);
  return Document::build([&](Arena& arena) { return arena.ids(ids); });
}

inline void FakeOdoo::change(Table& table, int64_t id, Value values) {
  const Object before = table.rows[id];
  Arena arena;
  std::vector<Field> fields;
  for (const Field field : before.value().fields())
    if (!values.has(field.key)) fields.push_back(field);
  if (!values.has("id")) std::erase_if(fields, [](const Field& field) { return field.key == "id"; });
  if (!values.has("id")) fields.push_back({"id", Value::of(id)});
  for (const Field field : values.fields()) {
    fields.push_back(field);
    table.fields.insert(std::string(field.key));
  }
  table.rows[id] = Object(arena.object(fields));
}

inline void FakeOdoo::end_plan() {
  if (!before_plan_) return;
  const auto first = writes_.begin() + static_cast<std::ptrdiff_t>(before_plan_->writes);
  planned_.insert(planned_.end(), first, writes_.end());
  writes_.erase(first, writes_.end());
  tables_ = std::move(before_plan_->tables);
  keys_ = std::move(before_plan_->keys);
  before_plan_.reset();
}

inline void FakeOdoo::note(const OdooCall& call, std::vector<int64_t> ids) {
  Write write;
  write.method = call.method;
  write.model = call.model;
  write.ids = std::move(ids);
  Arena arena;
  write.values = Object(call.values.is_array() ? arena.object({{"rows", call.values}}) : call.values);
  write.body = call.body;
  write.company_id = call.scope.company_id;
  write.idempotency_key = from_abi(call.scope.idempotency_key);
  write.delivery = from_abi(call.scope.delivery);
  write.principal = from_abi(call.scope.principal);
  if (call.scope.context != nullptr) write.context = Object(Value(*call.scope.context));
  writes_.push_back(std::move(write));
}

}  // namespace outrigger::testkit
