// Scores and their reasons as facts of shared/1, for assignment and for pages.
//
//     ScoreFacts facts;
//     facts.add(lead, fact_of(facts.arena(), reasons, score, probability, manual));
//     if (Result<void> told = facts.publish(shared); !told) return told;
//
// Fact `scoring.score` of crm.lead, an object:
//     score        percent, by the configured model; of the model odoo what its arithmetic gives by the exact table
//     probability  percent, what holds for the lead: the score, or what a person set; where another model than Odoo's
//                  scores, what Odoo shows
//     manual       true when a person set it
//     base         log-odds of the base rate
//     reasons      array of {variable, value, won, lost, log_odds}, the strongest first, at most eight
// A lead that is no longer open has none. Threads: plain functions.
#pragma once

#include <vector>

#include "reasons.hpp"

namespace outrigger::scoring {

inline constexpr std::string_view kScoreFact = "scoring.score";

Value fact_of(Arena& arena, const Reasons& reasons, double score, double probability, bool manual);

// Facts that are told together; null values retract.
class ScoreFacts {
 public:
  void add(int64_t lead, Value fact) {
    ids_.push_back(lead);
    values_.push_back(fact);
  }
  [[nodiscard]] Arena& arena() { return arena_; }
  [[nodiscard]] size_t size() const { return ids_.size(); }
  // A host without shared/1 is told nothing, and that is no error.
  Result<void> publish(const Shared& shared) const;

 private:
  Arena arena_;
  std::vector<int64_t> ids_;
  std::vector<Value> values_;
};

}  // namespace outrigger::scoring
