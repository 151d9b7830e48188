#include "host/config/schema.hpp"

#include <algorithm>
#include <cmath>

#include "host/config/json_tree.hpp"
#include "host/config/schema_node.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kLongestSearched = 1000;
constexpr size_t kMostCompared = 1000;

Error invalid(std::string message) { return {Code::kInvalid, std::move(message), Source::kHost, Effect::kNone, -1}; }

// 10 and not 10.0, as people write it.
std::string number(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return std::to_string(static_cast<int64_t>(value));
  return value::to_json(Value::of(value));
}

int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + std::string(words[i]);
  return out;
}

bool is_reference(Value value) {
  const std::string_view text = value.text();
  if (!value.is_string() || !text.ends_with('}')) return false;
  for (const std::string_view start : {"${env:", "${file:", "${secret:"})
    if (text.starts_with(start)) return text.size() > start.size() + 1 && text.find('}') == text.size() - 1;
  return false;
}

// "plugins.scoring.config.x" -> "scoring"
std::string plugin_of(const std::string& where) {
  constexpr std::string_view kStart = "plugins.";
  const size_t end = where.find(".config");
  if (!where.starts_with(kStart) || end == std::string::npos) return {};
  return where.substr(kStart.size(), end - kStart.size());
}

Result<void> check_number(const Schema::Node& node, double value, const std::string& where) {
  if (node.minimum && value < *node.minimum) return invalid(where + " must be at least " + number(*node.minimum));
  if (node.maximum && value > *node.maximum) return invalid(where + " must be at most " + number(*node.maximum));
  if (node.above && value <= *node.above) return invalid(where + " must be more than " + number(*node.above));
  if (node.below && value >= *node.below) return invalid(where + " must be less than " + number(*node.below));
  return {};
}

Result<void> check_text(const Schema::Node& node, std::string_view text, const std::string& where) {
  const int64_t length = characters(text);
  if (node.min_length && length < *node.min_length)
    return invalid(where + " must have at least " + std::to_string(*node.min_length) + " characters");
  if (node.max_length && length > *node.max_length)
    return invalid(where + " must have at most " + std::to_string(*node.max_length) + " characters");
  if (!node.pattern) return {};
  if (text.size() > kLongestSearched)
    return invalid(where + " must have at most " + std::to_string(kLongestSearched) + " bytes");
  if (!std::regex_search(text.begin(), text.end(), *node.pattern))
    return invalid(where + " must match the pattern " + std::string(node.source["pattern"].text()));
  return {};
}

Result<Value> check_list(const Schema::Node& node, Value value, const std::string& where, Arena& arena) {
  const auto count = static_cast<int64_t>(value.size());
  if (node.min_items && count < *node.min_items)
    return invalid(where + " must have at least " + std::to_string(*node.min_items) + " items");
  if (node.max_items && count > *node.max_items)
    return invalid(where + " must have at most " + std::to_string(*node.max_items) + " items");
  if (node.unique && value.size() > kMostCompared)
    return invalid(where + " must have at most " + std::to_string(kMostCompared) + " items");
  std::vector<Value> items;
  for (size_t i = 0; i < value.size(); ++i) {
    const std::string at = where + "[" + std::to_string(i) + "]";
    for (size_t j = 0; node.unique && j < i; ++j)
      if (value.at(i) == value.at(j)) return invalid(at + " is the same as [" + std::to_string(j) + "]; keep one");
    if (node.items == nullptr) {
      items.push_back(value.at(i));
      continue;
    }
    Result<Value> item = check_node(*node.items, value.at(i), at, arena);
    if (!item) return item;
    items.push_back(*item);
  }
  return arena.array(items);
}

Error unknown_key(const Schema::Node& node, std::string_view key, const std::string& where) {
  std::vector<std::string_view> known;
  for (const Schema::Node::Property& property : node.properties) known.push_back(property.name);
  const std::string near = nearest(key, known);
  const std::string plugin = plugin_of(where);
  std::string remedy = "; did you mean `" + near + "`?";
  if (near.empty() && !plugin.empty()) remedy = "; `outrigger plugin info " + plugin + "` lists the known ones";
  if (near.empty() && plugin.empty()) remedy = known.empty() ? "; leave it out" : "; known keys: " + joined(known);
  return invalid("unknown key `" + std::string(key.substr(0, 80)) + "` in " + where + remedy);
}

