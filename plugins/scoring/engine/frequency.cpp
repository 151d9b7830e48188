#include "frequency.hpp"

#include <algorithm>
#include <numeric>

namespace outrigger::scoring {
namespace {

struct Count {
  uint32_t won = 0;
  uint32_t lost = 0;
  uint32_t seen = 0;  // 1 once a lead had the value, even one that counts for nothing
};

// One group's counts of one variable, dense by code, with the codes in order of first appearance.
struct Counter {
  std::vector<Count> by_code;
  std::vector<uint32_t> order;

  void add(uint32_t code, uint32_t won, uint32_t lost) {
    Count& count = by_code[code];
    count.won += won;
    count.lost += lost;
    if (count.seen == 0) {
      count.seen = 1;
      order.push_back(code);
    }
  }
};

struct Group {
  std::vector<Counter> variables;  // fields, then the tags
  std::vector<uint32_t> lost_in;   // lost leads per stage
  uint64_t won = 0;                // won leads that have a stage
  int32_t deepest = -1;            // the last stage that any lead's count reaches
};

// The last stage, in order, whose sequence is not above that of `stage`: ties are reached together.
std::vector<int32_t> reach_of(const std::vector<Stage>& stages) {
  std::vector<int32_t> reach(stages.size());
  for (size_t i = stages.size(); i-- > 0;) {
    const bool tied = i + 1 < stages.size() && stages[i + 1].sequence == stages[i].sequence;
    reach[i] = tied ? reach[i + 1] : static_cast<int32_t>(i);
  }
  return reach;
}

class Rebuild {
 public:
  Rebuild(const Leads& leads, const Model& model, const Variables& variables)
      : leads_(leads), model_(model), variables_(variables), reach_(reach_of(model.stages)),
        groups_(model.teams.size() + 1) {}

  void count(size_t row, Closed outcome) {
    Group& group = group_of(leads_.team[row]);
    const double probability = leads_.probability[row];
    const uint32_t won = probability == 100.0 ? 1 : 0;
    const uint32_t lost = probability == 0.0 ? 1 : 0;
    const size_t fields = variables_.fields.size();
    for (size_t v = 0; v < fields; ++v)
      if (const uint32_t code = leads_.feature[v][row]; code != 0) group.variables[v].add(code, won, lost);
    if (variables_.tags)
      for (uint32_t t = leads_.tag_begin(row); t < leads_.tag_end[row]; ++t)
        group.variables[fields].add(leads_.tag[t], won, lost);
    const int32_t stage = leads_.stage[row];
    if (stage < 0) return;
    if (outcome == Closed::kWon) {
      group.won += won;
      group.deepest = static_cast<int32_t>(model_.stages.size()) - 1;
    } else {
      group.lost_in[static_cast<size_t>(stage)] += lost;
      group.deepest = std::max(group.deepest, reach_[static_cast<size_t>(stage)]);
    }
  }

  Frequencies finish() {
    Frequencies table;
    const size_t fields = variables_.fields.size();
    table.stage_variable = static_cast<int32_t>(fields);
    table.tag_variable = static_cast<int32_t>(fields) + 1;
    const std::vector<int32_t> alphabetical = alphabetical_order(fields);
    for (size_t g = 0; g < groups_.size(); ++g) {
      if (groups_[g].variables.empty()) continue;
      for (const int32_t variable : alphabetical) append(table, groups_[g], static_cast<int32_t>(g), variable);
    }
    return table;
  }

 private:
  Group& group_of(int16_t team) {
    Group& group = groups_[team < 0 ? model_.teams.size() : static_cast<size_t>(team)];
    if (group.variables.empty()) {
      const size_t fields = variables_.fields.size();
      group.variables.resize(fields + 1);
      for (size_t v = 0; v < fields; ++v) group.variables[v].by_code.resize(leads_.values[v].size());
      group.variables[fields].by_code.resize(leads_.tags.size());
      group.lost_in.resize(model_.stages.size());
    }
    return group;
  }

  [[nodiscard]] std::vector<int32_t> alphabetical_order(size_t fields) const {
    std::vector<int32_t> order(fields + 2);
    std::iota(order.begin(), order.end(), 0);
    const auto name = [&](int32_t v) -> std::string_view {
      if (v < static_cast<int32_t>(fields)) return variables_.fields[static_cast<size_t>(v)];
      return v == static_cast<int32_t>(fields) ? "stage_id" : "tag_id";
    };
    std::sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return name(a) < name(b); });
    return order;
  }

  void append(Frequencies& table, const Group& group, int32_t index, int32_t variable) const {
    if (variable == table.stage_variable) {
      append_stages(table, group, index);
      return;
    }
    const size_t slot = variable == table.tag_variable ? variables_.fields.size() : static_cast<size_t>(variable);
    const Counter& counter = group.variables[slot];
    for (const uint32_t code : counter.order) {
      const Count& count = counter.by_code[code];
      table.rows.push_back({index, variable, code, stored_count(count.won), stored_count(count.lost)});
    }
  }

  // A won lead counts in every stage of the database; a lost one in those up to its own.
  void append_stages(Frequencies& table, const Group& group, int32_t index) const {
    std::vector<uint64_t> lost(model_.stages.size() + 1, 0);
    for (size_t s = model_.stages.size(); s-- > 0;) lost[s] = lost[s + 1] + reached_by(group, s);
    for (int32_t s = 0; s <= group.deepest; ++s)
      table.rows.push_back({index, table.stage_variable, static_cast<uint32_t>(s), stored_count(group.won),
                            stored_count(lost[static_cast<size_t>(s)])});
  }

  // Lost leads whose count ends exactly at stage s.
  [[nodiscard]] uint64_t reached_by(const Group& group, size_t s) const {
    uint64_t sum = 0;
    for (size_t i = 0; i <= s; ++i)
      if (reach_[i] == static_cast<int32_t>(s)) sum += group.lost_in[i];
    return sum;
  }

  const Leads& leads_;
  const Model& model_;
  const Variables& variables_;
  std::vector<int32_t> reach_;
  std::vector<Group> groups_;
};

}  // namespace

Frequencies rebuild(const Leads& leads, const Model& model, const Variables& variables, int64_t start) {
  Rebuild table(leads, model, variables);
  // Highest id first: the order in which Odoo meets the leads of a team.
  for (size_t row = leads.size(); row-- > 0;) {
    if (leads.created[row] < start) continue;
    if (const Closed outcome = closed(leads, model.rules, row); outcome != Closed::kNo) table.count(row, outcome);
  }
  return table.finish();
}

}  // namespace outrigger::scoring
