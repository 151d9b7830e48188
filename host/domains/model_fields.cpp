#include "host/domains/model_fields.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

using domain::FieldType;

constexpr std::pair<std::string_view, FieldType> kTypes[] = {
    {"boolean", FieldType::kBoolean},   {"integer", FieldType::kInteger},     {"float", FieldType::kFloat},
    {"monetary", FieldType::kFloat},    {"char", FieldType::kText},           {"text", FieldType::kText},
    {"html", FieldType::kText},         {"selection", FieldType::kSelection}, {"date", FieldType::kDate},
    {"datetime", FieldType::kDatetime}, {"many2one", FieldType::kMany2one},   {"one2many", FieldType::kToMany},
    {"many2many", FieldType::kToMany}};

}  // namespace

Result<domain::SchemaField> ModelFields::field(std::string_view model, std::string_view name) const {
  const Result<Document> all = ask_.fields(model);
  if (!all) {
    // A model that is missing is no field that is missing: the domain may be right and the right to read it lack.
    if (all.error().code != Code::kMissing) return all.error();
    return Error{Code::kUnsupported, "the fields of " + std::string(model) + " cannot be read: " + all.error().message,
                 Source::kHost, Effect::kNone, -1};
  }
  const Value found = all->root()[name];
  if (!found.is_object())
    return Error{Code::kMissing, std::string(model) + " has no field `" + std::string(name) + "`", Source::kHost,
                 Effect::kNone, -1};
  domain::SchemaField field;
  for (const auto& [word, type] : kTypes)
    if (found["type"].text() == word) field.type = type;
  field.comodel = found["relation"].text();
  field.stored = !found.has("store") || found["store"].truthy();
  field.translated = found["translate"].truthy();
  return field;
}

std::vector<std::string> ModelFields::name_fields(std::string_view model) const {
  constexpr int kKnown = 19;
  if (ask_.major != kKnown) return {};
  constexpr std::string_view kByName[] = {"crm.lost.reason", "crm.stage",  "crm.tag",
                                          "crm.team",        "utm.medium", "utm.source"};
  if (std::find(std::begin(kByName), std::end(kByName), model) != std::end(kByName)) return {"name"};
  if (model == "res.country") return {"name", "code"};
  if (model == "utm.campaign") return {"title"};
  return {};
}

// Odoo is asked the same question of the linked model alone.
Result<std::vector<int64_t>> ModelFields::tree(std::string_view model, std::string_view field, domain::Operator op,
                                               const std::vector<int64_t>& ids) const {
  if (!ask_.search) return Schema::tree(model, field, op, ids);
  Arena arena;
  std::vector<Value> start;
  for (const int64_t id : ids) start.push_back(Value::of(id));
  const Value domain = arena.array({arena.array({arena.text(field), domain::to_string(op), arena.array(start)})});
  Result<std::vector<int64_t>> all = ask_.search(model, domain, true);
  // Odoo 14, of a parent of a record that is not there: what it says to the whole question depends on the rest of it.
  if (!all && all.error().source == Source::kOdoo && all.error().code == Code::kMissing)
    return Error{Code::kUnsupported,
                 "the tree of " + std::string(model) + " cannot be asked for: " + all.error().message, Source::kHost,
                 Effect::kNone, -1};
  constexpr int kOld = 19;
  if (!all || ask_.major >= kOld) return all;
  // Odoo 14 may or may not count archived records, depending on the kind of link.
  const Result<std::vector<int64_t>> active = ask_.search(model, domain, false);
  if (!active) return active;
  if (active->size() != all->size())
    return Error{Code::kUnsupported, "the tree of " + std::string(model) + " has archived records; ask Odoo",
                 Source::kHost, Effect::kNone, -1};
  return all;
}

Result<std::vector<int64_t>> ModelFields::named(std::string_view model, domain::Operator op, std::string_view text,
                                                bool archived) const {
  constexpr int kByDomain = 19;
  Arena arena;
  if (ask_.major >= kByDomain && ask_.search)
    return ask_.search(model, arena.array({arena.array({"display_name", domain::to_string(op), arena.text(text)})}),
                       archived);
  if (ask_.major < kByDomain && ask_.name_search) return ask_.name_search(model, domain::to_string(op), text, archived);
  return Schema::named(model, op, text, archived);
}

}  // namespace outrigger::host
