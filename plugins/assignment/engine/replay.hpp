// What would have happened: the runs of a time that has passed, one after another, over the leads that came in it.
//
//     ReplayOptions options{.from = monday, .until = sunday, .every = kHour, .live = true};
//     Replayed then = replay(work, options, [](const Work& now, const Scope& scope) { return plan_fairly(now, scope); });
//     then.leads[i].at, then.leads[i].user        // of work.leads[i]: when, and to whom
//
// A run sees the leads that had come by then and that no run before it gave; the quota of a day counts what runs gave
// in the 24 hours before. Live: a lead is planned, alone with those of the same moment, at the next look after it came
// (kLook), and waits for the next run where nobody takes it then. Leads, teams and rules are as `work` has them, whenever
// the run is: rules that changed meanwhile and people who came and went are the caller's to say.
//
// Times: microseconds since 1970. Threads: pure function. Cost: that of the engine, for each run over what waits.
#pragma once

#include <functional>
#include <vector>

#include "engine/plan.hpp"

namespace outrigger::assignment {

// Of more that wait, a run looks at so many of the best.
constexpr size_t kMostAtOnce = 5000;
// Between the looks of a live assignment.
constexpr int64_t kLook = 60'000'000;

struct ReplayOptions {
  int64_t from = 0;
  int64_t until = 0;
  int64_t every = 0;  // between runs over all that wait, the first at `from`; 0: none
  bool live = false;
  Scope scope;
  bool by_probability = false;  // the best leads are those with the best chance, else with the greatest expected value
};

// What became of a lead.
struct Handed {
  int64_t at = 0;  // 0: it still waits at the end
  int64_t team = 0;
  int64_t member = 0;
  int64_t user = 0;
  Reason reason = Reason::kTooNew;  // that of the last run that saw it
};

struct Replayed {
  std::vector<Handed> leads;  // in the order of work.leads
  size_t runs = 0;
  bool looked_at_part = false;  // more than kMostAtOnce waited
};

using Engine = std::function<Plan(const Work& work, const Scope& scope)>;
// `passed`: up to which moment it is done; may be empty.
Replayed replay(const Work& work, const ReplayOptions& options, const Engine& engine,
                const std::function<void(int64_t at)>& passed = {});

}  // namespace outrigger::assignment
