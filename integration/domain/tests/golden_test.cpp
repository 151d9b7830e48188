// Domains against recorded answers of Odoo 19's search().
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "integration/domain/evaluate.hpp"
#include "integration/value/json.hpp"

namespace outrigger::domain {
namespace {

std::string read(const std::string& name) {
  std::ifstream file(std::string(OUTRIGGER_TEST_DATA) + "/assign-domains/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

FieldType type_of(std::string_view name) {
  if (name == "boolean") return FieldType::kBoolean;
  if (name == "integer") return FieldType::kInteger;
  if (name == "float" || name == "monetary") return FieldType::kFloat;
  if (name == "char" || name == "text" || name == "html") return FieldType::kText;
  if (name == "selection") return FieldType::kSelection;
  if (name == "date") return FieldType::kDate;
  if (name == "datetime") return FieldType::kDatetime;
  if (name == "many2one") return FieldType::kMany2one;
  return name == "many2many" || name == "one2many" ? FieldType::kToMany : FieldType::kOther;
}

struct World;

struct Model final : RecordSource {
  const World* world = nullptr;
  Value fields;
  std::map<int64_t, Value> records;
  std::vector<std::string_view> searched;

  bool field(std::string_view name, FieldInfo& info) const override {
    const Value known = fields[name];
    info = {type_of(known["type"].text()), known["comodel"].text()};
    return known.is_object();
  }
  Value value(int64_t id, std::string_view name) const override { return records.at(id)[name]; }
  bool exists(int64_t id) const override { return records.count(id) != 0; }
  std::vector<std::string_view> search_fields() const override { return searched; }
  const RecordSource* related(std::string_view model) const override;
};

struct World {
  Document related;
  std::vector<Document> leads;
  std::map<std::string, Model, std::less<>> models;

  World() {
    related = *value::read_json(read("related.json"));
    for (const Field model : related->operator[]("models").fields()) {
      Model& made = models[std::string(model.key)];
      made.world = this;
      made.fields = model.value["fields"];
      for (const Value name : model.value["search_name"].items()) made.searched.push_back(name.text());
      for (const Value record : model.value["records"].items()) made.records[record["id"].integer()] = record;
    }
    Model& lead = models["crm.lead"];
    lead.world = this;
    if (!lead.fields.is_object()) lead.fields = related->operator[]("lead_fields");
    std::istringstream lines(read("leads.jsonl"));
    for (std::string line; std::getline(lines, line);) leads.push_back(*value::read_json(line));
    for (const Document& one : leads) lead.records[one->operator[]("id").integer()] = one.root();
  }
};

const RecordSource* Model::related(std::string_view model) const {
  const auto at = world->models.find(model);
  return at == world->models.end() ? nullptr : &at->second;
}

TEST(DomainGolden, FindsWhatOdooFound) {
  const World world;
  const Model& leads = world.models.at("crm.lead");
  std::istringstream lines(read("domains.jsonl"));
  int right = 0, undecided = 0, refused = 0;
  std::string wrong;
  for (std::string line; std::getline(lines, line);) {
    const Document recorded = *value::read_json(line);
    const Value expected = recorded->operator[]("search_all");
    const std::string text(recorded->operator[]("domain").text());
    // Dates in the user's time zone and relative dates are asked of Odoo.
    const bool zoned = !recorded->operator[]("tz").is_null() && text.find("date") != std::string::npos;
    const Result<Domain> domain = Domain::parse(text);
    if (!domain) {
      ++refused;
      if (expected.is_array()) wrong += text + ": refused: " + domain.error().message + "\n";
      continue;
    }
    std::set<int64_t> found;
    Code failed = Code::kOk;
    for (const auto& [id, lead] : leads.records) {
      const Result<bool> match = matches(domain->root(), leads, id);
      if (!match) {
        failed = match.error().code;
        break;
      }
      if (*match) found.insert(id);
    }
    if (zoned || failed != Code::kOk) {
      ++undecided;
      if (failed == Code::kInvalid && expected.is_array()) wrong += text + ": found invalid\n";
      continue;
    }
    std::set<int64_t> want;
    for (const Value id : expected.items()) want.insert(id.integer());
    if (expected.is_array() && found == want)
      ++right;
    else
      wrong += text + " " + std::string(recorded->operator[]("tz").text()) + ": found " + std::to_string(found.size()) +
               ", Odoo " + (expected.is_array() ? std::to_string(want.size()) : std::string(expected.text())) + "\n";
  }
  EXPECT_EQ(wrong, "");
  EXPECT_GE(right, 224);
  RecordProperty("right", right);
  RecordProperty("undecided", undecided);
  RecordProperty("refused", refused);
}

}  // namespace
}  // namespace outrigger::domain
