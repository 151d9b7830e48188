#include "golden.hpp"

#include <json/json.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace outrigger::scoring {
namespace {

namespace fs = std::filesystem;

Json::Value parse(const std::string& text, const std::string& where) {
  Json::CharReaderBuilder builder;
  Json::Value value;
  std::string errors;
  std::istringstream stream(text);
  if (!Json::parseFromStream(builder, stream, &value, &errors)) throw std::runtime_error(where + ": " + errors);
  return value;
}

std::string read(const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Json::Value> lines(const fs::path& path) {
  std::vector<Json::Value> result;
  std::istringstream text(read(path));
  for (std::string line; std::getline(text, line);)
    if (!line.empty()) result.push_back(parse(line, path.string()));
  return result;
}

double percent(const Json::Value& value) { return value.isNull() ? kUnset : value.asDouble(); }

// "2026-11-19 10:57:44.021967" in UTC, in microseconds.
int64_t microseconds(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, micro = 0;
  std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d.%d", &year, &month, &day, &hour, &minute, &second, &micro);
  const std::chrono::sys_days date = std::chrono::year{year} / month / day;
  return ((date.time_since_epoch().count() * 24 + hour) * 60 + minute) * 60'000'000LL + second * 1'000'000LL + micro;
}

std::string python_text(const Json::Value& value) {
  if (value.isBool()) return value.asBool() ? "True" : "False";
  if (value.isIntegral()) return std::to_string(value.asInt64());
  return value.asString();
}

Model load_model(const Json::Value& json, const Json::Value& config) {
  Model model;
  if (config.isMember("series")) {
    model.rules = Rules::of_major(std::stoi(config["series"].asString()));
    model.rules.early_rounding = true;  // recorded from such a 14.0
  }
  for (const Json::Value& stage : json["stages"]) {
    const bool of_teams = stage.isMember("team_ids") ? !stage["team_ids"].empty()
                                                     : !stage["team_id"].isNull() && stage["team_id"].asInt64() != 0;
    model.stages.push_back({stage["id"].asInt64(), stage["name"].asString(), stage["sequence"].asInt64(),
                            stage["is_won"].asBool(), of_teams});
  }
  std::sort(model.stages.begin(), model.stages.end(),
            [](const Stage& a, const Stage& b) { return std::tie(a.sequence, a.id) < std::tie(b.sequence, b.id); });
  std::vector<Json::Value> teams(json["teams"].begin(), json["teams"].end());
  std::sort(teams.begin(), teams.end(), [](const Json::Value& a, const Json::Value& b) {
    const auto key = [](const Json::Value& team) {
      return std::make_tuple(team["sequence"].asInt64(), -microseconds(team["create_date"].asString()),
                             -team["id"].asInt64());
    };
    return key(a) < key(b);
  });
  for (const Json::Value& team : teams) model.teams.push_back({team["id"].asInt64(), team["name"].asString()});
  return model;
}

template <typename T>
int16_t index_of(const std::vector<T>& records, const Json::Value& id) {
  for (size_t i = 0; !id.isNull() && i < records.size(); ++i)
    if (records[i].id == id.asInt64()) return static_cast<int16_t>(i);
  return -1;
}

void append(GoldenRun& run, const Json::Value& lead, const GoldenAnswer& before) {
  Leads& leads = run.leads;
  const size_t row = leads.append(lead["id"].asInt64());
  leads.stage[row] = index_of(run.model.stages, lead["stage_id"]);
  leads.team[row] = index_of(run.model.teams, lead["team_id"]);
  const std::string status = lead["won_status"].isString() ? lead["won_status"].asString() : "";
  leads.status[row] = status == "won"       ? WonStatus::kWon
                      : status == "lost"    ? WonStatus::kLost
                      : status == "pending" ? WonStatus::kPending
                                            : WonStatus::kUnknown;
  leads.active[row] = lead["active"].asBool() ? 1 : 0;
  if (lead["priority"].isString()) leads.priority[row] = static_cast<uint8_t>(lead["priority"].asString()[0]);
  leads.created[row] = microseconds(lead["create_date"].asString());
  leads.probability[row] = before.probability;
  leads.automated[row] = before.automated;
  for (size_t v = 0; v < run.variables.fields.size(); ++v) {
    const std::string& field = run.variables.fields[v];
    const Json::Value& value = lead[field];
    const bool always = field == "phone_state" || field == "email_state";
    const bool absent =
        value.isNull() || (value.isBool() && !value.asBool()) || (value.isNumeric() && value.asDouble() == 0);
    if (absent && !always) continue;
    leads.feature[v][row] = leads.values[v].code(absent ? "False" : python_text(value));
  }
  for (const Json::Value& tag : lead["tag_ids"]) leads.append_tag(std::to_string(tag.asInt64()));
}

}  // namespace

std::vector<std::string> golden_runs() {
  std::vector<std::string> names;
  for (const auto& set : fs::directory_iterator(OUTRIGGER_TEST_DATA)) {
    if (!fs::exists(set.path() / "runs")) continue;
    for (const auto& run : fs::directory_iterator(set.path() / "runs"))
      names.push_back(set.path().filename().string() + "/" + run.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

GoldenRun load_golden(const std::string& name) {
  const fs::path set = fs::path(OUTRIGGER_TEST_DATA) / name.substr(0, name.find('/'));
  const fs::path folder = set / "runs" / name.substr(name.find('/') + 1);
  const Json::Value config = parse(read(folder / "config.json"), name);
  GoldenRun run;
  run.name = name;
  run.model = load_model(parse(read(set / "model.json"), name), config);
  run.start = microseconds(config["start_utc"].asString());
  run.batch = config["batch"].asUInt64();
  const std::vector<Json::Value> leads = lines(set / "leads.jsonl");
  run.variables = Variables::parse(config["pls_fields_param"].asString(), [&](const std::string& field) {
    return !leads.empty() && leads[0].isMember(field);
  });
  if (run.model.rules.tags_always) run.variables.tags = true;
  run.odoo_failed = config.isMember("error");
  run.leads = Leads(run.variables.fields.size());
  std::map<int64_t, GoldenAnswer> before;
  for (const Json::Value& line : lines(folder / "before.jsonl"))
    before[line["id"].asInt64()] = {percent(line["probability"]), percent(line["automated_probability"])};
  for (const Json::Value& line : lines(folder / "after.jsonl"))
    run.after[line["id"].asInt64()] = {percent(line["probability"]), percent(line["automated_probability"])};
  std::map<int64_t, const Json::Value*> by_id;
  for (const Json::Value& lead : leads) by_id[lead["id"].asInt64()] = &lead;
  for (const auto& [id, lead] : by_id) append(run, *lead, before.at(id));
  for (const Json::Value& id : config["score_order"]) {
    const auto at = std::lower_bound(run.leads.id.begin(), run.leads.id.end(), id.asInt64());
    run.score_order.push_back(static_cast<uint32_t>(at - run.leads.id.begin()));
  }
  for (const Json::Value& row : lines(folder / "freq.jsonl"))
    run.frequencies.push_back({row["team_id"].isNull() ? 0 : row["team_id"].asInt64(), row["variable"].asString(),
                               row["value"].asString(), row["won_count"].asDouble(), row["lost_count"].asDouble()});
  return run;
}

}  // namespace outrigger::scoring
