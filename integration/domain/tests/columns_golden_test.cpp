// Domains over columns against what Odoo 19 found: by search, by search of archived records too, by filtered_domain.
#include <date/tz.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "integration/domain/domain_set.hpp"
#include "integration/domain/moment.hpp"
#include "integration/domain/operators.hpp"
#include "integration/domain/pattern.hpp"
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
  static const std::map<std::string_view, FieldType> types = {
      {"boolean", FieldType::kBoolean},   {"integer", FieldType::kInteger},     {"float", FieldType::kFloat},
      {"monetary", FieldType::kFloat},    {"char", FieldType::kText},           {"text", FieldType::kText},
      {"html", FieldType::kText},         {"selection", FieldType::kSelection}, {"date", FieldType::kDate},
      {"datetime", FieldType::kDatetime}, {"many2one", FieldType::kMany2one},   {"many2many", FieldType::kToMany},
      {"one2many", FieldType::kToMany}};
  const auto known = types.find(name);
  return known == types.end() ? FieldType::kOther : known->second;
}

// The recorded models, as a schema and as columns.
class World final : public Schema {
 public:
  World() : related_(*value::read_json(read("related.json"))) {
    for (const Field model : related_->operator[]("models").fields())
      for (const Value record : model.value["records"].items())
        records_[std::string(model.key)][record["id"].integer()] = record;
    std::istringstream lines(read("leads.jsonl"));
    for (std::string line; std::getline(lines, line);) leads_.push_back(*value::read_json(line));
    for (const Document& lead : leads_) records_["crm.lead"][lead->operator[]("id").integer()] = lead.root();
  }

  [[nodiscard]] Result<SchemaField> field(std::string_view model, std::string_view name) const override {
    const Value known = related_->operator[]("models")[model];
    if (!known.is_object())
      return Error{Code::kUnsupported, "no fields of this model were recorded", Source::kHost, Effect::kNone, -1};
    const Value field = known["fields"][name];
    if (!field.is_object()) return Error{Code::kMissing, "no such field", Source::kHost, Effect::kNone, -1};
    return SchemaField{type_of(field["type"].text()), std::string(field["comodel"].text()), name != "display_name",
                       false};
  }
  [[nodiscard]] std::vector<std::string> name_fields(std::string_view model) const override {
    std::vector<std::string> names;
    if (model != "res.users")  // its logins come first
      for (const Value name : related_->operator[]("models")[model]["search_name"].items())
        names.emplace_back(name.text());
    return names;
  }

  [[nodiscard]] Result<std::vector<int64_t>> tree(std::string_view model, std::string_view field, Operator op,
                                                  const std::vector<int64_t>& ids) const override {
    const Value known = related_->operator[]("models")[model];
    if (known["fields"]["parent_id"].is_null())
      return Error{Code::kInvalid, std::string(model) + " has no parent", Source::kHost, Effect::kNone, -1};
    const std::string parent(field == "id" ? "parent_id" : field);
    const auto& records = records_.find(model)->second;
    std::set<int64_t> found(ids.begin(), ids.end());
    for (size_t before = 0; before != found.size();) {
      before = found.size();
      for (const auto& [id, record] : records) {
        const int64_t above = record[parent].integer();
        if (op == Operator::kChildOf && found.count(above) != 0) found.insert(id);
        if (op == Operator::kParentOf && found.count(id) != 0 && above != 0) found.insert(above);
      }
    }
    return std::vector<int64_t>(found.begin(), found.end());
  }
  // Users by an exact login first, then by name.
  [[nodiscard]] Result<std::vector<int64_t>> named(std::string_view model, Operator op, std::string_view text,
                                                   bool archived) const override {
    if (model != "res.users") return Schema::named(model, op, text, archived);
    std::vector<int64_t> logins;
    std::vector<int64_t> names;
    for (const auto& [id, user] : records_.find(model)->second) {
      if (user["login"].text() == text && user["active"].truthy()) logins.push_back(id);
      for (const char* field : {"name", "email"})
        if (op == Operator::kEqual ? user[field].text() == text
                                   : like(user[field].text(), text, is_caseless(op), is_whole(op))) {
          if (archived || user["active"].truthy()) names.push_back(id);
          break;
        }
    }
    return logins.empty() ? names : logins;
  }

  [[nodiscard]] std::vector<int64_t> ids() const {
    std::vector<int64_t> ids;
    for (const auto& [id, lead] : records_.at("crm.lead")) ids.push_back(id);
    return ids;
  }
  [[nodiscard]] Value columns(const std::vector<std::string>& fields, Arena& arena) const {
    std::vector<Field> columns;
    std::vector<Value> all;
    for (const int64_t id : ids()) all.push_back(Value::of(id));
    columns.push_back({"id", arena.array(all)});
    for (const std::string& path : fields) {
      if (path == "id") continue;
      std::vector<Value> values;
      for (const int64_t id : ids()) values.push_back(value("crm.lead", id, path, arena));
      columns.push_back({arena.keep(path), arena.array(values)});
    }
    return arena.object(columns);
  }

 private:
  Value value(const std::string& model, int64_t id, std::string_view path, Arena& arena) const {
    const auto records = records_.find(model);
    if (records == records_.end() || records->second.count(id) == 0) return {};
    const size_t dot = path.find('.');
    const Value first = records->second.at(id)[path.substr(0, dot)];
    if (dot == std::string_view::npos) return first;
    const std::string comodel = field(model, path.substr(0, dot))->comodel;
    const std::string_view rest = path.substr(dot + 1);
    if (!first.is_array()) return first.integer() == 0 ? Value{} : value(comodel, first.integer(), rest, arena);
    std::vector<Value> all;
    for (const Value one : first.items()) all.push_back(value(comodel, one.integer(), rest, arena));
    return arena.array(all);
  }

