// Believable records from a seed: a sales history whose win rate depends on country, source, team, contact quality
// and tags, so that a score computed from it means something.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <random>

#include "integration/sandbox/database.hpp"

namespace outrigger::sandbox {
namespace {

struct Country {
  const char* code;
  const char* name;
  const char* dial;
  double pull;  // in log-odds of winning
  std::array<const char*, 3> states;
};
constexpr Country kCountries[] = {
    {"VN", "Vietnam", "+84 28 3822 ", 0.5, {"Hà Nội", "TP Hồ Chí Minh", "Đà Nẵng"}},
    {"BE", "Belgium", "+32 2 290 ", 0.4, {"Brussels", "Antwerp", "Liège"}},
    {"FR", "France", "+33 1 44 55 ", 0.1, {"Paris", "Lyon", "Lille"}},
    {"DE", "Germany", "+49 30 2273 ", 0.2, {"Berlin", "Bavaria", "Hesse"}},
    {"US", "United States", "+1 650 555 ", -0.2, {"California", "New York", "Texas"}},
    {"GB", "United Kingdom", "+44 20 7946 ", 0.0, {"London", "Kent", "Surrey"}},
    {"IN", "India", "+91 22 6633 ", -0.5, {"Maharashtra", "Gujarat", "Kerala"}},
    {"JP", "Japan", "+81 3 5253 ", 0.3, {"Tokyo", "Osaka", "Kyoto"}},
    {"BR", "Brazil", "+55 11 3066 ", -0.4, {"São Paulo", "Bahia", "Paraná"}},
    {"AU", "Australia", "+61 2 9374 ", 0.1, {"Victoria", "Queensland", "Tasmania"}},
};

struct Weighted {
  const char* name;
  double share;
  double pull;
};
constexpr Weighted kSources[] = {{"Search engine", 0.3, 0.0}, {"Referral", 0.15, 1.0},  {"Newsletter", 0.2, -0.3},
                                 {"Trade fair", 0.1, 0.6},    {"LinkedIn", 0.15, -0.2}, {"Cold call", 0.1, -1.0}};
constexpr Weighted kTags[] = {{"Product", 0.3, 0.1}, {"Training", 0.15, 0.4}, {"Consulting", 0.2, 0.2},
                              {"Tender", 0.1, -0.8}, {"Renewal", 0.1, 1.2},   {"Student", 0.05, -1.5}};
constexpr Weighted kTeams[] = {{"Direct Sales", 0.45, 0.1}, {"Website", 0.35, -0.3}, {"Partners", 0.15, 0.5}};
constexpr const char* kNeeds[] = {"Ten desks",          "Office chairs",  "ERP rollout",  "Warehouse scanners",
                                  "Annual maintenance", "Training days",  "Meeting room", "Shop fitting",
                                  "Web shop",           "Packaging line", "Solar panels", "Delivery vans"};
constexpr const char* kCompanies[] = {"Azure",   "Lotus",     "Delta",  "Northwind", "Minh Phát", "Orchard",
                                      "Kestrel", "Sông Hồng", "Atlas",  "Juniper",   "Cobalt",    "Bamboo",
                                      "Harbour", "Summit",    "Saigon", "Meridian"};
constexpr const char* kKinds[] = {"Interiors", "Logistics", "Foods",   "Textiles",
                                  "Software",  "Trading",   "Clinics", "Hotels"};
constexpr const char* kFirst[] = {"Anna",  "Minh",  "Lan", "Pierre", "Jonas", "Priya",
                                  "Kenji", "Maria", "Tom", "Huong",  "Sara",  "David"};
constexpr const char* kLast[] = {"Nguyễn", "Peeters", "Martin", "Weber", "Smith", "Patel",
                                 "Tanaka", "Silva",   "Trần",   "Jones", "Lê",    "Brown"};

class Generator {
 public:
  explicit Generator(Database& database, std::vector<User>& users)
      : database_(database), users_(users), random_(database.options().seed), now_(database.now_text()) {}

