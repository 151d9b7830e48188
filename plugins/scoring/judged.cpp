#include "judged.hpp"

#include <algorithm>

namespace outrigger::scoring {
namespace {

constexpr double kTellsAll = 0.97;

bool drop_signal(Signals& signals, const std::string& name) {
  const auto at = std::find_if(signals.columns.begin(), signals.columns.end(),
                               [&](const Signal& signal) { return signal.name == name; });
  if (at == signals.columns.end()) return false;
  signals.columns.erase(at);
  return true;
}

}  // namespace

Judged judge(const History& history, const Known& known, const Judging& judging) {
  Judged judged;
  const Rules& rules = history.model.rules;
  judged.cut = judging.cut != kNever ? judging.cut : cut_of(history.leads, rules, known.decided, judging.share);
  const auto first = static_cast<int16_t>(std::max(0, history.model.first_stage()));
  judged.past = go_back(history.leads, rules, first, known.decided, known.edited, known.looks, judged.cut);
  Signals signals = known.at(judged.past.leads, known_until(judged.past.timeline, judged.cut));
  Comparing comparing;
  comparing.cut = judged.cut;
  comparing.kinds = judging.kinds;
  comparing.others = judged.past.others();
  comparing.drawing.replicates = judging.replicates;
  for (;;) {
    const Sample sample{judged.past.leads, signals};
    judged.comparison =
        compare(sample, judged.past.timeline, history.model, history.variables, history.start, comparing);
    bool dropped = false;
    for (const Suspect& suspect : judged.comparison.suspects)
      if (std::max(suspect.train_auc, suspect.test_auc) >= kTellsAll && drop_signal(signals, suspect.variable)) {
        judged.left_out.push_back(suspect);
        dropped = true;
      }
    if (dropped) continue;
    if (judged.comparison.problem.empty())
      judged.alarms = alarms(sample, judged.past.timeline, history.variables, judged.comparison, judging.watched);
    return judged;
  }
}

}  // namespace outrigger::scoring
