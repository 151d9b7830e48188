// Both steps of Odoo's assignment at once, as one plan. What Odoo makes of a lead in between (it scores it again when it
// joins a team) is not known before it happens: members are chosen by the probabilities that are there.
#include <unordered_map>

#include "engine/candidates.hpp"
#include "engine/odoo.hpp"

namespace outrigger::assignment {

Plan plan_as_odoo(const Work& work, const Scope& scope, const AllocateOptions& options) {
  const Candidates candidates(work, scope);
  Plan plan{candidates.decisions(), candidates.loads(), 0, 0};
  // The duplicates that candidates leave out are out of the draw as well.
  Work drawn = work;
  std::unordered_map<int64_t, size_t> index;
  for (size_t i = 0; i < work.leads.size(); ++i) {
    index.emplace(work.leads[i].id, i);
    drawn.leads[i].duplicates.clear();
    drawn.leads[i].won = true;
  }
  for (const size_t i : candidates.leads()) drawn.leads[i].won = false;
  const Allocation allocation = allocate(drawn, scope, options);
  for (const auto& [team, got] : allocation.teams)
    for (const int64_t lead : got.assigned) drawn.leads[index.at(lead)].team = team;
  const Candidates joined(drawn, scope);
  std::unordered_map<int64_t, size_t> seat;
  for (size_t s = 0; s < plan.loads.size(); ++s) seat.emplace(plan.loads[s].member, s);
  for (const size_t i : candidates.leads()) {
    plan.decisions[i].reason = joined.waits(i);
    plan.decisions[i].team = drawn.leads[i].team;
    plan.decisions[i].score = drawn.leads[i].probability;
  }
  for (const Gift& gift : give(drawn, scope)) {
    Decision& decision = plan.decisions[index.at(gift.lead)];
    Load& load = plan.loads[seat.at(gift.member)];
    decision.reason = Reason::kAssigned;
    decision.team = gift.team;
    decision.member = gift.member;
    decision.user = candidates.seats()[seat.at(gift.member)].member->user;
    decision.choice = gift.preferred ? Choice::kPreferred : Choice::kInTurn;
    decision.room = load.room;
    decision.taken = load.given++;
    plan.value += work.leads[index.at(gift.lead)].probability / 100 * work.leads[index.at(gift.lead)].revenue;
  }
  return plan;
}

}  // namespace outrigger::assignment
