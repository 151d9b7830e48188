// The engine "odoo" against what Odoo 19 did: every draw, every team's leads, every member's leads in their order.
#include <gtest/gtest.h>
#include <json/json.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "engine/odoo.hpp"
#include "single_score.hpp"

namespace outrigger::assignment {
namespace {

namespace fs = std::filesystem;
constexpr int64_t kHour = 3600LL * 1'000'000;

Json::Value parse(const std::string& text) {
  Json::CharReaderBuilder builder;
  Json::Value value;
  std::string errors;
  std::istringstream stream(text);
  if (!Json::parseFromStream(builder, stream, &value, &errors)) throw std::runtime_error(errors);
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
  for (std::string line; std::getline(text, line);) result.push_back(parse(line));
  return result;
}

// "2026-11-20 20:07:31.866809"
int64_t micros(const std::string& text) {
  std::tm time{};
  std::istringstream stream(text.substr(0, 19));
  stream >> std::get_time(&time, "%Y-%m-%d %H:%M:%S");
  const std::string fraction = text.size() > 20 ? (text.substr(20) + "000000").substr(0, 6) : "0";
  return static_cast<int64_t>(timegm(&time)) * 1'000'000 + std::stoll(fraction);
}

// The recorded rules are lists of conditions with "and": a small part of the language is enough here.
bool holds(const std::string& field, const std::string& op, const Json::Value& wanted, const Json::Value& lead) {
  const Json::Value& have = lead[field];
  if (op == "=") return wanted == false ? have.isNull() || have == false : have == wanted;
  if (op == "!=") return have != wanted;
  if (op == ">=") return have.asDouble() >= wanted.asDouble();
  if (op != "in") throw std::runtime_error("the test knows no " + op);
  for (const Json::Value& one : wanted) {
    if (have == one) return true;
    for (const Json::Value& linked : have.isArray() ? have : Json::Value(Json::arrayValue))
      if (linked == one) return true;
  }
  return false;
}

std::optional<Flags> flags(const Json::Value& rule, const std::vector<Json::Value>& leads, bool search) {
  if (rule.isNull()) return std::nullopt;
  std::string text = rule.asString();
  for (char& c : text) c = c == '\'' ? '"' : c == '(' ? '[' : c == ')' ? ']' : c;
  for (const auto& [python, json] : {std::pair<std::string, std::string>{"True", "true"}, {"False", "false"}})
    for (size_t at = 0; (at = text.find(python)) != std::string::npos;) text.replace(at, python.size(), json);
  const Json::Value terms = parse(text);
  Flags found;
  for (const Json::Value& lead : leads) {
    bool match = true;
    bool names_active = false;
    for (const Json::Value& term : terms) {
      if (!lead.isMember(term[0].asString())) throw std::runtime_error("no field " + term[0].asString());
      names_active = names_active || term[0] == "active";
      match = match && holds(term[0].asString(), term[1].asString(), term[2], lead);
    }
    found.push_back(match && (!search || names_active || lead["active"].asBool()) ? 1 : 0);
  }
  return found;
}

class Scenario {
 public:
  explicit Scenario(const std::string& name) : folder_(fs::path(OUTRIGGER_TEST_DATA) / name) {
    config_ = parse(read(folder_ / "config.json"));
    result_ = parse(read(folder_ / "result.json"));
    before_ = lines(folder_ / "before.jsonl");
    after_ = lines(folder_ / "after.jsonl");
  }

  [[nodiscard]] const Json::Value& result() const { return result_; }
  [[nodiscard]] uint64_t seed() const { return config_["run"]["seed"].asUInt64(); }
  [[nodiscard]] size_t bundle() const {
    const Json::Value& bundle = config_["params"]["crm.assignment.commit.bundle"];
    return bundle.isNull() ? 100 : std::stoul(bundle.asString());
  }

  [[nodiscard]] Scope scope() const {
    Scope scope;
    scope.team = config_["run"]["team_id"].asInt64();
    const bool cron = config_["run"]["how"] == "cron";
    if (cron) scope.oldest = 7 * 24 * kHour;
    scope.full_quota = !cron;
    const Json::Value& delay = config_["params"]["crm.assignment.delay"];
    if (!delay.isNull()) scope.youngest = static_cast<int64_t>(std::stod(delay.asString()) * kHour);
    return scope;
  }

  // What a lead is when it has joined a team. A probability that somebody set by hand stays.
  [[nodiscard]] Joined joined(int64_t lead, int64_t team) const {
    Json::Value row = row_of(before_, lead);
    const Json::Value& stage = stage_in(row["stage_id"].asInt64(), team);
    row["stage_id"] = stage["id"];
    const double probability = row["probability"].asDouble();
    const bool by_hand = std::fabs(probability - row["automated_probability"].asDouble()) > 0.005;
    const bool kept = by_hand || !row["active"].asBool();
    return {kept ? probability : single_score(config_, row, team), stage["sequence"].asInt()};
  }
  // As Odoo left it.
  [[nodiscard]] double probability_after(int64_t lead) const { return row_of(after_, lead)["probability"].asDouble(); }

