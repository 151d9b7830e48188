#include "activity.hpp"

#include <algorithm>

#include "intake.hpp"

namespace outrigger::scoring {
namespace {

bool absent(const Error& error) { return error.code == Code::kMissing || error.code == Code::kUnsupported; }

// Pages of a model that may not be there. `use` gets each row.
template <typename Use>
Result<void> each_row(const Odoo& odoo, const Query& query, Known& known, const char* what, Use&& use) {
  const Result<void> read = odoo.each_page(query,
                                           [&](Value rows) -> Result<void> {
                                             for (const Value row : rows.items()) use(row);
                                             return {};
                                           },
                                           {.lane = Lane::kSweeps});
  if (read) return {};
  const std::string model(query.model);
  if (read.error().code == Code::kAccess)
    known.notes.push_back("this key may not read " + model + ", so " + what +
                          " give no points: " + read.error().message);
  else
    return read.error();
  return {};
}

// Whether the app is there, with a note when it is not.
Result<Document> fields_of(const Odoo& odoo, const char* model, const char* app, const char* what, Known& known) {
  Result<Document> fields = odoo.fields_get(model);
  if (fields) return fields;
  if (!absent(fields.error()) && fields.error().code != Code::kAccess) return fields;
  known.notes.push_back(std::string("Odoo's app ") + app + " is not installed here, or this key may not read it (" +
                        model + "), so " + what + " give no points");
  return Document{};
}

class OdooActivity {
 public:
  OdooActivity(const Odoo& odoo, const Activity& activity, const Owners& owners, Known& known)
      : odoo_(odoo), activity_(activity), owners_(owners), known_(known) {}

  Result<void> visits() {
    if (!activity_.takes("page_view")) return {};
    const Result<Document> fields = fields_of(odoo_, "website.visitor", "Website", "page views", known_);
    if (!fields) return fields.error();
    if (!fields->root().has("lead_ids")) {
      if (!fields->root().is_null())
        known_.notes.emplace_back(
            "visitors of the website have no leads here (the app Website CRM is not installed), so "
            "page views give no points");
      return {};
    }
    Arena arena;
    const Query visitors{.model = "website.visitor",
                         .domain = arena.array({arena.array({"lead_ids", "!=", false})}),
                         .fields = {"lead_ids"},
                         .archived = fields->root().has("active")};
    std::unordered_map<int64_t, std::vector<int64_t>> leads_of;
    if (Result<void> read = each_row(odoo_, visitors, known_, "page views",
                                     [&](Value row) {
                                       auto& leads = leads_of[row["id"].integer()];
                                       for (const Value lead : row["lead_ids"].items()) leads.push_back(lead.integer());
                                     });
        !read)
      return read;
    if (leads_of.empty()) return {};
    const Query tracks{.model = "website.track",
                       .domain = arena.array({arena.array({"visitor_id.lead_ids", "!=", false})}),
                       .fields = {"visitor_id", "visit_datetime", "url"}};
    return each_row(odoo_, tracks, known_, "page views", [&](Value row) {
      const auto leads = leads_of.find(row["visitor_id"].integer());
      if (leads == leads_of.end()) return;
      for (const int64_t lead : leads->second)
        add(lead, "page_view", row["url"].text(), row["visit_datetime"].text(), "track/", row["id"].integer());
    });
  }

  Result<void> mails() {
    if (!activity_.takes("mail_open") && !activity_.takes("mail_click") && !activity_.takes("mail_reply")) return {};
    const Result<Document> fields = fields_of(odoo_, "mailing.trace", "Email Marketing", "mails", known_);
    if (!fields) return fields.error();
    if (fields->root().is_null()) return {};
    // 14 names the times otherwise.
    const auto name = [&](const char* now, const char* before) { return fields->root().has(now) ? now : before; };
    const char* opened = name("open_datetime", "opened");
    const char* replied = name("reply_datetime", "replied");
    const char* clicked = name("links_click_datetime", "clicked");
    Arena arena;
    const Query traces{.model = "mailing.trace",
                       .domain = arena.array({"|", "|", arena.array({Value::of(opened), "!=", false}),
                                              arena.array({Value::of(replied), "!=", false}),
                                              arena.array({Value::of(clicked), "!=", false})}),
                       .fields = {"model", "res_id", "email", opened, replied, clicked}};
    if (Result<void> read = each_row(odoo_, traces, known_, "mails",
                                     [&](Value row) {
                                       const int64_t id = row["id"].integer();
                                       std::vector<int64_t>& leads = leads_of_trace_[id];
                                       leads = leads_of(row);
                                       for (const int64_t lead : leads) {
                                         add(lead, "mail_open", {}, row[opened].text(), "opened/", id);
                                         add(lead, "mail_reply", {}, row[replied].text(), "replied/", id);
                                         last_click_[id] = std::string(row[clicked].text());
                                       }
                                     });
        !read)
      return read;
    return clicks();
  }