  Document related_;
  std::vector<Document> leads_;
  std::map<std::string, std::map<int64_t, Value>, std::less<>> records_;
};

Zone zone_of(std::string_view name) {
  using std::chrono::microseconds;
  if (name.empty()) return Zone::utc();
  const date::time_zone* zone = date::locate_zone(std::string(name));
  return {[zone](int64_t utc) -> Result<int64_t> {
            return zone->to_local(date::sys_time<microseconds>(microseconds(utc))).time_since_epoch().count();
          },
          [zone](int64_t local) -> Result<int64_t> {
            const date::local_time<microseconds> time{microseconds(local)};
            return (time.time_since_epoch() - zone->get_info(time).first.offset).count();
          }};
}

Setting setting_of(const Document& recorded, Meaning meaning, bool archived) {
  Setting setting;
  setting.meaning = meaning;
  setting.archived = archived;
  EXPECT_TRUE(read_stored(recorded->operator[]("now").text(), setting.now));
  setting.now *= 1'000'000;
  setting.user_zone = zone_of(recorded->operator[]("tz").text());
  setting.context_zone = setting.user_zone;
  setting.first_weekday = 7;  // of the recording user's language
  return setting;
}

struct Tally {
  int equal = 0;
  int refused = 0;
  int wrong = 0;
  std::string wrong_ones;
  std::string refused_ones;
};

Tally compare_all(Meaning meaning, bool archived, const char* answer, bool declared) {
  const World world;
  const std::vector<int64_t> ids = world.ids();
  std::istringstream lines(read("domains.jsonl"));
  Tally tally;
  for (std::string line; std::getline(lines, line);) {
    const Document recorded = *value::read_json(line);
    const std::string text(recorded->operator[]("domain").text());
    const Value expected = recorded->operator[](answer);
    const std::string shown = text + " " + std::string(recorded->operator[]("tz").text()) + ": ";
    const auto refuse = [&](const Error& error) {
      ++tally.refused;
      EXPECT_TRUE(error.code == Code::kUnsupported || error.code == Code::kInvalid) << shown << error.message;
      EXPECT_FALSE(error.message.empty());
      if (expected.is_array()) tally.refused_ones += shown + error.message + "\n";
    };
    const Result<Domain> domain = Domain::parse(std::string_view(text));
    if (!domain) {
      refuse(domain.error());
      continue;
    }
    Setting setting = setting_of(recorded, meaning, archived);
    setting.code_points = declared;
    setting.no_unaccent = declared;
    const Result<DomainSet> set = DomainSet::compile({*domain}, "crm.lead", world, setting);
    if (!set) {
      refuse(set.error());
      continue;
    }
    Arena arena;
    const Result<std::vector<Bits>> found = set->match(world.columns(set->fields(), arena));
    if (!found) {
      refuse(found.error());
      continue;
    }
    std::set<int64_t> here;
    for (size_t i = 0; i < ids.size(); ++i)
      if (((*found)[0][i / 8] >> i % 8 & 1) != 0) here.insert(ids[i]);
    std::set<int64_t> there;
    for (const Value id : expected.items()) there.insert(id.integer());
    if (expected.is_array() && here == there) {
      ++tally.equal;
      continue;
    }
    ++tally.wrong;
    tally.wrong_ones += shown + "found " + std::to_string(here.size()) + ", Odoo " +
                        (expected.is_array() ? std::to_string(there.size()) : std::string(expected.text())) + "\n";
  }
  std::printf("%s: equal %d, refused %d, wrong %d\n", answer, tally.equal, tally.refused, tally.wrong);
  if (std::getenv("SHOW_REFUSED") != nullptr) std::printf("%s", tally.refused_ones.c_str());
  return tally;
}

TEST(ColumnsGolden, SearchFindsWhatOdooFound) {
  const Tally tally = compare_all(Meaning::kSearch, false, "search", false);
  EXPECT_EQ(tally.wrong_ones, "");
  EXPECT_GE(tally.equal, 390);
}

TEST(ColumnsGolden, SearchOfArchivedToo) {
  const Tally tally = compare_all(Meaning::kSearch, true, "search_all", false);
  EXPECT_EQ(tally.wrong_ones, "");
  EXPECT_GE(tally.equal, 390);
}

TEST(ColumnsGolden, SearchWhereTheCollationIsDeclared) {
  const Tally tally = compare_all(Meaning::kSearch, true, "search_all", true);
  EXPECT_EQ(tally.wrong_ones, "");
  EXPECT_GE(tally.equal, 390);
}

TEST(ColumnsGolden, FilterKeepsWhatOdooKept) {
  const Tally tally = compare_all(Meaning::kFilter, true, "filtered_all", false);
  EXPECT_EQ(tally.wrong_ones, "");
  EXPECT_GE(tally.equal, 390);
}

TEST(ColumnsGolden, FilterWhereAccentsAreDeclared) {
  const Tally tally = compare_all(Meaning::kFilter, true, "filtered_all", true);
  EXPECT_EQ(tally.wrong_ones, "");
  EXPECT_GE(tally.equal, 390);
}

}  // namespace
}  // namespace outrigger::domain
