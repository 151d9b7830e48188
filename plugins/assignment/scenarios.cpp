#include "scenarios.hpp"

#include <algorithm>
#include <initializer_list>
#include <span>
#include <utility>

#include <outrigger/json.hpp>

namespace outrigger::assignment {
namespace {

enum class Kind { kText, kNumber, kFlag, kList, kRule, kName };
struct Key {
  std::string_view name;
  Kind kind;
};
constexpr Key kKeys[] = {{"engine", Kind::kText},
                         {"seed", Kind::kNumber},
                         {"duplicates", Kind::kText},
                         {"convert", Kind::kFlag},
                         {"youngest_hours", Kind::kNumber},
                         {"oldest_days", Kind::kNumber},
                         {"largest_share", Kind::kNumber},
                         {"monthly", Kind::kNumber},
                         {"live", Kind::kFlag},
                         {"every", Kind::kText},
                         {"teams", Kind::kList}};
constexpr Key kTeamKeys[] = {
    {"team", Kind::kName}, {"domain", Kind::kRule}, {"skip", Kind::kFlag}, {"members", Kind::kList}};
constexpr Key kMemberKeys[] = {{"user", Kind::kName},
                               {"domain", Kind::kRule},
                               {"preferred", Kind::kRule},
                               {"monthly", Kind::kNumber},
                               {"paused", Kind::kFlag}};

bool fits(Value value, Kind kind) {
  switch (kind) {
    case Kind::kText: return value.is_string();
    case Kind::kNumber: return value.number().has_value();
    case Kind::kFlag: return value.boolean().has_value();
    case Kind::kList: return value.is_array();
    case Kind::kRule: return value.is_array() || value.is_string();
    case Kind::kName: return value.is_string() || value.as_integer().has_value();
  }
  return false;
}

std::string_view wanted(Kind kind) {
  switch (kind) {
    case Kind::kText: return "a text";
    case Kind::kNumber: return "a number";
    case Kind::kFlag: return "true or false";
    case Kind::kList: return "a list";
    case Kind::kRule: return "a domain, as a list or as a text";
    case Kind::kName: return "a name or an id";
  }
  return "";
}

Error wrong(const std::string& where, const std::string& what) { return {Code::kInvalid, "rules: " + where + what}; }

Result<void> check_keys(Value object, std::span<const Key> keys, const std::string& where) {
  if (!object.is_object()) return wrong(where, "is no object");
  for (const Field field : object.fields()) {
    const std::string name(field.key);
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const Key& one) { return one.name == field.key; });
    if (key == keys.end()) {
      std::string known;
      for (const Key& one : keys) known += (known.empty() ? "" : ", ") + std::string(one.name);
      return wrong(where, "`" + name + "` is not known or says nothing about who gets what; it may have " + known);
    }
    if (!fits(field.value, key->kind)) return wrong(where, "`" + name + "` must be " + std::string(wanted(key->kind)));
  }
  return {};
}

Result<void> check_rules(Value rules, const std::string& where) {
  if (Result<void> known = check_keys(rules, kKeys, where); !known) return known;
  const auto share = rules["largest_share"].number();
  if (share && !(*share > 0 && *share <= 1)) return wrong(where, "`largest_share` must be above 0 and at most 1");
  for (const char* name : {"youngest_hours", "oldest_days", "seed"})
    if (const auto number = rules[name].number(); number && *number < 0)
      return wrong(where, "`" + std::string(name) + "` must not be negative");
  for (const Value team : rules["teams"].items()) {
    const std::string in = where + "a team: ";
    if (Result<void> known = check_keys(team, kTeamKeys, in); !known) return known;
    if (!team.has("team")) return wrong(in, "`team` is missing: its name or id");
    for (const Value member : team["members"].items()) {
      if (Result<void> known = check_keys(member, kMemberKeys, in + "a member: "); !known) return known;
      if (!member.has("user")) return wrong(in, "a member's `user` is missing: the name or id");
    }
  }
  return {};
}

// What the file says goes before what holds today. It says itself when runs are.
Document merged(Value config, Value rules) {
  return Document::build([&](Arena& arena) {
    std::vector<Field> fields;
    for (const Field field : config.fields())
      if (!rules.has(field.key) && !(rules.has("every") && field.key == "cron")) {
        fields.push_back({arena.keep(field.key), arena.copy(field.value)});
      }
    for (const Field field : rules.fields()) fields.push_back({arena.keep(field.key), arena.copy(field.value)});
    return arena.object(fields);
  });
}

Result<Scenario> scenario_of(std::string name, Value config, Value rules) {
  Scenario scenario{std::move(name), merged(config, rules), {}};
  const Result<Settings> settings = settings_of(scenario.config.root());
  if (!settings) return settings.error();
  scenario.settings = *settings;
  return scenario;
}

}  // namespace

Result<std::vector<Scenario>> scenarios_of(Value config, std::string_view file, const Speech& say) {
  std::vector<Scenario> all;
  Result<Scenario> today = scenario_of(say("rules of today", "quy tắc hiện nay"), config, {});
  if (!today) return today.error();
  all.push_back(*std::move(today));
  if (file.empty()) return all;
  Arena arena;
  const Result<Value> read = parse_json(file, arena);
  if (!read) {
    const std::string& why = read.error().message;
    const size_t from = why.find("from byte");
    return Error{Code::kInvalid,
                 "the file of rules is not JSON " + (from == std::string::npos ? why : why.substr(from))};
  }
  if (!read->is_object()) return wrong("", "the file must have an object, such as {\"engine\": \"value\"}");
  std::vector<std::pair<std::string, Value>> given;
  if (!read->has("scenarios")) {
    given.emplace_back(say("rules of the file", "quy tắc trong tệp"), *read);
  } else {
    if (!(*read)["scenarios"].is_object() || read->size() != 1)
      return wrong("", "`scenarios` must be an object of rules by name, with nothing beside it");
    for (const Field field : (*read)["scenarios"].fields()) given.emplace_back(field.key, field.value);
  }
  if (given.size() > kMostScenarios)
    return wrong("", "at most " + std::to_string(kMostScenarios) + " scenarios are compared at once");
  for (const auto& [name, rules] : given) {
    const std::string where = given.size() == 1 ? std::string() : name + ": ";
    if (Result<void> checked = check_rules(rules, where); !checked) return checked.error();
    Result<Scenario> one = scenario_of(name, config, rules);
    if (!one) return wrong(where, one.error().message);
    all.push_back(*std::move(one));
  }
  return all;
}

}  // namespace outrigger::assignment
