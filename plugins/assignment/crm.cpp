#include "crm.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

#include "leave.hpp"

namespace outrigger::assignment {
namespace {

Document kept(Value value) {
  return Document::build([&](Arena& arena) { return arena.copy(value); });
}

struct Person {
  std::string name;
  bool active = true;
};

class Reader {
 public:
  Reader(const Host& host, const Settings& settings, const Speech& say) : host_(host), settings_(settings), say_(say) {}

  Result<Crm> run() {
    const Result<Document> info = host_.odoo.info();
    if (!info) return info.error();
    crm_.major = info->root()["major"].integer();
    Result<Document> fields = host_.odoo.fields_get("crm.team");
    if (!fields) return fields.error();
    team_fields_ = *std::move(fields);
    crm_.own_rules = team_fields_.root().has("assignment_domain");
    if (Result<void> read = read_people(); !read) return read.error();
    if (Result<void> read = read_teams(); !read) return read.error();
    if (Result<void> read = crm_.own_rules ? read_memberships() : members_of_14(); !read) return read.error();
    for (const Value given : settings_.teams.items()) configure(given);
    if (Result<void> read = pause_absent(host_, settings_, say_, crm_); !read) return read.error();
    return std::move(crm_);
  }

 private:
  template <typename... Parts>
  void problem(std::string_view english, std::string_view vietnamese, const Parts&... parts) {
    crm_.problems.push_back(say_(english, vietnamese, parts...));
  }

  Result<void> read_people() {
    return host_.odoo.each_page({.model = "res.users", .fields = {"name", "active"}, .archived = true},
                                [&](Value rows) -> Result<void> {
                                  for (const Value row : rows.items())
                                    people_[row["id"].integer()] = {text_of(row["name"]), row["active"].truthy()};
                                  return {};
                                });
  }

  Result<void> read_teams() {
    Query query{.model = "crm.team", .fields = {"name"}, .order = "sequence, create_date desc, id desc"};
    for (const char* name : {"use_leads", "use_opportunities", "assignment_domain", "assignment_optout", "member_ids"})
      if (team_fields_.root().has(name)) query.fields.emplace_back(name);
    const Result<Document> rows = host_.odoo.search_read(query);
    if (!rows) return rows.error();
    for (const Value row : rows->root().items()) {
      TeamRow team;
      team.id = row["id"].integer();
      team.name = text_of(row["name"]);
      const bool knows = row.has("use_opportunities");
      team.pipeline = !knows || row["use_leads"].truthy() || row["use_opportunities"].truthy();
      team.skipped = row["assignment_optout"].truthy();
      team.in_play = crm_.own_rules;
      if (is_rule(row["assignment_domain"])) team.rule = kept(row["assignment_domain"]);
      if (!crm_.own_rules)
        for (const Value user : row["member_ids"].items()) listed_[team.id].push_back(user.integer());
      crm_.teams.push_back(std::move(team));
    }
    return {};
  }

  Result<void> read_memberships() {
    const Result<Document> fields = host_.odoo.fields_get("crm.team.member");
    if (!fields) return fields.error();
    Query query{.model = "crm.team.member", .fields = {"crm_team_id", "user_id", "create_date"}};
    for (const char* name : {"assignment_max", "assignment_optout", "assignment_domain", "assignment_domain_preferred"})
      if (fields->root().has(name)) query.fields.emplace_back(name);
    return host_.odoo.each_page(query, [&](Value rows) -> Result<void> {
      for (const Value row : rows.items()) {
        TeamRow* team = find(row["crm_team_id"].integer());
        if (team == nullptr) continue;  // of an archived team
        MemberRow member = person(*team, row["user_id"].integer(), row["assignment_max"].number().value_or(0));
        member.id = row["id"].integer();
        member.joined = micros_of(row["create_date"].text());
        member.paused = member.paused || row["assignment_optout"].truthy();
        if (is_rule(row["assignment_domain"])) member.rule = kept(row["assignment_domain"]);
        if (is_rule(row["assignment_domain_preferred"])) member.preferred = kept(row["assignment_domain_preferred"]);
        team->members.push_back(std::move(member));
      }
      return {};
    });
  }

  Result<void> members_of_14() {
    for (TeamRow& team : crm_.teams)
      for (const int64_t user : listed_[team.id])
        if (people_.count(user) != 0 && people_[user].active)
          team.members.push_back(person(team, user, settings_.monthly));
    return {};
  }

