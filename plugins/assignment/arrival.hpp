// The chance that a lead had when it came: what a replay of past weeks goes by, because Odoo keeps only the score of
// today, which for a lead that is won or lost is 100 or 0.
//
//     Result<Arrivals> arrivals = read_arrivals(host, "2026-03-01 00:00:00");       // learned before this moment
//     LeadTable table = read_created(..., Arrivals::fields());
//     arrivals->chance(table.columns, row)                                          // 0 to 1
//
// Naive Bayes over what is known of a lead on its arrival (quality of phone and e-mail, country, source, language), by
// the formula of Odoo's own score without the stage. Learned only from leads that were closed before the moment, so
// that nothing of what came later is in it; `closed` says how many those were. Threads: plain values.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "columns.hpp"
#include "crm.hpp"

namespace outrigger::assignment {

class Arrivals {
 public:
  static const std::set<std::string>& fields();

  void add(const std::string& field, const std::string& value, double won, double lost);
  void add_all(double won, double lost) { all_ = {won, lost}; }
  // Nothing was won or nothing was lost: then every lead has the base rate.
  [[nodiscard]] double chance(const LeadColumns& columns, size_t row) const;
  [[nodiscard]] double base_rate() const { return closed() > 0 ? all_.won / closed() : 0; }
  [[nodiscard]] double closed() const { return all_.won + all_.lost; }

 private:
  struct Count {
    double won = 0;
    double lost = 0;
  };
  Count all_;
  std::map<std::string, std::map<std::string, Count>> counts_;
  std::map<std::string, Count> totals_;
};

Result<Arrivals> read_arrivals(const Host& host, const std::string& before);

}  // namespace outrigger::assignment
