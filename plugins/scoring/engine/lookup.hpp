// The frequency table arranged for scoring: one table per team that has rows, and one of all teams together.
//
// Source: Odoo 19, crm.lead, scoring of a batch. A row of a tag with fewer than 50 observations is skipped; the test
// is per row, before the rows are added up. Every sum is made in the order of the rows.
// Threads: immutable after build.
#pragma once

#include <cstdint>
#include <vector>

#include "frequency.hpp"

namespace outrigger::scoring {

// What a value multiplies the two sides by; {1, 1} when the value is unknown.
struct Factor {
  double won = 1;
  double lost = 1;
};

struct Cell {
  double won = 0;
  double lost = 0;
  bool known = false;
};

// Tags with fewer observations than this say nothing.
inline constexpr double kFewestTagObservations = 50.0;

class Lookup {
 public:
  struct Table {
    bool exists = false;          // some row of the batch's variables names this team, be it skipped
    std::vector<Cell> cells;      // by Lookup::at
    std::vector<Factor> factors;  // by Lookup::at
    std::vector<Cell> totals;     // by variable
    double team_won = 0;          // of the first stage
    double team_lost = 0;
    [[nodiscard]] bool scorable() const { return team_won != 0 && team_lost != 0; }
  };

  // `present`: by variable, whether any lead of the batch has the feature; rows of other variables are not looked at.
  Lookup(const Frequencies& frequencies, const Leads& leads, const Model& model, const std::vector<bool>& present);

  // Index into cells and factors. Code 0 of every variable but the stage is the neutral factor, and so is a tag of
  // which no row counts: there may be a million of them.
  [[nodiscard]] size_t at(size_t variable, uint32_t code) const {
    return offset_[variable] + (variable == stage_variable_ + 1 ? tag_place_[code] : code);
  }
  // Likewise, for a tag.
  [[nodiscard]] size_t at_tag(uint32_t tag) const { return offset_.back() + tag_place_[tag]; }
  // The table that scores leads of a team; group teams.size() is "no team".
  [[nodiscard]] size_t table_of(size_t group) const { return tables_[group].exists ? group : all_teams(); }
  [[nodiscard]] const Table& table(size_t index) const { return tables_[index]; }
  [[nodiscard]] size_t all_teams() const { return tables_.size() - 1; }

 private:
  void place_tags(const Frequencies& frequencies, size_t tags);
  void add(Table& table, const Row& row);
  void finish(Table& table, int32_t first_stage) const;

  std::vector<size_t> offset_;       // by variable
  std::vector<uint32_t> tag_place_;  // by tag; 0: no row of it counts
  size_t cells_ = 0;
  size_t stage_variable_ = 0;
  std::vector<Table> tables_;  // by team, then no team, then all teams
};

}  // namespace outrigger::scoring
