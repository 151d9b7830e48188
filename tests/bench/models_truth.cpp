// The kinds of model on leads whose true probabilities are known: AUC and Brier with 95 % intervals, and what a score
// that knew the truth would get. Prints one table; no argument.
//
// The leads are those of plugins/scoring/tests/made_history.hpp: what decides is in Odoo's own variables alone, in the
// further variables as well, or repeated by fields that say the same (which naive Bayes counts again and again).
#include <cstdio>

#include "plugins/scoring/engine/comparison.hpp"
#include "plugins/scoring/tests/made_history.hpp"

namespace {

using namespace outrigger::scoring;

void print(const char* name, const Report& report) {
  const Intervals& own = report.intervals;
  std::printf("| %-34s | %-10s | %.3f (%.3f to %.3f) | %.4f (%.4f to %.4f) | %+.4f (%+.4f to %+.4f) | %4.1f |\n", name,
              report.name.c_str(), own.auc.value, own.auc.low, own.auc.high, own.brier.value, own.brier.low,
              own.brier.high, report.minus_odoo.brier.value, report.minus_odoo.brier.low, report.minus_odoo.brier.high,
              report.calibration_error);
}

void run(const char* name, const Making& making) {
  const MadeHistory made = make_history(making);
  Comparing comparing;
  comparing.cut = made.cut;
  std::vector<double> truth;
  for (const double chance : made.truth) truth.push_back(100 * chance);
  comparing.others = {{"the truth", truth}};
  const Comparison result = compare(made.sample(), made.timeline, made.pipeline, made.variables, 0, comparing);
  if (!result.problem.empty()) std::printf("%s: %s\n", name, result.problem.c_str());
  std::printf("| %-34s | learned from %zu, judged on %zu |\n", name, result.split.train.size(), result.judged);
  for (const Report& report : result.reports) print(name, report);
}

}  // namespace

int main() {
  std::printf(
      "| data | model | AUC | Brier | Brier less odoo's | calibration error, points |\n|---|---|---|---|---|---|\n");
  run("Odoo's variables decide", {.leads = 30000, .seed = 1, .odoo = 1, .signals = 0});
  run("further variables decide as well", {.leads = 30000, .seed = 2, .odoo = 0.7, .signals = 0.7});
  run("three fields say the same", {.leads = 30000, .seed = 3, .odoo = 1, .signals = 0, .copies = 3});
  run("nothing decides", {.leads = 30000, .seed = 4, .odoo = 0, .signals = 0});
  return 0;
}