  void run() {
    reference_data();
    people();
    pipeline();
    parameters();
    technical();
    leads(database_.options().leads);
    database_.fill_scoring_table();
  }

 private:
  double uniform() { return std::uniform_real_distribution<double>(0, 1)(random_); }
  template <typename T, size_t N>
  const T& pick(const T (&list)[N]) {
    return list[std::uniform_int_distribution<size_t>(0, N - 1)(random_)];
  }

  int64_t add(Table& table, std::initializer_list<std::pair<std::string_view, Item>> values) {
    const int64_t id = table.insert();
    const Value now = table.keep(now_);
    table.set(id, "create_date", now);
    table.set(id, "write_date", now);
    table.set(id, "create_uid", Value::of(int64_t{1}));
    table.set(id, "write_uid", Value::of(int64_t{1}));
    if (table.column("active") >= 0) table.set(id, "active", Value::of(true));
    for (const auto& [name, item] : values) table.set(id, name, item.value);
    return id;
  }

  void reference_data() {
    add(database_.table("res.company"), {{"name", "My Company"}});
    Table& countries = database_.table("res.country");
    Table& states = database_.table("res.country.state");
    for (const Country& country : kCountries) {
      const int64_t id = add(countries, {{"name", country.name}, {"code", country.code}});
      for (const char* state : country.states) add(states, {{"name", state}, {"country_id", id}});
    }
    for (const auto& [code, name] :
         {std::pair{"en_US", "English (US)"}, {"vi_VN", "Vietnamese / Tiếng Việt"}, {"fr_FR", "French / Français"}})
      add(database_.table("res.lang"), {{"name", name}, {"code", code}});
    for (const Weighted& source : kSources) add(database_.table("utm.source"), {{"name", source.name}});
    for (const char* medium : {"Email", "Website", "Phone"}) add(database_.table("utm.medium"), {{"name", medium}});
    for (const char* campaign : {"Spring", "Autumn"}) add(database_.table("utm.campaign"), {{"name", campaign}});
    for (const Weighted& tag : kTags) add(database_.table("crm.tag"), {{"name", tag.name}});
    for (const char* reason : {"Too expensive", "No answer", "Chose another", "Not enough stock"})
      add(database_.table("crm.lost.reason"), {{"name", reason}});
  }

  void people() {
    Table& partners = database_.table("res.partner");
    Table& table = database_.table("res.users");
    const auto user = [&](const char* login, const char* name, bool active) {
      const int64_t partner =
          add(partners, {{"name", name}, {"email", partners.keep(std::string(login) + "@example.com")}});
      const int64_t id = add(table, {{"login", login},
                                     {"name", name},
                                     {"partner_id", partner},
                                     {"company_id", 1},
                                     {"tz", "UTC"},
                                     {"lang", "en_US"}});
      table.set(id, "company_ids", table.arena().ids(std::vector<int64_t>{1}));
      table.set(id, "active", Value::of(active));
      return id;
    };
    user("__system__", "OdooBot", false);
    users_.push_back({user("admin", "Mitchell Admin", true), "admin", "admin",
                      "5a4d0b5e7c1f4d2a9b8e6f3c1d2e4a5b6c7d8e9f", false, true, true, "UTC"});
    users_.push_back({user("demo", "Marc Demo", true), "demo", "demo", "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
                      false, false, false, "UTC"});
    users_.push_back({user("expired", "Former Employee", true), "expired", "",
                      "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef", true, false, true, "UTC"});
    for (const char* seller : {"lan", "pierre", "priya", "tom"}) sellers_.push_back(user(seller, seller, true));
    sellers_.push_back(3);  // demo sells too
  }

