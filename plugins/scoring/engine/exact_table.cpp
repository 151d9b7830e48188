#include "exact_table.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace outrigger::scoring {
namespace {

constexpr unsigned kGroupBits = 16;
constexpr unsigned kVariableBits = 16;

uint64_t key_of(size_t group, size_t variable, uint32_t code) {
  return (uint64_t{group} << (kVariableBits + 32U)) | (uint64_t{variable} << 32U) | code;
}
static_assert(kGroupBits + kVariableBits + 32 == 64);

bool same_stages(const std::vector<Stage>& a, const std::vector<Stage>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Stage& x, const Stage& y) { return x.id == y.id && x.sequence == y.sequence; });
}

bool same_teams(const std::vector<Team>& a, const std::vector<Team>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Team& x, const Team& y) { return x.id == y.id; });
}

}  // namespace

void Highest::add(int64_t id) {
  here_.push_back(id);
  std::push_heap(here_.begin(), here_.end());
}

void Highest::remove(int64_t id) {
  gone_.push_back(id);
  std::push_heap(gone_.begin(), gone_.end());
  while (!gone_.empty() && !here_.empty() && here_.front() == gone_.front()) {
    std::pop_heap(here_.begin(), here_.end());
    here_.pop_back();
    std::pop_heap(gone_.begin(), gone_.end());
    gone_.pop_back();
  }
  if (gone_.size() < 64 || gone_.size() < here_.size() / 2) return;
  std::vector<int64_t> left;
  std::sort(here_.begin(), here_.end(), std::greater<>());
  std::sort(gone_.begin(), gone_.end(), std::greater<>());
  std::set_difference(here_.begin(), here_.end(), gone_.begin(), gone_.end(), std::back_inserter(left),
                      std::greater<>());
  here_ = std::move(left);  // falling order is a heap
  gone_.clear();
}

ExactTable::ExactTable(const Model& model, const Variables& variables, int64_t start)
    : model_(model),
      variables_(variables),
      start_(start),
      reach_(reach_of(model.stages)),
      stages_(model.teams.size() + 1) {
  for (Stages& stages : stages_) {
    stages.lost.resize(model.stages.size());
    stages.lost_leads.resize(model.stages.size());
  }
}

ExactTable::Count ExactTable::count_of(const LeadState& state) const {
  Count count;
  if (state.created < start_) return count;
  count.outcome = closed(model_.rules, state.status, state.probability, state.active != 0);
  if (count.outcome == Closed::kNo) return count;
  count.won = state.probability == 100.0 ? 1 : 0;
  count.lost = state.probability == 0.0 ? 1 : 0;
  count.group = state.team < 0 ? model_.teams.size() : static_cast<size_t>(state.team);
  return count;
}

template <typename Each>
void ExactTable::each_cell(const LeadState& state, size_t group, Each&& each) const {
  const size_t fields = variables_.fields.size();
  for (size_t v = 0; v < fields; ++v)
    if (state.feature[v] != 0) each(key_of(group, v, state.feature[v]));
  if (variables_.tags)
    for (const uint32_t tag : state.tags) each(key_of(group, fields + 1, tag));
}

void ExactTable::add(const LeadState& state, const Count& count) {
  each_cell(state, count.group, [&](uint64_t key) {
    Cell& cell = cells_[key];
    cell.won += count.won;
    cell.lost += count.lost;
    ++cell.leads;
    cell.highest.add(state.id);
  });
  if (state.stage < 0) return;
  Stages& stages = stages_[count.group];
  if (count.outcome == Closed::kWon) {
    stages.won += count.won;
    ++stages.won_leads;
    return;
  }
  const auto reached = static_cast<size_t>(reach_[static_cast<size_t>(state.stage)]);
  stages.lost[reached] += count.lost;
  ++stages.lost_leads[reached];
}

