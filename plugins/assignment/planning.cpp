#include "planning.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/odoo.hpp"
#include "kinds.hpp"

namespace outrigger::assignment {
namespace {

constexpr double kHour = 3600e6;
constexpr double kDay = 24 * kHour;

// Leads that were opened for a member in the last 24 hours, archived and lost ones too, as Odoo counts them.
Result<void> count_recent(const Host& host, std::vector<Team>& teams) {
  Arena arena;
  const std::string since = utc_text(host.clock.now() - std::chrono::hours(24));
  const Query query{
      .model = "crm.lead",
      .domain = arena.array({arena.array({"date_open", ">=", arena.text(since)}), arena.array({"user_id", "!=", false}),
                             arena.array({"team_id", "!=", false})}),
      .archived = true};
  const Result<Document> groups = host.odoo.read_group(query, {"team_id", "user_id"}, {"__count"});
  if (!groups) return groups.error();
  for (const Value group : groups->root().items())
    for (Team& team : teams)
      for (Member& member : team.members)
        if (team.id == group["team_id"].integer() && member.user == group["user_id"].integer())
          member.recently = group["__count"].number().value_or(0);
  return {};
}

Result<Plan> run_engine(const Host& host, const Settings& settings, const std::vector<std::string>& kinds,
                        const LeadColumns& columns, Planned& planned) {
  switch (settings.engine) {
    case EngineKind::kOdoo: {
      AllocateOptions options;
      options.seed = settings.seed;
      return plan_as_odoo(planned.work, planned.scope, options);
    }
    case EngineKind::kValue: return plan_best(host, settings, kinds, columns, planned);
    case EngineKind::kFair: break;
  }
  return plan_fairly(planned.work, planned.scope);
}

}  // namespace

std::vector<Place> add_rules(const Crm& crm, Rules& rules, const std::string& whose) {
  std::vector<Place> places;
  for (size_t t = 0; t < crm.teams.size(); ++t) {
    const TeamRow& team = crm.teams[t];
    if (!team.in_play) continue;
    if (is_rule(team.rule.root()))
      places.push_back({rules.add(whose + team.name, team.rule.root(), Meaning::kSearch), t});
    for (size_t m = 0; m < team.members.size(); ++m) {
      const MemberRow& member = team.members[m];
      const std::string owner = whose + team.name + " / " + member.name;
      if (is_rule(member.rule.root()))
        places.push_back({rules.add(owner, member.rule.root(), Meaning::kFilter), t, m, false});
      if (is_rule(member.preferred.root()))
        places.push_back({rules.add(owner, member.preferred.root(), Meaning::kFilter), t, m, true});
    }
  }
  return places;
}

std::vector<Team> teams_of(const Crm& crm) {
  std::vector<Team> teams;
  for (const TeamRow& row : crm.teams) {
    Team team;
    team.id = row.id;
    team.pipeline = row.pipeline && row.in_play;
    team.skipped = row.skipped;
    for (const MemberRow& one : row.members) {
      Member member;
      member.id = one.id;
      member.user = one.user;
      member.monthly = one.monthly;
      member.paused = one.paused;
      member.joined = one.joined;
      team.members.push_back(std::move(member));
    }
    teams.push_back(std::move(team));
  }
  return teams;
}

// A team without a rule that it could be judged by wants nothing: neither does one of which nobody said anything.
void put_flags(const Crm& crm, const Rules& rules, const std::vector<Place>& places, std::vector<Team>& teams,
               size_t leads) {
  for (const Place& place : places) {
    Team& team = teams[place.team];
    if (place.member == SIZE_MAX)
      team.rule = rules.flags(place.rule);
    else if (place.preferred)
      team.members[place.member].preferred = rules.flags(place.rule);
    else
      team.members[place.member].rule = rules.flags(place.rule);
  }
  for (size_t t = 0; t < teams.size(); ++t)
    if (!crm.teams[t].in_play) teams[t].rule = Flags(leads, 0);
}

Result<double> youngest_hours(const Host& host, const Settings& settings, const Speech& say,
                              std::vector<std::string>& problems) {
  if (settings.youngest_hours) return *settings.youngest_hours;
  const Result<Document> delay = host.odoo.parameter("crm.assignment.delay");
  if (!delay) {
    if (delay.error().code != Code::kAccess && delay.error().code != Code::kUnsupported) return delay.error();
    problems.push_back(
        say("Odoo's parameter crm.assignment.delay may not be read with this key, so leads of any age are taken; set "
            "plugins.assignment.config.youngest_hours",
            "khóa này không được đọc tham số crm.assignment.delay của Odoo nên tiềm năng mới đến đâu cũng được nhận; "
            "hãy đặt plugins.assignment.config.youngest_hours"));
    return 0;
  }
  const std::string text(delay->root().text());
  double hours = 0;
  std::from_chars(text.data(), text.data() + text.size(), hours);
  return std::max(0.0, hours);
}

Result<Planned> make_plan(const Host& host, const Settings& settings, const Ask& ask, const Speech& say) {
  Planned planned;
  Result<Crm> crm = read_crm(host, settings, say);
  if (!crm) return crm.error();
  planned.crm = *std::move(crm);
  if (!ask.team.empty()) {
    const Result<int64_t> team = team_named(planned.crm, ask.team);
    if (!team) return team.error();
    planned.scope.team = *team;
  }
  Rules rules(host, say);
  const std::vector<Place> places = add_rules(planned.crm, rules);
  if (Result<void> done = rules.compile(); !done) return done.error();
  const Result<std::vector<std::string>> kinds = kind_fields(host, settings, say, planned.problems);
  if (!kinds) return kinds.error();
  std::set<std::string> looked_at = rules.fields();
  looked_at.insert(kinds->begin(), kinds->end());
  Result<LeadTable> table = read_leads(host, ask.leads, looked_at);
  if (!table) return table.error();
  if (Result<void> done = rules.match(table->columns); !done) return done.error();
  if (settings.duplicates != DuplicatePolicy::kKeep)
    if (Result<void> done = read_duplicates(host, *table); !done) return done.error();
  planned.work.now = host.clock.now().time_since_epoch().count();
  planned.work.teams = teams_of(planned.crm);
  put_flags(planned.crm, rules, places, planned.work.teams, table->leads.size());
  planned.work.leads = std::move(table->leads);
  planned.texts = std::move(table->texts);
  planned.scored = table->scored;
  planned.scope.full_quota = ask.full;
  const Result<double> hours = youngest_hours(host, settings, say, planned.problems);
  if (!hours) return hours.error();
  planned.scope.youngest = static_cast<int64_t>(*hours * kHour);
  planned.scope.oldest = static_cast<int64_t>(settings.oldest_days * kDay);
  if (Result<void> done = count_recent(host, planned.work.teams); !done) return done.error();
  const std::vector<std::string>& broken = rules.problems();
  planned.problems.insert(planned.problems.end(), planned.crm.problems.begin(), planned.crm.problems.end());
  planned.problems.insert(planned.problems.end(), broken.begin(), broken.end());
  planned.asked = rules.asked();
  if (ask.before_engine) ask.before_engine(planned);
  Result<Plan> plan = run_engine(host, settings, *kinds, table->columns, planned);
  if (!plan) return plan.error();
  planned.plan = *std::move(plan);
  if (ask.after_engine) ask.after_engine(planned);
  return planned;
}

Result<int64_t> team_named(const Crm& crm, std::string_view name) {
  int64_t id = 0;
  const bool number = std::from_chars(name.data(), name.data() + name.size(), id).ptr == name.data() + name.size();
  std::string known;
  for (const TeamRow& team : crm.teams) {
    if (team.name == name || (number && team.id == id)) return team.id;
    known += (known.empty() ? "" : ", ") + team.name;
  }
  return Error{Code::kMissing, "there is no active team `" + std::string(name) + "`; there are " + known};
}

}  // namespace outrigger::assignment
