#include "integration/writes/values.hpp"

#include <algorithm>
#include <cmath>

namespace outrigger::writes {
namespace {

bool is_false(Value value) { return value.kind() == Kind::kBool && !value.truthy(); }
bool contains(const std::vector<int64_t>& ids, int64_t id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool same_number(const Shape& shape, Value wanted, Value stored) {
  const double a = wanted.number().value_or(wanted.truthy() ? 1 : 0);
  const double b = stored.number().value_or(stored.truthy() ? 1 : 0);
  const double noise = 1e-9 * std::max({1.0, std::fabs(a), std::fabs(b)});
  if (shape.digits < 0) return std::fabs(a - b) <= noise;
  return std::fabs(a - b) <= 0.5 * std::pow(10.0, -shape.digits) + noise;
}

// Odoo wraps a text without tags in a paragraph.
bool same_html(std::string_view wanted, std::string_view stored) {
  return wanted == stored || "<p>" + std::string(wanted) + "</p>" == stored;
}

// A property's value as it is written: of a relation the id.
Value property_value(Value value) {
  if (value.is_array() && value.size() == 2 && value.at(0).as_integer() && value.at(1).is_string()) return value.at(0);
  return value;
}

std::vector<Field> properties_of(Value list) {
  std::vector<Field> values;
  for (const Value property : list.items())
    if (property.has("value")) values.push_back({property["name"].text(), property_value(property["value"])});
  return values;
}

Value find(const std::vector<Field>& fields, std::string_view key) {
  for (const Field& field : fields)
    if (field.key == key) return field.value;
  return {};
}

bool same_properties(Value wanted, Value stored) {
  const std::vector<Field> now = properties_of(stored);
  const std::vector<Field> then = properties_of(wanted);
  const auto equal = [&](const Field& field) {
    const Value present = find(now, field.key);
    return present == field.value || (!present.truthy() && !field.value.truthy());
  };
  if (wanted.is_object()) {
    for (const Field field : wanted.fields())
      if (!equal(field)) return false;
    return true;
  }
  return std::all_of(then.begin(), then.end(), equal);
}

// Odoo erases every property that a write leaves out.
Value whole_properties(Arena& arena, Value wanted, Value stored) {
  if (!wanted.is_object()) return wanted;
  std::vector<Field> all;
  for (const Field& field : properties_of(stored))
    if (!wanted.has(field.key)) all.push_back(field);
  for (const Field field : wanted.fields()) all.push_back(field);
  return arena.object(all);
}

Value reduced_links(Arena& arena, const Commands& commands, Value stored) {
  if (commands.replace) return arena.array({arena.array({6, 0, arena.ids(apply_links(commands, stored))})});
  const std::vector<int64_t> now = ids_of(stored);
  std::vector<Value> kept;
  for (const int64_t id : commands.add)
    if (!contains(now, id)) kept.push_back(arena.array({4, id}));
  for (const int64_t id : commands.remove)
    if (contains(now, id)) kept.push_back(arena.array({3, id}));
  return arena.array(kept);
}

}  // namespace

Shape shape_of(Value field) {
  static constexpr std::pair<std::string_view, Type> kTypes[] = {
      {"boolean", Type::kBoolean},   {"integer", Type::kInteger},
      {"float", Type::kFloat},       {"monetary", Type::kMonetary},
      {"char", Type::kText},         {"text", Type::kText},
      {"selection", Type::kText},    {"html", Type::kHtml},
      {"date", Type::kDate},         {"datetime", Type::kDatetime},
      {"many2one", Type::kMany2one}, {"many2many", Type::kMany2many},
      {"one2many", Type::kOne2many}, {"properties", Type::kProperties},
      {"binary", Type::kBinary},     {"many2one_reference", Type::kInteger},
      {"reference", Type::kOther}};
  Shape shape;
  for (const auto& [word, type] : kTypes)
    if (field["type"].text() == word) shape.type = type;
  if (field["digits"].size() == 2) shape.digits = static_cast<int>(field["digits"].at(1).integer());
  shape.model = field["relation"].text();
  shape.readonly = field["readonly"].truthy();
  shape.required = field["required"].truthy();
  shape.stored = !field.has("store") || field["store"].truthy();
  return shape;
}

bool may_be_altered(Type type) {
  return type == Type::kHtml || type == Type::kFloat || type == Type::kMonetary || type == Type::kText ||
         type == Type::kOther || type == Type::kProperties;
}
bool is_list(Type type) { return type == Type::kMany2many || type == Type::kOne2many; }

Value stored_form(Type type, Value answer) {
  if (type == Type::kBoolean) return Value::of(answer.truthy());
  if (is_false(answer)) return {};
  if (type == Type::kMany2one && answer.is_array()) return answer.size() > 0 ? answer.at(0) : Value{};
  return answer;
}

bool same(const Shape& shape, Value wanted, Value stored) {
  switch (shape.type) {
    case Type::kBoolean: return wanted.truthy() == stored.truthy();
    case Type::kInteger: return wanted.integer() == stored.integer();
    case Type::kFloat:
    case Type::kMonetary: return same_number(shape, wanted, stored);
    case Type::kMany2one: return wanted.integer() == stored.integer();
    case Type::kHtml: return same_html(wanted.text(), stored.text());
    case Type::kText:
    case Type::kDate:
    case Type::kDatetime: return wanted.text() == stored.text();
    case Type::kProperties: return same_properties(wanted, stored);
    case Type::kBinary: return !wanted.truthy() && !stored.truthy();
    case Type::kMany2many:
    case Type::kOne2many: {
      const Result<Commands> commands = parse_commands(wanted);
      if (!commands || !commands->of_links()) return false;
      std::vector<int64_t> then = apply_links(*commands, stored);
      std::vector<int64_t> now = ids_of(stored);
      std::sort(then.begin(), then.end());
      std::sort(now.begin(), now.end());
      return then == now;
    }
    default: break;
  }
  return wanted == stored || (!wanted.truthy() && !stored.truthy());
}

std::optional<Value> reduce(Arena& arena, const Shape& shape, Value wanted, Value stored) {
  if (same(shape, wanted, stored)) return std::nullopt;
  if (shape.type == Type::kProperties) return whole_properties(arena, wanted, stored);
  if (!is_list(shape.type)) return wanted.is_null() ? Value::of(false) : wanted;
  const Result<Commands> commands = parse_commands(wanted);
  if (!commands || !commands->of_links()) return wanted;
  return reduced_links(arena, *commands, stored);
}

std::vector<int64_t> ids_of(Value list) {
  std::vector<int64_t> ids;
  for (const Value id : list.items()) ids.push_back(id.integer());
  return ids;
}

Result<Commands> parse_commands(Value value) {
  const Error wrong{Code::kInvalid, "a list of records is written by commands, such as [[6, 0, [ids]]] or [[4, id]]",
                    Source::kPlugin, Effect::kNone, -1};
  Commands commands;
  if (value.is_null() || is_false(value)) return commands;
  if (!value.is_array()) return wrong;
  for (const Value command : value.items()) {
    if (!command.is_array() || command.size() == 0 || !command.at(0).as_integer()) return wrong;
    const int64_t kind = *command.at(0).as_integer();
    const int64_t id = command.size() > 1 ? command.at(1).integer() : 0;
    const Value third = command.size() > 2 ? command.at(2) : Value{};
    if (kind >= 1 && kind <= 4 && id == 0) return wrong;
    switch (kind) {
      case 0: commands.create.push_back(third); break;
      case 1: commands.change.emplace_back(id, third); break;
      case 2: commands.erase.push_back(id); break;
      case 3:
        commands.remove.push_back(id);
        std::erase(commands.add, id);
        break;
      case 4:
        commands.add.push_back(id);
        std::erase(commands.remove, id);
        break;
      case 5:
      case 6:
        commands.replace = ids_of(third);
        commands.add.clear();
        commands.remove.clear();
        break;
      default: return wrong;
    }
  }
  return commands;
}

std::vector<int64_t> apply_links(const Commands& commands, Value stored) {
  std::vector<int64_t> ids = commands.replace ? *commands.replace : ids_of(stored);
  for (const int64_t id : commands.remove) std::erase(ids, id);
  for (const int64_t id : commands.add)
    if (!contains(ids, id)) ids.push_back(id);
  return ids;
}

}  // namespace outrigger::writes
