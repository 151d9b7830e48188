#include "backtest.hpp"

#include <algorithm>

namespace outrigger::scoring {
namespace {

constexpr size_t kFewestKnown = 50;

// The last look before the decision; nullptr: there is none.
const Look* last_before(const std::vector<Look>& looks, int64_t decided) {
  const Look* last = nullptr;
  for (const Look& look : looks)
    if (look.at < decided && look.stage >= 0) last = &look;
  return last;
}

}  // namespace

std::vector<std::pair<std::string, std::vector<double>>> Backtest::others() const {
  const auto known = static_cast<size_t>(std::count_if(odoo_then.begin(), odoo_then.end(), is_set));
  if (known < kFewestKnown) return {};
  return {{"odoo, as shown", odoo_then}};
}

int64_t cut_of(const Leads& leads, const Rules& rules, const std::vector<int64_t>& decided, double share) {
  Timeline timeline;
  for (size_t row = 0; row < leads.size(); ++row)
    timeline.decided.push_back(closed(leads, rules, row) == Closed::kNo ? kNever : decided[row]);
  return cut_at(timeline, share);
}

Backtest go_back(const Leads& leads, const Rules& rules, int16_t first_stage, const std::vector<int64_t>& decided,
                 const std::vector<int64_t>& edited, const std::vector<std::vector<Look>>& looks, int64_t cut) {
  Backtest past;
  past.leads = leads;
  past.odoo_then.assign(leads.size(), kUnset);
  for (size_t row = 0; row < leads.size(); ++row) {
    const Closed outcome = closed(leads, rules, row);
    const bool is_closed = outcome != Closed::kNo;
    const int64_t when = is_closed ? decided[row] : kNever;
    if (is_closed && when == kNever) ++past.without_time;
    past.timeline.won.push_back(outcome == Closed::kWon ? 1 : 0);
    past.timeline.decided.push_back(when);
    past.timeline.observed.push_back(when == kNever ? edited[row] : std::max(when, edited[row]));
    if (when == kNever || when < cut) continue;
    const Look* look = looks.empty() ? nullptr : last_before(looks[row], when);
    as_open(past.leads, row, look != nullptr ? look->stage : first_stage);
    past.timeline.observed[row] = std::min(look != nullptr ? look->at : leads.created[row], when - 1);
    if (look != nullptr) past.odoo_then[row] = look->odoo;
    ++(look != nullptr ? past.looked_at : past.on_arrival);
  }
  return past;
}

}  // namespace outrigger::scoring
