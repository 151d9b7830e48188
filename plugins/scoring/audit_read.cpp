#include "audit.hpp"

#include <algorithm>

#include "visibility.hpp"

namespace outrigger::scoring {
namespace {

class FactsReader {
 public:
  FactsReader(const Odoo& odoo, const Clock& clock, const Progress& progress) : odoo_(odoo), progress_(progress) {
    facts_.now = clock.now().time_since_epoch().count();
  }

  Result<AuditFacts> run() {
    for (const auto step : {&FactsReader::server, &FactsReader::leads, &FactsReader::activities, &FactsReader::stages,
                            &FactsReader::teams, &FactsReader::members, &FactsReader::users})
      if (Result<void> done = (this->*step)(); !done) return done.error();
    return std::move(facts_);
  }

 private:
  Result<void> server() {
    const Result<Document> info = odoo_.info();
    if (!info) return info.error();
    facts_.major = info->root()["major"].integer();
    const Result<bool> all = sees_all_leads(odoo_);
    if (!all) return all.error();
    const Result<std::optional<int64_t>> hidden = find_hidden(odoo_, facts_.major);
    if (!hidden) return hidden.error();
    facts_.whole = *all && !*hidden;
    Result<Document> fields = odoo_.fields_get("crm.lead");
    if (!fields) return fields.error();
    lead_ = *std::move(fields);
    return {};
  }

  Result<void> leads() {
    Arena arena;
    Query query{
        .model = "crm.lead",
        .domain = arena.array({arena.array({"stage_id.is_won", "=", false})}),
        .fields = {"name", "expected_revenue", "probability", "stage_id", "team_id", "user_id", "create_date", "type"}};
    for (const char* wanted :
         {"date_last_stage_update", "date_deadline", "date_open", "email_normalized", "phone_sanitized"})
      if (lead_.root().has(wanted)) query.fields.emplace_back(wanted);
    for (const auto& [better, plain] : {std::pair{"email_normalized", "email_from"}, {"phone_sanitized", "phone"}})
      if (!lead_.root().has(better)) query.fields.emplace_back(plain);
    return odoo_.each_page(query,
                           [&](Value rows) -> Result<void> {
                             for (const Value row : rows.items()) add(row);
                             progress_(facts_.open.size(), 0);
                             return {};
                           },
                           {.lane = Lane::kSweeps});
  }

  static std::string digits_of(std::string_view phone) {
    std::string digits;
    for (const char c : phone)
      if (c >= '0' && c <= '9') digits += c;
    // A number that short is an extension or a typing error, and joins strangers.
    return digits.size() >= 7 ? digits : std::string();
  }

  void add(Value row) {
    OpenLead lead;
    lead.id = row["id"].integer();
    lead.name = row["name"].text();
    lead.revenue = row["expected_revenue"].number().value_or(0);
    lead.probability = row["probability"].number().value_or(0);
    lead.stage = row["stage_id"].integer();
    lead.team = row["team_id"].integer();
    lead.user = row["user_id"].integer();
    const int64_t created = moment_of(row["create_date"].text());
    lead.created = created == kNever ? facts_.now : created;
    const int64_t moved = moment_of(row["date_last_stage_update"].text());
    lead.moved = moved == kNever ? lead.created : moved;
    lead.deadline = moment_of(row["date_deadline"].text());
    lead.email = normalised(row.has("email_normalized") ? row["email_normalized"].text() : row["email_from"].text());
    lead.phone = digits_of(row.has("phone_sanitized") ? row["phone_sanitized"].text() : row["phone"].text());
    lead.kind = row["type"].text();
    lead.had_user = moment_of(row["date_open"].text()) != kNever;
    at_[lead.id] = facts_.open.size();
    facts_.open.push_back(std::move(lead));
  }

  // A model that the key may not read costs its part of the page, and no more.
  Result<void> read(const Query& query, const std::function<void(Value)>& use, const char* without) {
    const Result<void> done = odoo_.each_page(query,
                                              [&](Value rows) -> Result<void> {
                                                for (const Value row : rows.items()) use(row);
                                                return {};
                                              },
                                              {.lane = Lane::kSweeps});
    if (done) return {};
    if (done.error().code != Code::kAccess && done.error().code != Code::kMissing) return done;
    facts_.notes.push_back(std::string(without) + ": " + done.error().message);
    if (query.model == "crm.team" || query.model == "crm.team.member") facts_.rules.members_known = false;
    return {};
  }

  Result<void> activities() {
    Arena arena;
    return read(
        {.model = "mail.activity",
         .domain = arena.array({arena.array({"res_model", "=", "crm.lead"})}),
         .fields = {"res_id", "date_deadline"}},
        [&](Value row) {
          const auto at = at_.find(row["res_id"].integer());
          if (at == at_.end()) return;
          int64_t& next = facts_.open[at->second].next_activity;
          next = std::min(next, moment_of(row["date_deadline"].text()));
        },
        "planned activities are not known");
  }

  Result<void> stages() {
    return read(
        {.model = "crm.stage", .fields = {"name"}},
        [&](Value row) { facts_.stages[row["id"].integer()] = row["name"].text(); }, "names of stages are not known");
  }

  Result<void> teams() {
    const bool members_apart = facts_.major >= 15;
    facts_.rules.there = members_apart;
    Query query{.model = "crm.team", .fields = {"name"}};
    if (members_apart)
      query.fields.emplace_back("assignment_optout");
    else
      query.fields.emplace_back("member_ids");
    const Result<Document> fields = odoo_.fields_get("crm.team");
    if (!fields) return fields.error();
    if (!fields->root().has(query.fields.back())) query.fields.pop_back();
    return read(
        query,
        [&](Value row) {
          facts_.teams.push_back({row["id"].integer(), std::string(row["name"].text()),
                                  members_apart ? 0 : row["member_ids"].size(), !row["assignment_optout"].truthy(),
                                  !members_apart});
        },
        "sales teams are not known");
  }

  Result<void> members() {
    if (facts_.major < 15) return {};
    return read(
        {.model = "crm.team.member", .fields = {"crm_team_id", "assignment_optout", "assignment_max"}},
        [&](Value row) {
          for (AuditTeam& team : facts_.teams) {
            if (team.id != row["crm_team_id"].integer()) continue;
            ++team.members;
            if (!row["assignment_optout"].truthy() && row["assignment_max"].integer() > 0) team.capacity = true;
          }
        },
        "members of sales teams are not known");
  }

  Result<void> users() {
    std::vector<int64_t> ids;
    for (const OpenLead& lead : facts_.open)
      if (lead.user != 0 && facts_.users.try_emplace(lead.user).second) ids.push_back(lead.user);
    if (ids.empty()) return {};
    const Result<Document> rows = odoo_.names("res.users", ids);
    if (!rows) return rows.error().code == Code::kAccess ? Result<void>() : rows.error();
    for (const Value row : rows->root().items()) facts_.users[row.at(0).integer()] = row.at(1).text();
    return {};
  }

  const Odoo& odoo_;
  const Progress& progress_;
  Document lead_;
  AuditFacts facts_;
  std::unordered_map<int64_t, size_t> at_;
};

}  // namespace

Result<AuditFacts> read_audit_facts(const Odoo& odoo, const Clock& clock, const Progress& progress) {
  return FactsReader(odoo, clock, progress).run();
}

}  // namespace outrigger::scoring
