#include "odoo_recompute.hpp"

#include <set>

#include "early_rounding.hpp"
#include "mirror.hpp"

namespace outrigger::scoring {
namespace {

constexpr std::string_view kAdministrators = "base.group_erp_manager";

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kPlugin, Effect::kNone, -1}; }

std::vector<std::string> names_of(std::string_view setting) {
  std::vector<std::string> names;
  while (!setting.empty()) {
    const size_t comma = setting.find(',');
    if (const std::string name(setting.substr(0, comma)); !name.empty()) names.push_back(name);
    setting = comma == std::string_view::npos ? std::string_view{} : setting.substr(comma + 1);
  }
  return names;
}

// The records by which Odoo's window names fields, for these names. It tells their labels only.
Result<std::vector<int64_t>> choices(const Odoo& odoo, const History& history, std::string_view setting) {
  const Result<Document> rows =
      odoo.search_read({.model = "crm.lead.scoring.frequency.field", .fields = {"name"}, .order = "id"});
  if (!rows) return rows.error();
  std::vector<int64_t> ids;
  for (const std::string& name : names_of(setting)) {
    const std::string_view label = history.lead_fields.root()[name]["string"].text();
    int64_t found = 0;
    for (const Value row : rows->root().items())
      if (!label.empty() && row["name"].text() == label) found = row["id"].integer();
    if (found == 0)
      return refuse(Code::kInvalid, "Odoo's own settings do not offer the variable `" + name +
                                        "`, and its recompute would drop it; name it in plugins.scoring.config.fields "
                                        "instead, or write with --by rpc");
    ids.push_back(found);
  }
  return ids;
}

}  // namespace

Result<void> press_update(const Odoo& odoo, const History& history, std::string_view fields,
                          std::string_view start_date) {
  const Result<std::vector<int64_t>> ids = choices(odoo, history, fields);
  if (!ids) return ids.error();
  Arena arena;
  const Scope scope{.company_id = kAllCompanies, .deadline_ms = 600000};
  const Value replaced = arena.array({arena.array({6, 0, arena.ids(*ids)})});
  const Result<Odoo::Ids> window = odoo.create(
      "crm.lead.pls.update",
      arena.object({{"pls_start_date", arena.text(start_date.substr(0, 10))}, {"pls_fields", replaced}}), scope);
  if (!window) return window.error();
  const Result<Document> pressed =
      odoo.call("crm.lead.pls.update", "action_update_crm_lead_probabilities", *window, {}, scope);
  if (!pressed) return pressed.error();
  return {};
}

Result<bool> choose_odoo(const Odoo& odoo, const History& history, const Recomputed& result, std::string_view by,
                         size_t changed, size_t held_back, bool plan) {
  if (by == "rpc") return false;
  if (by != "odoo" && by != "auto" && !by.empty())
    return refuse(Code::kInvalid, "--by is odoo, rpc or auto, not \"" + std::string(by) + "\"");
  const bool asked = by == "odoo";
  if (!asked && (plan || changed + held_back == 0)) return false;
  if (history.from_config) {
    if (!asked) return false;
    return refuse(
        Code::kInvalid,
        "the variables or the start date are those of plugins.scoring.config, not Odoo's own, so its recompute "
        "would give other scores; take them out of the configuration, or write with --by rpc");
  }
  const Result<bool> administrator = odoo.has_group(kAdministrators);
  if (!administrator) return administrator.error();
  if (!*administrator && !asked) return false;
  if (!*administrator)
    return refuse(Code::kAccess,
                  "only an administrator's key may start Odoo's own recompute (base.group_erp_manager); in Odoo it is "
                  "CRM, Configuration, Settings, Predictive Lead Scoring, Update Probabilities");
  if (const Result<std::vector<int64_t>> offered = choices(odoo, history, history.fields_setting); !offered) {
    if (!asked) return false;
    return offered.error();
  }
  if (asked) return true;
  const double by_rpc = static_cast<double>(changed) * (history.major >= 19 ? 0.7 : 14.0);
  const double by_odoo = 150 + 0.45 * static_cast<double>(result.changes.size());
  return held_back > 0 || by_odoo < by_rpc;
}

Result<Written> let_odoo_recompute(const Odoo& odoo, const Clock& clock, Value config, const History& history,
                                   const Recomputed& result, bool plan) {
  if (const Result<void> pressed = press_update(odoo, history, history.fields_setting, history.start_date); !pressed)
    return pressed.error();
  Written written;
  if (plan) return written;
  std::set<int64_t> ids;
  for (const Change& change : result.changes)
    if (change.changed) ids.insert(history.leads.id[change.row]);
  Result<History> after = read_history(odoo, clock, config, [](uint64_t, uint64_t) {});
  if (!after) return after.error();
  choose_rounding(odoo, *after);
  for (const Change& change : recompute(*after).changes) {
    const int64_t id = after->leads.id[change.row];
    if (!is_set(change.automated)) continue;
    if (!same_score(change.automated, after->leads.automated[change.row]))
      written.failed.emplace_back(id, "Odoo's own recompute gave another score; did the lead change meanwhile?");
    else if (ids.count(id) != 0)
      written.done.push_back(id);
  }
  return written;
}

}  // namespace outrigger::scoring
