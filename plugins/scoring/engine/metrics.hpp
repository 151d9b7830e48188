// How good scores were, once the outcomes are known. Scores are percent, as a model gives them; `won` is 1 or 0.
//
//     Measures m = measure(percent, won);
//     for (const CalibrationRow& row : calibration(percent, won, 10)) ...
//
// Odoo's bounds hold here too: a score counts as at least 0.01 and at most 99.99, so the log loss is finite. A measure
// that cannot be had (no lead; or for the AUC, one class only) is NaN. Threads: reads its arguments only.
#pragma once

#include <cstdint>
#include <vector>

#include "leads.hpp"

namespace outrigger::scoring {

// AUC: how often a won lead stands above a lost one, ties half. Brier: mean squared error, 0 to 1. Log loss: nats a
// lead.
struct Measures {
  double auc = kUnset;
  double brier = kUnset;
  double log_loss = kUnset;
};
Measures measure(const std::vector<double>& percent, const std::vector<uint8_t>& won);

// Of any numbers, the higher the likelier won.
double auc(const std::vector<double>& scores, const std::vector<uint8_t>& won);

double brier_of(double percent, bool won);
double log_loss_of(double percent, bool won);

// Leads in groups of equal size by score; equal scores stay together. The observed share has its 95 % interval
// (Wilson).
struct CalibrationRow {
  double low = 0;  // scores in the group, percent
  double high = 0;
  double predicted = 0;  // mean score, percent
  double observed = 0;   // share won, percent
  double observed_low = 0;
  double observed_high = 0;
  size_t leads = 0;
  size_t won = 0;
};
std::vector<CalibrationRow> calibration(const std::vector<double>& percent, const std::vector<uint8_t>& won,
                                        size_t groups);
// Mean distance of predicted and observed, in percentage points, by the size of the groups.
double calibration_error(const std::vector<CalibrationRow>& rows);

// The best-scored share of leads: how many of them were won, against all leads. Where the border runs through equal
// scores, they count in part.
struct LiftRow {
  double share = 0;     // of leads, 0 to 1
  double win_rate = 0;  // percent
  double lift = 0;      // win rate against that of all leads
  double captured = 0;  // share of all wins that are in it, 0 to 1
};
std::vector<LiftRow> lift(const std::vector<double>& percent, const std::vector<uint8_t>& won,
                          const std::vector<double>& shares);

// Win rates by bands of the score: [0, 10), [10, 20) ... [90, 100].
struct BandRow {
  double from = 0;
  double to = 0;
  size_t leads = 0;
  size_t won = 0;
};
std::vector<BandRow> bands(const std::vector<double>& percent, const std::vector<uint8_t>& won);

}  // namespace outrigger::scoring
