#include "kinds.hpp"

#include <unordered_map>

#include "engine/kind_rates.hpp"
#include "win_rates.hpp"

namespace outrigger::assignment {
namespace {

Kind kind_at(const LeadColumns& columns, const std::vector<std::string>& fields, size_t row) {
  Kind kind;
  for (const std::string& field : fields) {
    const std::vector<Value>* values = columns.values(field);
    kind.push_back(values == nullptr || row >= values->size() ? std::string() : key_of((*values)[row]));
  }
  return kind;
}

struct Rates {
  WinRates members;
  KindRates kinds;
};

Result<Rates> read_rates(const Host& host, const std::vector<std::string>& fields) {
  Rates rates{{}, KindRates(fields.size())};
  std::vector<std::string_view> by{"team_id", "user_id"};
  by.insert(by.end(), fields.begin(), fields.end());
  const Result<void> read = read_closed(host, {}, by, [&](Value group, double count, bool won) {
    const int64_t user = group["user_id"].integer();
    Kind kind;
    for (const std::string& field : fields) kind.push_back(key_of(group[field]));
    rates.members.add(group["team_id"].integer(), user, won ? count : 0, won ? 0 : count);
    rates.kinds.add(kind, user, won ? count : 0, won ? 0 : count);
  });
  if (!read) return read.error();
  rates.kinds.learn([&](int64_t user) { return rates.members.factor(-1, user); });
  return rates;
}

// The name of a value, as people know it.
Result<void> name_values(const Host& host, const std::vector<std::string>& fields, Value known, Planned& planned) {
  for (const std::string& field : fields) {
    const std::string label = text_of(known[field]["string"]);
    const std::string relation = text_of(known[field]["relation"]);
    std::map<int64_t, std::string> names;
    for (auto& [lead, one] : planned.evidence)
      if (one.field == field && !relation.empty()) names[std::strtoll(one.value.c_str(), nullptr, 10)];
    std::vector<int64_t> ids;
    for (const auto& [id, name] : names) ids.push_back(id);
    if (!ids.empty()) {
      const Result<Document> read = host.odoo.names(relation, ids);
      if (read)
        for (const Value pair : read->root().items()) names[pair.at(0).integer()] = text_of(pair.at(1));
      else if (read.error().code != Code::kAccess && read.error().code != Code::kMissing)
        return read.error();
    }
    for (auto& [lead, one] : planned.evidence) {
      if (one.field != field) continue;
      one.label = label.empty() ? field : label;
      const std::string name = relation.empty() ? std::string() : names[std::strtoll(one.value.c_str(), nullptr, 10)];
      one.value = !name.empty() ? name : relation.empty() ? one.value : "#" + one.value;
    }
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> kind_fields(const Host& host, const Settings& settings, const Speech& say,
                                             std::vector<std::string>& problems) {
  std::vector<std::string> fields;
  if (settings.engine != EngineKind::kValue) return fields;
  const Result<Document> known = host.odoo.fields_get("crm.lead");
  if (!known) return known.error();
  for (const std::string& name : settings.kinds) {
    const std::string_view type = known->root()[name]["type"].text();
    if (type == "many2one" || type == "selection" || type == "char")
      fields.push_back(name);
    else if (settings.kinds_given)
      problems.push_back(
          say("plugins.assignment.config.kinds has `{}`, which is no field of a lead with one of few values (many2one, "
              "selection or char); it is left out",
              "plugins.assignment.config.kinds có `{}`, không phải trường many2one hay selection của tiềm "
              "năng; bỏ qua",
              name));
  }
  return fields;
}

Result<Plan> plan_best(const Host& host, const Settings& settings, const std::vector<std::string>& kinds,
                       const LeadColumns& columns, Planned& planned) {
  const Result<Rates> rates = read_rates(host, kinds);
  if (!rates) return rates.error();
  // Leads of one kind are alike to a member.
  std::map<Kind, size_t> numbers;
  std::vector<const Kind*> all;
  std::unordered_map<int64_t, size_t> kind_of;
  for (size_t row = 0; row < planned.work.leads.size(); ++row) {
    const auto [at, fresh] = numbers.emplace(kind_at(columns, kinds, row), numbers.size());
    if (fresh) all.push_back(&at->first);
    kind_of.emplace(planned.work.leads[row].id, at->second);
  }
  std::unordered_map<const Member*, std::vector<double>> factors;
  for (const Team& team : planned.work.teams)
    for (const Member& member : team.members) {
      const double own = rates->members.factor(team.id, member.user);
      std::vector<double>& factor = factors[&member];
      for (const Kind* kind : all) factor.push_back(rates->kinds.factor(own, member.user, *kind));
    }
  ValueOptions options;
  options.largest_share = settings.largest_share;
  options.value = [&](const Lead& lead, const Team&, const Member& member) {
    return std::max(0.0, lead.probability / 100 * lead.revenue * factors.at(&member)[kind_of.at(lead.id)]);
  };
  Plan plan = plan_by_value(planned.work, planned.scope, options);
  for (const Decision& one : plan.decisions) {
    if (one.reason != Reason::kAssigned) continue;
    const Kind& kind = *all[kind_of.at(one.lead)];
    if (const auto found = rates->kinds.evidence(one.user, kind))
      planned.evidence[one.lead] = {kinds[found->field], kind[found->field], {}, found->won, found->closed};
  }
  if (planned.evidence.empty()) return plan;
  const Result<Document> known = host.odoo.fields_get("crm.lead");
  if (!known) return known.error();
  if (Result<void> named = name_values(host, kinds, known->root(), planned); !named) return named.error();
  return plan;
}

std::string evidence_text(const Planned& planned, size_t row, const Speech& say) {
  const auto at = planned.evidence.find(planned.plan.decisions[row].lead);
  if (at == planned.evidence.end()) return {};
  const KindEvidence& one = at->second;
  return say("; won {} of {} such leads ({}: {})", "; thắng {} trên {} tiềm năng như vậy ({}: {})",
             say.number(one.won, 0), say.number(one.closed, 0), one.label, one.value);
}

}  // namespace outrigger::assignment
