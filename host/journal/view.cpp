#include "host/journal/view.hpp"

#include <algorithm>

#include "integration/value/cbor.hpp"

namespace outrigger::host {

std::string_view kind_of(View before, View now, bool differs, bool handed) {
  if (!within(before)) {
    if (within(now)) return before == View::kUnknown ? "created" : "entered";
    if (!handed) return {};
    return now == View::kGone ? "deleted" : "left";
  }
  if (now == View::kGone) return "deleted";
  if (!within(now)) return "left";
  if (before == View::kInside && now == View::kArchived) return "archived";
  return differs || handed || before != now ? std::string_view("changed") : std::string_view();
}

const or_value* Row::find(std::string_view name) const {
  if (layout == nullptr) return nullptr;
  const auto at = std::lower_bound(layout->names.begin(), layout->names.end(), name);
  if (at == layout->names.end() || *at != name) return nullptr;
  const auto index = static_cast<size_t>(at - layout->names.begin());
  return index < values.size() && values.is_array() ? &values.raw().as.items[index] : nullptr;
}

Value project(const Row& row, const std::vector<std::string>& fields, bool fact, Arena& arena) {
  std::vector<Field> seen;
  if (fact) {
    const or_value* value = row.find("value");
    const Value whole = value == nullptr ? Value{} : Value(*value);
    if (!whole.is_object()) return arena.object({{"value", whole}});
    for (const Field field : whole.fields())
      if (fields.empty() || std::find(fields.begin(), fields.end(), field.key) != fields.end()) seen.push_back(field);
    return arena.object(seen);
  }
  seen.reserve(fields.size());
  for (const std::string& name : fields)
    if (const or_value* value = row.find(name)) seen.push_back({name, Value(*value)});
  return arena.object(seen);
}

std::vector<std::string_view> differing(Value before, Value after, bool fact) {
  std::vector<std::string_view> names;
  for (const Field field : after.fields())
    if (before.has(field.key) ? !(before[field.key] == field.value) : fact) names.push_back(field.key);
  if (fact)
    for (const Field field : before.fields())
      if (!after.has(field.key)) names.push_back(field.key);
  return names;
}

std::string to_cbor(Value value) {
  std::string bytes;
  value::write_cbor(value, bytes);
  return bytes;
}

Document from_cbor(std::string_view bytes) {
  if (bytes.empty()) return {};
  Result<Document> read = value::read_cbor(std::string(bytes));
  return read ? *std::move(read) : Document();
}

}  // namespace outrigger::host