void ExactTable::remove(const LeadState& state, const Count& count) {
  each_cell(state, count.group, [&](uint64_t key) {
    const auto at = cells_.find(key);
    if (--at->second.leads == 0) {
      cells_.erase(at);
      return;
    }
    at->second.won -= count.won;
    at->second.lost -= count.lost;
    at->second.highest.remove(state.id);
  });
  if (state.stage < 0) return;
  Stages& stages = stages_[count.group];
  if (count.outcome == Closed::kWon) {
    stages.won -= count.won;
    --stages.won_leads;
    return;
  }
  const auto reached = static_cast<size_t>(reach_[static_cast<size_t>(state.stage)]);
  stages.lost[reached] -= count.lost;
  --stages.lost_leads[reached];
}

bool ExactTable::holds_cell(uint64_t key, const Count& count) const {
  const auto at = cells_.find(key);
  return at != cells_.end() && at->second.won >= count.won && at->second.lost >= count.lost;
}

bool ExactTable::holds(const LeadState& state, const Count& count) const {
  bool all = true;
  each_cell(state, count.group, [&](uint64_t key) { all = all && holds_cell(key, count); });
  if (!all || state.stage < 0) return all;
  const Stages& stages = stages_[count.group];
  if (count.outcome == Closed::kWon) return stages.won_leads > 0 && stages.won >= count.won;
  const auto reached = static_cast<size_t>(reach_[static_cast<size_t>(state.stage)]);
  return stages.lost_leads[reached] > 0 && stages.lost[reached] >= count.lost;
}

std::string ExactTable::misfit(const LeadState& state) const {
  const std::string lead = "lead " + std::to_string(state.id);
  if (state.stage >= static_cast<int32_t>(model_.stages.size()))
    return lead + " is in a stage that was not there when the table was built: rebuild it";
  if (state.team >= static_cast<int32_t>(model_.teams.size()))
    return lead + " is of a team that was not there when the table was built: rebuild it";
  if (state.feature.size() != variables_.fields.size()) return lead + " has other variables than the table: rebuild it";
  return {};
}

Applied ExactTable::apply(const LeadState* before, const LeadState* after) {
  for (const LeadState* state : {before, after})
    if (state != nullptr)
      if (reason_ = misfit(*state); !reason_.empty()) return Applied::kRebuild;
  const Count was = before == nullptr ? Count{} : count_of(*before);
  const Count is = after == nullptr ? Count{} : count_of(*after);
  if (was.outcome == Closed::kNo && is.outcome == Closed::kNo) return Applied::kUnchanged;
  if (was.outcome == is.outcome && was.won == is.won && was.lost == is.lost && was.group == is.group &&
      before->stage == after->stage && before->feature == after->feature &&
      (!variables_.tags || before->tags == after->tags))
    return Applied::kUnchanged;
  if (was.outcome != Closed::kNo && !holds(*before, was)) {
    reason_ = "lead " + std::to_string(before->id) +
              " was not counted as its columns before the change say: a change was missed, rebuild the table";
    return Applied::kRebuild;
  }
  if (was.outcome != Closed::kNo) remove(*before, was);
  if (is.outcome != Closed::kNo) add(*after, is);
  return Applied::kCounted;
}

Applied ExactTable::refuse(std::string reason) {
  reason_ = std::move(reason);
  return Applied::kRebuild;
}

void ExactTable::rebuild(const Leads& leads) {
  cells_.clear();
  reason_.clear();
  for (Stages& stages : stages_) {
    std::fill(stages.lost.begin(), stages.lost.end(), 0U);
    std::fill(stages.lost_leads.begin(), stages.lost_leads.end(), 0U);
    stages.won = stages.won_leads = 0;
  }
  // By falling id, so that each addition to a heap stays where it is put.
  for (size_t row = leads.size(); row-- > 0;) {
    if (leads.created[row] < start_ || closed(leads, model_.rules, row) == Closed::kNo) continue;
    const LeadState state = state_of(leads, row);
    add(state, count_of(state));
  }
}

