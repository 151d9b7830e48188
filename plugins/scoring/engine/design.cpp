#include "design.hpp"

#include <algorithm>
#include <cmath>

namespace outrigger::scoring {
namespace {

// Beyond this a logarithm of one plus an exponential is its argument or nothing.
constexpr double kFlat = 35;

double softplus(double z) { return z > kFlat ? z : std::log1p(std::exp(z)); }

}  // namespace

Levels::Levels(const std::vector<Stage>& stages) {
  for (size_t s = 0; s < stages.size(); ++s) {
    bool open = false;
    for (size_t t = 0; t < stages.size(); ++t)
      open = open || (stages[t].sequence == stages[s].sequence && !stages[t].is_won);
    const bool new_level = open && (s == 0 || stages[s].sequence != stages[s - 1].sequence);
    if (new_level) ++count;
    of_stage.push_back(count - 1);
  }
}

void Design::add(const std::vector<uint32_t>& columns, bool won, int32_t level, int64_t id) {
  column_.insert(column_.end(), columns.begin(), columns.end());
  end_.push_back(static_cast<uint32_t>(column_.size()));
  won_.push_back(won ? 1 : 0);
  level_.push_back(static_cast<int16_t>(std::clamp(level, 0, levels_ - 1)));
  id_.push_back(id);
  observations_ += static_cast<uint64_t>(level_.back()) + 1;
}

double Design::per_lead() const {
  return won_.empty() ? 1 : static_cast<double>(observations_) / static_cast<double>(won_.size());
}

std::vector<double> cumulated(const std::vector<double>& x, int32_t levels) {
  std::vector<double> sums(static_cast<size_t>(levels));
  for (size_t k = 1; k < sums.size(); ++k) sums[k] = sums[k - 1] + x[k];
  return sums;
}

double Design::log_odds(const std::vector<double>& x, size_t lead) const {
  double sum = x[0];
  const double* of_column = x.data() + levels_;
  for (uint32_t i = lead == 0 ? 0 : end_[lead - 1]; i < end_[lead]; ++i) sum += of_column[column_[i]];
  return sum;
}

double Design::loss(const std::vector<double>& x, const std::vector<uint32_t>& leads,
                    std::vector<double>& gradient) const {
  const std::vector<double> above = cumulated(x, levels_);
  std::vector<double> odds(above.size());
  std::transform(above.begin(), above.end(), odds.begin(), [](double each) { return std::exp(each); });
  const bool moderate = above.back() < kFlat;
  std::vector<double> at_level(above.size());  // residuals, summed
  double* of_column = gradient.data() + levels_;
  const double scale = 1 / per_lead();
  double loss = 0;
  for (const uint32_t lead : leads) {
    const double y = won_[lead];
    const double base = log_odds(x, lead);
    const auto top = static_cast<size_t>(level_[lead]);
    double residual = 0;
    if (moderate && std::fabs(base) < kFlat) {
      // One exponential and one logarithm for all levels; products of eight stay far below the largest double.
      const double t = std::exp(base);
      double product = 1;
      for (size_t k = 0; k <= top; ++k) {
        const double o = t * odds[k];
        const double r = o / (1 + o) - y;
        product *= 1 + o;
        at_level[k] += r;
        residual += r;
        loss -= y * (base + above[k]);
        if ((k & 7U) == 7U) {
          loss += std::log(product);
          product = 1;
        }
      }
      loss += std::log(product);
    } else {
      for (size_t k = 0; k <= top; ++k) {
        const double z = base + above[k];
        const double r = 1 / (1 + std::exp(-z)) - y;
        at_level[k] += r;
        residual += r;
        loss += softplus(z) - y * z;
      }
    }
    residual *= scale;
    for (uint32_t i = lead == 0 ? 0 : end_[lead - 1]; i < end_[lead]; ++i) of_column[column_[i]] += residual;
  }
  double sum = 0;
  for (size_t k = at_level.size(); k-- > 0;) {
    sum += at_level[k];
    gradient[k] += sum * scale;
  }
  return loss * scale;
}

std::vector<double> Design::curvature(const std::vector<uint32_t>& leads, double share) const {
  std::vector<double> result(numbers());
  const double each = share * (1 - share) / per_lead();
  for (const uint32_t lead : leads) {
    const double levels = level_[lead] + 1.0;
    for (int32_t k = 0; k <= level_[lead]; ++k) result[static_cast<size_t>(k)] += each * (levels - k);
    for (uint32_t i = lead == 0 ? 0 : end_[lead - 1]; i < end_[lead]; ++i)
      result[first_column() + column_[i]] += each * levels;
  }
  return result;
}

}  // namespace outrigger::scoring
