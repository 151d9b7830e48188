#include "engine/candidates.hpp"

#include <algorithm>

namespace outrigger::assignment {

Candidates::Candidates(const Work& work, const Scope& scope) : work_(work), scope_(scope) {
  const bool full = scope.full_quota || scope.team != 0;
  for (const Team& team : work.teams)
    if (takes_part(team, scope))
      for (const Member& member : team.members)
        if (!member.paused) seats_.push_back({&team, &member, quota(member, full)});
  for (size_t i = 0; i < work.leads.size(); ++i) {
    Decision decision;
    decision.lead = work.leads[i].id;
    decision.team = work.leads[i].team;
    const std::optional<Reason> alone = left_alone(work.leads[i], work, scope);
    decision.reason = alone.value_or(Reason::kCapped);
    decisions_.push_back(decision);
    if (!alone) leads_.push_back(i);
  }
  leave_duplicates();
}

// Of leads with an address in common, the one with the better chance is planned, of equals the older.
void Candidates::leave_duplicates() {
  std::unordered_map<int64_t, size_t> index;
  for (const size_t i : leads_) index.emplace(work_.leads[i].id, i);
  const auto better = [this](size_t a, size_t b) {
    const Lead& one = work_.leads[a];
    const Lead& other = work_.leads[b];
    return one.probability != other.probability ? one.probability > other.probability : one.id < other.id;
  };
  const auto doubled = [&](size_t i) {
    for (const int64_t id : work_.leads[i].duplicates) {
      if (id == work_.leads[i].id) continue;
      const auto at = index.find(id);
      // One that is not to be planned, such as a salesperson's, stands before this one.
      const bool other = at == index.end() || better(at->second, i);
      if (!other) continue;
      decisions_[i].reason = Reason::kDuplicate;
      decisions_[i].other = id;
      return true;
    }
    return false;
  };
  leads_.erase(std::remove_if(leads_.begin(), leads_.end(), doubled), leads_.end());
}

bool Candidates::may_join(const Team& team, size_t lead) const {
  const int64_t has = work_.leads[lead].team;
  return has != 0 ? has == team.id : allows(team.rule, lead);
}

bool Candidates::may_take(size_t seat, size_t lead) const {
  return may_join(*seats_[seat].team, lead) && allows(seats_[seat].member->rule, lead);
}

Reason Candidates::waits(size_t lead) const {
  bool wanted = false;
  bool skipped = false;
  for (const Team& team : work_.teams) {
    if (!may_join(team, lead)) continue;
    (takes_part(team, scope_) ? wanted : skipped) = true;
  }
  if (!wanted) return skipped ? Reason::kTeamSkipped : Reason::kNoTeamRule;
  for (size_t seat = 0; seat < seats_.size(); ++seat)
    if (may_take(seat, lead)) return Reason::kCapped;
  return Reason::kNoMemberRule;
}

std::vector<Load> Candidates::loads() const {
  std::vector<Load> loads;
  for (const Seat& seat : seats_) loads.push_back({seat.team->id, seat.member->id, seat.room, 0, 0});
  return loads;
}

}  // namespace outrigger::assignment
