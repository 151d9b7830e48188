#include "points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace outrigger::scoring {

PointSum points_at(std::vector<PointEvent> events, const std::vector<PointRule>& rules, int64_t at) {
  PointSum sum;
  sum.of_rule.resize(rules.size());
  // By everything that can differ, so that the sum of doubles is the same in whatever order they came.
  std::sort(events.begin(), events.end(), [](const PointEvent& a, const PointEvent& b) {
    if (a.at != b.at) return a.at < b.at;
    return a.rule != b.rule ? a.rule < b.rule : a.id < b.id;
  });
  std::unordered_set<std::string> seen;
  for (const PointEvent& event : events) {
    if (event.at > at || event.rule >= rules.size()) continue;
    if (!event.id.empty() && !seen.insert(event.id).second) {
      ++sum.repeated;
      continue;
    }
    const PointRule& rule = rules[event.rule];
    const double age = days_since(event.at, at);
    sum.of_rule[event.rule] += rule.half_life > 0 ? rule.points * std::exp2(-age / rule.half_life) : rule.points;
  }
  for (size_t r = 0; r < rules.size(); ++r) {
    if (rules[r].cap > 0) sum.of_rule[r] = std::clamp(sum.of_rule[r], -rules[r].cap, rules[r].cap);
    sum.total += sum.of_rule[r];
  }
  return sum;
}

Signal points_signal(std::string name, std::vector<PointEvent> events, const std::vector<PointRule>& rules,
                     const Leads& leads, const std::vector<int64_t>& at) {
  Signal signal = Signal::number(std::move(name));
  signal.numbers.assign(leads.size(), kUnset);
  std::stable_sort(events.begin(), events.end(),
                   [](const PointEvent& a, const PointEvent& b) { return a.lead < b.lead; });
  int64_t begun = std::numeric_limits<int64_t>::max();  // when events began to be kept
  for (const PointEvent& each : events) begun = std::min(begun, each.at);
  auto event = events.begin();
  for (size_t row = 0; row < leads.size(); ++row) {
    while (event != events.end() && event->lead < leads.id[row]) ++event;
    const auto first = event;
    while (event != events.end() && event->lead == leads.id[row]) ++event;
    const bool any = std::any_of(
        first, event, [&](const PointEvent& each) { return each.at <= at[row] && each.rule < rules.size(); });
    if (any)
      signal.numbers[row] = points_at({first, event}, rules, at[row]).total;
    else if (at[row] >= begun)
      signal.numbers[row] = 0;
  }
  return signal;
}

std::vector<std::string> check(const std::vector<PointRule>& rules) {
  std::vector<std::string> wrong;
  for (const PointRule& rule : rules) {
    const std::string of = "rule `" + rule.name + "`: ";
    if (!std::isfinite(rule.points)) wrong.push_back(of + "points must be a number, such as 5 or -10");
    if (!std::isfinite(rule.half_life) || rule.half_life < 0)
      wrong.push_back(of + "half_life must be a number of days, or 0 for points that never fade");
    if (!std::isfinite(rule.cap) || rule.cap < 0)
      wrong.push_back(of + "cap must be above 0, or 0 for no cap; it also bounds negative points");
  }
  for (size_t i = 0; i < rules.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (rules[i].name == rules[j].name)
        wrong.push_back("rule `" + rules[i].name + "` is there twice: give one of them another name");
  return wrong;
}

}  // namespace outrigger::scoring
