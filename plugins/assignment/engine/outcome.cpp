#include "engine/outcome.hpp"

#include <algorithm>
#include <cmath>

namespace outrigger::assignment {
namespace {

constexpr int64_t kHourMicros = int64_t{3600} * 1'000'000;
constexpr int64_t kDayMicros = 24 * kHourMicros;

double evenness_of(const std::map<int64_t, MemberLoad>& loads) {
  double sum = 0;
  double squares = 0;
  double members = 0;
  for (const auto& [user, load] : loads) {
    if (load.monthly <= 0) continue;
    const double part = static_cast<double>(load.leads) / load.monthly;
    sum += part;
    squares += part * part;
    ++members;
  }
  return squares > 0 ? sum * sum / (members * squares) : 0;
}

// At the end of each day: those that had come, less those that had been given.
std::vector<size_t> waiting_by_day(const std::vector<Lead>& leads, const std::vector<Handed>& handed,
                                   const Span& span) {
  const auto days = static_cast<size_t>(std::max<int64_t>(1, (span.until - span.from + kDayMicros - 1) / kDayMicros));
  std::vector<int64_t> change(days + 1, 0);
  const auto day_of = [&](int64_t at) {
    return std::min<size_t>(days, static_cast<size_t>(std::max<int64_t>(0, at - span.from) / kDayMicros));
  };
  for (size_t i = 0; i < leads.size(); ++i) {
    ++change[day_of(leads[i].created)];
    if (handed[i].at != 0) --change[day_of(std::max(handed[i].at, leads[i].created))];
  }
  std::vector<size_t> waiting;
  int64_t now = 0;
  for (size_t day = 0; day < days; ++day) {
    now += change[day];
    waiting.push_back(static_cast<size_t>(std::max<int64_t>(0, now)));
  }
  return waiting;
}

}  // namespace

double Outcome::hours_at(double part) const {
  if (hours.empty()) return 0;
  const auto at = static_cast<size_t>(std::ceil(part * static_cast<double>(hours.size())));
  return hours[std::min(hours.size(), std::max<size_t>(at, 1)) - 1];
}

Outcome outcome_of(const std::vector<Lead>& leads, const std::vector<Handed>& handed,
                   const std::map<int64_t, double>& capacity, const Span& span, const Chance& chance) {
  Outcome outcome;
  outcome.leads = leads.size();
  for (const auto& [user, monthly] : capacity) outcome.loads[user].monthly = monthly;
  for (size_t i = 0; i < leads.size(); ++i) {
    const Handed& one = handed[i];
    if (one.at == 0) {
      ++outcome.reasons[one.reason];
      continue;
    }
    ++outcome.given;
    outcome.hours.push_back(static_cast<double>(std::max<int64_t>(0, one.at - leads[i].created)) / kHourMicros);
    const double wins = chance(i, one.team, one.user);
    MemberLoad& load = outcome.loads[one.user];
    ++load.leads;
    load.wins += wins;
    load.value += wins * leads[i].revenue;
    outcome.wins += wins;
    outcome.value += wins * leads[i].revenue;
  }
  std::sort(outcome.hours.begin(), outcome.hours.end());
  outcome.evenness = evenness_of(outcome.loads);
  outcome.waiting = waiting_by_day(leads, handed, span);
  return outcome;
}

}  // namespace outrigger::assignment
