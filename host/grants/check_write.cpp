// What values change: the fields that they name, and the records of other models that commands in them reach.
#include <algorithm>

#include "host/grants/check.hpp"
#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

constexpr int kDeepest = 8;  // records within records

bool is_nothing(Value value) { return value.is_null() || value.boolean() == false; }

// Properties as a list may also carry new definitions, which change the parent record for everybody.
bool redefines(Value value) {
  for (const Value item : value.items())
    for (const Field field : item.fields())
      if (field.key.starts_with("definition")) return true;
  return false;
}

}  // namespace

Result<void> Check::may_create(std::string_view model) {
  const std::string verb = "create " + std::string(model);
  if (Result<void> ok = reach(model, "create", true); !ok) return ok;
  const ModelPermission* granted = granted_.model(model);
  if (granted != nullptr && granted->creates) return {};
  return lacks(verb, "\"odoo\": {\"" + std::string(model) + "\": {\"create\": []}}");
}

Result<void> Check::may_unlink(std::string_view model) {
  if (Result<void> ok = reach(model, "delete", true); !ok) return ok;
  const ModelPermission* granted = granted_.model(model);
  if (granted != nullptr && granted->unlink) return {};
  return lacks("delete " + std::string(model), odoo_line(model, "unlink"));
}

Result<void> Check::values(std::string_view model, Value object, Kind kind, int depth) {
  if (depth > kDeepest) return invalid("the values hold records within records too deeply; write them one by one");
  if (!object.is_object()) return invalid("the values of a record must be an object: field -> value");
  const bool creates = kind == Kind::kCreate;
  if (Result<void> ok = creates ? may_create(model) : reach(model, "write", true); !ok) return ok;
  const ModelPermission* granted = granted_.model(model);
  for (const Field field : object.fields()) {
    if (!is_identifier(field.key))
      return invalid("`" + std::string(field.key.substr(0, 80)) + "` is not the name of a field");
    const std::string verb = (creates ? "create with " : "write ") + dotted(model, field.key);
    const std::string_view why = creates ? write_bar(model, field.key) : change_bar(model, field.key);
    if (!why.empty()) return never(verb, why);
    if (granted == nullptr || !(creates ? granted->may_create(field.key) : granted->may_write(field.key)))
      return lacks(verb, odoo_line(model, creates ? "create" : "write", field.key));
    if (Result<void> ok = value(model, field.key, field.value, depth); !ok) return ok;
  }
  return {};
}

Result<void> Check::value(std::string_view model, std::string_view field, Value value, int depth) {
  const Result<FieldInfo> known = info(model, field);
  if (!known) return known.error();
  const std::string name = dotted(model, field);
  if (known->type == "one2many" || known->type == "many2many") return commands(model, field, *known, value, depth);
  if (known->type == "many2one" || known->type == "many2one_reference") {
    if (is_nothing(value) || value.kind() == outrigger::Kind::kInt) return {};
    return invalid(name + " takes the id of one record or null; create that record first");
  }
  if (known->type == "properties" && redefines(value))
    return never("write " + name, "the value also redefines the properties of other records; give name and value only");
  if (known->type == "json" || known->type == "properties" || known->type == "properties_definition" ||
      known->type == "serialized")
    return {};
  if (value.is_array() || value.is_object()) return invalid(name + " takes a single value, not a list or an object");
  return {};
}

Result<void> Check::commands(std::string_view model, std::string_view field, const FieldInfo& info, Value value,
                             int depth) {
  // Nothing instead of a list empties the relation.
  if (is_nothing(value)) return info.type == "one2many" ? release(info) : Result<void>{};
  if (!value.is_array()) return invalid(dotted(model, field) + " takes a list of commands such as [[6, 0, [ids]]]");
  for (const Value one : value.items())
    if (Result<void> ok = command(model, field, info, one, depth); !ok) return ok;
  return {};
}

Result<void> Check::command(std::string_view model, std::string_view field, const FieldInfo& info, Value command,
                            int depth) {
  const Error malformed = invalid(dotted(model, field) +
                                  " takes commands such as [0, 0, {...}], [1, id, {...}], [2, id], [4, id] and "
                                  "[6, 0, [ids]], with whole numbers");
  // To Python false and 0.0 are 0 too: only an integer is taken for what it says.
  if (!command.is_array() || command.size() == 0 || command.size() > 3) return malformed;
  for (size_t i = 0; i < std::min<size_t>(2, command.size()); ++i)
    if (command.at(i).kind() != outrigger::Kind::kInt && !(i == 1 && is_nothing(command.at(i)))) return malformed;
  if (info.relation.empty()) return unknown_field(model, field);
  const Value third = command.size() == 3 ? command.at(2) : Value{};
  switch (command.at(0).integer()) {
    case 0: return values(info.relation, third, Kind::kCreate, depth + 1);
    case 1: return values(info.relation, third, Kind::kWrite, depth + 1);
    case 2: return may_unlink(info.relation);
    case 3:
    case 5: return info.type == "one2many" ? release(info) : Result<void>{};
    case 4: return link(model, field, info);
    case 6:
      if (Result<void> ok = ids(third, dotted(model, field)); !ok) return ok;
      if (info.type == "one2many")
        if (Result<void> ok = release(info); !ok) return ok;
      return third.size() == 0 ? Result<void>{} : link(model, field, info);
    default: return malformed;
  }
}

// Adding to a many2many writes a row between the two; adding to a one2many writes the field on the other side.
Result<void> Check::link(std::string_view model, std::string_view field, const FieldInfo& info) {
  if (info.type != "one2many") return {};
  if (info.inverse.empty()) return unknown_field(model, field);
  if (Result<void> ok = reach(info.relation, "write", true); !ok) return ok;
  const ModelPermission* granted = granted_.model(info.relation);
  if (granted != nullptr && granted->may_write(info.inverse)) return {};
  return lacks("write " + dotted(info.relation, info.inverse), odoo_line(info.relation, "write", info.inverse));
}

// What leaves a one2many is deleted where the other side cannot be without it; which, only Odoo knows.
Result<void> Check::release(const FieldInfo& info) { return may_unlink(info.relation); }

}  // namespace outrigger::host
