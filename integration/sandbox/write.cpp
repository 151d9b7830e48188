// Writing methods of the sandbox.
#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "integration/sandbox/database.hpp"

namespace outrigger::sandbox {
namespace {

bool fits(const FieldDef& field, Value value) {
  switch (domain_type(field.type)) {
    case domain::FieldType::kInteger: return value.as_integer().has_value() || value.kind() == outrigger::Kind::kBool;
    case domain::FieldType::kFloat: return value.number().has_value() || value.kind() == outrigger::Kind::kBool;
    case domain::FieldType::kMany2one: return value.as_integer().has_value();
    case domain::FieldType::kToMany: return value.is_array();
    case domain::FieldType::kBoolean: return true;
    default: return value.is_string();
  }
}

bool in_selection(std::string_view selection, std::string_view key) {
  while (!selection.empty()) {
    const std::string_view pair = selection.substr(0, selection.find(','));
    selection = pair.size() == selection.size() ? std::string_view{} : selection.substr(pair.size() + 1);
    if (pair.substr(0, pair.find(':')) == key) return true;
  }
  return false;
}

bool empty(const FieldDef& field, Value value) {
  return value.is_null() || (value.kind() == outrigger::Kind::kBool && !value.truthy() && field.type != "boolean");
}

bool digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}
unsigned number(std::string_view text) { return static_cast<unsigned>(std::atoi(std::string(text).c_str())); }

// "2026-02-30" is none.
bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  if (!digits(text.substr(0, 4)) || !digits(text.substr(5, 2)) || !digits(text.substr(8))) return false;
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(number(text.substr(0, 4)))),
                                     std::chrono::month(number(text.substr(5, 2))),
                                     std::chrono::day(number(text.substr(8))))
      .ok();
}

bool is_datetime(std::string_view text) {
  if (text.size() != 19 || text[10] != ' ' || text[13] != ':' || text[16] != ':' || !is_date(text.substr(0, 10)))
    return false;
  if (!digits(text.substr(11, 2)) || !digits(text.substr(14, 2)) || !digits(text.substr(17))) return false;
  return number(text.substr(11, 2)) < 24 && number(text.substr(14, 2)) < 60 && number(text.substr(17)) < 60;
}

// [[6,0,ids]], [[4,id]], [[3,id]], [[5]] on a list of ids; plain ids are taken as a replacement.
std::vector<int64_t> apply_commands(Value old, Value commands) {
  std::vector<int64_t> ids;
  const bool plain = commands.size() > 0 && !commands.at(0).is_array();
  if (!plain)
    for (const Value id : old.items()) ids.push_back(id.integer());
  for (const Value command : commands.items()) {
    if (plain) {
      ids.push_back(command.integer());
      continue;
    }
    const int64_t kind = command.size() > 0 ? command.at(0).integer() : -1;
    const int64_t id = command.size() > 1 ? command.at(1).integer() : 0;
    if (kind == 6 || kind == 5) ids.clear();
    if (kind == 6 && command.size() > 2)
      for (const Value each : command.at(2).items()) ids.push_back(each.integer());
    if (kind == 4 && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    if (kind == 3 || kind == 2) std::erase(ids, id);
  }
  return ids;
}

}  // namespace

