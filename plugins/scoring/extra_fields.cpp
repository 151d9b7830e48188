#include "extra_fields.hpp"

#include <algorithm>

namespace outrigger::scoring {
namespace {

constexpr std::string_view kPartner = "partner_id.";
constexpr size_t kMost = 50;

Error refuse(const std::string& name, const std::string& why) {
  return {Code::kInvalid, "plugins.scoring.config.variables names `" + name + "`, " + why, Source::kPlugin,
          Effect::kNone, -1};
}

// What a decision writes by itself.
bool is_outcome(std::string_view field) {
  constexpr std::string_view kOutcome[] = {"probability",
                                           "automated_probability",
                                           "is_automated_probability",
                                           "won_status",
                                           "active",
                                           "stage_id",
                                           "date_closed",
                                           "day_close",
                                           "lost_reason",
                                           "lost_reason_id",
                                           "prorated_revenue",
                                           "date_last_stage_update",
                                           "recurring_revenue_monthly_prorated",
                                           "write_date"};
  return std::find(std::begin(kOutcome), std::end(kOutcome), field) != std::end(kOutcome);
}

size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

Result<ExtraField> field_of(const std::string& name, Value known) {
  ExtraField extra{name, name};
  extra.of_partner = name.starts_with(kPartner);
  if (extra.of_partner) extra.field = name.substr(kPartner.size());
  if (!known.has(extra.field)) {
    std::vector<std::string> names;
    for (const Field field : known.fields()) names.emplace_back(field.key);
    const std::string near = nearest(extra.field, names);
    return refuse(name, "which is not a field of " + std::string(extra.of_partner ? "res.partner" : "crm.lead") +
                            " here" + (near.empty() ? "" : "; did you mean `" + near + "`?"));
  }
  if (!extra.of_partner && is_outcome(extra.field))
    return refuse(name, "which Odoo writes when a lead is decided, so it would know the outcome; leave it out");
  const std::string_view type = known[extra.field]["type"].text();
  if (type == "many2many") {
    extra.kind = Signal::Kind::kTags;
  } else if (type == "integer" || type == "float" || type == "monetary") {
    extra.kind = Signal::Kind::kNumber;
  } else if (type == "date" || type == "datetime") {
    extra.kind = Signal::Kind::kNumber;
    extra.is_date = true;
    extra.is_moment = type == "datetime";
  } else if (type != "selection" && type != "many2one" && type != "boolean") {
    return refuse(name, "a field of type " + std::string(type) +
                            "; a variable is a selection, many2one, many2many, boolean, number or date");
  }
  return extra;
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
  std::string best;
  size_t least = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& name : names)
    if (const size_t far = distance(word, name); far < least) {
      least = far;
      best = name;
    }
  return best;
}

Result<std::vector<ExtraField>> choose_extra(const Odoo& odoo, const History& history, Value config) {
  std::vector<ExtraField> chosen;
  Document partner;
  for (const Value item : config["variables"].items()) {
    const std::string name(item.text());
    if (chosen.size() == kMost) return refuse(name, "one more than the 50 that are allowed; leave some out");
    const bool twice = std::any_of(chosen.begin(), chosen.end(), [&](const auto& one) { return one.name == name; });
    if (twice) return refuse(name, "which is there twice; take one of them out");
    const auto& own = history.variables.fields;
    if (std::find(own.begin(), own.end(), name) != own.end() || (name == "tag_ids" && history.variables.tags) ||
        name == "team_id")
      return refuse(name, "which is a variable of Odoo's model already; leave it out");
    if (name.starts_with(kPartner) && partner.root().is_null()) {
      Result<Document> fields = odoo.fields_get("res.partner");
      if (!fields) return fields.error();
      partner = *std::move(fields);
    }
    Result<ExtraField> field = field_of(name, name.starts_with(kPartner) ? partner.root() : history.lead_fields.root());
    if (!field) return field.error();
    chosen.push_back(*std::move(field));
  }
  return chosen;
}

}  // namespace outrigger::scoring
