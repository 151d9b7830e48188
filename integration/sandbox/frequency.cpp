// Odoo's scoring table (crm.lead.scoring.frequency) as a rebuild from the generated leads gives it. The sandbox does
// not keep it up afterwards.
#include <algorithm>
#include <map>

#include "integration/sandbox/database.hpp"

namespace outrigger::sandbox {
namespace {

struct Counts {
  int64_t won = 0;
  int64_t lost = 0;
};

// The values of one variable in one team, in the order in which they were first met.
struct Column {
  std::vector<std::string> order;
  std::map<std::string, Counts> counts;

  Counts& at(const std::string& value) {
    const auto [at, added] = counts.try_emplace(value);
    if (added) order.push_back(value);
    return at->second;
  }
};

enum class Closed { kNo, kWon, kLost };

// Before 19: won is a probability of 100, lost an archived one of 0.
Closed closed_of(const Table& leads, int64_t id, int major) {
  const std::string_view status = major >= 19 ? leads.get(id, "won_status").text() : std::string_view{};
  const std::optional<double> probability = leads.get(id, "probability").number();
  if (major >= 19 ? status == "won" : probability == 100.0) return Closed::kWon;
  const bool lost = major >= 19 ? status == "lost" : !leads.get(id, "active").truthy() && probability == 0.0;
  return lost ? Closed::kLost : Closed::kNo;
}

std::vector<std::string> variables_of(const Table& parameters) {
  std::vector<std::string> names;
  for (int64_t id = 1; id <= parameters.last_id(); ++id) {
    if (!parameters.exists(id) || parameters.get(id, "key").text() != "crm.pls_fields") continue;
    std::string_view left = parameters.get(id, "value").text();
    while (!left.empty()) {
      const std::string_view name = left.substr(0, left.find(','));
      left.remove_prefix(std::min(left.size(), name.size() + 1));
      if (name != "tag_ids") names.emplace_back(name);
    }
  }
  return names;
}

}  // namespace

void Database::fill_scoring_table() {
  Table& leads = table("crm.lead");
  const Table& stages = table("crm.stage");
  const std::vector<std::string> variables = variables_of(table("ir.config_parameter"));
  std::map<int64_t, std::map<std::string, Column>> groups;  // by team; no team last, as the highest key
  for (int64_t id = leads.last_id(); id >= 1; --id) {
    if (!leads.exists(id)) continue;
    const Closed closed = closed_of(leads, id, options_.major);
    if (closed == Closed::kNo) continue;
    const bool won = closed == Closed::kWon;
    const int64_t team = leads.get(id, "team_id").integer();
    std::map<std::string, Column>& group = groups[team == 0 ? INT64_MAX : team];
    const auto count = [won](Counts& counts) { ++(won ? counts.won : counts.lost); };
    for (const std::string& name : variables) {
      const Value value = leads.get(id, name);
      const bool quality = name == "phone_state" || name == "email_state";
      if (!value.truthy() && !quality) continue;
      count(group[name].at(!value.truthy()                 ? "False"
                           : value.kind() == Kind::kString ? std::string(value.text())
                                                           : std::to_string(value.integer())));
    }
    for (const Value tag : leads.get(id, "tag_ids").items()) count(group["tag_id"].at(std::to_string(tag.integer())));
    // A won lead counts in every stage, a lost one in those up to its own.
    for (int64_t stage = 1; stage <= stages.last_id(); ++stage)
      if (won || stage <= leads.get(id, "stage_id").integer()) count(group["stage_id"].at(std::to_string(stage)));
  }
  Table& rows = table("crm.lead.scoring.frequency");
  for (auto& [team, group] : groups)
    for (auto& [name, column] : group) {
      if (name == "stage_id") std::sort(column.order.begin(), column.order.end());
      for (const std::string& value : column.order) {
        const Counts& counts = column.counts[value];
        const int64_t id = rows.insert();
        rows.set(id, "variable", rows.keep(name));
        rows.set(id, "value", rows.keep(value));
        rows.set(id, "won_count", Value::of(static_cast<double>(counts.won * 10 + 1) / 10));
        rows.set(id, "lost_count", Value::of(static_cast<double>(counts.lost * 10 + 1) / 10));
        if (team != INT64_MAX) rows.set(id, "team_id", Value::of(team));
      }
    }
}

}  // namespace outrigger::sandbox
