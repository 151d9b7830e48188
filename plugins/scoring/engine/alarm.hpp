// Whether what a model learned still holds: differences between the leads that it learned from and those after.
//
//     for (const Alarm& alarm : alarms(sample, timeline, variables, comparison, 0)) ...
//
// Only differences that chance hardly makes: about one false alarm in a thousand of each kind, but for kVariable, whose
// bound is fixed: with a hundred leads on each side and twenty values it is some four in a hundred. Threads: reads its
// arguments only.
#pragma once

#include <string>
#include <vector>

#include "comparison.hpp"

namespace outrigger::scoring {

struct Alarm {
  enum class Kind {
    kWinRate,   // of all leads: `before` and `after`, percent
    kLevel,     // the score says `before` percent on average, `after` were won
    kOrder,     // the score does not tell won from lost: `before` is its AUC, `after` the upper end of its interval
    kVariable,  // the values of a variable are spread differently: `after` is by how much (population stability index)
  };
  Kind kind = Kind::kWinRate;
  std::string variable = {};
  double before = 0;
  double after = 0;
};

// `report`: which of the comparison's reports is watched. REQUIRES: the comparison has reports.
std::vector<Alarm> alarms(const Sample& sample, const Timeline& timeline, const Variables& variables,
                          const Comparison& comparison, size_t report);

// How differently two samples are spread over the same values, less what chance makes: 0 the same, above 0.2 worth a
// look. Counts by value.
double instability(const std::vector<size_t>& before, const std::vector<size_t>& after);

}  // namespace outrigger::scoring
