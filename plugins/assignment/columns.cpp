#include "columns.hpp"

#include <algorithm>

namespace outrigger::assignment {
namespace {

constexpr size_t kAtOnce = 1000;

void collect(Value link, std::set<int64_t>& ids) {
  if (const auto id = link.as_integer(); id && *id > 0) ids.insert(*id);
  for (const Value one : link.items()) collect(one, ids);
}

// What stands at the end of a path for what stands at its first step.
Value follow(Value link, const std::unordered_map<int64_t, Value>& ends, Arena& arena) {
  const auto end_of = [&](int64_t id) {
    const auto at = ends.find(id);
    return at == ends.end() ? Value{} : at->second;
  };
  if (!link.is_array()) return end_of(link.integer());
  std::vector<Value> each;
  for (const Value one : link.items()) each.push_back(end_of(one.integer()));
  return arena.array(each);
}

}  // namespace

void LeadColumns::add(Value rows) {
  for (const Value row : rows.items()) {
    ids_.push_back(row["id"].integer());
    for (auto& [field, values] : values_) values.push_back(arena_.copy(row[field]));
  }
}

Result<Value> Links::column(const std::string& path, size_t first, size_t count, Arena& arena) {
  const size_t dot = path.find('.');
  const std::vector<Value>* own = columns_.values(path.substr(0, dot));
  if (own == nullptr) return Error{Code::kInternal, "the leads were read without " + path.substr(0, dot)};
  const std::span<const Value> part(own->data() + first, count);
  if (dot == std::string::npos) return arena.array(part);
  if (known_.count(path) == 0) {
    const Result<std::string> model = relation("crm.lead", path.substr(0, dot));
    if (!model) return model.error();
    std::set<int64_t> ids;
    for (const Value link : *own) collect(link, ids);
    const Result<const Values*> read = of(path.substr(0, dot), *model, path.substr(dot + 1), ids);
    if (!read) return read.error();
  }
  const Values& ends = known_.at(path);
  std::vector<Value> values;
  values.reserve(count);
  for (const Value link : part) values.push_back(follow(link, ends, arena));
  return arena.array(values);
}

Result<const Links::Values*> Links::of(const std::string& from, const std::string& model, const std::string& path,
                                       const std::set<int64_t>& ids) {
  const std::string key = from + "." + path;
  if (const auto known = known_.find(key); known != known_.end()) return &known->second;
  const size_t dot = path.find('.');
  const std::string field = path.substr(0, dot);
  Values values;
  const std::vector<int64_t> all(ids.begin(), ids.end());
  Arena context;
  for (size_t first = 0; first < all.size(); first += kAtOnce) {
    const std::vector<int64_t> part(all.begin() + static_cast<std::ptrdiff_t>(first),
                                    all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), first + kAtOnce)));
    const Result<Document> rows =
        odoo_.read(model, part, {field}, {.context = context.object({{"active_test", false}})});
    if (!rows) return rows.error();
    for (const Value row : rows->root().items()) values[row["id"].integer()] = arena_.copy(row[field]);
  }
  if (dot != std::string::npos) {
    const Result<std::string> next = relation(model, field);
    if (!next) return next.error();
    std::set<int64_t> targets;
    for (const auto& [id, link] : values) collect(link, targets);
    const Result<const Values*> ends = of(from + "." + field, *next, path.substr(dot + 1), targets);
    if (!ends) return ends.error();
    for (auto& [id, link] : values) link = follow(link, **ends, arena_);
  }
  return &(known_[key] = std::move(values));
}

Result<std::string> Links::relation(const std::string& model, const std::string& field) {
  const std::string key = model + "." + field;
  if (const auto known = relations_.find(key); known != relations_.end()) return known->second;
  const Result<Document> fields = odoo_.fields_get(model);
  if (!fields) return fields.error();
  const std::string found(fields->root()[field]["relation"].text());
  if (found.empty()) return Error{Code::kInvalid, key + " is not a relation"};
  return relations_[key] = found;
}

}  // namespace outrigger::assignment
