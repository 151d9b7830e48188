#include "host/grants/conditional.hpp"

#include <algorithm>
#include <functional>

#include "host/grants/parse.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kConditions[] = {"set", "equals"};

bool is_condition(std::string_view key) {
  return std::find(std::begin(kConditions), std::end(kConditions), key) != std::end(kConditions);
}

bool holds(Value part, Value settings) {
  for (const Value key : part["set"].items())
    if (!settings[key.text()].truthy()) return false;
  for (const Field field : part["equals"].fields())
    if (!settings.has(field.key) || !(settings[field.key] == field.value)) return false;
  return true;
}

// Lists follow each other, objects are joined key by key; of two sentences both count; elsewhere the second does, where
// it is not false: a permission that was there stays.
Value joined(Value one, Value other, Arena& arena) {
  if (one.is_null()) return arena.copy(other);
  if (other.is_null() || other.boolean() == false) return arena.copy(one);
  if (one.is_array() && other.is_array()) {
    std::vector<Value> items;
    for (const Value list : {one, other})
      for (const Value item : list.items()) items.push_back(arena.copy(item));
    return arena.array(items);
  }
  if (one.is_object() && other.is_object()) {
    std::vector<Field> fields;
    for (const Field field : one.fields())
      fields.push_back({arena.keep(field.key), joined(field.value, other[field.key], arena)});
    for (const Field field : other.fields())
      if (!one.has(field.key)) fields.push_back({arena.keep(field.key), arena.copy(field.value)});
    return arena.object(fields);
  }
  if (one.text() == "*" || one.text() == "anyone") return arena.copy(one);  // there is nothing beyond
  return arena.copy(other);
}

// `why` of a model is a sentence for the admin: both are said.
Value with_both_reasons(Value one, Value other, Value sum, Arena& arena) {
  std::vector<Field> models;
  for (const Field model : sum["odoo"].fields()) {
    const Value first = one["odoo"][model.key]["why"];
    const Value second = other["odoo"][model.key]["why"];
    if (!first.is_object() || !second.is_object()) {
      models.push_back(model);
      continue;
    }
    std::vector<Field> why;
    for (const Field text : first.fields())
      why.push_back(
          {text.key, arena.text(std::string(text.value.text()) + "; " + std::string(second[text.key].text()))});
    std::vector<Field> fields;
    for (const Field field : model.value.fields())
      fields.push_back({field.key, field.key == "why" ? arena.object(why) : field.value});
    models.push_back({model.key, arena.object(fields)});
  }
  std::vector<Field> all;
  for (const Field field : sum.fields())
    all.push_back({field.key, field.key == "odoo" && field.value.is_object() ? arena.object(models) : field.value});
  return arena.object(all);
}

Document sum_of(Value permissions, const std::function<bool(Value part)>& counts) {
  return Document::build([&](Arena& arena) {
    if (!permissions.is_object()) return arena.copy(permissions);
    std::vector<Field> base;
    for (const Field field : permissions.fields())
      if (field.key != "when") base.push_back({arena.keep(field.key), arena.copy(field.value)});
    Value sum = arena.object(base);
    for (const Value part : permissions["when"].items()) {
      if (!counts(part)) continue;
      std::vector<Field> asks;
      for (const Field field : part.fields())
        if (!is_condition(field.key)) asks.push_back(field);
      const Value more = arena.object(asks);
      sum = with_both_reasons(sum, more, joined(sum, more, arena), arena);
    }
    return sum;
  });
}

}  // namespace

Document permissions_under(Value permissions, Value settings) {
  return sum_of(permissions, [&](Value part) { return holds(part, settings); });
}

Document permissions_at_most(Value permissions) {
  return sum_of(permissions, [](Value) { return true; });
}

Result<void> check_conditions(Value permissions) {
  const Value when = permissions["when"];
  if (when.is_null()) return {};
  if (!when.is_array()) return parse::invalid("permissions.when must be a list of parts");
  for (const Value part : when.items()) {
    constexpr std::string_view kKeys[] = {"set", "equals", "odoo", "host", "http", "secrets", "shared"};
    if (Result<void> known = parse::check_keys(part, "permissions.when", kKeys); !known) return known;
    std::vector<std::string> keys;
    const auto flaw = [](std::string_view key) { return std::string(key.empty() ? "is no key" : ""); };
    if (Result<void> done = parse::texts(part["set"], "permissions.when.set", keys, flaw); !done) return done;
    if (part.has("equals") && !part["equals"].is_object())
      return parse::invalid("permissions.when.equals must be an object: key of the configuration -> value");
    if (keys.empty() && part["equals"].size() == 0)
      return parse::invalid(
          "permissions.when: a part needs `set` or `equals`; what always counts stands outside of it");
  }
  return {};
}

}  // namespace outrigger::host
