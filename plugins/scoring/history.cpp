#include "history.hpp"

#include <algorithm>
#include <cstdio>

#include "lead_rows.hpp"
#include "visibility.hpp"

namespace outrigger::scoring {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kPlugin, Effect::kNone, -1}; }

std::string datetime_text(int64_t micros) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(micros)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto second = static_cast<int>((time - day).count() / 1'000'000);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600, second / 60 % 60,
                second % 60);
  return text;
}

class Reader {
 public:
  Reader(const Odoo& odoo, const Clock& clock, Value config, const Progress& progress)
      : odoo_(odoo), clock_(clock), config_(config), progress_(progress) {}

  Result<History> run(bool with_leads) {
    for (const auto step :
         {&Reader::server, &Reader::whole_view, &Reader::settings, &Reader::start, &Reader::stages, &Reader::teams})
      if (Result<void> done = (this->*step)(); !done) return done.error();
    history_.leads = Leads(history_.variables.fields.size());
    if (!with_leads) return std::move(history_);
    for (const auto step : {&Reader::leads, &Reader::hidden_leads, &Reader::unset_probabilities})
      if (Result<void> done = (this->*step)(); !done) return done.error();
    return std::move(history_);
  }

 private:
  Result<void> server() {
    Result<Document> info = odoo_.info();
    if (!info) return info.error();
    info_ = *std::move(info);
    history_.major = info_.root()["major"].integer();
    history_.model.rules = Rules::of_major(history_.major);
    Result<Document> fields = odoo_.fields_get("crm.lead");
    if (!fields) return fields.error();
    history_.lead_fields = *std::move(fields);
    if (!history_.lead_fields.root().has("automated_probability"))
      return refuse(Code::kUnsupported, "crm.lead has no automated_probability here; is the CRM app installed?");
    return {};
  }

  // Odoo counts the leads of all salespersons and all companies.
  Result<void> whole_view() {
    const Result<bool> all = sees_all_leads(odoo_);
    if (!all) return all.error();
    if (!*all)
      return refuse(Code::kAccess,
                    "this key sees only its own leads, so every score would be wrong; give its user the group "
                    "\"User: All Documents\" of Sales (sales_team.group_sale_salesman_all_leads)");
    const Result<int64_t> companies = odoo_.search_count({.model = "res.company"});
    if (!companies) return companies.error();
    const auto allowed = static_cast<int64_t>(info_.root()["company_ids"].size());
    if (*companies > allowed)
      return refuse(Code::kAccess,
                    "this key sees " + std::to_string(allowed) + " of " + std::to_string(*companies) +
                        " companies, and Odoo's scores count them all; add the others to the user's allowed companies");
    return {};
  }

  // From the configuration, else Odoo's own.
  Result<std::string> setting(const char* key, const char* parameter) {
    if (config_[key].is_string()) {
      history_.from_config = true;
      return std::string(config_[key].text());
    }
    Result<Document> value = odoo_.parameter(parameter);
    if (value) return std::string(value->root().text());
    if (value.error().code != Code::kAccess) return value.error();
    return refuse(Code::kAccess, std::string("this key may not read Odoo's parameter ") + parameter +
                                     "; write its value into the configuration as plugins.scoring.config." + key);
  }

  Result<void> settings() {
    Result<std::string> fields = setting("fields", "crm.pls_fields");
    if (!fields) return fields.error();
    Result<std::string> date = setting("start_date", "crm.pls_start_date");
    if (!date) return date.error();
    history_.fields_setting = *fields;
    history_.start_date = *date;
    const Value known = history_.lead_fields.root();
    history_.variables = Variables::parse(
        history_.fields_setting, [&](const std::string& name) { return known.has(name); }, &history_.unknown_fields);
    if (history_.model.rules.tags_always) {
      if (history_.variables.tags)
        return refuse(
            Code::kInvalid,
            "crm.pls_fields names tag_ids, with which Odoo 14 cannot score; it counts tags in any case: take it out");
      history_.variables.tags = true;
    }
    for (const std::string& field : history_.variables.fields) {
      const std::string_view type = known[field]["type"].text();
      if (type == "many2many" || type == "one2many")
        return refuse(Code::kInvalid,
                      "crm.pls_fields names " + field + ", a list, with which Odoo cannot score; take it out");
    }
    return {};
  }

  Result<void> start() {
    const std::string& date = history_.start_date;
    if (date.empty())
      return refuse(Code::kInvalid,
                    "Odoo's parameter crm.pls_start_date is not set, which turns scoring off; set it in Odoo (CRM "
                    "settings) or as plugins.scoring.config.start_date");
    const auto midnight = microseconds(date);
    if (!midnight || (date.size() != 10 && history_.major >= 19))
      return refuse(Code::kInvalid, "the start date is \"" + date + "\" and not of the form YYYY-MM-DD");
    history_.start = *midnight;
    if (history_.model.rules.start_in_user_zone) {
      const Value zone = config_["time_zone"].is_string() ? config_["time_zone"] : info_.root()["system_tz"];
      if (!zone.text().empty() && zone.text() != "UTC") {
        const Result<Time> utc = clock_.to_utc(
            zone.text(), std::chrono::local_time<std::chrono::microseconds>(std::chrono::microseconds(*midnight)));
        if (!utc) return utc.error();
        history_.start = utc->time_since_epoch().count();
      }
    }
    history_.start_utc = datetime_text(history_.start);
    return {};
  }

