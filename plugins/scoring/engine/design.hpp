// Closed leads as a regression sees them: the numbers of the columns that each lead has, its outcome, how far it came.
//
//     Design design(levels, columns);
//     design.add({3, 17}, true, levels - 1, lead_id);
//     double loss = design.loss(weights, all_leads, gradient);
//
// A lead is one observation at every stage that it went through, because that is where an open lead stands when it is
// scored: a won one at all of them, a lost one up to its own, just as Odoo counts stages. Each observation weighs the
// same, and all of a lead's are computed from one sum. `levels` are the open stages by sequence, ties together.
//
// Numbers to learn: [0] the intercept, [1 .. levels-1] what each level adds to the one before (never below zero, so a
// later stage never lowers a score), then one for each column.
#pragma once

#include <cstdint>
#include <vector>

#include "model.hpp"

namespace outrigger::scoring {

// By stage, how many levels of open stages its sequence reaches, minus one; -1: none.
struct Levels {
  explicit Levels(const std::vector<Stage>& stages);
  std::vector<int32_t> of_stage;
  int32_t count = 0;
};

class Design {
 public:
  Design(int32_t levels, size_t columns) : levels_(levels < 1 ? 1 : levels), columns_(columns) {}

  // `level`: the last that the lead came through; -1 counts as 0.
  void add(const std::vector<uint32_t>& columns, bool won, int32_t level, int64_t id);

  [[nodiscard]] size_t size() const { return won_.size(); }
  [[nodiscard]] size_t numbers() const { return static_cast<size_t>(levels_) + columns_; }
  [[nodiscard]] size_t first_column() const { return static_cast<size_t>(levels_); }
  [[nodiscard]] bool won(size_t lead) const { return won_[lead] != 0; }
  [[nodiscard]] int32_t level(size_t lead) const { return level_[lead]; }
  [[nodiscard]] int64_t id(size_t lead) const { return id_[lead]; }
  // Observations a lead, on average: what the loss is divided by, so that it is in leads.
  [[nodiscard]] double per_lead() const;

  // The log-odds of a lead at level 0.
  [[nodiscard]] double log_odds(const std::vector<double>& x, size_t lead) const;
  // Log loss in nats over `leads`, each counted once; adds to the gradient.
  double loss(const std::vector<double>& x, const std::vector<uint32_t>& leads, std::vector<double>& gradient) const;
  // By number: about the second derivative of the loss where every lead has the probability `share`.
  [[nodiscard]] std::vector<double> curvature(const std::vector<uint32_t>& leads, double share) const;

 private:
  int32_t levels_;
  size_t columns_;
  std::vector<uint32_t> column_;  // lead after lead
  std::vector<uint32_t> end_;
  std::vector<uint8_t> won_;
  std::vector<int16_t> level_;
  std::vector<int64_t> id_;
  uint64_t observations_ = 0;
};

// The sums above level 0: [0] is 0.
std::vector<double> cumulated(const std::vector<double>& x, int32_t levels);

}  // namespace outrigger::scoring