 private:
  // Each click where they can be read, else the last one of a mail.
  Result<void> clicks() {
    if (!activity_.takes("mail_click")) return {};
    const Result<Document> fields = fields_of(odoo_, "link.tracker.click", "Link Tracker", "single clicks", known_);
    if (!fields) return fields.error();
    if (!fields->root().has("mailing_trace_id")) {
      for (const auto& [trace, when] : last_click_)
        for (const int64_t lead : leads_of_trace_[trace]) add(lead, "mail_click", {}, when, "clicked/", trace);
      return {};
    }
    Arena arena;
    const Query query{.model = "link.tracker.click",
                      .domain = arena.array({arena.array({"mailing_trace_id", "!=", false})}),
                      .fields = {"mailing_trace_id", "create_date"}};
    return each_row(odoo_, query, known_, "clicks", [&](Value row) {
      const auto leads = leads_of_trace_.find(row["mailing_trace_id"].integer());
      if (leads == leads_of_trace_.end()) return;
      for (const int64_t lead : leads->second)
        add(lead, "mail_click", {}, row["create_date"].text(), "click/", row["id"].integer());
    });
  }

  [[nodiscard]] std::vector<int64_t> leads_of(Value trace) const {
    const int64_t record = trace["res_id"].integer();
    if (trace["model"].text() == "crm.lead") return {record};
    if (trace["model"].text() == "res.partner")
      if (const auto at = owners_.by_partner.find(record); at != owners_.by_partner.end()) return at->second;
    const auto at = owners_.by_email.find(normalised(trace["email"].text()));
    return at == owners_.by_email.end() ? std::vector<int64_t>{} : at->second;
  }

  void add(int64_t lead, std::string_view event, std::string_view text, std::string_view when, const char* kind,
           int64_t id) {
    const int64_t at = moment_of(when);
    if (at == kNever) return;
    activity_.each_rule(event, text, [&](uint32_t rule) {
      known_.events.push_back(
          {lead, rule, at, "odoo/" + std::string(kind) + std::to_string(id) + "/" + std::to_string(rule)});
    });
  }

  const Odoo& odoo_;
  const Activity& activity_;
  const Owners& owners_;
  Known& known_;
  std::unordered_map<int64_t, std::vector<int64_t>> leads_of_trace_;
  std::unordered_map<int64_t, std::string> last_click_;
};

}  // namespace

Result<Activity> read_rules(Value config) {
  Activity activity;
  for (const Value rule : config["points"]["rules"].items()) {
    ActivityRule own{std::string(rule["event"].text()), std::string(rule["match"].text())};
    PointRule points{own.event + (own.match.empty() ? "" : " " + own.match), rule["points"].number().value_or(0),
                     rule["half_life_days"].number().value_or(0), rule["cap"].number().value_or(0)};
    activity.rules.push_back(std::move(own));
    activity.points.push_back(std::move(points));
  }
  const std::vector<std::string> wrong = check(activity.points);
  if (wrong.empty()) return activity;
  return Error{Code::kInvalid, "plugins.scoring.config.points: " + wrong.front(), Source::kPlugin, Effect::kNone, -1};
}

Result<void> read_odoo_activity(const Odoo& odoo, const Activity& activity, const Owners& owners, Known& known) {
  OdooActivity reader(odoo, activity, owners, known);
  if (Result<void> read = reader.visits(); !read) return read;
  return reader.mails();
}

Result<void> read_kept_activity(const Store& store, const Clock& clock, const Activity& activity, const Owners& owners,
                                Known& known) {
  if (!store) return {};
  return each_kept_event(store, [&](const KeptEvent& event) {
    if (event.at > clock.now().time_since_epoch().count()) return;
    std::vector<int64_t> leads;
    if (event.lead != 0) {
      leads.push_back(event.lead);
    } else if (const auto at = owners.by_email.find(event.email); at != owners.by_email.end()) {
      leads = at->second;
    }
    for (const int64_t lead : leads)
      activity.each_rule(event.event, event.text, [&](uint32_t rule) {
        known.events.push_back({lead, rule, event.at, "intake/" + event.id + "/" + std::to_string(rule)});
      });
  });
}

}  // namespace outrigger::scoring
