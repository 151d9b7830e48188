// Reading methods of the sandbox.
#include <algorithm>
#include <map>

#include "integration/sandbox/database.hpp"

namespace outrigger::sandbox {
namespace {

Value selection_value(std::string_view selection, Arena& arena) {
  std::vector<Value> pairs;
  while (!selection.empty()) {
    const std::string_view pair = selection.substr(0, selection.find(','));
    selection = pair.size() == selection.size() ? std::string_view{} : selection.substr(pair.size() + 1);
    const size_t colon = pair.find(':');
    pairs.push_back(arena.array({Value::of(pair.substr(0, colon)), Value::of(pair.substr(colon + 1))}));
  }
  return arena.array(pairs);
}

bool wants_names(Value args) {
  // load=None and load='' mean ids; absent means names.
  return !args.has("load") || args["load"].text() == "_classic_read";
}

}  // namespace

Answer Database::fields_get(Session& session, const Request& request) {
  std::vector<Field> fields;
  const Value wanted_names = request.args["allfields"];
  for (const FieldDef* def : session.table.fields()) {
    bool named = wanted_names.size() == 0 && !def->name.empty();
    for (const Value name : wanted_names.items()) named = named || name.text() == def->name;
    if (!named) continue;
    const std::vector<Field> all = {
        {"type", Value::of(def->type)},
        {"string", Value::of(def->label)},
        {"help", def->help.empty() ? Value{} : Value::of(def->help)},
        {"relation", def->comodel.empty() ? Value{} : Value::of(def->comodel)},
        {"selection", def->selection.empty() ? Value{} : selection_value(def->selection, session.arena)},
        {"store", Value::of(def->name != "display_name")},
        {"required", Value::of(def->required)},
        {"readonly", Value::of(def->name == "id" || def->name == "create_date" || def->name == "write_date")}};
    std::vector<Field> kept;
    const Value wanted = request.args["attributes"];
    for (const Field& field : all) {
      bool asked = !wanted.is_array();
      for (const Value name : wanted.items()) asked = asked || name.text() == field.key;
      if (asked && !field.value.is_null()) kept.push_back(field);
    }
    fields.push_back({def->name, session.arena.object(kept)});
  }
  return session.arena.object(fields);
}

Answer Database::search(Session& session, const Request& request) {
  const Value domain = request.args.has("domain") ? request.args["domain"] : request.args["args"];
  Found found = find(session, session.table, domain, request.args["order"].text(), request.args["offset"].integer(),
                     request.args["limit"].integer());
  if (found.fault) return *found.fault;
  return session.arena.ids(found.ids);
}

Answer Database::search_count(Session& session, const Request& request) {
  const Value domain = request.args.has("domain") ? request.args["domain"] : request.args["args"];
  Found found = find(session, session.table, domain, "id", 0, 0);
  if (found.fault) return *found.fault;
  return Value::of(static_cast<int64_t>(found.ids.size()));
}

Answer Database::search_read(Session& session, const Request& request) {
  Found found = find(session, session.table, request.args["domain"], request.args["order"].text(),
                     request.args["offset"].integer(), request.args["limit"].integer());
  if (found.fault) return *found.fault;
  return rows(session, session.table, found.ids, request.args["fields"], wants_names(request.args));
}

Answer Database::read(Session& session, const Request& request) {
  std::vector<int64_t> ids;
  for (const int64_t id : request.ids) {
    if (!session.table.exists(id)) continue;
    if (!visible(session.user, session.table, id))
      return access_error("Sorry, " + session.user.login + " (id=" + std::to_string(session.user.id) +
                          ") doesn't have 'read' access to:\n- " + std::string(session.table.model().label) + " (" +
                          std::string(session.table.model().name) + ": " + std::to_string(id) + ")");
    ids.push_back(id);
  }
  return rows(session, session.table, ids, request.args["fields"], wants_names(request.args));
}

Answer Database::rows(Session& session, const Table& table, const std::vector<int64_t>& ids, Value fields, bool names) {
  std::vector<int> columns;
  columns.push_back(table.column("id"));
  if (fields.size() == 0) {
    for (size_t i = 0; i < table.fields().size(); ++i)
      if (table.fields()[i]->name != "id" && !table.fields()[i]->name.empty()) columns.push_back(static_cast<int>(i));
  }
  for (const Value name : fields.items()) {
    const int column = table.column(name.text());
    if (column < 0)
      return value_error("Invalid field '" + std::string(name.text()) + "' on model '" +
                         std::string(table.model().name) + "'");
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
  }
  std::vector<Value> result;
  result.reserve(ids.size());
  std::vector<Field> row(columns.size());
  for (const int64_t id : ids) {
    for (size_t i = 0; i < columns.size(); ++i)
      row[i] = {table.field_def(columns[i]).name, cell(table, id, columns[i], names, session.arena)};
    result.push_back(session.arena.object(row));
  }
  return session.arena.array(result);
}

// A stored value as Odoo shows it: false for what is empty, whole seconds, [id, name] for many2one.
Value Database::cell(const Table& table, int64_t id, int column, bool names, Arena& arena) const {
  const FieldDef& field = table.field_def(column);
  const Value value = table.get(id, column);
  switch (domain_type(field.type)) {
    case domain::FieldType::kInteger: return value.is_null() ? Value::of(int64_t{0}) : value;
    case domain::FieldType::kFloat: return value.is_null() ? Value::of(0.0) : Value::of(*value.number());
    case domain::FieldType::kToMany: return value.is_null() ? arena.array(std::initializer_list<Item>{}) : value;
    case domain::FieldType::kDatetime:
      return value.is_null() ? Value::of(false) : Value::of(value.text().substr(0, 19));
    case domain::FieldType::kMany2one: {
      if (value.is_null()) return Value::of(false);
      if (!names) return value;
      const Table* related = find_table(field.comodel);
      const Value name = related == nullptr ? Value{} : related->get(value.integer(), "display_name");
      return arena.array({value, name.is_null() ? Value::of("") : name});
    }
    default: return value.is_null() ? Value::of(false) : value;
  }
}

Answer Database::name_search(Session& session, const Request& request) {
  std::vector<Value> terms;
  const Value domain = request.args.has("domain") ? request.args["domain"] : request.args["args"];
  for (const Value term : domain.items()) terms.push_back(term);
  const std::string_view op = request.args["operator"].text().empty() ? "ilike" : request.args["operator"].text();
  if (!request.args["name"].text().empty())
    terms.push_back(session.arena.array({"display_name", Value::of(op), request.args["name"]}));
  const int64_t limit = request.args["limit"].integer() > 0 ? request.args["limit"].integer() : 100;
  Found found = find(session, session.table, session.arena.array(terms), "", 0, limit);
  if (found.fault) return *found.fault;
  std::vector<Value> pairs;
  for (const int64_t id : found.ids) pairs.push_back(session.arena.array({id, session.table.get(id, "display_name")}));
  return session.arena.array(pairs);
}

namespace {

// "expected_revenue:sum" -> field and function; the field alone means its default, sum.
struct Aggregate {
  std::string name;  // as asked
  std::string field;
  std::string function;  // sum, avg, min, max, count
  int column = -1;
};

Aggregate aggregate_of(const Table& table, std::string_view text) {
  Aggregate result;
  result.name = text;
  const size_t colon = text.find(':');
  // "alias:function(field)", as read_group takes it.
  if (const size_t open = text.find('(');
      colon != std::string_view::npos && open != std::string_view::npos && text.back() == ')') {
    result.function = text.substr(colon + 1, open - colon - 1);
    result.field = text.substr(open + 1, text.size() - open - 2);
    result.column = table.column(result.field);
    return result;
  }
  result.field = text.substr(0, colon);
  result.function = colon == std::string_view::npos ? "sum" : text.substr(colon + 1);
  result.column = table.column(result.field);
  return result;
}

Value aggregated(const Table& table, const Aggregate& aggregate, const std::vector<int64_t>& ids) {
  double sum = 0;
  double low = 0;
  double high = 0;
  int64_t count = 0;
  for (const int64_t id : ids) {
    const auto number = table.get(id, aggregate.column).number();
    if (!number) continue;
    sum += *number;
    low = count == 0 ? *number : std::min(low, *number);
    high = count == 0 ? *number : std::max(high, *number);
    ++count;
  }
  if (aggregate.function == "count") return Value::of(count);
  if (count == 0) return aggregate.function == "sum" ? Value::of(0.0) : Value::of(false);
  if (aggregate.function == "avg") return Value::of(sum / static_cast<double>(count));
  if (aggregate.function == "min") return Value::of(low);
  return Value::of(aggregate.function == "max" ? high : sum);
}

struct ValueLess {
  bool operator()(const std::vector<Value>& a, const std::vector<Value>& b) const {
    for (size_t i = 0; i < a.size(); ++i) {
      const int order = one(a[i], b[i]);
      if (order != 0) return order < 0;
    }
    return false;
  }
  static int one(Value a, Value b) {
    if (a.is_null() || b.is_null()) return static_cast<int>(a.is_null()) - static_cast<int>(b.is_null());
    if (a.is_string()) return a.text().compare(b.text());
    const double x = a.number().value_or(a.truthy() ? 1 : 0);
    const double y = b.number().value_or(b.truthy() ? 1 : 0);
    return x < y ? -1 : x > y ? 1 : 0;
  }
};

using Groups = std::map<std::vector<Value>, std::vector<int64_t>, ValueLess>;

// A lead with several tags is in the group of each.
void add_to_groups(const Table& table, const std::vector<int>& columns, int64_t id, std::vector<Value>& key,
                   Groups& groups) {
  if (key.size() == columns.size()) {
    groups[key].push_back(id);
    return;
  }
  const Value value = table.get(id, columns[key.size()]);
  if (!value.is_array()) {
    key.push_back(value);
    add_to_groups(table, columns, id, key, groups);
    key.pop_back();
    return;
  }
  for (size_t i = 0; i < std::max<size_t>(1, value.size()); ++i) {
    key.push_back(value.size() == 0 ? Value{} : value.at(i));
    add_to_groups(table, columns, id, key, groups);
    key.pop_back();
  }
}

}  // namespace

Answer Database::formatted_read_group(Session& session, const Request& request) {
  const Table& table = session.table;
  Found found = find(session, table, request.args["domain"], "id", 0, 0);
  if (found.fault) return *found.fault;
  std::vector<int> columns;
  for (const Value name : request.args["groupby"].items()) {
    columns.push_back(table.column(name.text()));
    if (columns.back() < 0) return value_error("Invalid field '" + std::string(name.text()) + "' in groupby");
  }
  std::vector<Aggregate> aggregates;
  for (const Value name : request.args["aggregates"].items()) {
    if (name.text() == "__count") continue;
    aggregates.push_back(aggregate_of(table, name.text()));
    if (aggregates.back().column < 0)
      return value_error("Invalid field '" + aggregates.back().field + "' in aggregates");
  }
  Groups groups;
  std::vector<Value> key;
  for (const int64_t id : found.ids) add_to_groups(table, columns, id, key, groups);
  if (columns.empty()) groups[{}];
  Arena& arena = session.arena;
  std::vector<Value> result;
  for (const auto& [values, ids] : groups) {
    std::vector<Field> row;
    std::vector<Value> terms;
    for (size_t i = 0; i < columns.size(); ++i) {
      const FieldDef& field = table.field_def(columns[i]);
      Value shown = values[i].is_null() ? Value::of(false) : values[i];
      if (!values[i].is_null() && !field.comodel.empty())
        shown = arena.array({values[i], find_table(field.comodel)->get(values[i].integer(), "display_name")});
      row.push_back({field.name, shown});
      terms.push_back(arena.array({Value::of(field.name), "=", values[i].is_null() ? Value::of(false) : values[i]}));
    }
    row.push_back({"__extra_domain", arena.array(terms)});
    for (const Aggregate& aggregate : aggregates)
      row.push_back({arena.keep(aggregate.name), aggregated(table, aggregate, ids)});
    for (const Value name : request.args["aggregates"].items())
      if (name.text() == "__count") row.push_back({"__count", Value::of(static_cast<int64_t>(ids.size()))});
    result.push_back(arena.object(row));
  }
  return arena.array(result);
}

// The older form: lazy (the default) groups by the first field only and counts as <field>_count.
Answer Database::read_group(Session& session, const Request& request) {
  Arena& arena = session.arena;
  std::vector<Value> groupby;
  const Value asked = request.args["groupby"];
  if (asked.is_string()) groupby.push_back(asked);
  for (const Value name : asked.items()) groupby.push_back(name);
  const bool lazy = request.args["lazy"].boolean().value_or(true);
  if (lazy && groupby.size() > 1) groupby.resize(1);
  std::vector<Value> aggregates;
  for (const Value field : request.args["fields"].items()) {
    const std::string_view name = field.text().substr(0, field.text().find(':'));
    const bool grouped = std::any_of(groupby.begin(), groupby.end(), [&](Value by) { return by.text() == name; });
    if (!grouped && name != "__count") aggregates.push_back(field);
  }
  aggregates.push_back(Value::of("__count"));
  Request inner = request;
  inner.args = arena.object(
      {{"domain", request.args["domain"]}, {"groupby", arena.array(groupby)}, {"aggregates", arena.array(aggregates)}});
  Answer answer = formatted_read_group(session, inner);
  if (answer.fault) return answer;
  std::vector<Value> result;
  for (const Value row : answer.value.items()) {
    std::vector<Field> fields;
    for (const Field field : row.fields()) {
      if (field.key == "__extra_domain")
        fields.push_back({"__domain", field.value});
      else if (field.key == "__count")
        fields.push_back({lazy && !groupby.empty() ? arena.keep(std::string(groupby[0].text()) + "_count") : "__count",
                          field.value});
      else
        fields.push_back({field.key.substr(0, field.key.find(':')), field.value});
    }
    result.push_back(arena.object(fields));
  }
  return arena.array(result);
}

}  // namespace outrigger::sandbox
