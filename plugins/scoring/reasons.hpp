// Why a lead scores what it scores: each variable's value, its counts, and what it adds in log-odds.
//
//     Reasons reasons = reasons_of(history, batch, row);
//     // log_odds of the prior and of every reason add up to log(p / (1 - p)), before rounding
//
// Threads: reads its arguments only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "history.hpp"

namespace outrigger::scoring {

struct Reason {
  std::string field;  // of crm.lead: "country_id"
  std::string value;  // as in the table: "233"
  double won = 0;     // of this value
  double lost = 0;
  double all_won = 0;  // of the variable, what won and lost are divided by
  double all_lost = 0;
  bool counts = false;  // false: unknown value, or too few tags
  bool rare_tag = false;
  double log_odds = 0;
};

struct Reasons {
  Product product;
  double prior_log_odds = 0;
  double team_won = 0;
  double team_lost = 0;
  std::vector<Reason> reasons;
  double probability = kUnset;  // rounded
};

Reasons reasons_of(const History& history, const Frequencies& table, const Batch& batch, uint32_t row);

// Another value of one of the lead's variables, and the score with it.
struct Move {
  Reason reason;  // field and value, with their counts and log-odds
  double probability = kUnset;
};

// What would move the score most, the largest first: at most `most`, one for each variable and direction. Values with
// fewer than five closed leads behind them are left out, and so are won stages.
std::vector<Move> moves_of(const History& history, const Frequencies& table, const Batch& batch, const Reasons& reasons,
                           size_t most);

// Names for ids and keys, read from Odoo once for all reasons that are shown, in the reader's language.
class Names {
 public:
  Names(const Odoo& odoo, const Document& lead_fields, std::string_view lang)
      : odoo_(odoo), labels_(lead_fields), lang_(lang) {}
  void want(const Reason& reason);
  Result<void> read();
  [[nodiscard]] std::string field(const std::string& name) const;
  [[nodiscard]] std::string value(const Reason& reason) const;

 private:
  [[nodiscard]] std::string model_of(const Reason& reason) const;
  const Odoo& odoo_;
  Document labels_;  // fields_get of crm.lead
  std::string lang_;
  std::map<std::string, std::map<int64_t, std::string>> by_model_;
};

}  // namespace outrigger::scoring
