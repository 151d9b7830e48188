#include "single_score.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

namespace outrigger::assignment {
namespace {

struct Counts {
  double won = 0;
  double lost = 0;
};

struct Table {
  std::map<std::pair<std::string, std::string>, Counts> values;
  std::map<std::string, Counts> totals;
};

Table table_of(const Json::Value& config, Json::Int64 team) {
  constexpr double kFewestTagged = 50;
  Table table;
  for (const Json::Value& row : config["frequencies"]) {
    if (row["team_id"].asInt64() != team) continue;
    const std::string variable = row["variable"].asString();
    const Counts counts{row["won_count"].asDouble(), row["lost_count"].asDouble()};
    if (variable == "tag_id" && counts.won + counts.lost < kFewestTagged) continue;
    table.values[{variable, row["value"].asString()}] = counts;
    table.totals[variable].won += counts.won;
    table.totals[variable].lost += counts.lost;
  }
  return table;
}

// The stage of all teams that comes first.
std::string first_stage(const Json::Value& config) {
  std::vector<std::tuple<Json::Int64, Json::Int64>> found;
  for (const Json::Value& stage : config["stages"])
    if (stage["team_ids"].empty()) found.emplace_back(stage["sequence"].asInt64(), stage["id"].asInt64());
  return std::to_string(std::get<1>(*std::min_element(found.begin(), found.end())));
}

std::vector<std::pair<std::string, std::string>> features(const Json::Value& config, const Json::Value& lead) {
  std::vector<std::pair<std::string, std::string>> features{{"stage_id", lead["stage_id"].asString()}};
  for (const Json::Value& field : config["pls_fields"]) {
    const std::string name = field.asString();
    const Json::Value& value = lead[name];
    if (name == "tag_ids")
      for (const Json::Value& tag : value) features.emplace_back("tag_id", tag.asString());
    else if (!value.isNull())
      features.emplace_back(name, value.asString());
    else if (name == "phone_state" || name == "email_state")
      features.emplace_back(name, "False");
  }
  return features;
}

// To two decimals, as Python rounds.
double rounded(double percent) {
  constexpr size_t kDigits = 32;
  std::array<char, kDigits> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed, 2).ptr;
  double value = 0;
  std::from_chars(text.data(), end, value);
  return value;
}

}  // namespace

double single_score(const Json::Value& config, const Json::Value& lead, Json::Int64 team) {
  const Table table = table_of(config, team);
  const auto first = table.values.find({"stage_id", first_stage(config)});
  if (first == table.values.end()) throw std::runtime_error("the team has no table of its own");
  const Counts all = first->second;
  double won = all.won / (all.won + all.lost);
  double lost = all.lost / (all.won + all.lost);
  for (const auto& feature : features(config, lead)) {
    const auto at = table.values.find(feature);
    if (at == table.values.end()) continue;
    const Counts& total = feature.first == "stage_id" ? all : table.totals.at(feature.first);
    won *= at->second.won / total.won;
    lost *= at->second.lost / total.lost;
  }
  constexpr double kLeast = 0.01;
  constexpr double kMost = 99.99;
  return std::clamp(rounded(100 * (won / (won + lost))), kLeast, kMost);
}

}  // namespace outrigger::assignment