  void pipeline() {
    Table& stages = database_.table("crm.stage");
    add(stages, {{"name", "New"}, {"sequence", 1}, {"is_won", false}});
    add(stages, {{"name", "Qualified"}, {"sequence", 2}, {"is_won", false}});
    add(stages, {{"name", "Proposition"}, {"sequence", 3}, {"is_won", false}});
    add(stages, {{"name", "Won"}, {"sequence", 70}, {"is_won", true}});
    int sequence = 0;
    for (const Weighted& team : kTeams) {
      const int64_t id =
          add(database_.table("crm.team"),
              {{"name", team.name}, {"sequence", sequence}, {"use_opportunities", true}, {"assignment_max", 30}});
      sequence += 5;
      std::vector<int64_t> members;
      for (size_t i = 0; i < 2; ++i) {
        members.push_back(sellers_[(static_cast<size_t>(id) + i) % sellers_.size()]);
        add(database_.table("crm.team.member"),
            {{"crm_team_id", id}, {"user_id", members.back()}, {"assignment_max", 30}});
      }
      Table& teams = database_.table("crm.team");
      teams.set(id, "member_ids", teams.arena().ids(members));
    }
  }

  void parameters() {
    Table& parameters = database_.table("ir.config_parameter");
    const char* fields = database_.options().major >= 15
                             ? "phone_state,email_state,state_id,country_id,source_id,lang_id,tag_ids"
                             : "state_id,country_id,phone_state,email_state,source_id";
    add(parameters, {{"key", "crm.pls_fields"}, {"value", fields}});
    add(parameters, {{"key", "crm.pls_start_date"}, {"value", parameters.keep(day(-365))}});
    add(parameters, {{"key", "database.uuid"}, {"value", "00000000-0000-4000-8000-000000000001"}});
  }

  // What is needed to add fields and views, and to see when a key expires.
  void technical() {
    for (const ModelDef& model : models()) {
      const int64_t id =
          add(database_.table("ir.model"), {{"name", Value::of(model.label)}, {"model", Value::of(model.name)}});
      for (const FieldDef* field : database_.table(model.name).fields())
        add(database_.table("ir.model.fields"), {{"name", Value::of(field->name)},
                                                 {"field_description", Value::of(field->label)},
                                                 {"model_id", id},
                                                 {"model", Value::of(model.name)},
                                                 {"ttype", Value::of(field->type)},
                                                 {"state", "base"},
                                                 {"relation", Value::of(field->comodel)}});
    }
    const int64_t form = add(database_.table("ir.ui.view"),
                             {{"name", "crm.lead.form"},
                              {"model", "crm.lead"},
                              {"type", "form"},
                              {"mode", "primary"},
                              {"priority", 16},
                              {"arch_base", "<form><field name=\"name\"/><field name=\"priority\"/></form>"}});
    add(database_.table("ir.model.data"),
        {{"module", "crm"}, {"name", "crm_lead_view_form"}, {"model", "ir.ui.view"}, {"res_id", form}});
    Table& keys = database_.table("res.users.apikeys");
    for (const User& user : users_) {
      const int64_t id = add(keys, {{"name", "sandbox"}, {"user_id", user.id}});
      // Those of ordinary users live for 90 days at most.
      if (!user.administrator) keys.set(id, "expiration_date", keys.keep(moment(user.key_expired ? -1 : 60, 0)));
    }
  }

  // A date some days from now, YYYY-MM-DD.
  [[nodiscard]] std::string day(int offset) const { return moment(offset, 0).substr(0, 10); }
  [[nodiscard]] std::string moment(int day_offset, int second) const {
    using namespace std::chrono;
    int year_number = 0;
    unsigned month_number = 0;
    unsigned day_number = 0;
    std::sscanf(now_.c_str(), "%d-%u-%u", &year_number, &month_number, &day_number);
    const sys_days base = year{year_number} / month{month_number} / std::chrono::day{day_number};
    const year_month_day date(base + days(day_offset));
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d.%06d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600,
                  second / 60 % 60, second % 60, second * 7 % 1000000);
    return text;
  }

