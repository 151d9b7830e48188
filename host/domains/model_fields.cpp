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
  const Result<Document> all = ask_(model);
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
  return field;
}

std::vector<std::string> ModelFields::name_fields(std::string_view model) const {
  constexpr std::string_view kByName[] = {"crm.lost.reason", "crm.stage",  "crm.tag",
                                          "crm.team",        "utm.medium", "utm.source"};
  if (std::find(std::begin(kByName), std::end(kByName), model) != std::end(kByName)) return {"name"};
  if (model == "res.country") return {"name", "code"};
  if (model == "utm.campaign") return {"title"};
  return {};
}

}  // namespace outrigger::host