std::optional<Fault> Database::check_values(const Table& table, Value values) const {
  if (!values.is_object()) return value_error("values must be an object");
  for (const Field field : values.fields()) {
    const int column = table.column(field.key);
    const std::string name(field.key);
    if (column < 0) return value_error("Invalid field '" + name + "' in '" + std::string(table.model().name) + "'");
    const FieldDef& def = table.field_def(column);
    if (empty(def, field.value)) {
      if (def.required)
        return validation_error("The operation cannot be completed: Missing required value for the field '" +
                                std::string(def.label) + "' (" + name + ").");
      continue;
    }
    if (!fits(def, field.value)) return value_error("Wrong value for " + std::string(table.model().name) + "." + name);
    if (!def.selection.empty() && !in_selection(def.selection, field.value.text()))
      return value_error("Wrong value for " + std::string(table.model().name) + "." + name + ": '" +
                         std::string(field.value.text()) + "'");
    if (def.type == "integer" && (field.value.integer() > INT32_MAX || field.value.integer() < INT32_MIN)) {
      Fault fault = value_error("integer out of range");
      fault.name = "psycopg2.errors.NumericValueOutOfRange";
      return fault;
    }
    if (def.type == "datetime" && !is_datetime(field.value.text()))
      return value_error("time data '" + std::string(field.value.text()) +
                         "' does not match format '%Y-%m-%d %H:%M:%S'");
    if (def.type == "date" && !is_date(field.value.text()))
      return value_error("time data '" + std::string(field.value.text()) + "' does not match format '%Y-%m-%d'");
    if (def.type == "many2one" && !find_table(def.comodel)->exists(field.value.integer()))
      return missing_error("Record does not exist or has been deleted.\n(Record: " + std::string(def.comodel) + "(" +
                           std::to_string(field.value.integer()) + ",))");
  }
  return std::nullopt;
}

void Database::store(const User& user, Table& table, int64_t id, Value values) {
  const Value now = table.keep(now_text());
  for (const Field field : values.fields()) {
    const int column = table.column(field.key);
    const FieldDef& def = table.field_def(column);
    if (def.name == "id" || def.name == "display_name" || def.name == "create_date" || def.name == "write_date")
      continue;
    Value value = empty(def, field.value) ? Value{} : table.keep(field.value);
    if (def.type == "datetime" && !value.is_null()) value = table.keep(std::string(value.text()) + ".000000");
    if ((def.type == "float" || def.type == "monetary") && !value.is_null())
      value = Value::of(value.number().value_or(value.truthy() ? 1 : 0));
    if (def.type == "boolean") value = Value::of(field.value.truthy());
    if (def.type == "many2many" || def.type == "one2many")
      value = table.arena().ids(apply_commands(table.get(id, column), field.value));
    table.set(id, column, value);
  }
  table.set(id, "write_date", now);
  table.set(id, "write_uid", Value::of(user.id));
  after_setup_write(table, id);
}

int64_t Database::insert(const User& user, Table& table, Value values) {
  const int64_t id = table.insert();
  table.set(id, "create_date", table.keep(now_text()));
  table.set(id, "create_uid", Value::of(user.id));
  if (table.column("active") >= 0) table.set(id, "active", Value::of(true));
  store(user, table, id, values);
  if (table.model().name == "crm.lead") after_lead_write(id, values, true);
  return id;
}

bool Database::change(const RawChange& change) {
  const auto at = tables_.find(change.model);
  if (at == tables_.end()) return false;
  Table& table = *at->second;
  for (const int64_t id : change.ids)
    if (!table.exists(id)) return false;
  for (const Field field : change.values.fields())
    if (table.column(field.key) < 0) return false;
  for (const int64_t id : change.ids) {
    if (change.erase) {
      table.erase(id);
      continue;
    }
    for (const Field field : change.values.fields()) table.set(id, field.key, table.keep(field.value));
    if (!change.write_date.empty()) table.set(id, "write_date", table.keep(std::string_view(change.write_date)));
  }
  return true;
}

std::optional<Fault> Database::check_writable(const User& user, const Table& table,
                                              const std::vector<int64_t>& ids) const {
  for (const int64_t id : ids) {
    if (!table.exists(id))
      return missing_error("Record does not exist or has been deleted.\n(Record: " + std::string(table.model().name) +
                           "(" + std::to_string(id) + ",), User: " + std::to_string(user.id) + ")");
    if (!visible(user, table, id))
      return access_error("Sorry, " + user.login + " (id=" + std::to_string(user.id) +
                          ") doesn't have 'write' access to:\n- " + std::string(table.model().label) + " (" +
                          std::string(table.model().name) + ": " + std::to_string(id) + ")");
  }
  return std::nullopt;
}

