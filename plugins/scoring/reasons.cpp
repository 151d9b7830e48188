#include "reasons.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/explanation.hpp"

namespace outrigger::scoring {
namespace {

int64_t id_of(const std::string& text) {
  int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

}  // namespace

Reasons reasons_of(const History& history, const Frequencies& table, const Batch& batch, uint32_t row) {
  const Leads& leads = history.leads;
  const Lookup& lookup = batch.lookup();
  Reasons result;
  result.product = batch.product(row);
  result.probability = batch.score(row);
  const Lookup::Table& of_team = lookup.table(result.product.table);
  result.prior_log_odds = std::log(result.product.prior_won / result.product.prior_lost);
  result.team_won = of_team.team_won;
  result.team_lost = of_team.team_lost;
  const auto add = [&](std::string field, std::string value, size_t variable, uint32_t code, bool used) {
    Reason reason{std::move(field), std::move(value)};
    const size_t at = lookup.at(variable, code);
    const bool stage = variable == static_cast<size_t>(table.stage_variable);
    if (!of_team.cells.empty() && of_team.cells[at].known) {
      reason.won = of_team.cells[at].won;
      reason.lost = of_team.cells[at].lost;
      reason.all_won = stage ? of_team.team_won : of_team.totals[variable].won;
      reason.all_lost = stage ? of_team.team_lost : of_team.totals[variable].lost;
      const Factor& factor = of_team.factors[at];
      reason.counts = used;
      reason.log_odds = used ? std::log(factor.won / factor.lost) : 0;
    }
    reason.rare_tag = !reason.counts && variable == static_cast<size_t>(table.tag_variable);
    result.reasons.push_back(std::move(reason));
  };
  for (const int32_t variable : history.variables.factors) {
    if (variable < 0) {
      if (leads.stage[row] < 0) continue;
      const auto stage = static_cast<uint32_t>(leads.stage[row]);
      add("stage_id", std::to_string(history.model.stages[stage].id), static_cast<size_t>(table.stage_variable), stage,
          result.product.stage_counts);
      continue;
    }
    const auto v = static_cast<size_t>(variable);
    const uint32_t code = leads.feature[v][row];
    if (code != 0) add(history.variables.fields[v], leads.values[v].text(code), v, code, true);
  }
  if (history.variables.tags)
    for (uint32_t t = leads.tag_begin(row); t < leads.tag_end[row]; ++t)
      add("tag_ids", leads.tags.text(leads.tag[t]), static_cast<size_t>(table.tag_variable), leads.tag[t], true);
  return result;
}

std::vector<Move> moves_of(const History& history, const Frequencies& table, const Batch& batch, const Reasons& reasons,
                           size_t most) {
  constexpr double kFewestLeads = 5;
  const Lookup& lookup = batch.lookup();
  const Lookup::Table& of_team = lookup.table(reasons.product.table);
  double sum = reasons.prior_log_odds;
  for (const Reason& reason : reasons.reasons) sum += reason.log_odds;
  std::vector<Move> moves;
  if (of_team.cells.empty() || reasons.product.leaked) return moves;
  const auto consider = [&](const Reason& now, size_t variable, uint32_t first, uint32_t end, const auto& text_of) {
    Move up;
    Move down;
    for (uint32_t code = first; code < end; ++code) {
      const Cell& cell = of_team.cells[lookup.at(variable, code)];
      const std::string value = text_of(code);
      if (!cell.known || value.empty() || value == now.value || cell.won + cell.lost < kFewestLeads) continue;
      const Factor& factor = of_team.factors[lookup.at(variable, code)];
      const double log_odds = std::log(factor.won / factor.lost);
      Move& best = log_odds > now.log_odds ? up : down;
      if (!is_set(best.probability) ||
          std::fabs(log_odds - now.log_odds) > std::fabs(best.reason.log_odds - now.log_odds))
        best = {{now.field, value, cell.won, cell.lost, now.all_won, now.all_lost, true, false, log_odds},
                score_of(sum - now.log_odds + log_odds)};
    }
    for (const Move& move : {up, down})
      if (is_set(move.probability)) moves.push_back(move);
  };
  const auto& stages = history.model.stages;
  for (const Reason& now : reasons.reasons) {
    if (now.field == "stage_id") {
      if (reasons.product.stage_counts)
        consider(now, static_cast<size_t>(table.stage_variable), 0, static_cast<uint32_t>(stages.size()),
                 [&](uint32_t code) { return stages[code].is_won ? std::string() : std::to_string(stages[code].id); });
      continue;
    }
    const auto at = std::find(history.variables.fields.begin(), history.variables.fields.end(), now.field);
    if (at == history.variables.fields.end()) continue;
    const auto v = static_cast<size_t>(at - history.variables.fields.begin());
    const Values& values = history.leads.values[v];
    consider(now, v, 1, values.size(), [&](uint32_t code) { return values.text(code); });
  }
  std::stable_sort(moves.begin(), moves.end(), [&](const Move& a, const Move& b) {
    return std::fabs(a.probability - reasons.probability) > std::fabs(b.probability - reasons.probability);
  });
  if (moves.size() > most) moves.resize(most);
  return moves;
}

std::string Names::model_of(const Reason& reason) const {
  return std::string(labels_.root()[reason.field]["relation"].text());
}

void Names::want(const Reason& reason) {
  if (const std::string model = model_of(reason); !model.empty()) by_model_[model].try_emplace(id_of(reason.value));
}

Result<void> Names::read() {
  if (!lang_.empty()) {
    Result<Document> labels = odoo_.fields_get("crm.lead", {.lang = lang_});
    // The language may not be installed in Odoo: then its names are those of the key's own language.
    if (!labels && labels.error().code == Code::kValidation)
      lang_.clear();
    else if (!labels)
      return labels.error();
    else
      labels_ = *std::move(labels);
  }
  for (auto& [model, names] : by_model_) {
    Arena arena;
    std::vector<int64_t> ids;
    for (const auto& [id, name] : names) ids.push_back(id);
    Query query{.model = model,
                .domain = arena.array({arena.array({"id", "in", arena.ids(ids)})}),
                .fields = {"display_name"},
                .archived = true};
    const Result<Document> rows = odoo_.search_read(query, {.lang = lang_});
    // Without the right to read names the ids still say which value it is.
    if (!rows && rows.error().code == Code::kAccess) continue;
    if (!rows) return rows.error();
    for (const Value row : rows->root().items()) names[row["id"].integer()] = row["display_name"].text();
  }
  return {};
}

std::string Names::field(const std::string& name) const {
  const std::string_view label = labels_.root()[name]["string"].text();
  return label.empty() ? name : std::string(label);
}

std::string Names::value(const Reason& reason) const {
  if (const auto model = by_model_.find(model_of(reason)); model != by_model_.end()) {
    const auto name = model->second.find(id_of(reason.value));
    if (name != model->second.end() && !name->second.empty()) return name->second;
  }
  for (const Value pair : labels_.root()[reason.field]["selection"].items())
    if (pair.at(0).text() == reason.value) return std::string(pair.at(1).text());
  return reason.value == "False" ? "-" : reason.value;
}

}  // namespace outrigger::scoring