  Result<void> stages() {
    const bool several = history_.major >= 19;
    const char* teams = several ? "team_ids" : "team_id";
    Result<Document> rows = odoo_.search_read(
        {.model = "crm.stage", .fields = {"name", "sequence", "is_won", teams}, .order = "sequence, id"});
    if (!rows) return rows.error();
    for (const Value row : rows->root().items())
      history_.model.stages.push_back({row["id"].integer(), std::string(row["name"].text()), row["sequence"].integer(),
                                       row["is_won"].truthy(), row[teams].truthy()});
    const auto earlier = [](const Stage& a, const Stage& b) {
      return a.sequence != b.sequence ? a.sequence < b.sequence : a.id < b.id;
    };
    std::sort(history_.model.stages.begin(), history_.model.stages.end(), earlier);
    if (history_.model.stages.empty()) return refuse(Code::kMissing, "there is no stage in the CRM pipeline");
    return fits(history_.model.stages.size(), "stages");
  }

  static Result<void> fits(size_t count, const char* what) {
    if (count <= INT16_MAX) return {};
    return refuse(Code::kLimit, std::string("more than 32767 ") + what);
  }

  // In Odoo's own order, archived ones included.
  Result<void> teams() {
    Result<Document> rows = odoo_.search_read(
        {.model = "crm.team", .fields = {"name"}, .order = "sequence, create_date desc, id desc", .archived = true});
    if (!rows) return rows.error();
    for (const Value row : rows->root().items())
      history_.model.teams.push_back({row["id"].integer(), std::string(row["name"].text())});
    return fits(history_.model.teams.size(), "teams");
  }

  Result<void> leads() {
    Arena arena;
    Query query{.model = "crm.lead", .archived = true};
    query.domain = arena.array({arena.array({"create_date", ">=", Value::of(std::string_view(history_.start_utc))})});
    query.fields = lead_columns(history_);
    const Result<int64_t> total = odoo_.search_count(query);
    if (!total) return total.error();
    const Places places(history_.model);
    const Scope scope{.lane = Lane::kSweeps};
    return odoo_.each_page(
        query,
        [&](Value rows) -> Result<void> {
          for (const Value row : rows.items())
            if (Result<void> added = add(places, row); !added) return added;
          progress_(history_.leads.size(), static_cast<uint64_t>(*total));
          return {};
        },
        scope);
  }

  Result<void> hidden_leads() {
    const Result<std::optional<int64_t>> hidden = find_hidden(odoo_, history_.major, history_.leads.id);
    if (!hidden) return hidden.error();
    if (*hidden) return hidden_lead(**hidden);
    return {};
  }

  Result<void> add(const Places& places, Value row) {
    const Result<LeadState> state = decode(history_, places, row);
    if (!state) return state.error();
    assign(history_.leads, history_.leads.append(state->id), *state);
    return {};
  }

  // Over RPC a probability that was never set reads as 0.0. A count of those that are set tells whether there are any;
  // PostgreSQL puts them first in descending order, so the first so many of the zeros are the unset ones.
  Result<void> unset_probabilities() {
    for (const bool automated : {false, true}) {
      const std::string_view field = automated ? "automated_probability" : "probability";
      const std::string counter = std::string(field) + ":count";
      Arena arena;
      Query query{.model = "crm.lead", .archived = true};
      query.domain = arena.array({arena.array({"create_date", ">=", Value::of(std::string_view(history_.start_utc))})});
      query.fields = {field};
      const Result<Document> counts = odoo_.read_group(query, {}, {"__count", counter});
      if (!counts) return counts.error();
      const Value row = counts->root().size() > 0 ? counts->root().at(0) : Value{};
      const int64_t unset = row["__count"].integer() - row[counter].integer();
      const std::string order = std::string(field) + " desc, id";
      query.order = order;
      for (int64_t offset = 0; offset < unset;) {
        query.offset = offset;
        query.limit = std::min<int64_t>(2000, unset - offset);
        const Result<Document> page = odoo_.search_read(query, {.lane = Lane::kSweeps});
        if (!page) return page.error();
        if (page->root().size() == 0) break;
        for (const Value lead : page->root().items()) {
          const int64_t at = row_of(history_.leads, lead["id"].integer());
          if (at >= 0)
            (automated ? history_.leads.automated : history_.leads.probability)[static_cast<size_t>(at)] = kUnset;
        }
        offset += static_cast<int64_t>(page->root().size());
      }
    }
    return {};
  }

  const Odoo& odoo_;
  const Clock& clock_;
  Value config_;
  const Progress& progress_;
  History history_;
  Document info_;
};

}  // namespace

Result<bool> sees_all_leads(const Odoo& odoo) {
  const Result<bool> all = odoo.has_group("sales_team.group_sale_salesman_all_leads");
  if (!all || *all) return all;
  const Result<bool> salesperson = odoo.has_group("sales_team.group_sale_salesman");
  if (!salesperson) return salesperson;
  return !*salesperson;
}

Result<History> read_history(const Odoo& odoo, const Clock& clock, Value config, const Progress& progress) {
  return Reader(odoo, clock, config, progress).run(true);
}

Result<History> read_settings(const Odoo& odoo, const Clock& clock, Value config) {
  const Progress none = [](uint64_t, uint64_t) {};
  return Reader(odoo, clock, config, none).run(false);
}

int64_t row_of(const Leads& leads, int64_t id) {
  const auto at = std::lower_bound(leads.id.begin(), leads.id.end(), id);
  return at != leads.id.end() && *at == id ? at - leads.id.begin() : -1;
}

}  // namespace outrigger::scoring