Answer Database::create(Session& session, const Request& request) {
  const Value given = request.args["vals_list"];
  const bool many = given.is_array();
  const std::vector<Value> list = [&] {
    std::vector<Value> values;
    if (!many) values.push_back(given);
    for (const Value one : given.items()) values.push_back(one);
    return values;
  }();
  for (const Value values : list) {
    if (auto fault = check_values(session.table, values)) return *fault;
    for (const FieldDef* def : session.table.fields())
      if (def->required && !values.has(def->name) && def->name != "type")
        return validation_error("The operation cannot be completed: Missing required value for the field '" +
                                std::string(def->label) + "' (" + std::string(def->name) + ").");
  }
  for (const Value values : list)
    if (auto fault = check_setup(session.table, 0, values)) return *fault;
  std::vector<int64_t> ids;
  for (const Value values : list) ids.push_back(insert(session.user, session.table, values));
  if (!many && options_.major < 19) return Value::of(ids.front());
  return session.arena.ids(ids);
}

Answer Database::write(Session& session, const Request& request) {
  const Value values = request.args["vals"];
  if (auto fault = check_writable(session.user, session.table, request.ids)) return *fault;
  if (auto fault = check_values(session.table, values)) return *fault;
  for (const int64_t id : request.ids)
    if (auto fault = check_setup(session.table, id, values)) return *fault;
  for (const int64_t id : request.ids) {
    store(session.user, session.table, id, values);
    if (session.table.model().name == "crm.lead") after_lead_write(id, values, false);
  }
  return Value::of(true);
}

Answer Database::web_save_multi(Session& session, const Request& request) {
  const Value list = request.args["vals_list"];
  if (list.size() != request.ids.size()) return value_error("web_save_multi: as many values as records are needed");
  if (auto fault = check_writable(session.user, session.table, request.ids)) return *fault;
  for (const Value values : list.items())
    if (auto fault = check_values(session.table, values)) return *fault;
  std::vector<Value> saved;
  for (size_t i = 0; i < request.ids.size(); ++i) {
    store(session.user, session.table, request.ids[i], list.at(i));
    if (session.table.model().name == "crm.lead") after_lead_write(request.ids[i], list.at(i), false);
    saved.push_back(session.arena.object({{"id", request.ids[i]}}));
  }
  return session.arena.array(saved);
}

Answer Database::unlink(Session& session, const Request& request) {
  if (auto fault = check_writable(session.user, session.table, request.ids)) return *fault;
  Table& names = table("ir.model.data");
  for (const int64_t id : request.ids) {
    before_setup_unlink(session.table, id);
    session.table.erase(id);
    // The external id goes with its record.
    for (int64_t name = 1; name <= names.last_id(); ++name)
      if (names.exists(name) && names.get(name, "res_id").integer() == id &&
          names.get(name, "model").text() == session.table.model().name)
        names.erase(name);
  }
  return Value::of(true);
}

namespace {

struct Loaded {
  std::vector<Field> values;
  std::string external;  // module.name
  std::string problem;
  std::string field;
};

std::vector<int64_t> split_ids(std::string_view text) {
  std::vector<int64_t> ids;
  while (!text.empty()) {
    const std::string part(text.substr(0, text.find(',')));
    ids.push_back(std::atoll(part.c_str()));
    text = part.size() == text.size() ? std::string_view{} : text.substr(part.size() + 1);
  }
  return ids;
}

Answer load_refused(Arena& arena, size_t row, const Loaded& loaded) {
  const auto record = static_cast<int64_t>(row);
  const Value message = arena.object({{"rows", arena.object({{"from", record}, {"to", record}})},
                                      {"type", "error"},
                                      {"record", record},
                                      {"field", arena.text(loaded.field)},
                                      {"message", arena.text(loaded.problem)}});
  return arena.object({{"ids", false}, {"messages", arena.array({message})}, {"nextrow", 0}});
}

}  // namespace