void ExactTable::append_stages(std::vector<Row>& rows, size_t group, int32_t variable) const {
  const Stages& stages = stages_[group];
  size_t end = stages.won_leads > 0 ? model_.stages.size() : 0;
  for (size_t s = model_.stages.size(); end == 0 && s-- > 0;)
    if (stages.lost_leads[s] > 0) end = s + 1;
  std::vector<uint64_t> lost(model_.stages.size() + 1, 0);
  for (size_t s = model_.stages.size(); s-- > 0;) lost[s] = lost[s + 1] + stages.lost[s];
  for (size_t s = 0; s < end; ++s)
    rows.push_back({static_cast<int32_t>(group), variable, static_cast<uint32_t>(s), stored_count(stages.won),
                    stored_count(lost[s])});
}

Frequencies ExactTable::frequencies() const {
  struct Place {
    size_t group;
    size_t rank;  // of the variable
    int64_t highest;
    uint32_t code;
    const Cell* cell;
  };
  Frequencies table;
  const size_t fields = variables_.fields.size();
  table.stage_variable = static_cast<int32_t>(fields);
  table.tag_variable = static_cast<int32_t>(fields) + 1;
  const std::vector<int32_t> order = alphabetical_order(variables_);
  std::vector<size_t> rank(order.size());
  for (size_t i = 0; i < order.size(); ++i) rank[static_cast<size_t>(order[i])] = i;
  std::vector<Place> places;
  places.reserve(cells_.size());
  for (const auto& [key, cell] : cells_)
    places.push_back({key >> (kVariableBits + 32U), rank[(key >> 32U) & 0xFFFFU], cell.highest.top(),
                      static_cast<uint32_t>(key), &cell});
  std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    if (a.group != b.group) return a.group < b.group;
    if (a.rank != b.rank) return a.rank < b.rank;
    return a.highest != b.highest ? a.highest > b.highest : a.code < b.code;
  });
  table.rows.reserve(places.size() + stages_.size() * model_.stages.size());
  auto place = places.begin();
  for (size_t group = 0; group < stages_.size(); ++group)
    for (size_t i = 0; i < order.size(); ++i) {
      if (order[i] == table.stage_variable) append_stages(table.rows, group, table.stage_variable);
      for (; place != places.end() && place->group == group && place->rank == i; ++place)
        table.rows.push_back({static_cast<int32_t>(group), order[i], place->code, stored_count(place->cell->won),
                              stored_count(place->cell->lost)});
    }
  return table;
}

std::string ExactTable::outdated(const Model& model, const Variables& variables, int64_t start) const {
  if (!same_stages(model_.stages, model.stages))
    return "stages were added, deleted or put in another order: every lost lead may reach other stages, rebuild";
  if (!same_teams(model_.teams, model.teams)) return "teams were added, deleted or put in another order: rebuild";
  if (variables_.fields != variables.fields || variables_.tags != variables.tags)
    return "other variables are configured: rebuild";
  if (start_ != start) return "the start date has changed: rebuild";
  if (model_.rules.won_status != model.rules.won_status) return "Odoo's version has changed: rebuild";
  return {};
}

Applied update(Leads& leads, ExactTable& table, const LeadState& after) {
  const size_t row = find_row(leads, after.id);
  if (row < leads.size()) {
    const LeadState before = state_of(leads, row);
    const Applied applied = table.apply(&before, &after);
    if (applied != Applied::kRebuild) assign(leads, row, after);
    return applied;
  }
  if (leads.size() > 0 && after.id < leads.id.back())
    return table.refuse("lead " + std::to_string(after.id) +
                        " came after leads with higher ids, and the order of rows is by id: read all leads again");
  const Applied applied = table.apply(nullptr, &after);
  if (applied != Applied::kRebuild) assign(leads, leads.append(after.id), after);
  return applied;
}

Applied remove_lead(Leads& leads, ExactTable& table, int64_t id) {
  const size_t row = find_row(leads, id);
  if (row == leads.size()) return Applied::kUnchanged;
  const LeadState before = state_of(leads, row);
  const Applied applied = table.apply(&before, nullptr);
  if (applied == Applied::kRebuild) return applied;
  LeadState gone;
  gone.id = id;
  gone.active = 0;
  gone.created = kGone;
  gone.feature.resize(leads.feature.size());
  assign(leads, row, gone);
  return applied;
}

}  // namespace outrigger::scoring
