// Which model was right: all kinds trained on what was known before a moment, judged on the same leads after it.
//
//     Comparison result = compare(sample, timeline, pipeline, variables, start, {.cut = cut_at(timeline, 0.7)});
//     for (const Report& report : result.reports) ...   // odoo first, then extended, logistic, others, the base rate
//     result.reports[1].minus_odoo.auc                  // an interval without 0 is a difference
//
// Before it trains, it takes away what was not known in time (conceal_later) and names the variables that look as if
// they knew the outcome (find_suspects). Only leads that every model scores are judged. Deterministic.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bootstrap.hpp"
#include "timeline.hpp"
#include "trained.hpp"

namespace outrigger::scoring {

struct Comparing {
  int64_t cut = kNever;
  std::vector<ModelKind> kinds{ModelKind::kOdoo, ModelKind::kExtended, ModelKind::kLogistic};
  // Scores from elsewhere, by row of the sample, such as Odoo's own stored ones at the time; kUnset: none.
  std::vector<std::pair<std::string, std::vector<double>>> others;
  Learning learning{};
  Drawing drawing{};
  SplitRules split{};
};

struct TeamReport {
  int64_t team = 0;  // 0: none
  size_t leads = 0;
  size_t won = 0;
  double predicted = 0;  // mean score, percent
  Measures measures;
};

struct Report {
  std::string name;
  Intervals intervals;
  Intervals minus_odoo;  // of the first report, whatever it is
  std::vector<CalibrationRow> calibration;
  double calibration_error = 0;  // percentage points
  std::vector<LiftRow> lift;
  std::vector<BandRow> bands;
  std::vector<TeamReport> teams;
  std::vector<std::string> notes;
};

struct Comparison {
  Split split;
  std::vector<std::pair<std::string, size_t>> concealed;  // by signal: values that were not known in time
  std::vector<Suspect> suspects;
  double base_rate = kUnset;  // percent won of the training
  size_t judged = 0;
  size_t won = 0;
  size_t unscored = 0;  // leads of the test that some model does not score
  std::vector<Report> reports;
  std::string problem;  // why there are no reports, a sentence with the remedy; empty: there are
};

Comparison compare(const Sample& sample, const Timeline& timeline, const Model& pipeline, const Variables& variables,
                   int64_t start, const Comparing& comparing);

}  // namespace outrigger::scoring