  template <size_t N>
  size_t weighted(const Weighted (&list)[N]) {
    double left = uniform();
    for (size_t i = 0; i < N; ++i)
      if ((left -= list[i].share) < 0) return i;
    return N;
  }

  void leads(size_t count) {
    Table& table = database_.table("crm.lead");
    for (size_t i = 0; i < count; ++i)
      lead(table, static_cast<double>(i) / static_cast<double>(std::max<size_t>(1, count)));
  }

  void lead(Table& table, double age) {
    const auto country_at = std::uniform_int_distribution<size_t>(0, std::size(kCountries) - 1)(random_);
    const Country& country = kCountries[country_at];
    double logit = -0.3;
    // Ids grow with time: the oldest lead was made a year ago.
    const int made = static_cast<int>(age * 360) - 360;
    const std::string created = moment(made, static_cast<int>(uniform() * 86399));
    const std::string company = std::string(pick(kCompanies)) + " " + pick(kKinds);
    const std::string contact = std::string(pick(kFirst)) + " " + pick(kLast);
    const int64_t id = table.insert();
    const auto set = [&](std::string_view field, Value value) { table.set(id, field, value); };
    set("create_date", table.keep(created));
    set("write_date", table.keep(created));
    set("create_uid", Value::of(int64_t{2}));
    set("write_uid", Value::of(int64_t{2}));
    set("name", table.keep(std::string(pick(kNeeds)) + " for " + company));
    set("partner_name", table.keep(company));
    set("contact_name", table.keep(contact));
    set("type", Value::of(uniform() < 0.2 ? "lead" : "opportunity"));
    constexpr std::string_view kPriorities[] = {"0", "0", "1", "1", "2", "3"};
    set("priority", Value::of(pick(kPriorities)));
    set("expected_revenue", Value::of(std::round(uniform() * uniform() * 400) * 100 + 500));
    if (uniform() < 0.85) {
      set("country_id", Value::of(static_cast<int64_t>(country_at) + 1));
      logit += country.pull;
      if (uniform() < 0.6)
        set("state_id", Value::of(static_cast<int64_t>(country_at * 3 + static_cast<size_t>(uniform() * 3)) + 1));
    }
    logit += contact_details(table, id, country, company);
    if (const size_t source = weighted(kSources); source < std::size(kSources)) {
      set("source_id", Value::of(static_cast<int64_t>(source) + 1));
      logit += kSources[source].pull;
    }
    if (uniform() < 0.5)
      set("lang_id", Value::of(country_at == 0 ? int64_t{2} : country_at == 2 ? int64_t{3} : int64_t{1}));
    std::vector<int64_t> tags;
    for (size_t t = 0; t < std::size(kTags); ++t)
      if (uniform() < kTags[t].share) {
        tags.push_back(static_cast<int64_t>(t) + 1);
        logit += kTags[t].pull;
      }
    set("tag_ids", table.arena().ids(tags));
    if (const size_t team = weighted(kTeams); team < std::size(kTeams)) {
      set("team_id", Value::of(static_cast<int64_t>(team) + 1));
      logit += kTeams[team].pull;
    }
    if (uniform() < 0.7)
      set("user_id", Value::of(sellers_[static_cast<size_t>(uniform() * static_cast<double>(sellers_.size()))]));
    set("company_id", Value::of(int64_t{1}));
    outcome(table, id, logit, made);
    times(table, id, made);
  }

  double contact_details(Table& table, int64_t id, const Country& country, const std::string& company) {
    double pull = 0;
    const double mail = uniform();
    if (mail < 0.75) {
      std::string host = company;
      std::erase_if(host, [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == ' '; });
      table.set(id, "email_from", table.keep("info@" + host + ".example"));
      normalise_email(table, id);
      table.set(id, "email_state", Value::of("correct"));
      pull += 0.4;
    } else if (mail < 0.85) {
      table.set(id, "email_from", Value::of("none"));
      table.set(id, "email_state", Value::of("incorrect"));
      pull -= 0.6;
    }
    const double phone = uniform();
    if (phone < 0.6) {
      table.set(id, "phone",
                table.keep(std::string(country.dial) + std::to_string(1000 + static_cast<int>(uniform() * 8999))));
      table.set(id, "phone_state", Value::of("correct"));
      pull += 0.3;
    } else if (phone < 0.75) {
      table.set(id, "phone", Value::of("123"));
      table.set(id, "phone_state", Value::of("incorrect"));
      pull -= 0.3;
    }
    return pull;
  }

