#include "lookup.hpp"

namespace outrigger::scoring {

Lookup::Lookup(const Frequencies& frequencies, const Leads& leads, const Model& model, const std::vector<bool>& present)
    : stage_variable_(static_cast<size_t>(frequencies.stage_variable)), tables_(model.teams.size() + 2) {
  for (const Values& values : leads.values) {
    offset_.push_back(cells_);
    cells_ += values.size();
  }
  offset_.push_back(cells_);
  cells_ += model.stages.size();
  offset_.push_back(cells_);
  place_tags(frequencies, leads.tags.size());

  const auto tag_variable = frequencies.tag_variable;
  Table& all = tables_.back();
  all.exists = true;
  tables_[model.teams.size()].exists = model.rules.table_of_no_team;
  for (const Row& row : frequencies.rows) {
    if (!present[static_cast<size_t>(row.variable)]) continue;
    const bool own_table = row.group < static_cast<int32_t>(model.teams.size()) || model.rules.table_of_no_team;
    Table& own = tables_[static_cast<size_t>(row.group)];
    if (own_table) own.exists = true;
    if (row.variable == tag_variable && row.won + row.lost < kFewestTagObservations) continue;
    if (own_table) add(own, row);
    add(all, row);
  }
  const int32_t first_stage = model.first_stage();
  for (Table& table : tables_)
    if (table.exists) finish(table, first_stage);
}

void Lookup::place_tags(const Frequencies& frequencies, size_t tags) {
  tag_place_.resize(tags);
  uint32_t placed = 0;
  for (const Row& row : frequencies.rows)
    if (row.variable == frequencies.tag_variable && !(row.won + row.lost < kFewestTagObservations) &&
        tag_place_[row.code] == 0)
      tag_place_[row.code] = ++placed;
  cells_ += size_t{placed} + 1;
}

void Lookup::add(Table& table, const Row& row) {
  if (table.cells.empty()) {
    table.cells.resize(cells_);
    table.totals.resize(offset_.size());
  }
  Cell& cell = table.cells[at(static_cast<size_t>(row.variable), row.code)];
  cell.won += row.won;
  cell.lost += row.lost;
  cell.known = true;
  Cell& total = table.totals[static_cast<size_t>(row.variable)];
  total.won += row.won;
  total.lost += row.lost;
}

void Lookup::finish(Table& table, int32_t first_stage) const {
  table.factors.resize(cells_);
  if (table.cells.empty()) return;
  if (first_stage >= 0) {
    const Cell& cell = table.cells[at(stage_variable_, static_cast<uint32_t>(first_stage))];
    table.team_won = cell.won;
    table.team_lost = cell.lost;
  }
  for (size_t v = 0; v < offset_.size(); ++v) {
    const bool stage = v == stage_variable_;
    const double won = stage ? table.team_won : table.totals[v].won;
    const double lost = stage ? table.team_lost : table.totals[v].lost;
    if (won == 0 || lost == 0) continue;
    const size_t end = v + 1 < offset_.size() ? offset_[v + 1] : cells_;
    for (size_t i = offset_[v]; i < end; ++i)
      if (const Cell& cell = table.cells[i]; cell.known) table.factors[i] = {cell.won / won, cell.lost / lost};
  }
}

}  // namespace outrigger::scoring
