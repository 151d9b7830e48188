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
  present[fields + 1] = variables.tags && std::any_of(rows.begin(), rows.end(), [&](uint32_t row) {
                          return leads.tag_end[row] > leads.tag_begin(row);
                        });
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

Batches make_batches(const Leads& leads, const Model& model, const Variables& variables, const Frequencies& table,
                     int64_t start, size_t batch) {
  Batches result;
  std::vector<size_t> of_priority(256, 0);
  for (size_t row = leads.size(); row-- > 0;) {
    if (!pending(leads, model.rules, row, start)) continue;
    result.rows.push_back(static_cast<uint32_t>(row));
    ++of_priority[leads.priority[row]];
  }
  // Cut in order of priority (none first, then highest) and falling id. Within a batch only the order by id matters.
  std::vector<size_t> next(256, 0);
  for (size_t p = 255; p-- > 0;) next[p] = next[p + 1] + of_priority[p + 1];
  std::vector<std::vector<uint32_t>> rows_of((result.rows.size() + batch - 1) / batch);
  result.batch_of.reserve(result.rows.size());
  for (const uint32_t row : result.rows) {
    const size_t index = next[leads.priority[row]]++ / batch;
    result.batch_of.push_back(static_cast<uint16_t>(index));
    rows_of[index].push_back(row);
  }
  result.batches.reserve(rows_of.size());
  for (const std::vector<uint32_t>& rows : rows_of)
    result.batches.emplace_back(leads, model, variables, table, rows,
                                result.batches.empty() ? nullptr : &result.batches.back());
  return result;
}

Batch::Batch(const Leads& leads, const Model& model, const Variables& variables, const Frequencies& frequencies,
             const std::vector<uint32_t>& rows, const Batch* before)
    : leads_(leads),
      model_(model),
      variables_(variables),
      present_(present_variables(leads, variables, rows)),
      runs_(model.teams.size() + 1) {
  const bool same = before != nullptr && before->present_ == present_;
  lookup_ = same ? before->lookup_ : std::make_shared<const Lookup>(frequencies, leads, model, present_);
  const size_t stage_variable = variables.fields.size();
  for (const int32_t variable : variables.factors) {
    const auto v = static_cast<size_t>(variable);
    columns_.push_back(variable < 0 ? Column{nullptr, lookup_->at(stage_variable, 0)}
                                    : Column{leads.feature[v].data(), lookup_->at(v, 0)});
  }
  plan_runs(rows);
}

// Odoo scores team by team (ascending id, no team last) and looks at the prior only when the table changes. A table
// that cannot score leaves its first lead alone and lends the prior of the table before to the others.
void Batch::plan_runs(const std::vector<uint32_t>& rows) {
  std::vector<size_t> order(model_.teams.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return model_.teams[a].id < model_.teams[b].id; });
  order.push_back(model_.teams.size());

  constexpr uint32_t kNone = UINT32_MAX;
  std::vector<uint32_t> first(runs_.size(), kNone);
  for (const uint32_t row : rows) {
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
    const size_t index = lookup_->table_of(group);
    const Lookup::Table& table = lookup_->table(index);
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
  const Factor* factors = lookup_->table(run.product.table).factors.data();
  double won = run.product.prior_won;
  double lost = run.product.prior_lost;
  for (const Column& column : columns_) {
    if (column.codes == nullptr && !run.product.stage_counts) continue;
    const Factor& factor =
        factors[column.offset + (column.codes == nullptr ? static_cast<size_t>(stage) : size_t{column.codes[row]})];
    won *= factor.won;
    lost *= factor.lost;
  }
  if (variables_.tags)
    for (uint32_t t = leads_.tag_begin(row); t < leads_.tag_end[row]; ++t) {
      const Factor& factor = factors[lookup_->at_tag(leads_.tag[t])];
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
  Batches all = make_batches(leads, model, variables, table, start, batch);
  Scores scores;
  scores.automated.reserve(all.rows.size());
  for (size_t i = 0; i < all.rows.size(); ++i)
    scores.automated.push_back(all.batches[all.batch_of[i]].score(all.rows[i]));
  scores.rows = std::move(all.rows);
  return scores;
}

}  // namespace outrigger::scoring