  // 0 to below n, from the id alone: what is added to the generator later does not move what was drawn before.
  static int fixed(int64_t id, uint64_t salt, int n) {
    uint64_t mixed = static_cast<uint64_t>(id) * 0x9E3779B97F4A7C15U + salt * 0xD1B54A32D192ED03U;
    mixed ^= mixed >> 32U;
    mixed *= 0xBF58476D1CE4E5B9U;
    mixed ^= mixed >> 29U;
    return static_cast<int>(mixed % static_cast<uint64_t>(n));
  }

  // When an open lead moved last, when it should close, what is planned; when a closed one was decided.
  void times(Table& table, int64_t id, int made) {
    const auto set = [&](std::string_view field, Value value) { table.set(id, field, value); };
    if (!table.get(id, "date_closed").is_null()) {
      set("date_last_stage_update", table.get(id, "date_closed"));
      return;
    }
    const int moved = made + fixed(id, 2, -made);
    set("date_last_stage_update", table.keep(moment(moved, 86000)));
    if (fixed(id, 3, 10) < 6) set("date_deadline", table.keep(day(made + 30 + fixed(id, 4, 120))));
    Table& activities = database_.table("mail.activity");
    if (fixed(id, 5, 10) < 5)
      add(activities, {{"res_model", "crm.lead"},
                       {"res_id", id},
                       {"summary", "Call"},
                       {"user_id", int64_t{2}},
                       {"date_deadline", activities.keep(day(fixed(id, 6, 60) - 35))}});
  }

  void outcome(Table& table, int64_t id, double logit, int made) {
    const double chance = 1 / (1 + std::exp(-logit));
    const bool open = uniform() < 0.3;
    const bool won = !open && uniform() < chance;
    const auto set = [&](std::string_view field, Value value) { table.set(id, field, value); };
    set("active", Value::of(open || won));
    set("won_status", Value::of(open ? "pending" : won ? "won" : "lost"));
    if (!open) {
      set("stage_id",
          Value::of(won ? int64_t{4} : int64_t{1} + static_cast<int64_t>(uniform() * (1.2 + 1.8 * chance))));
      set("probability", Value::of(won ? 100.0 : 0.0));
      set("automated_probability", Value::of(won ? 100.0 : 0.0));
      // Two days to two months after it came, and never later than today.
      const int decided = made + 2 + fixed(id, 1, 30) + fixed(id, 7, 30);
      set("date_closed", table.keep(decided < 0 ? moment(decided, 40000) : now_));
      if (!won)
        set(table.column("lost_reason_id") >= 0 ? "lost_reason_id" : "lost_reason",
            Value::of(int64_t{1} + static_cast<int64_t>(uniform() * 4)));
      return;
    }
    set("stage_id", Value::of(int64_t{1} + static_cast<int64_t>(uniform() * (1.5 + 1.5 * chance))));
    // What an Odoo that has not recomputed for weeks would still show.
    const double stale = std::clamp(std::round((chance * 100 + (uniform() - 0.5) * 30) * 100) / 100, 0.01, 99.99);
    set("automated_probability", Value::of(stale));
    set("probability", Value::of(uniform() < 0.92 ? stale : std::round(uniform() * 100)));
  }

  Database& database_;
  std::vector<User>& users_;
  std::mt19937_64 random_;
  std::string now_;
  std::vector<int64_t> sellers_;
};

}  // namespace

void generate(Database& database) { Generator(database, database.users_).run(); }

}  // namespace outrigger::sandbox
