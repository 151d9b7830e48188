// The exact table: what a rebuild from history would give, kept up with one lead's change at a time.
//
//     ExactTable table(model, variables, start);
//     table.rebuild(leads);
//     if (update(leads, table, after) == Applied::kRebuild) ...   // table.reason() says why; nothing was changed
//     Frequencies rows = table.frequencies();                     // row for row and in order what rebuild() gives
//
// Odoo's own live table drifts from a rebuild (it counts what a lead is when it is closed and never looks again); this
// one does not: a closed lead's new tag, team, country or deletion moves its counts. Creating, winning, losing,
// restoring, deleting and moving are all one thing here, columns before and after.
//
// What it does not follow, because every count may move: stages added, deleted or put in another order, teams added,
// deleted or reordered, other variables, another start date. outdated() tells.
//
// Cost: a few table cells a change, each found by hash, with a heap of the leads that have the value, since the order
// of rows is by the highest of them. Memory: 8 bytes for each value of each closed lead. Threads: one writer.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "frequency.hpp"
#include "lead_state.hpp"

namespace outrigger::scoring {

enum class Applied : uint8_t {
  kUnchanged,  // the change moves no count
  kCounted,
  kRebuild,  // it does not fit the table, see reason(); nothing was changed, rebuild() is needed
};

// Numbers that come and go, and the greatest of them. Removed ones wait until they reach the top.
class Highest {
 public:
  void add(int64_t id);
  // REQUIRES: id was added and not removed since.
  void remove(int64_t id);
  // REQUIRES: not empty.
  [[nodiscard]] int64_t top() const { return here_.empty() ? 0 : here_.front(); }

 private:
  std::vector<int64_t> here_;  // both heaps, the greatest first
  std::vector<int64_t> gone_;
};

class ExactTable {
 public:
  ExactTable(const Model& model, const Variables& variables, int64_t start);

  // Starts over from the leads.
  void rebuild(const Leads& leads);

  // One lead's change. `before`: nullptr when it is new; `after`: nullptr when it was deleted. REQUIRES: `before` is
  // what was last applied for this lead; update() below sees to that.
  Applied apply(const LeadState* before, const LeadState* after);
  // For a change that cannot even be told as columns before and after; answers kRebuild.
  Applied refuse(std::string reason);
  // Why the last apply answered kRebuild.
  [[nodiscard]] const std::string& reason() const { return reason_; }

  [[nodiscard]] Frequencies frequencies() const;

  // Why the table no longer fits these settings, as one sentence; empty while it does.
  [[nodiscard]] std::string outdated(const Model& model, const Variables& variables, int64_t start) const;

 private:
  struct Cell {
    uint32_t won = 0;
    uint32_t lost = 0;
    uint32_t leads = 0;  // also those that count as neither
    Highest highest;
  };
  struct Stages {
    std::vector<uint32_t> lost;        // by the last stage that a lost lead's count reaches
    std::vector<uint32_t> lost_leads;  // also those that count as neither
    uint32_t won = 0;
    uint32_t won_leads = 0;
  };
  // What a lead adds: 1 to `won`, to `lost` or to none of them.
  struct Count {
    Closed outcome = Closed::kNo;
    uint32_t won = 0;
    uint32_t lost = 0;
    size_t group = 0;
  };

  [[nodiscard]] Count count_of(const LeadState& state) const;
  [[nodiscard]] std::string misfit(const LeadState& state) const;
  [[nodiscard]] bool holds(const LeadState& state, const Count& count) const;
  [[nodiscard]] bool holds_cell(uint64_t key, const Count& count) const;
  void add(const LeadState& state, const Count& count);
  void remove(const LeadState& state, const Count& count);
  template <typename Each>
  void each_cell(const LeadState& state, size_t group, Each&& each) const;
  void append_stages(std::vector<Row>& rows, size_t group, int32_t variable) const;

  Model model_;
  Variables variables_;
  int64_t start_;
  std::vector<int32_t> reach_;
  std::vector<Stages> stages_;                // by group
  std::unordered_map<uint64_t, Cell> cells_;  // by group, variable and code
  std::string reason_;
};

// Puts a lead's new columns into the leads and the table, whatever it was before; appends it when it is new.
// kRebuild: nothing was changed; table.reason() says why.
Applied update(Leads& leads, ExactTable& table, const LeadState& after);
// The lead was deleted or merged away; its row stays, never to be counted or scored again.
Applied remove_lead(Leads& leads, ExactTable& table, int64_t id);

}  // namespace outrigger::scoring
