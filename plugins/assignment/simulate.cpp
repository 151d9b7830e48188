#include "simulate.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "arrival.hpp"
#include "engine/odoo.hpp"
#include "planning.hpp"
#include "scenarios.hpp"
#include "win_rates.hpp"

namespace outrigger::assignment {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kDay = 86'400 * kSecond;
constexpr int64_t kLongest = 732 * kDay;

std::string moment_text(int64_t micros) { return utc_text(Time(std::chrono::microseconds(micros))); }

// "2026-03-01", midnight UTC.
Result<int64_t> day_of(Value args, const char* name) {
  const std::string text = text_of(args[name]);
  const int64_t at = micros_of(text);
  if (text.size() != 10 || at <= 0 || moment_text(at).substr(0, 10) != text)
    return Error{Code::kInvalid, "--" + std::string(name) + " takes a day such as 2026-03-01, not \"" + text + "\""};
  return at;
}

Result<Span> span_of(const Command& command, const Host& host) {
  const int64_t now = host.clock.now().time_since_epoch().count();
  const Result<int64_t> since = day_of(command.args(), "since");
  if (!since) return since.error();
  Span span{*since, now};
  if (command.args().has("until")) {
    const Result<int64_t> until = day_of(command.args(), "until");
    if (!until) return until.error();
    span.until = std::min(now, *until);
  }
  if (span.from >= span.until) return Error{Code::kInvalid, "--since must be a day before --until, and in the past"};
  if (span.until - span.from > kLongest)
    return Error{Code::kInvalid, "at most two years are simulated; take a later --since or an earlier --until"};
  return span;
}

enum class Teams { kAuto, kKept, kFree };
Result<Teams> teams_mode(const Command& command) {
  const std::string word = text_of(command.args()["teams"]);
  if (word.empty() || word == "auto") return Teams::kAuto;
  if (word == "kept") return Teams::kKept;
  if (word == "free") return Teams::kFree;
  return Error{Code::kInvalid, "--teams is `" + word + "`; it may be auto, kept or free"};
}

// One scenario on its way: its teams, and where its rules stand.
struct Ready {
  Scenario scenario;
  Crm crm;
  std::vector<Place> places;
  Scope scope;
  int64_t every = 0;
};

// When its runs would have been.
Result<void> set_times(Ready& ready, const std::string& every, const Speech& say, Simulated& out) {
  Settings& settings = ready.scenario.settings;
  std::string times = settings.every;
  if (times.empty() && !every.empty()) times = every;
  if (times.empty() && (!settings.live || !settings.cron.empty())) {
    times = "1d";
    if (!settings.cron.empty())
      out.problems.push_back(say("{}: its runs are set by cron, which is not replayed; one a day is, or --every",
                                 "{}: lịch chạy theo cron không mô phỏng được; dùng mỗi ngày một lần, hoặc --every",
                                 ready.scenario.name));
  }
  if (!times.empty()) {
    const std::optional<int64_t> period = period_of(times);
    if (!period)
      return Error{Code::kInvalid, "--every is `" + times + "`; it is a number with m, h, d or w, as in 15m"};
    ready.every = *period * 1000;
    constexpr int64_t kMostRuns = 50'000;
    if ((out.span.until - out.span.from) / ready.every > kMostRuns)
      return Error{Code::kInvalid, ready.scenario.name + ": `" + times + "` makes more than " +
                                       std::to_string(kMostRuns) +
                                       " runs of this time; take fewer, or a later --since"};
  }
  std::string runs = settings.live ? say("as leads come", "ngay khi tiềm năng đến") : std::string();
  if (!times.empty()) runs += (runs.empty() ? "" : ", ") + say("every {}", "mỗi {}", times);
  out.sides.push_back({ready.scenario.name, to_string(settings.engine), runs, {}});
  return {};
}

Result<std::vector<Ready>> prepare(const Command& command, const Host& host, Value config, Rules& rules,
                                   const Speech& say, Simulated& out) {
  Result<std::vector<Scenario>> scenarios = scenarios_of(config, command.args()["rules"].text(), say);
  if (!scenarios) return scenarios.error();
  const std::string every = text_of(command.args()["every"]);
  std::vector<Ready> all;
  for (Scenario& scenario : *scenarios) {
    Ready ready{std::move(scenario), {}, {}, {}, 0};
    if (Result<void> set = set_times(ready, every, say, out); !set) return set.error();
    ready.scenario.settings.leave = false;  // who is away today was not then
    Result<Crm> crm = read_crm(host, ready.scenario.settings, say);
    if (!crm) return crm.error();
    ready.crm = *std::move(crm);
    ready.places = add_rules(ready.crm, rules, ready.scenario.name + ": ");
    const Result<double> hours = youngest_hours(host, ready.scenario.settings, say, out.problems);
    if (!hours) return hours.error();
    ready.scope.youngest = static_cast<int64_t>(*hours * 3600) * kSecond;
    ready.scope.oldest = static_cast<int64_t>(ready.scenario.settings.oldest_days * 86'400) * kSecond;
    for (const std::string& problem : ready.crm.problems) out.problems.push_back(ready.scenario.name + ": " + problem);
    all.push_back(std::move(ready));
  }
  return all;
}

bool any_team_rule(const std::vector<Ready>& all) {
  for (const Ready& ready : all)
    for (const TeamRow& team : ready.crm.teams)
      if (team.in_play && is_rule(team.rule.root())) return true;
  return false;
}

std::set<std::string> fields_of(const Rules& rules) {
  std::set<std::string> fields = rules.fields();
  fields.insert(Arrivals::fields().begin(), Arrivals::fields().end());
  for (const char* name :
       {"date_open", "date_closed", "date_conversion", "create_uid", "user_id", "active", "probability"})
    fields.insert(name);
  return fields;
}

Value at(const LeadTable& table, const char* field, size_t row) { return (*table.columns.values(field))[row]; }

// A salesperson's own lead, that nobody had to assign.
bool came_with_owner(const LeadTable& table, size_t row) {
  const Lead& lead = table.leads[row];
  constexpr int64_t kAtOnce = 5 * kSecond;
  return lead.user != 0 && at(table, "create_uid", row).integer() == lead.user &&
         micros_of(at(table, "date_open", row).text()) - lead.created <= kAtOnce;
}

// What was: who has the lead, since when.
Handed as_it_was(const LeadTable& table, size_t row, const Span& span) {
  const Lead& lead = table.leads[row];
  Handed handed;
  handed.reason = Reason::kNoTeamRule;
  handed.team = lead.team;
  if (lead.user == 0) return handed;
  const int64_t opened = micros_of(at(table, "date_open", row).text());
  const int64_t since = std::max(opened, lead.created);
  if (since > span.until) return handed;
  handed.at = since;
  handed.user = lead.user;
  return handed;
}

// As the leads came: what became of them is taken off, also where rules look.
void turn_back(LeadTable& table, const std::vector<double>& chance, bool free_teams) {
  for (size_t row = 0; row < table.leads.size(); ++row) {
    Lead& lead = table.leads[row];
    const bool was_lead = at(table, "date_conversion", row).is_string();
    lead.closed = micros_of(at(table, "date_closed", row).text());
    lead.user = 0;
    lead.touched = false;
    lead.active = true;
    lead.won = false;
    if (was_lead) lead.opportunity = false;
    if (free_teams) lead.team = 0;
    lead.probability = std::round(10'000 * chance[row]) / 100;
    table.columns.set("probability", row, Value::of(lead.probability));
    table.columns.set("automated_probability", row, Value::of(lead.probability));
    if (was_lead) table.columns.set("type", row, Value::of("lead"));
  }
  for (const char* name : {"user_id", "date_open", "date_closed", "date_conversion", "lost_reason_id"})
    table.columns.set(name, Value::of(false));
  table.columns.set("active", Value::of(true));
  table.columns.set("won_status", Value::of("pending"));
  if (free_teams) table.columns.set("team_id", Value::of(false));
}

void find_duplicates(LeadTable& table, const std::vector<size_t>& kept) {
  std::map<std::string, std::vector<int64_t>> by_address;
  for (const size_t row : kept)
    for (const std::string& address : table.texts[row].addresses) by_address[address].push_back(table.leads[row].id);
  put_duplicates(table, by_address);
}

std::optional<Flags> kept_part(const std::optional<Flags>& flags, const std::vector<size_t>& kept) {
  if (!flags) return std::nullopt;
  Flags part;
  for (const size_t row : kept) part.push_back(allows(flags, row) ? 1 : 0);
  return part;
}

Engine engine_of(const Settings& settings, const WinRates& rates) {
  switch (settings.engine) {
    case EngineKind::kOdoo:
      return [seed = settings.seed](const Work& work, const Scope& scope) {
        AllocateOptions options;
        // Another draw at each run, the same ones when it is simulated again.
        options.seed = seed + static_cast<uint64_t>(work.now / kLook);
        return plan_as_odoo(work, scope, options);
      };
    case EngineKind::kValue:
      return [&rates, share = settings.largest_share](const Work& work, const Scope& scope) {
        ValueOptions options;
        options.largest_share = share;
        options.value = [&rates](const Lead& lead, const Team& team, const Member& member) {
          return std::max(0.0, lead.probability / 100 * lead.revenue * rates.factor(team.id, member.user));
        };
        return plan_by_value(work, scope, options);
      };
    case EngineKind::kFair: break;
  }
  return plan_fairly;
}

std::map<int64_t, double> capacity_of(const Crm& crm) {
  std::map<int64_t, double> capacity;
  for (const TeamRow& team : crm.teams)
    if (team.in_play)
      for (const MemberRow& member : team.members)
        if (!member.paused) capacity[member.user] += member.monthly;
  return capacity;
}

class Simulation {
 public:
  Simulation(Command& command, const Host& host, const Speech& say) : command_(command), host_(host), say_(say) {}

  Result<Simulated> run(Value config) {
    const Result<Span> span = span_of(command_, host_);
    if (!span) return span.error();
    out_.span = *span;
    out_.sides.push_back({say_("as it was", "như đã diễn ra"), "", "", {}});
    const Result<Teams> mode = teams_mode(command_);
    if (!mode) return mode.error();
    Rules rules(host_, say_);
    Result<std::vector<Ready>> all = prepare(command_, host_, config, rules, say_, out_);
    if (!all) return all.error();
    out_.free_teams = *mode == Teams::kFree || (*mode == Teams::kAuto && any_team_rule(*all));
    if (Result<void> done = rules.compile(); !done) return done.error();
    Result<LeadTable> table = read(fields_of(rules));
    if (!table) return table.error();
    if (Result<void> done = look_back(*table); !done) return done.error();
    turn_back(*table, chance_, out_.free_teams);
    find_duplicates(*table, kept_);
    if (Result<void> done = rules.match(table->columns); !done) return done.error();
    out_.problems.insert(out_.problems.end(), rules.problems().begin(), rules.problems().end());
    out_.asked = rules.asked();
    for (const size_t row : kept_) leads_.push_back(std::move(table->leads[row]));
    for (size_t s = 0; s < all->size(); ++s) replay_one((*all)[s], rules, table->texts.size(), out_.sides[s + 1]);
    note_outcome(out_.sides[0].outcome, was_, capacity_of(all->front().crm));
    return name_people(all->front().crm);
  }

 private:
  Result<LeadTable> read(const std::set<std::string>& fields) {
    const std::string from = moment_text(out_.span.from);
    const std::string until = moment_text(out_.span.until);
    Arena arena;
    const Value domain = arena.array(
        {arena.array({"create_date", ">=", arena.text(from)}), arena.array({"create_date", "<", arena.text(until)})});
    const Result<int64_t> count = host_.odoo.search_count({.model = "crm.lead", .domain = domain, .archived = true});
    if (!count) return count.error();
    Result<LeadTable> table = read_created(host_, from, until, fields, [&](size_t leads) {
      command_.progress(leads, static_cast<uint64_t>(*count), say_("reading leads", "đang đọc tiềm năng"));
    });
    if (table && table->leads.empty())
      return Error{Code::kMissing, "no lead that this key may see was created from " + from.substr(0, 10) + " to " +
                                       until.substr(0, 10) + "; take an earlier --since"};
    return table;
  }

  // What was, and the chances on arrival, by what was known before.
  Result<void> look_back(const LeadTable& table) {
    const std::string from = moment_text(out_.span.from);
    const Result<Arrivals> arrivals = read_arrivals(host_, from);
    if (!arrivals) return arrivals.error();
    Result<WinRates> rates = read_win_rates(host_, from);
    if (!rates) return rates.error();
    rates_ = *std::move(rates);
    out_.closed_before = arrivals->closed();
    out_.base_rate = arrivals->base_rate();
    for (size_t row = 0; row < table.leads.size(); ++row) {
      chance_.push_back(arrivals->chance(table.columns, row));
      if (came_with_owner(table, row)) {
        ++out_.came_with_owner;
        continue;
      }
      kept_.push_back(row);
      was_.push_back(as_it_was(table, row, out_.span));
      const Lead& lead = table.leads[row];
      out_.won += lead.won ? 1 : 0;
      out_.lost += !lead.won && !lead.active ? 1 : 0;
    }
    return {};
  }

  void replay_one(const Ready& ready, const Rules& rules, size_t read, Side& side) {
    Work work;
    work.leads = leads_;
    if (ready.scenario.settings.duplicates == DuplicatePolicy::kKeep)
      for (Lead& lead : work.leads) lead.duplicates.clear();
    work.teams = teams_of(ready.crm);
    put_flags(ready.crm, rules, ready.places, work.teams, read);
    for (Team& team : work.teams) {
      team.rule = kept_part(team.rule, kept_);
      for (Member& member : team.members) {
        member.rule = kept_part(member.rule, kept_);
        member.preferred = kept_part(member.preferred, kept_);
      }
    }
    const ReplayOptions options{out_.span.from, out_.span.until,
                                ready.every,    ready.scenario.settings.live,
                                ready.scope,    ready.scenario.settings.engine == EngineKind::kOdoo};
    const auto whole = static_cast<uint64_t>((out_.span.until - out_.span.from) / kLook);
    const Replayed then = replay(work, options, engine_of(ready.scenario.settings, rates_), [&](int64_t at) {
      command_.progress(static_cast<uint64_t>((at - out_.span.from) / kLook), whole, side.name);
    });
    if (then.looked_at_part)
      out_.problems.push_back(say_("{}: more than {} leads waited at times, and each run looked at the best of them",
                                   "{}: có lúc hơn {} tiềm năng chờ, mỗi lần chạy chỉ xét những tiềm năng tốt nhất",
                                   ready.scenario.name, say_.count(kMostAtOnce)));
    note_outcome(side.outcome, then.leads, capacity_of(ready.crm));
  }

  void note_outcome(Outcome& outcome, const std::vector<Handed>& handed, const std::map<int64_t, double>& capacity) {
    outcome = outcome_of(leads_, handed, capacity, out_.span, [&](size_t lead, int64_t team, int64_t user) {
      return std::clamp(leads_[lead].probability / 100 * rates_.factor(team, user), 0.0, 1.0);
    });
  }

  Result<Simulated> name_people(const Crm& crm) {
    for (const TeamRow& team : crm.teams)
      for (const MemberRow& member : team.members) out_.people[member.user] = member.name;
    std::set<int64_t> others;
    for (const Side& side : out_.sides)
      for (const auto& [user, load] : side.outcome.loads)
        if (out_.people.count(user) == 0) others.insert(user);
    const Result<Document> names = host_.odoo.names("res.users", {others.begin(), others.end()});
    if (!names) return names.error();
    for (const Value one : names->root().items())
      if (one.size() == 2) out_.people[one.at(0).integer()] = text_of(one.at(1));
    for (const int64_t user : others)
      if (out_.people[user].empty()) out_.people[user] = "#" + std::to_string(user);
    return std::move(out_);
  }

  Command& command_;
  const Host& host_;
  const Speech& say_;
  Simulated out_;
  WinRates rates_;
  std::vector<double> chance_;  // of every lead that was read
  std::vector<size_t> kept_;    // rows of those that had to be assigned
  std::vector<Lead> leads_;     // these
  std::vector<Handed> was_;     // and what became of each
};

}  // namespace

Result<Document> run_simulate(Command& command, const Host& host, Value config) {
  const Speech say(command.locale());
  const Result<Simulated> simulated = Simulation(command, host, say).run(config);
  if (!simulated) return simulated.error();
  outrigger::Report page = simulation_page(*simulated, say);
  return page.answer([&](Arena& arena) { return simulation_figures(*simulated, arena); });
}

}  // namespace outrigger::assignment
