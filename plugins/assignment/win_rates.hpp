// How often members win what they get, beside the others: what the engine `value` multiplies a lead's chance by.
//
//     Result<WinRates> rates = read_win_rates(host);
//     rates->factor(team, user)      // 1: as often as everybody; 1.2: a fifth more often
//
// A member's own part of won among closed leads, in this team, drawn towards that over all teams, and this towards that
// of everybody: each by so much as 20 leads weigh, so that few leads say little. Threads: plain values.
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "crm.hpp"

namespace outrigger::assignment {

class WinRates {
 public:
  void add(int64_t team, int64_t user, double won, double lost);
  [[nodiscard]] double factor(int64_t team, int64_t user) const;

 private:
  struct Count {
    double won = 0;
    double closed = 0;
  };
  [[nodiscard]] static double drawn(const Count& own, double towards);

  Count all_;
  std::map<int64_t, Count> users_;
  std::map<std::pair<int64_t, int64_t>, Count> members_;
};

// The terms for leads that were won, or lost, `before` a moment (empty: ever). `status`: crm.lead has won_status; else what
// is lost is archived, with a probability of 0.
std::vector<Value> closed_terms(bool won, bool status, std::string_view before, Arena& arena);
// Closed leads of salespeople, counted by these fields of a lead in two calls. `before`: as below.
Result<void> read_closed(const Host& host, std::string_view before, const Odoo::Names& by,
                         const std::function<void(Value group, double count, bool won)>& use);
// `before`: only of leads that were closed before this moment of Odoo's, such as "2026-03-01 00:00:00"; empty: of all.
Result<WinRates> read_win_rates(const Host& host, std::string_view before = {});

}  // namespace outrigger::assignment