  // Before the run, for the first step.
  [[nodiscard]] Work before() const { return work(before_); }
  // What waits after the first step: as Odoo left it, without what the second step then wrote.
  [[nodiscard]] Work between() const {
    Work between = work(after_);
    std::map<int64_t, const Json::Value*> old;
    for (const Json::Value& lead : before_) old[lead["id"].asInt64()] = &lead;
    std::set<int64_t> given;
    for (const Json::Value& member : result_["members"])
      for (const Json::Value& id : member["assigned"]) given.insert(id.asInt64());
    for (Lead& lead : between.leads) {
      if (given.count(lead.id) == 0) continue;
      lead.user = 0;
      lead.touched = false;
    }
    return between;
  }

 private:
  static const Json::Value& row_of(const std::vector<Json::Value>& rows, int64_t lead) {
    for (const Json::Value& row : rows)
      if (row["id"].asInt64() == lead) return row;
    throw std::runtime_error("no lead " + std::to_string(lead));
  }

  // A lead keeps its stage unless that is one of other teams; then it gets the first one that is not folded.
  [[nodiscard]] const Json::Value& stage_in(int64_t stage, int64_t team) const {
    const auto open = [team](const Json::Value& one) {
      const Json::Value& teams = one["team_ids"];
      return teams.empty() || std::find(teams.begin(), teams.end(), Json::Value(Json::Int64{team})) != teams.end();
    };
    const Json::Value* first = nullptr;
    const auto before = [](const Json::Value& a, const Json::Value& b) {
      return std::pair(a["sequence"].asInt(), a["id"].asInt()) < std::pair(b["sequence"].asInt(), b["id"].asInt());
    };
    for (const Json::Value& one : config_["stages"]) {
      if (!open(one)) continue;
      if (one["id"].asInt64() == stage) return one;
      if (!one["fold"].asBool() && (first == nullptr || before(one, *first))) first = &one;
    }
    if (first == nullptr) throw std::runtime_error("the team has no stage");
    return *first;
  }

  [[nodiscard]] Work work(const std::vector<Json::Value>& rows) const {
    Work work;
    work.now = micros(config_["now"].asString());
    std::map<int64_t, int> sequences;
    for (const Json::Value& stage : config_["stages"]) sequences[stage["id"].asInt64()] = stage["sequence"].asInt();
    for (const Json::Value& row : rows) work.leads.push_back(lead(row, sequences, rows));
    std::map<int64_t, const Json::Value*> members;
    for (const Json::Value& member : config_["members"]) members[member["id"].asInt64()] = &member;
    for (const Json::Value& row : config_["teams_in_order"]) {
      Team team;
      team.id = row["id"].asInt64();
      team.active = row["active"].asBool();
      team.pipeline = row["use_leads"].asBool() || row["use_opportunities"].asBool();
      team.skipped = row["assignment_optout"].asBool();
      team.rule = flags(row["assignment_domain"], rows, true);
      for (const Json::Value& id : row["members"]) team.members.push_back(member(*members.at(id.asInt64()), rows));
      work.teams.push_back(std::move(team));
    }
    return work;
  }

  static Lead lead(const Json::Value& row, const std::map<int64_t, int>& sequences,
                   const std::vector<Json::Value>& rows) {
    Lead lead;
    lead.id = row["id"].asInt64();
    lead.team = row["team_id"].asInt64();
    lead.user = row["user_id"].asInt64();
    if (!row["priority"].isNull()) lead.priority = std::stoi(row["priority"].asString());
    lead.active = row["active"].asBool();
    lead.won = row["won_status"] == "won";
    lead.opportunity = row["type"] == "opportunity";
    lead.touched = !row["date_open"].isNull();
    lead.probability = row["probability"].asDouble();
    lead.created = micros(row["create_date"].asString());
    const auto stage = sequences.find(row["stage_id"].asInt64());
    lead.stage_sequence = stage == sequences.end() ? 0 : stage->second;
    if (row["email_from"].isNull()) return lead;
    // Its addresses: parts of the field that look like one.
    std::string text = row["email_from"].asString();
    for (char& c : text)
      c = c == ',' || c == ';' || c == '<' || c == '>' || c == '"' ? ' ' : static_cast<char>(std::tolower(c));
    std::istringstream words(text);
    std::set<std::string> addresses;
    for (std::string word; words >> word;)
      if (word.find('@') != std::string::npos) addresses.insert(word);
    for (const Json::Value& other : rows)
      if (other["active"].asBool() && other["won_status"] == "pending" && !other["email_normalized"].isNull() &&
          addresses.count(other["email_normalized"].asString()) != 0)
        lead.duplicates.push_back(other["id"].asInt64());
    return lead;
  }

