#include "trained.hpp"

#include <algorithm>
#include <functional>

#include "extended.hpp"
#include "logistic.hpp"
#include "scorer.hpp"

namespace outrigger::scoring {
namespace {

class OdooModel final : public Trained {
 public:
  OdooModel(const Leads& leads, const Model& pipeline, const Variables& variables, int64_t start)
      : pipeline_(pipeline), variables_(variables), table_(rebuild(leads, pipeline, variables, start)) {}

  [[nodiscard]] ModelKind kind() const override { return ModelKind::kOdoo; }

  // In Odoo's order, by falling id, whatever the order of `rows`.
  [[nodiscard]] std::vector<double> score(const Sample& sample, const std::vector<uint32_t>& rows) const override {
    std::vector<uint32_t> order = rows;
    std::sort(order.begin(), order.end(), std::greater<>());
    const Batch batch(sample.leads, pipeline_, variables_, table_, order);
    std::vector<double> scores;
    scores.reserve(rows.size());
    for (const uint32_t row : rows) scores.push_back(batch.score(row));
    return scores;
  }

  [[nodiscard]] Explanation explain(const Sample& sample, uint32_t row) const override;

 private:
  void add_part(Explanation& why, const Lookup& lookup, const Product& product, size_t variable, uint32_t code,
                std::string name, std::string value) const;

  Model pipeline_;
  Variables variables_;
  Frequencies table_;
};

void OdooModel::add_part(Explanation& why, const Lookup& lookup, const Product& product, size_t variable, uint32_t code,
                         std::string name, std::string value) const {
  const Lookup::Table& table = lookup.table(product.table);
  const bool stage = variable == static_cast<size_t>(table_.stage_variable);
  Part part{std::move(name), std::move(value)};
  const size_t at = lookup.at(variable, code);
  if (!table.cells.empty() && table.cells[at].known) {
    part.won = table.cells[at].won;
    part.lost = table.cells[at].lost;
    part.all_won = stage ? table.team_won : table.totals[variable].won;
    part.all_lost = stage ? table.team_lost : table.totals[variable].lost;
    part.counts = !stage || product.stage_counts;
    if (part.counts) part.log_odds = std::log(table.factors[at].won / table.factors[at].lost);
  }
  part.rare = !part.counts && variable == static_cast<size_t>(table_.tag_variable);
  why.parts.push_back(std::move(part));
}

Explanation OdooModel::explain(const Sample& sample, uint32_t row) const {
  const Leads& leads = sample.leads;
  const Batch batch(leads, pipeline_, variables_, table_, {row});
  const Product product = batch.product(row);
  const Lookup::Table& table = batch.lookup().table(product.table);
  Explanation why;
  why.won = table.team_won;
  why.lost = table.team_lost;
  why.prior_log_odds = std::log(product.prior_won / product.prior_lost);
  why.probability = batch.score(row);
  if (product.leaked) why.note = "not enough data: no closed lead of this team says anything";
  const auto stage_variable = static_cast<size_t>(table_.stage_variable);
  for (const int32_t variable : variables_.factors) {
    const auto v = static_cast<size_t>(variable);
    if (variable < 0 && leads.stage[row] >= 0) {
      const auto stage = static_cast<uint32_t>(leads.stage[row]);
      add_part(why, batch.lookup(), product, stage_variable, stage, "stage_id",
               std::to_string(pipeline_.stages[stage].id));
    }
    if (variable >= 0 && leads.feature[v][row] != 0)
      add_part(why, batch.lookup(), product, v, leads.feature[v][row], variables_.fields[v],
               leads.values[v].text(leads.feature[v][row]));
  }
  if (variables_.tags)
    for (uint32_t t = leads.tag_begin(row); t < leads.tag_end[row]; ++t)
      add_part(why, batch.lookup(), product, stage_variable + 1, leads.tag[t], "tag_ids",
               leads.tags.text(leads.tag[t]));
  return why;
}

}  // namespace

std::string_view name_of(ModelKind kind) {
  switch (kind) {
    case ModelKind::kOdoo: return "odoo";
    case ModelKind::kExtended: return "extended";
    case ModelKind::kLogistic: return "logistic";
  }
  return {};
}

std::unique_ptr<Trained> train(ModelKind kind, const Sample& sample, const Model& pipeline, const Variables& variables,
                               int64_t start, const Learning& learning) {
  switch (kind) {
    case ModelKind::kOdoo: break;
    case ModelKind::kExtended: return std::make_unique<ExtendedModel>(sample, pipeline, variables, start, learning);
    case ModelKind::kLogistic: return std::make_unique<LogisticModel>(sample, pipeline, variables, start, learning);
  }
  return std::make_unique<OdooModel>(sample.leads, pipeline, variables, start);
}

std::unique_ptr<Trained> load(ModelKind kind, Unpacker& in, const Leads& codes, const Signals& signals,
                              const Model& pipeline, const Variables& variables) {
  std::unique_ptr<Trained> model;
  if (kind == ModelKind::kExtended) {
    auto extended = std::make_unique<ExtendedModel>(in, codes, pipeline, variables);
    if (in.ok() && extended->signals() != signals.columns.size()) in.fail();
    model = std::move(extended);
  } else if (kind == ModelKind::kLogistic) {
    auto logistic = std::make_unique<LogisticModel>(in, codes, pipeline, variables);
    if (in.ok() && logistic->signals() > signals.columns.size()) in.fail();
    model = std::move(logistic);
  }
  if (!in.at_end()) return nullptr;
  return model;
}

}  // namespace outrigger::scoring