// Upsert by external id. Always an answer: what is wrong with a row stands in `messages`, and then nothing is done.
Answer Database::load(Session& session, const Request& request) {
  Table& table = session.table;
  Table& names = this->table("ir.model.data");
  const auto lookup = [&](std::string_view external) -> int64_t {
    for (int64_t id = 1; id <= names.last_id(); ++id)
      if (names.exists(id) &&
          std::string(names.get(id, "module").text()) + "." + std::string(names.get(id, "name").text()) == external)
        return names.get(id, "res_id").integer();
    return 0;
  };
  const Value fields = request.args["fields"];
  std::vector<Loaded> rows;
  for (const Value line : request.args["data"].items()) {
    Loaded loaded;
    for (size_t i = 0; i < fields.size() && i < line.size(); ++i) {
      const std::string path(fields.at(i).text());
      const std::string_view text = line.at(i).text();
      const std::string name = path.substr(0, path.find('/'));
      if (path == "id") {
        loaded.external =
            text.find('.') == std::string_view::npos ? "__import__." + std::string(text) : std::string(text);
        continue;
      }
      const int column = table.column(name);
      if (column < 0) return value_error("Invalid field '" + name + "'");
      const FieldDef& def = table.field_def(column);
      Value value = text.empty() ? Value::of(false) : Value::of(text);
      if (!text.empty() && path.ends_with("/.id") && def.type == "many2many")
        value = session.arena.array({session.arena.array({6, 0, session.arena.ids(split_ids(text))})});
      else if (!text.empty() && path.ends_with("/.id"))
        value = Value::of(static_cast<int64_t>(std::atoll(std::string(text).c_str())));
      else if (!text.empty() && path.ends_with("/id"))
        value = Value::of(lookup(text));
      else if (def.type == "boolean")
        value = Value::of(text == "1" || text == "true" || text == "yes");
      else if (!text.empty() && (def.type == "integer" || def.type == "many2one_reference"))
        value = Value::of(static_cast<int64_t>(std::atoll(std::string(text).c_str())));
      else if (!text.empty() && (def.type == "float" || def.type == "monetary"))
        value = Value::of(std::atof(std::string(text).c_str()));
      loaded.values.push_back({def.name, value});
    }
    for (const Field field : loaded.values) {
      const auto fault = check_values(table, session.arena.object(std::span<const Field>(&field, 1)));
      if (!fault || !loaded.problem.empty()) continue;
      loaded.problem = fault->message;
      loaded.field = field.key;
    }
    if (loaded.external.empty() || lookup(loaded.external) == 0)
      for (const FieldDef* def : table.fields()) {
        const bool given = std::any_of(loaded.values.begin(), loaded.values.end(),
                                       [&](const Field& field) { return field.key == def->name; });
        if (!def->required || given || def->name == "type" || !loaded.problem.empty()) continue;
        loaded.problem =
            "Missing required value for the field '" + std::string(def->label) + "' (" + std::string(def->name) + ")";
        loaded.field = def->name;
      }
    if (loaded.problem.empty())
      if (const auto fault = check_setup(table, loaded.external.empty() ? 0 : lookup(loaded.external),
                                         session.arena.object(loaded.values)))
        loaded.problem = fault->message;
    if (!loaded.problem.empty()) {
      return load_refused(session.arena, rows.size(), loaded);
    }
    rows.push_back(std::move(loaded));
  }
  std::vector<int64_t> ids;
  for (const Loaded& row : rows) {
    const Value values = session.arena.object(row.values);
    int64_t id = row.external.empty() ? 0 : lookup(row.external);
    if (id != 0 && table.exists(id)) {
      store(session.user, table, id, values);
      if (table.model().name == "crm.lead") after_lead_write(id, values, false);
    } else {
      id = insert(session.user, table, values);
      if (!row.external.empty()) {
        const size_t dot = row.external.find('.');
        const Value named = session.arena.object({{"module", session.arena.text(row.external.substr(0, dot))},
                                                  {"name", session.arena.text(row.external.substr(dot + 1))},
                                                  {"model", Value::of(table.model().name)},
                                                  {"res_id", id}});
        insert(session.user, names, named);
      }
    }
    ids.push_back(id);
  }
  return session.arena.object({{"ids", session.arena.ids(ids)},
                               {"messages", session.arena.array(std::initializer_list<Item>{})},
                               {"nextrow", 0}});
}

}  // namespace outrigger::sandbox
