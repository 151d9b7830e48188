// A history judged: today's leads put back in time, all models trained on what was known before a moment and compared
// on what came after. What `scoring report` and the audit show.
//
//     Result<Judged> judged = judge(history, known, {.share = 0.7, .kinds = {ModelKind::kOdoo}});
//     if (!judged->comparison.problem.empty()) ...
//
// A signal that tells won from lost all by itself knows the outcome: it is taken out, named in left_out, and the models
// are trained again without it. Threads: reads its arguments only. Deterministic.
#pragma once

#include <string>
#include <vector>

#include "engine/alarm.hpp"
#include "engine/comparison.hpp"
#include "known.hpp"

namespace outrigger::scoring {

struct Judging {
  double share = 0.7;    // of the decisions are learned from
  int64_t cut = kNever;  // or: those before this moment
  size_t replicates = 1000;
  std::vector<ModelKind> kinds{ModelKind::kOdoo, ModelKind::kExtended, ModelKind::kLogistic};
  size_t watched = 0;  // index of the model that the alarms are about
};

struct Judged {
  Backtest past;
  Comparison comparison;
  std::vector<Suspect> left_out;
  std::vector<Alarm> alarms;
  int64_t cut = kNever;
};

Judged judge(const History& history, const Known& known, const Judging& judging);

}  // namespace outrigger::scoring
