// Domains over columns, in both meanings: whatever is compiled can be matched, its negation finds the others, and in
// company it finds the same.
#include <map>

#include "integration/domain/domain_set.hpp"
#include "integration/value/json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace outrigger {
namespace {

using domain::Bits;
using domain::Domain;
using domain::DomainSet;
using domain::FieldType;
using domain::Meaning;
using domain::SchemaField;
using fuzz::require;

class Fields final : public domain::Schema {
 public:
  [[nodiscard]] Result<SchemaField> field(std::string_view model, std::string_view name) const override {
    static const std::map<std::string_view, SchemaField> kFields = {
        {"id", {FieldType::kInteger, "", true}},           {"name", {FieldType::kText, "", true}},
        {"active", {FieldType::kBoolean, "", true}},       {"priority", {FieldType::kSelection, "", true}},
        {"color", {FieldType::kInteger, "", true}},        {"probability", {FieldType::kFloat, "", true}},
        {"create_date", {FieldType::kDatetime, "", true}}, {"date_deadline", {FieldType::kDate, "", true}},
        {"partner_id", {FieldType::kMany2one, "p", true}}, {"tag_ids", {FieldType::kToMany, "p", true}},
        {"display_name", {FieldType::kText, "", false}}};
    const auto known = kFields.find(name);
    if (known == kFields.end() || (model == "p" && name == "active"))
      return Error{Code::kMissing, "no such field", Source::kHost, Effect::kNone, -1};
    return known->second;
  }
  [[nodiscard]] std::vector<std::string> name_fields(std::string_view) const override { return {"name"}; }
};

// Three records; a field's value in each, of linked records the same value in each link.
Value column(std::string_view path, Arena& arena) {
  static const Document kValues = *value::read_json(R"({
    "id": [1, 2, 3], "name": ["Alpha", "\u00c9clair ilike", null], "active": [true, false, null],
    "priority": ["0", "2", null], "color": [0, 3, null], "probability": [12.5, 100, null],
    "create_date": ["2026-01-01 00:00:00", "2026-11-21 12:30:00", null],
    "date_deadline": ["2026-01-01", "2025-12-31", null],
    "partner_id": [1, 2, null], "tag_ids": [[1, 2], [3], []], "display_name": ["Alpha", "b", null]})");
  const size_t dot = path.find('.');
  const Value own = (*kValues)[path.substr(0, dot)];
  if (dot == std::string_view::npos) return own;
  const Value behind = column(path.substr(dot + 1), arena);
  std::vector<Value> values;
  for (size_t row = 0; row < 3; ++row) {
    if (!own.at(row).is_array()) {
      values.push_back(own.at(row).is_null() ? Value{} : behind.at(row));
      continue;
    }
    std::vector<Value> links;
    for (const Value one : own.at(row).items()) links.push_back(behind.at(static_cast<size_t>(one.integer() - 1)));
    values.push_back(arena.array(links));
  }
  return arena.array(values);
}

Result<std::vector<Bits>> found(const std::vector<Domain>& domains, Meaning meaning) {
  domain::Setting setting;
  setting.meaning = meaning;
  setting.archived = true;  // or the negation would find fewer
  setting.code_points = true;
  setting.now = 1795291200LL * 1'000'000;
  setting.user_zone = domain::Zone::utc();
  setting.context_zone = domain::Zone::utc();
  setting.first_weekday = 1;
  const Result<DomainSet> set = DomainSet::compile(domains, "lead", Fields(), setting);
  if (!set) return set.error();
  Arena arena;
  std::vector<Field> columns{{"id", column("id", arena)}};
  for (const std::string& path : set->fields())
    if (path != "id") columns.push_back({path, column(path, arena)});
  return set->match(arena.object(columns));
}

void check(const Domain& domain, Meaning meaning) {
  const std::string printed = domain.to_python_tuples();
  const Result<std::vector<Bits>> alone = found({domain}, meaning);
  if (!alone) {
    fuzz::require_error(alone.error());
    require(alone.error().code == Code::kInvalid || alone.error().code == Code::kUnsupported, "an odd error", printed);
    require(alone.error().message.rfind("domain 1: ", 0) == 0, "an error does not name its domain",
            alone.error().message);
    return;
  }
  constexpr unsigned char kAll = 7;
  require(alone->size() == 1 && (*alone)[0].size() == 1, "not one bitmap of three bits", printed);
  const auto bits = static_cast<unsigned char>((*alone)[0][0]);
  require((bits & ~kAll) == 0, "bits beyond the records", printed);
  const Result<Domain> again = Domain::parse(std::string_view(printed));
  require(static_cast<bool>(again), "what is printed cannot be parsed", printed);
  Arena arena;
  std::vector<Value> negated{Value::of("!")};
  for (const Value item : domain.to_value(arena).items()) negated.push_back(item);
  if (negated.size() == 1) return;
  const Result<Domain> other = Domain::parse(arena.array(negated));
  require(static_cast<bool>(other), "a negation cannot be parsed", printed);
  const Result<std::vector<Bits>> together = found({*other, domain, *again}, meaning);
  require(static_cast<bool>(together), "in company it is refused", printed);
  require(static_cast<unsigned char>((*together)[0][0]) == (bits ^ kAll), "its negation does not find the others",
          printed);
  require((*together)[1] == (*alone)[0] && (*together)[2] == (*alone)[0], "in company it finds others", printed);
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const Result<Domain> domain = Domain::parse(fuzz::text_of(data, size));
  if (!domain) return 0;
  check(*domain, Meaning::kSearch);
  check(*domain, Meaning::kFilter);
  return 0;
}
