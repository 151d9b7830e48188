// Why a model gives a lead its probability, in the same form for every model: a base rate and what each variable adds
// to it in log-odds. The sum is the probability.
//
//     Explanation why = model.explain(sample, row);
//     // why.log_odds() == why.prior_log_odds + sum of why.parts; why.probability == score_of(why.log_odds())
//
// Threads: plain data.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "leads.hpp"
#include "rounding.hpp"

namespace outrigger::scoring {

// Percent within Odoo's bounds, rounded as Odoo does.
inline double score_of(double log_odds) { return round_score(100 / (1 + std::exp(-log_odds))); }

struct Part {
  std::string variable;  // "country_id", "stage_id", "tag_ids", or the name of a signal
  std::string value;     // as in the table: "233"; of a number its bin: "10 to 50"; empty: not set
  double won = 0;        // leads with this value
  double lost = 0;
  double all_won = 0;  // leads with any value of the variable that counts
  double all_lost = 0;
  bool counts = false;     // false: unknown value, or seen too rarely to say anything
  bool rare = false;       // seen, but too rarely
  bool all_teams = false;  // counted over all teams, since the lead's own has seen it too rarely
  double log_odds = 0;
};

struct Explanation {
  double prior_log_odds = 0;
  double won = 0;  // what the prior is made of
  double lost = 0;
  std::vector<Part> parts;
  double probability = kUnset;  // rounded; kUnset: not enough data
  std::string note;             // what else decides, a sentence; empty: nothing

  [[nodiscard]] double log_odds() const {
    double sum = prior_log_odds;
    for (const Part& part : parts) sum += part.log_odds;
    return sum;
  }
};

}  // namespace outrigger::scoring
