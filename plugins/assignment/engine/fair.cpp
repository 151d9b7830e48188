#include <algorithm>

#include "engine/candidates.hpp"

namespace outrigger::assignment {

Plan plan_fairly(const Work& work, const Scope& scope) {
  const Candidates candidates(work, scope);
  Plan plan{candidates.decisions(), candidates.loads(), 0, 0};
  const auto worth = [&](size_t i) { return work.leads[i].probability / 100 * work.leads[i].revenue; };
  std::vector<size_t> order = candidates.leads();
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const Lead& one = work.leads[a];
    const Lead& other = work.leads[b];
    if (worth(a) != worth(b)) return worth(a) > worth(b);
    if (one.probability != other.probability) return one.probability > other.probability;
    return one.id < other.id;
  });
  for (const size_t i : order) {
    Decision& decision = plan.decisions[i];
    decision.score = worth(i);
    size_t best = candidates.seats().size();
    bool best_prefers = false;
    for (size_t seat = 0; seat < candidates.seats().size(); ++seat) {
      const Load& load = plan.loads[seat];
      if (load.given >= load.room || !candidates.may_take(seat, i)) continue;
      const std::optional<Flags>& preferred = candidates.seats()[seat].member->preferred;
      const bool prefers = preferred && allows(preferred, i);
      const auto before = [&](const Load& other) {
        // The emptier of the two, compared without division; of equals the one with more room.
        const auto taken = static_cast<int64_t>(load.given) * other.room;
        const auto taken_there = static_cast<int64_t>(other.given) * load.room;
        if (taken != taken_there) return taken < taken_there;
        return load.room != other.room ? load.room > other.room : load.member < other.member;
      };
      if (best != candidates.seats().size() && (prefers == best_prefers ? !before(plan.loads[best]) : !prefers))
        continue;
      best = seat;
      best_prefers = prefers;
    }
    if (best == candidates.seats().size()) {
      decision.reason = candidates.waits(i);
      continue;
    }
    const Seat& seat = candidates.seats()[best];
    decision.reason = Reason::kAssigned;
    decision.team = seat.team->id;
    decision.member = seat.member->id;
    decision.user = seat.member->user;
    decision.choice = best_prefers ? Choice::kPreferred : Choice::kLeastLoaded;
    decision.room = plan.loads[best].room;
    decision.taken = plan.loads[best].given++;
    plan.value += worth(i);
  }
  return plan;
}

}  // namespace outrigger::assignment
