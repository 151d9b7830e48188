#include "arrival.hpp"

#include <algorithm>

#include "win_rates.hpp"

namespace outrigger::assignment {
const std::set<std::string>& Arrivals::fields() {
  static const std::set<std::string> names{"phone_state", "email_state", "country_id", "source_id", "lang_id"};
  return names;
}

void Arrivals::add(const std::string& field, const std::string& value, double won, double lost) {
  if (value.empty()) return;
  for (Count* count : {&counts_[field][value], &totals_[field]}) {
    count->won += won;
    count->lost += lost;
  }
}

double Arrivals::chance(const LeadColumns& columns, size_t row) const {
  if (all_.won <= 0 || all_.lost <= 0) return base_rate();
  constexpr double kSmoothing = 0.1;  // Odoo 19, crm.lead.scoring.frequency
  double won = all_.won / closed();
  double lost = all_.lost / closed();
  for (const auto& [field, values] : counts_) {
    const std::vector<Value>* column = columns.values(field);
    if (column == nullptr) continue;
    const auto count = values.find(key_of((*column)[row]));
    const Count& total = totals_.at(field);
    if (count == values.end() || total.won <= 0 || total.lost <= 0) continue;
    won *= (count->second.won + kSmoothing) / (total.won + kSmoothing);
    lost *= (count->second.lost + kSmoothing) / (total.lost + kSmoothing);
  }
  return std::clamp(won / (won + lost), 0.0001, 0.9999);
}

Result<Arrivals> read_arrivals(const Host& host, const std::string& before) {
  const Result<Document> known = host.odoo.fields_get("crm.lead");
  if (!known) return known.error();
  const bool status = known->root().has("won_status");
  Arrivals arrivals;
  double count[2] = {0, 0};
  for (const bool won : {true, false}) {
    Arena arena;
    const Query query{
        .model = "crm.lead", .domain = arena.array(closed_terms(won, status, before, arena)), .archived = true};
    const Result<int64_t> all = host.odoo.search_count(query);
    if (!all) return all.error();
    count[won ? 0 : 1] = static_cast<double>(*all);
    for (const std::string& field : Arrivals::fields()) {
      if (!known->root().has(field)) continue;
      const Result<Document> groups = host.odoo.read_group(query, {field}, {"__count"});
      if (!groups) return groups.error();
      for (const Value group : groups->root().items()) {
        const double leads = group["__count"].number().value_or(0);
        arrivals.add(field, key_of(group[field]), won ? leads : 0, won ? 0 : leads);
      }
    }
  }
  arrivals.add_all(count[0], count[1]);
  return arrivals;
}

}  // namespace outrigger::assignment
