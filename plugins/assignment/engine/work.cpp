#include "engine/work.hpp"

#include <algorithm>
#include <cmath>

namespace outrigger::assignment {

const char* to_string(Reason reason) {
  switch (reason) {
    case Reason::kAssigned: return "assigned";
    case Reason::kOwned: return "has a salesperson, or had one";
    case Reason::kArchived: return "archived";
    case Reason::kWon: return "won";
    case Reason::kTooNew: return "too new";
    case Reason::kTooOld: return "too old";
    case Reason::kNoTeamRule: return "no team's rule matches";
    case Reason::kTeamSkipped: return "its team is left out of automatic assignment";
    case Reason::kNoMemberRule: return "no member's rule matches";
    case Reason::kCapped: return "members who may take it have no room left";
    case Reason::kDuplicate: return "duplicate";
  }
  return "";
}

int quota(const Member& member, bool full) {
  constexpr double kDays = 30;
  const double share = std::floor(std::max(0.0, member.monthly) / kDays + 0.5);
  const double left = share - (full ? 0 : member.recently);
  return left > 0 ? static_cast<int>(std::min(left, 1e9)) : 0;
}

double weight(const Team& team) {
  double sum = 0;
  for (const Member& member : team.members) sum += member.monthly;
  return sum;
}

bool allows(const std::optional<Flags>& rule, size_t lead) {
  return !rule || (lead < rule->size() && (*rule)[lead] != 0);
}

bool takes_part(const Team& team, const Scope& scope) {
  if (scope.team != 0) return team.id == scope.team;
  return team.active && team.pipeline && !team.skipped;
}

std::optional<Reason> left_alone(const Lead& lead, const Work& work, const Scope& scope) {
  if (lead.user != 0 || lead.touched) return Reason::kOwned;
  if (!lead.active) return Reason::kArchived;
  if (lead.won) return Reason::kWon;
  constexpr int64_t kSecond = 1'000'000;
  const auto second = [](int64_t time) { return time >= 0 ? time / kSecond : -((-time + kSecond - 1) / kSecond); };
  if (second(lead.created) > second(work.now - scope.youngest)) return Reason::kTooNew;
  if (scope.oldest != 0 && second(lead.created) <= second(work.now - scope.oldest)) return Reason::kTooOld;
  return std::nullopt;
}

}  // namespace outrigger::assignment
