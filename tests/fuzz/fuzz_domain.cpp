// Domains as people and Odoo write them, in Python and in JSON: parse, print and parse again is the same domain, and
// evaluating it on records ends.
#include <map>

#include "integration/domain/evaluate.hpp"
#include "integration/value/json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace outrigger {
namespace {

using domain::Domain;
using domain::FieldInfo;
using domain::FieldType;
using fuzz::require;

constexpr std::string_view kRecords = R"({
  "crm.lead": [
    {"id": 1, "name": "Anna 100%_\\", "active": true, "priority": "2", "color": 3, "probability": 12.5,
     "create_date": "2026-02-28 23:59:59", "date_deadline": "2026-03-01", "partner_id": 1, "tag_ids": [1, 2]},
    {"id": 2, "name": null, "active": false, "priority": null, "color": null, "probability": null,
     "create_date": null, "date_deadline": null, "partner_id": null, "tag_ids": []}],
  "res.partner": [
    {"id": 1, "name": "Brussels", "display_name": "Brussels", "parent_id": 2, "p": 2, "child_ids": [1, 2, 3]},
    {"id": 2, "name": "Belgium", "display_name": "Belgium", "parent_id": 3, "p": 3, "child_ids": [1, 2, 3]},
    {"id": 3, "name": "Europe", "display_name": "Europe", "parent_id": 1, "p": 1, "child_ids": [1, 2, 3]}],
  "crm.tag": [
    {"id": 1, "name": "vip", "display_name": "vip"},
    {"id": 2, "name": "", "display_name": ""}]})";

const std::map<std::string_view, FieldInfo> kFields = {
    {"id", {FieldType::kInteger, ""}},
    {"name", {FieldType::kText, ""}},
    {"display_name", {FieldType::kText, ""}},
    {"active", {FieldType::kBoolean, ""}},
    {"priority", {FieldType::kSelection, ""}},
    {"color", {FieldType::kInteger, ""}},
    {"probability", {FieldType::kFloat, ""}},
    {"create_date", {FieldType::kDatetime, ""}},
    {"date_deadline", {FieldType::kDate, ""}},
    {"partner_id", {FieldType::kMany2one, "res.partner"}},
    {"parent_id", {FieldType::kMany2one, "res.partner"}},
    {"p", {FieldType::kMany2one, "res.partner"}},  // short, for long paths
    {"child_ids", {FieldType::kToMany, "res.partner"}},
    {"tag_ids", {FieldType::kToMany, "crm.tag"}},
    {"team_id", {FieldType::kMany2one, "crm.team"}},  // a model that is not held here
};

class Model final : public domain::RecordSource {
 public:
  explicit Model(Value records) : records_(records) {}
  bool field(std::string_view name, FieldInfo& info) const override {
    const auto known = kFields.find(name);
    if (known == kFields.end() || !records_.at(0).has(name)) return false;
    info = known->second;
    return true;
  }
  Value value(int64_t id, std::string_view field) const override { return record(id)[field]; }
  const RecordSource* related(std::string_view model) const override;
  bool exists(int64_t id) const override { return record(id).is_object(); }

 private:
  [[nodiscard]] Value record(int64_t id) const {
    for (const Value one : records_.items())
      if (one["id"].integer() == id) return one;
    return {};
  }
  Value records_;
};

const Model* model(std::string_view name) {
  static const Document kAll = *value::read_json(kRecords);
  static const std::map<std::string_view, Model> kModels = {{"crm.lead", Model(kAll->operator[]("crm.lead"))},
                                                            {"res.partner", Model(kAll->operator[]("res.partner"))},
                                                            {"crm.tag", Model(kAll->operator[]("crm.tag"))}};
  const auto found = kModels.find(name);
  return found == kModels.end() ? nullptr : &found->second;
}

const domain::RecordSource* Model::related(std::string_view name) const { return model(name); }

// The answers for each lead and partner, as a text.
std::string evaluate(const Domain& domain) {
  std::string out;
  for (const std::string_view name : {"crm.lead", "res.partner"}) {
    for (int64_t id = 1; id <= 3; ++id) {
      const Result<bool> found = matches(domain.root(), *model(name), id);
      if (!found) fuzz::require_error(found.error());
      out += !found ? "error " : *found ? "yes " : "no ";
    }
  }
  return out;
}

void check_domain(const Domain& domain) {
  const std::string printed = domain.to_python();
  const Result<Domain> again = Domain::parse(std::string_view(printed));
  require(static_cast<bool>(again), "what is printed cannot be parsed", printed);
  require(again->to_python() == printed, "printed twice it differs", printed + "\n" + again->to_python());
  Arena arena;
  const Result<Domain> from_value = Domain::parse(domain.to_value(arena));
  require(static_cast<bool>(from_value), "its value for RPC cannot be parsed", printed);
  require(from_value->to_python() == printed, "by way of its value it differs", printed);
  require(evaluate(domain) == evaluate(*again), "printed and parsed it finds other records", printed);
}

void check_literal(std::string_view text) {
  const Result<Document> literal = domain::read_python(text);
  if (!literal) return fuzz::require_error(literal.error());
  const std::string printed = domain::to_python(literal->root());
  const Result<Document> again = domain::read_python(printed);
  require(again && fuzz::same(literal->root(), again->root()), "a printed literal is not read back", printed);
}

void check(const Result<Domain>& domain) {
  if (!domain) return fuzz::require_error(domain.error());
  check_domain(*domain);
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const std::string_view input = fuzz::text_of(data, size);
  check_literal(input);
  check(domain::Domain::parse(input));
  if (const Result<Document> json = value::read_json(input)) check(domain::Domain::parse(json->root()));
  return 0;
}
