#include "scorer.hpp"

#include <algorithm>
#include <numeric>

#include "rounding.hpp"

namespace outrigger::scoring {
namespace {

std::vector<bool> present_variables(const Leads& leads, const Variables& variables, const std::vector<uint32_t>& rows) {
  const size_t fields = variables.fields.size();
  std::vector<bool> present(fields + 2);
  for (size_t v = 0; v < fields; ++v)
    present[v] = std::any_of(rows.begin(), rows.end(), [&](uint32_t row) { return leads.feature[v][row] != 0; });
  present[fields] = std::any_of(rows.begin(), rows.end(), [&](uint32_t row) { return leads.stage[row] >= 0; });
  present[fields + 1] =
      variables.tags && std::any_of(rows.begin(), rows.end(), [&](uint32_t row) { return leads.tag_end[row] > leads.tag_begin(row); });
  return present;
}

size_t group_of(const Leads& leads, const Model& model, uint32_t row) {
  return leads.team[row] < 0 ? model.teams.size() : static_cast<size_t>(leads.team[row]);
}

}  // namespace

bool pending(const Leads& leads, const Rules& rules, size_t row, int64_t start) {
  if (leads.active[row] == 0 || leads.stage[row] < 0 || leads.created[row] < start) return false;
  if (rules.won_status) return leads.status[row] == WonStatus::kPending;
  const double probability = leads.probability[row];
  return !is_set(probability) || (probability > 0 && probability < 100);
}

double probability_after(double probability, double old_automated, double automated) {
  const bool follows = !is_set(probability) || probability == old_automated;
  return follows ? automated : probability;
}

std::vector<std::vector<uint32_t>> batches(const Leads& leads, const Rules& rules, int64_t start, size_t batch) {
  std::vector<size_t> of_priority(256, 0);
  std::vector<uint32_t> rows;
  for (size_t row = leads.size(); row-- > 0;) {
    if (!pending(leads, rules, row, start)) continue;
    rows.push_back(static_cast<uint32_t>(row));
    ++of_priority[leads.priority[row]];
  }
  std::vector<size_t> next(256, 0);
  for (size_t p = 255; p-- > 0;) next[p] = next[p + 1] + of_priority[p + 1];
  std::vector<std::vector<uint32_t>> result((rows.size() + batch - 1) / batch);
  for (std::vector<uint32_t>& part : result) part.reserve(std::min(batch, rows.size()));
  // Within a batch the rows stay in order of id: only the membership depends on the priority.
  for (const uint32_t row : rows) result[next[leads.priority[row]]++ / batch].push_back(row);
  return result;
}

Batch::Batch(const Leads& leads, const Model& model, const Variables& variables, const Frequencies& frequencies,
             std::vector<uint32_t> rows)
    : leads_(leads), model_(model), variables_(variables), rows_(std::move(rows)),
      lookup_(frequencies, leads, model, present_variables(leads, variables, rows_)),
      runs_(model.teams.size() + 1) {
  plan_runs();
}

// Odoo scores team by team (ascending id, no team last) and looks at the prior only when the table changes. A table
// that cannot score leaves its first lead alone and lends the prior of the table before to the others.
void Batch::plan_runs() {
  std::vector<size_t> order(model_.teams.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return model_.teams[a].id < model_.teams[b].id; });
  order.push_back(model_.teams.size());

  constexpr uint32_t kNone = UINT32_MAX;
  std::vector<uint32_t> first(runs_.size(), kNone);
  for (const uint32_t row : rows_) {
    const int16_t stage = leads_.stage[row];
    if (stage < 0 || model_.stages[static_cast<size_t>(stage)].is_won) continue;
    uint32_t& of_group = first[group_of(leads_, model_, row)];
    if (of_group == kNone) of_group = row;
  }

  double prior_won = 1;
  double prior_lost = 1;
  size_t current = SIZE_MAX;
  uint32_t first_of_run = kNone;
  for (const size_t group : order) {
    if (first[group] == kNone) continue;
    const size_t index = lookup_.table_of(group);
    const Lookup::Table& table = lookup_.table(index);
    if (index != current) {
      current = index;
      first_of_run = first[group];
      if (table.scorable()) {
        prior_won = table.team_won / (table.team_won + table.team_lost);
        prior_lost = table.team_lost / (table.team_won + table.team_lost);
      }
    }
    const bool leaked = !table.scorable();
    runs_[group] = {{index, prior_won, prior_lost, !leaked, leaked, false}, first_of_run};
  }
}

Product Batch::product(uint32_t row) const {
  const Run& run = runs_[group_of(leads_, model_, row)];
  Product product = run.product;
  product.first_unscored = product.leaked && row == run.first_row;
  return product;
}

double Batch::score(uint32_t row) const {
  const int16_t stage = leads_.stage[row];
  if (stage < 0) return 0;
  if (model_.stages[static_cast<size_t>(stage)].is_won) return 100;
  const Run& run = runs_[group_of(leads_, model_, row)];
  if (run.product.leaked && row == run.first_row) return kUnset;
  const Factor* factors = lookup_.table(run.product.table).factors.data();
  const size_t stage_variable = variables_.fields.size();
  double won = run.product.prior_won;
  double lost = run.product.prior_lost;
  for (const int32_t variable : variables_.factors) {
    if (variable < 0 && !run.product.stage_counts) continue;
    const size_t at = variable < 0 ? lookup_.at(stage_variable, static_cast<uint32_t>(stage))
                                   : lookup_.at(static_cast<size_t>(variable), leads_.feature[static_cast<size_t>(variable)][row]);
    won *= factors[at].won;
    lost *= factors[at].lost;
  }
  if (variables_.tags)
    for (uint32_t t = leads_.tag_begin(row); t < leads_.tag_end[row]; ++t) {
      const Factor& factor = factors[lookup_.at(stage_variable + 1, leads_.tag[t])];
      won *= factor.won;
      lost *= factor.lost;
    }
  // Thousands of tags can take both sides to 0, where Odoo fails with a division by zero: no score.
  if (won + lost == 0) return kUnset;
  if (model_.rules.early_rounding) return round2(100 * won / (won + lost));
  return round_score(100 * (won / (won + lost)));
}

Scores score_pending(const Leads& leads, const Model& model, const Variables& variables, const Frequencies& table,
                     int64_t start, size_t batch) {
  Scores scores;
  for (std::vector<uint32_t>& rows : batches(leads, model.rules, start, batch)) {
    const Batch one(leads, model, variables, table, std::move(rows));
    for (const uint32_t row : one.rows()) {
      scores.rows.push_back(row);
      scores.automated.push_back(one.score(row));
    }
  }
  return scores;
}

}  // namespace outrigger::scoring
