// Histories whose truth is known: leads go through four open stages, each of which they may be lost at with a chance
// that depends on what is known of them. So is the probability to be won from any stage on, to be compared with scores.
//
//     MadeHistory made = make_history({.leads = 4000, .seed = 1});
//     compare(made.sample(), made.timeline, made.pipeline, made.variables, 0, {.cut = made.cut});
//
// Leads decided before `cut` are as they were at their decision. Of the others each is looked at once, at a stage drawn
// for it; who never came so far is seen too late, which the engine has to notice.
#pragma once

#include "engine/timeline.hpp"

namespace outrigger::scoring {

struct Making {
  size_t leads = 4000;
  uint64_t seed = 1;
  double odoo = 0.7;     // how much Odoo's own variables matter
  double signals = 0.7;  // how much the signals matter
  size_t copies = 0;     // fields that repeat the source, mostly: what naive Bayes counts again and again
  int64_t major = 19;
  double cut = 0.6;  // share of the time
};

struct MadeHistory {
  Model pipeline;
  Variables variables;
  Leads leads{0};
  Signals signals;
  Timeline timeline;
  std::vector<double> truth;  // of the test's rows: probability to be won, 0 to 1
  int64_t cut = 0;
  [[nodiscard]] Sample sample() const { return {leads, signals}; }
};

MadeHistory make_history(const Making& making);

// A well-mixed 0 to 1.
class Uniform {
 public:
  explicit Uniform(uint64_t seed) : state_(seed * 2 + 1) {}
  double operator()();

 private:
  uint64_t state_;
};

}  // namespace outrigger::scoring