Result<Value> check_object(const Schema::Node& node, Value value, const std::string& where, Arena& arena) {
  std::vector<Field> fields;
  for (const Field field : value.fields()) {
    const Schema::Node* schema = node.property(field.key);
    if (schema == nullptr && node.extra == Schema::Node::Extra::kClosed) return unknown_key(node, field.key, where);
    if (schema == nullptr) schema = node.extra_schema.get();
    if (schema == nullptr) {
      fields.push_back(field);
      continue;
    }
    Result<Value> checked = check_node(*schema, field.value, where + "." + std::string(field.key), arena);
    if (!checked) return checked;
    fields.push_back({field.key, *checked});
  }
  for (const Schema::Node::Property& property : node.properties) {
    if (value.has(property.name) || !property.schema->source.has("default")) continue;
    Result<Value> filled = check_node(*property.schema, property.schema->source["default"],
                                      where + "." + std::string(property.name), arena);
    if (!filled) return filled;
    fields.push_back({property.name, *filled});
  }
  const Value whole = arena.object(fields);
  for (const std::string_view name : node.required)
    if (!whole.has(name)) return invalid(where + " lacks `" + std::string(name) + "`");
  return whole;
}

bool too_deep(Value value, int depth = 0) {
  if (depth >= OR_MAX_DEPTH) return true;
  for (const Value item : value.items())
    if (too_deep(item, depth + 1)) return true;
  for (const Field field : value.fields())
    if (too_deep(field.value, depth + 1)) return true;
  return false;
}

}  // namespace

bool has_json_type(Value value, std::string_view type) {
  switch (value.kind()) {
    case Kind::kBool: return type == "boolean";
    case Kind::kInt: return type == "integer" || type == "number";
    case Kind::kDouble: return type == "number" || (type == "integer" && value.as_integer().has_value());
    case Kind::kString: return type == "string";
    case Kind::kArray: return type == "array";
    case Kind::kObject: return type == "object";
    default: return type == "null";
  }
}

Result<Value> check_node(const Schema::Node& node, Value value, const std::string& where, Arena& arena) {
  if (node.secret) {
    if (is_reference(value)) return value;
    return invalid(where + " is a secret; write it as ${env:NAME}, ${file:PATH} or ${secret:NAME}");
  }
  const bool typed =
      node.types.empty() || std::any_of(node.types.begin(), node.types.end(),
                                        [&](std::string_view type) { return has_json_type(value, type); });
  if (!typed) return invalid(where + " must be of type " + joined(node.types));
  const Value choices = node.source["enum"];
  bool chosen = !node.source.has("enum");
  std::string list;
  for (const Value one : choices.items()) {
    chosen = chosen || one == value;
    list += (list.empty() ? "" : ", ") + value::to_json(one);
  }
  if (!chosen) return invalid(where + " must be one of " + list);
  if (node.source.has("const") && !(node.source["const"] == value))
    return invalid(where + " must be " + value::to_json(node.source["const"]));
  Result<void> fits;
  if (const std::optional<double> n = value.number()) fits = check_number(node, *n, where);
  if (value.is_string()) fits = check_text(node, value.text(), where);
  if (!fits) return fits.error();
  if (value.is_array()) return check_list(node, value, where, arena);
  if (value.is_object()) return check_object(node, value, where, arena);
  return value;
}

Result<Document> Schema::check(Value config, const std::string& where) const {
  if (too_deep(config)) return invalid(where + " is nested too deeply; at most " + std::to_string(OR_MAX_DEPTH));
  const Document given =
      Document::build([&](Arena& arena) { return config.is_null() ? arena.object(std::span<const Field>{}) : config; });
  Arena scratch;
  const Result<Value> checked = check_node(*root_, given.root(), where, scratch);
  if (!checked) return checked.error();
  return Document::build([&](Arena& arena) { return arena.copy(*checked); });
}

}  // namespace outrigger::host
