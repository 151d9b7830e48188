// Today's leads put back to where they were, as far as that can be known, so that models can be judged on them.
//
//     Backtest past = go_back(leads, rules, first_stage, decided, edited, looks, cut);
//     compare({past.leads, signals}, past.timeline, pipeline, variables, start, {.cut = cut, .others = past.others()});
//
// Odoo keeps neither the stage that a closed lead was in before nor the score that it had. So a lead that was decided
// at the cut or later is seen as at the last look at it while it was open, where looks were kept (looks.hpp), else as
// on its arrival: open, in the first stage. What else is known of it is as of today. Leads decided before the cut stay
// as they are. Units: microseconds since 1970 UTC. Threads: reads its arguments only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "timeline.hpp"

namespace outrigger::scoring {

// One look at an open lead.
struct Look {
  int64_t at = 0;
  int16_t stage = -1;    // index into Model::stages
  double odoo = kUnset;  // the score that Odoo showed, percent
};

struct Backtest {
  Leads leads{0};
  Timeline timeline;
  std::vector<double> odoo_then;  // by row: the score that Odoo showed at that look; kUnset: not known
  size_t looked_at = 0;           // leads after the cut that were seen at a look
  size_t on_arrival = 0;          // and those seen as on their arrival
  size_t without_time = 0;        // closed leads of which nobody knows when: left out

  // For Comparing::others; empty when Odoo's own scores are known of too few leads to say anything.
  [[nodiscard]] std::vector<std::pair<std::string, std::vector<double>>> others() const;
};

// By row: `decided` when it was closed (kNever: open, or not known), `edited` when it was last written, `looks` the
// looks at it, oldest first (an empty list: none of any lead).
Backtest go_back(const Leads& leads, const Rules& rules, int16_t first_stage, const std::vector<int64_t>& decided,
                 const std::vector<int64_t>& edited, const std::vector<std::vector<Look>>& looks, int64_t cut);

// When `share` of the closed leads had been decided; kNever: none was.
int64_t cut_of(const Leads& leads, const Rules& rules, const std::vector<int64_t>& decided, double share);

}  // namespace outrigger::scoring
