#include "frequency.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace outrigger::scoring {
namespace {

// Won leads in the upper half, lost ones in the lower: one addition counts either.
constexpr uint64_t kWonOne = uint64_t{1} << 32U;

struct Cell {
  uint64_t counts = 0;
  uint32_t row = 0;  // of the highest lead that has the value, plus 1; 0: none has it
};

// A closed lead that counts. Eight bytes: the list is read once for every variable.
struct Entry {
  uint32_t row;
  uint16_t group;
  uint16_t outcome;  // index into kCounts
};
constexpr uint64_t kCounts[] = {0, 1, kWonOne};  // unset probability, lost, won

struct Stages {
  std::vector<uint32_t> lost_up_to;  // lost leads by the last stage that their count reaches
  uint64_t won = 0;                  // won leads that have a stage
  int32_t deepest = -1;              // the last stage that any lead's count reaches
};

class Rebuild {
 public:
  Rebuild(const Leads& leads, const Model& model, const Variables& variables)
      : leads_(leads),
        model_(model),
        variables_(variables),
        reach_(reach_of(model.stages)),
        groups_(model.teams.size() + 1),
        stages_(groups_) {
    for (Stages& stages : stages_) stages.lost_up_to.resize(model.stages.size());
  }

  Frequencies run(int64_t start) {
    collect(start);
    Frequencies table;
    const size_t fields = variables_.fields.size();
    table.stage_variable = static_cast<int32_t>(fields);
    table.tag_variable = static_cast<int32_t>(fields) + 1;
    std::vector<std::vector<Row>> rows_of(groups_);
    for (const int32_t variable : alphabetical_order(variables_)) {
      if (variable == table.stage_variable)
        append_stages(rows_of, variable);
      else if (variable == table.tag_variable)
        append_tags(rows_of, variable);
      else
        append_field(rows_of, variable);
    }
    for (const std::vector<Row>& rows : rows_of) table.rows.insert(table.rows.end(), rows.begin(), rows.end());
    return table;
  }

 private:
  void collect(int64_t start) {
    entries_.reserve(leads_.size());
    for (size_t row = 0; row < leads_.size(); ++row) {
      if (leads_.created[row] < start) continue;
      const Closed outcome = closed(leads_, model_.rules, row);
      if (outcome == Closed::kNo) continue;
      const double probability = leads_.probability[row];
      const uint16_t counted = probability == 100.0 ? 2 : probability == 0.0 ? 1 : 0;
      const auto group =
          static_cast<uint16_t>(leads_.team[row] < 0 ? model_.teams.size() : static_cast<size_t>(leads_.team[row]));
      entries_.push_back({static_cast<uint32_t>(row), group, counted});
      if (leads_.stage[row] >= 0) count_stage(stages_[group], leads_.stage[row], outcome, counted);
    }
  }

  void count_stage(Stages& stages, int16_t stage, Closed outcome, uint16_t counted) const {
    if (outcome == Closed::kWon) {
      stages.won += counted == 2 ? 1 : 0;
      stages.deepest = static_cast<int32_t>(model_.stages.size()) - 1;
      return;
    }
    const int32_t reached = reach_[static_cast<size_t>(stage)];
    stages.lost_up_to[static_cast<size_t>(reached)] += counted == 1 ? 1 : 0;
    stages.deepest = std::max(stages.deepest, reached);
  }

  // Dense by group and code; code 0, an absent value, is counted and not looked at.
  void append_field(std::vector<std::vector<Row>>& rows_of, int32_t variable) {
    const std::vector<uint32_t>& column = leads_.feature[static_cast<size_t>(variable)];
    const size_t codes = leads_.values[static_cast<size_t>(variable)].size();
    cells_.assign(groups_ * codes, {});
    for (const Entry& entry : entries_) {
      Cell& cell = cells_[entry.group * codes + column[entry.row]];
      cell.counts += kCounts[entry.outcome];
      cell.row = entry.row + 1;
    }
    append_cells(rows_of, variable, codes);
  }

