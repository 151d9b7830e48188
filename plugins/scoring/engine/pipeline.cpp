#include "pipeline.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace outrigger::scoring {
namespace {

constexpr int64_t kDay = 86'400'000'000;
constexpr int kAssignmentDays = 7;
constexpr size_t kFewestWon = 30;

template <typename RowOf, typename List>
void by_value(const std::vector<OpenLead>& open, List& rows, RowOf&& row_of) {
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    const OpenLead& one = open[row_of(a)];
    const OpenLead& other = open[row_of(b)];
    if (revenue_of(one) != revenue_of(other)) return revenue_of(one) > revenue_of(other);
    return one.id < other.id;
  });
}

bool ready(const AuditTeam& team) { return team.members != 0 && team.assigns && team.capacity; }

WhyUnassigned why_unassigned(const OpenLead& lead, const std::vector<AuditTeam>& teams, const AssignmentRules& rules,
                             int64_t now) {
  if (!rules.there) return WhyUnassigned::kNoRule;
  if (!rules.members_known) return WhyUnassigned::kUnknown;
  if (lead.team == 0) {
    if (std::none_of(teams.begin(), teams.end(), ready)) return WhyUnassigned::kNoTeam;
    return lead.created < now - kAssignmentDays * kDay ? WhyUnassigned::kTooOld : WhyUnassigned::kWaiting;
  }
  const auto team = std::find_if(teams.begin(), teams.end(), [&](const AuditTeam& one) { return one.id == lead.team; });
  if (team == teams.end()) return WhyUnassigned::kUnknown;  // archived, or of another company
  if (team->members == 0) return WhyUnassigned::kNoMembers;
  if (!team->assigns) return WhyUnassigned::kOptedOut;
  if (!team->capacity) return WhyUnassigned::kNoCapacity;
  return lead.had_user ? WhyUnassigned::kHadOne : WhyUnassigned::kWaiting;
}

// Which rows belong together; each finds its group's first.
class Groups {
 public:
  explicit Groups(size_t count) : of_(count) { std::iota(of_.begin(), of_.end(), size_t{0}); }
  size_t first(size_t row) {
    while (of_[row] != row) row = of_[row] = of_[of_[row]];
    return row;
  }
  void join(size_t a, size_t b) {
    a = first(a);
    b = first(b);
    if (a != b) of_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<size_t> of_;
};

// Joins rows with the same text; what a crowd shares says nothing, such as info@ of a portal.
template <typename TextOf>
void join_same(const std::vector<OpenLead>& open, Groups& groups, std::vector<bool>& crowded, TextOf&& text_of) {
  std::unordered_map<std::string, std::vector<size_t>> rows_of;
  for (size_t row = 0; row < open.size(); ++row)
    if (!text_of(open[row]).empty()) rows_of[text_of(open[row])].push_back(row);
  for (const auto& [text, rows] : rows_of) {
    if (rows.size() > kCrowd) {
      for (const size_t row : rows) crowded[row] = true;
      continue;
    }
    for (size_t i = 1; i < rows.size(); ++i) groups.join(rows[0], rows[i]);
  }
}

}  // namespace

double revenue_of(const OpenLead& lead) { return std::isfinite(lead.revenue) ? std::max(0.0, lead.revenue) : 0; }

Idle find_idle(const std::vector<OpenLead>& open, int64_t now, int days) {
  Idle idle;
  const int64_t before = now - days * kDay;
  for (size_t row = 0; row < open.size(); ++row) {
    const OpenLead& lead = open[row];
    const bool planned = lead.next_activity != kNever;
    const bool overdue = planned && lead.next_activity < before;
    if (planned ? !overdue : lead.moved >= before) continue;
    idle.rows.push_back(row);
    idle.overdue += overdue ? 1U : 0U;
    idle.value += revenue_of(lead);
    if (std::isfinite(lead.probability))
      idle.weighted += revenue_of(lead) * std::clamp(lead.probability, 0.0, 100.0) / 100;
  }
  by_value(open, idle.rows, [](size_t row) { return row; });
  return idle;
}

std::vector<Unassigned> find_unassigned(const std::vector<OpenLead>& open, const std::vector<AuditTeam>& teams,
                                        const AssignmentRules& rules, int64_t now) {
  std::vector<Unassigned> found;
  for (size_t row = 0; row < open.size(); ++row)
    if (open[row].user == 0) found.push_back({row, why_unassigned(open[row], teams, rules, now)});
  by_value(open, found, [](const Unassigned& one) { return one.row; });
  return found;
}

Duplicates find_duplicates(const std::vector<OpenLead>& open) {
  Duplicates found;
  Groups groups(open.size());
  std::vector<bool> crowded(open.size(), false);
  join_same(open, groups, crowded, [](const OpenLead& lead) -> const std::string& { return lead.email; });
  join_same(open, groups, crowded, [](const OpenLead& lead) -> const std::string& { return lead.phone; });
  found.crowds = static_cast<size_t>(std::count(crowded.begin(), crowded.end(), true));
  std::unordered_map<size_t, std::vector<size_t>> members;
  for (size_t row = 0; row < open.size(); ++row) members[groups.first(row)].push_back(row);
  for (auto& [first, rows] : members) {
    if (rows.size() < 2) continue;
    by_value(open, rows, [](size_t row) { return row; });
    found.extra += rows.size() - 1;
    for (size_t i = 1; i < rows.size(); ++i) found.counted_twice += revenue_of(open[rows[i]]);
    found.groups.push_back(std::move(rows));
  }
  by_value(open, found.groups, [](const std::vector<size_t>& rows) { return rows.front(); });
  return found;
}

Stale find_stale(const std::vector<OpenLead>& open, std::vector<double> days_to_win, int64_t now) {
  Stale stale;
  days_to_win.erase(std::remove_if(days_to_win.begin(), days_to_win.end(),
                                   [](double days) { return !std::isfinite(days) || days < 0; }),
                    days_to_win.end());
  if (days_to_win.size() >= kFewestWon) {
    const auto at = static_cast<std::ptrdiff_t>(days_to_win.size() * 95 / 100);
    std::nth_element(days_to_win.begin(), days_to_win.begin() + at, days_to_win.end());
    stale.days = std::max<int64_t>(1, std::lround(std::ceil(days_to_win[static_cast<size_t>(at)])));
  }
  for (size_t row = 0; row < open.size(); ++row) {
    const OpenLead& lead = open[row];
    // The day itself is not over yet.
    const bool late = lead.deadline != kNever && lead.deadline + kDay <= now;
    const bool old = stale.days > 0 && lead.created < now - stale.days * kDay;
    if (!late && !old) continue;
    stale.rows.push_back(row);
    stale.past_deadline += late ? 1U : 0U;
    stale.value += revenue_of(lead);
  }
  by_value(open, stale.rows, [](size_t row) { return row; });
  return stale;
}

}  // namespace outrigger::scoring