  static Member member(const Json::Value& row, const std::vector<Json::Value>& rows) {
    Member member;
    member.id = row["id"].asInt64();
    member.user = row["user_id"].asInt64();
    member.monthly = row["assignment_max"].asDouble();
    member.recently = row["lead_day_count"].asDouble();
    member.paused = row["assignment_optout"].asBool();
    member.joined = member.id;  // created one after the other
    member.rule = flags(row["assignment_domain"], rows, false);
    member.preferred = flags(row["assignment_domain_preferred"], rows, false);
    return member;
  }

  fs::path folder_;
  Json::Value config_;
  Json::Value result_;
  std::vector<Json::Value> before_;
  std::vector<Json::Value> after_;
};

std::set<int64_t> ids(const Json::Value& list) {
  std::set<int64_t> ids;
  for (const Json::Value& id : list) ids.insert(id.asInt64());
  return ids;
}

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, TeamsGetTheLeadsThatOdooGaveThem) {
  const Scenario scenario(GetParam());
  AllocateOptions options;
  options.seed = scenario.seed();
  options.as_odoo = true;
  options.bundle = scenario.bundle();
  options.joined = [&](const Lead& lead, const Team& team) { return scenario.joined(lead.id, team.id); };
  const Allocation allocation = allocate(scenario.before(), scenario.scope(), options);
  const Json::Value& draws = scenario.result()["draws"];
  ASSERT_EQ(allocation.draws.size(), draws.size());
  for (Json::ArrayIndex i = 0; i < draws.size(); ++i) {
    EXPECT_EQ(allocation.draws[i].picked, draws[i]["pick"].asInt64()) << "draw " << i;
    EXPECT_EQ(allocation.draws[i].teams.size(), draws[i]["population"].size()) << "draw " << i;
  }
  const Json::Value& teams = scenario.result()["teams"];
  for (const std::string& id : teams.getMemberNames()) {
    const auto at = allocation.teams.find(std::stoll(id));
    const TeamLeads got = at == allocation.teams.end() ? TeamLeads() : at->second;
    EXPECT_EQ(got.assigned, ids(teams[id]["assigned"])) << "team " << id;
    EXPECT_EQ(got.kept, ids(teams[id]["merged"])) << "team " << id;
    EXPECT_EQ(got.duplicates, ids(teams[id]["duplicates"])) << "team " << id;
  }
  for (const auto& [id, got] : allocation.teams) EXPECT_TRUE(teams.isMember(std::to_string(id))) << id;
}

TEST_P(Golden, TheScoresThatAMergeGoesByAreThoseOfOdoo) {
  const Scenario scenario(GetParam());
  const Json::Value& teams = scenario.result()["teams"];
  for (const std::string& team : teams.getMemberNames())
    for (const int64_t lead : ids(teams[team]["assigned"])) {
      if (ids(teams[team]["merged"]).count(lead) != 0 || ids(teams[team]["duplicates"]).count(lead) != 0) continue;
      EXPECT_DOUBLE_EQ(scenario.joined(lead, std::stoll(team)).probability, scenario.probability_after(lead)) << lead;
    }
}

TEST_P(Golden, MembersGetTheLeadsThatOdooGaveThemInItsOrder) {
  const Scenario scenario(GetParam());
  std::map<int64_t, std::vector<int64_t>> given;
  for (const Gift& gift : give(scenario.between(), scenario.scope(), true)) given[gift.member].push_back(gift.lead);
  const Json::Value& members = scenario.result()["members"];
  size_t leads = 0;
  for (const std::string& id : members.getMemberNames()) {
    std::vector<int64_t> expected;
    for (const Json::Value& lead : members[id]["assigned"]) expected.push_back(lead.asInt64());
    EXPECT_EQ(given[std::stoll(id)], expected) << "member " << id;
    leads += expected.size();
  }
  size_t ours = 0;
  for (const auto& [id, list] : given) ours += list.size();
  EXPECT_EQ(ours, leads);
}

INSTANTIATE_TEST_SUITE_P(Recorded, Golden,
                         testing::Values("assign-active-rule", "assign-bundle", "assign-delay", "assign-duplicates",
                                         "assign-eligible-cron", "assign-eligible-manual-optout-team",
                                         "assign-one-team", "assign-one-team-again", "assign-order",
                                         "assign-overlap-seed1", "assign-preferred-disjoint", "assign-team-flags"),
                         [](const testing::TestParamInfo<const char*>& scenario) {
                           std::string name = scenario.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace outrigger::assignment
