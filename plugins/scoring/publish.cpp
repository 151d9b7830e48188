#include "publish.hpp"

#include <algorithm>
#include <cmath>

namespace outrigger::scoring {

Value fact_of(Arena& arena, const Reasons& reasons, double score, double probability, bool manual) {
  std::vector<const Reason*> strongest;
  for (const Reason& reason : reasons.reasons)
    if (reason.counts) strongest.push_back(&reason);
  std::stable_sort(strongest.begin(), strongest.end(),
                   [](const Reason* a, const Reason* b) { return std::fabs(a->log_odds) > std::fabs(b->log_odds); });
  constexpr size_t kMost = 8;
  if (strongest.size() > kMost) strongest.resize(kMost);
  std::vector<Value> list;
  for (const Reason* reason : strongest)
    list.push_back(arena.object({{"variable", arena.text(reason->field)},
                                 {"value", arena.text(reason->value)},
                                 {"won", reason->won},
                                 {"lost", reason->lost},
                                 {"log_odds", reason->log_odds}}));
  return arena.object({{"score", score},
                       {"probability", probability},
                       {"manual", manual},
                       {"base", reasons.prior_log_odds},
                       {"reasons", arena.array(list)}});
}

Result<void> ScoreFacts::publish(const Shared& shared) const {
  if (!shared || ids_.empty()) return {};
  constexpr size_t kAtOnce = 1000;
  for (size_t first = 0; first < ids_.size(); first += kAtOnce) {
    const auto begin = static_cast<std::ptrdiff_t>(first);
    const auto end = static_cast<std::ptrdiff_t>(std::min(ids_.size(), first + kAtOnce));
    const Result<void> told = shared.publish(kScoreFact, "crm.lead", {ids_.begin() + begin, ids_.begin() + end},
                                             {values_.begin() + begin, values_.begin() + end});
    if (!told) return told;
  }
  return {};
}

}  // namespace outrigger::scoring