  MemberRow person(const TeamRow& team, int64_t user, double monthly) {
    MemberRow member;
    member.id = -user;
    member.user = user;
    member.monthly = std::max(0.0, monthly);
    const auto at = people_.find(user);
    member.name = at == people_.end() ? "#" + std::to_string(user) : at->second.name;
    const std::string where = team.name + " / " + member.name;
    if (at == people_.end() || !at->second.active) {
      member.paused = true;
      problem("{}: the user is archived, so that no lead is given; take the membership away in Odoo",
              "{}: người dùng đã lưu trữ nên không nhận tiềm năng; hãy xóa tư cách thành viên trong Odoo", where);
    }
    if (monthly < 0)
      problem("{}: the capacity is {}, which counts as 0; set it to 0 or more",
              "{}: năng lực là {}, được tính là 0; hãy đặt từ 0 trở lên", where, say_.number(monthly, 1));
    return member;
  }

  void configure(Value given) {
    TeamRow* team = find(given["team"]);
    if (team == nullptr)
      return problem("plugins.assignment.config.teams names `{}`, which is no active team; write its name or id",
                     "plugins.assignment.config.teams có `{}`, không phải bộ phận nào; hãy ghi tên hoặc id",
                     shown(given["team"]));
    team->in_play = true;
    if (given.has("domain")) team->rule = is_rule(given["domain"]) ? kept(given["domain"]) : Document();
    if (const auto skip = given["skip"].boolean()) team->skipped = *skip;
    if (!given["members"].is_array()) return;
    const std::vector<MemberRow> before = std::move(team->members);
    team->members.clear();
    for (const Value one : given["members"].items()) {
      const std::optional<int64_t> user = user_of(one["user"]);
      if (!user) {
        problem("plugins.assignment.config.teams: {} has `{}`, who is no user; write the name or id",
                "plugins.assignment.config.teams: {} có `{}`, không phải người dùng; hãy ghi tên hoặc id", team->name,
                shown(one["user"]));
        continue;
      }
      MemberRow member = person(*team, *user, one["monthly"].number().value_or(settings_.monthly));
      for (const MemberRow& known : before)
        if (known.user == *user) {
          member.id = known.id;
          member.joined = known.joined;
        }
      member.paused = member.paused || one["paused"].truthy();
      if (is_rule(one["domain"])) member.rule = kept(one["domain"]);
      if (is_rule(one["preferred"])) member.preferred = kept(one["preferred"]);
      team->members.push_back(std::move(member));
    }
  }

  TeamRow* find(Value name) {
    const auto at = std::find_if(crm_.teams.begin(), crm_.teams.end(), [&](const TeamRow& team) {
      return name.is_string() ? team.name == name.text() : team.id == name.integer();
    });
    return at == crm_.teams.end() ? nullptr : &*at;
  }
  TeamRow* find(int64_t id) { return find(Value::of(id)); }

  std::optional<int64_t> user_of(Value name) const {
    for (const auto& [id, person] : people_)
      if (name.is_string() ? person.name == name.text() : id == name.integer()) return id;
    return std::nullopt;
  }
  static std::string shown(Value name) {
    return name.is_string() ? std::string(name.text()) : std::to_string(name.integer());
  }

  const Host& host_;
  const Settings& settings_;
  const Speech& say_;
  Crm crm_;
  Document team_fields_;
  std::map<int64_t, Person> people_;
  std::map<int64_t, std::vector<int64_t>> listed_;
};

}  // namespace

const TeamRow* Crm::team(int64_t id) const {
  for (const TeamRow& team : teams)
    if (team.id == id) return &team;
  return nullptr;
}

const MemberRow* Crm::member(int64_t team, int64_t id) const {
  const TeamRow* of = this->team(team);
  if (of == nullptr) return nullptr;
  for (const MemberRow& member : of->members)
    if (member.id == id) return &member;
  return nullptr;
}

Result<Crm> read_crm(const Host& host, const Settings& settings, const Speech& say) {
  return Reader(host, settings, say).run();
}

int64_t micros_of(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%d-%u-%u %d:%d:%d", &year, &month, &day, &hour, &minute, &second) < 3) return 0;
  using namespace std::chrono;
  const sys_days date(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
  return duration_cast<microseconds>(date.time_since_epoch() + hours(hour) + minutes(minute) + seconds(second)).count();
}

std::string utc_text(Time time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

bool is_rule(Value domain) {
  if (!domain.is_string()) return domain.is_array() && domain.size() > 0;
  std::string text;
  for (const char c : domain.text())
    if (c != ' ' && c != '\n' && c != '\t') text += c;
  return !text.empty() && text != "[]" && text != "False";
}

}  // namespace outrigger::assignment