  void append_tags(std::vector<std::vector<Row>>& rows_of, int32_t variable) {
    if (!variables_.tags) return;
    const size_t codes = leads_.tags.size();
    cells_.assign(groups_ * codes, {});
    for (const Entry& entry : entries_)
      for (uint32_t t = leads_.tag_begin(entry.row); t < leads_.tag_end[entry.row]; ++t) {
        Cell& cell = cells_[entry.group * codes + leads_.tag[t]];
        cell.counts += kCounts[entry.outcome];
        cell.row = entry.row + 1;
      }
    append_cells(rows_of, variable, codes);
  }

  // Odoo meets the leads of a team by falling id, so a value's place is that of the highest lead which has it.
  void append_cells(std::vector<std::vector<Row>>& rows_of, int32_t variable, size_t codes) {
    std::vector<uint32_t> order;
    for (size_t group = 0; group < groups_; ++group) {
      const Cell* cells = cells_.data() + group * codes;
      order.clear();
      for (uint32_t code = 1; code < codes; ++code)
        if (cells[code].row != 0) order.push_back(code);
      std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
        return cells[a].row != cells[b].row ? cells[a].row > cells[b].row : a < b;
      });
      for (const uint32_t code : order)
        rows_of[group].push_back({static_cast<int32_t>(group), variable, code, stored_count(cells[code].counts >> 32U),
                                  stored_count(cells[code].counts & (kWonOne - 1))});
    }
  }

  // A won lead counts in every stage of the database; a lost one in those up to its own.
  void append_stages(std::vector<std::vector<Row>>& rows_of, int32_t variable) const {
    for (size_t group = 0; group < groups_; ++group) {
      const Stages& stages = stages_[group];
      std::vector<uint64_t> lost(model_.stages.size() + 1, 0);
      for (size_t s = model_.stages.size(); s-- > 0;) lost[s] = lost[s + 1] + stages.lost_up_to[s];
      for (int32_t s = 0; s <= stages.deepest; ++s)
        rows_of[group].push_back({static_cast<int32_t>(group), variable, static_cast<uint32_t>(s),
                                  stored_count(stages.won), stored_count(lost[static_cast<size_t>(s)])});
    }
  }

  const Leads& leads_;
  const Model& model_;
  const Variables& variables_;
  std::vector<int32_t> reach_;
  size_t groups_;
  std::vector<Stages> stages_;
  std::vector<Entry> entries_;  // by ascending row
  std::vector<Cell> cells_;
};

}  // namespace

std::vector<int32_t> reach_of(const std::vector<Stage>& stages) {
  std::vector<int32_t> reach(stages.size());
  for (size_t i = stages.size(); i-- > 0;) {
    const bool tied = i + 1 < stages.size() && stages[i + 1].sequence == stages[i].sequence;
    reach[i] = tied ? reach[i + 1] : static_cast<int32_t>(i);
  }
  return reach;
}

std::vector<int32_t> alphabetical_order(const Variables& variables) {
  const size_t fields = variables.fields.size();
  std::vector<int32_t> order(fields + 2);
  std::iota(order.begin(), order.end(), 0);
  const auto name = [&](int32_t v) -> std::string_view {
    if (v < static_cast<int32_t>(fields)) return variables.fields[static_cast<size_t>(v)];
    return v == static_cast<int32_t>(fields) ? "stage_id" : "tag_id";
  };
  std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return name(a) < name(b); });
  return order;
}

Frequencies rebuild(const Leads& leads, const Model& model, const Variables& variables, int64_t start) {
  return Rebuild(leads, model, variables).run(start);
}

void arrange(Frequencies& table, const Frequencies& like) {
  const auto key = [](const Row& row) { return std::tuple(row.group, row.variable, row.code); };
  std::map<std::tuple<int32_t, int32_t, uint32_t>, size_t> place;
  for (const Row& row : like.rows) place.emplace(key(row), place.size());
  const auto place_of = [&](const Row& row) {
    const auto at = place.find(key(row));
    return at == place.end() ? place.size() : at->second;
  };
  std::stable_sort(table.rows.begin(), table.rows.end(),
                   [&](const Row& a, const Row& b) { return place_of(a) < place_of(b); });
}

}  // namespace outrigger::scoring
