#include "engine/kind_rates.hpp"

#include <algorithm>

namespace outrigger::assignment {
namespace {

constexpr double kOfAll = 20;  // leads: how much a value is drawn towards all leads
constexpr double kLeast = 5;
constexpr double kMost = 1000;

double chance(double value) { return std::clamp(value, 1e-6, 1 - 1e-6); }

}  // namespace

void KindRates::add(const Kind& kind, int64_t user, double won, double lost) {
  const auto count = [&](Count& one) {
    one.won += won;
    one.closed += won + lost;
  };
  count(total_);
  for (size_t f = 0; f < fields_.size() && f < kind.size(); ++f) {
    if (kind[f].empty()) continue;
    count(fields_[f].all[kind[f]]);
    count(fields_[f].own[{user, kind[f]}]);
  }
}

double KindRates::everybody(const Field& field, const std::string& value) const {
  const double mean = total_.closed > 0 ? total_.won / total_.closed : 0;
  const auto at = field.all.find(value);
  if (at == field.all.end()) return chance(mean);
  return chance((at->second.won + kOfAll * mean) / (at->second.closed + kOfAll));
}

void KindRates::learn(const std::function<double(int64_t user)>& own) {
  for (Field& field : fields_) {
    double leads = 0;
    double spread = 0;  // of the parts around what is expected, each lead once
    double noise = 0;   // of it by chance alone
    double single = 0;  // the variance of one lead
    for (const auto& [who, count] : field.own) {
      const double expected = chance(own(who.first) * everybody(field, who.second));
      const double apart = count.won / count.closed - expected;
      leads += count.closed;
      spread += count.closed * apart * apart;
      noise += expected * (1 - expected);
      single += count.closed * expected * (1 - expected);
    }
    const double between = leads > 0 ? (spread - noise) / leads : 0;
    field.weight = between > 0 ? std::clamp(single / leads / between - 1, kLeast, kMost) : kMost;
  }
}

double KindRates::factor(double own, int64_t user, const Kind& kind) const {
  double factor = own;
  for (size_t f = 0; f < fields_.size() && f < kind.size(); ++f) {
    const Field& field = fields_[f];
    const auto at = field.own.find({user, kind[f]});
    if (kind[f].empty() || at == field.own.end()) continue;
    const double all = everybody(field, kind[f]);
    const double expected = chance(factor * all);
    factor = (at->second.won + field.weight * expected) / (at->second.closed + field.weight) / all;
  }
  return factor;
}

std::optional<KindRates::Evidence> KindRates::evidence(int64_t user, const Kind& kind) const {
  std::optional<Evidence> best;
  for (size_t f = 0; f < fields_.size() && f < kind.size(); ++f) {
    const auto at = fields_[f].own.find({user, kind[f]});
    if (kind[f].empty() || at == fields_[f].own.end()) continue;
    if (!best || at->second.closed > best->closed) best = Evidence{f, at->second.won, at->second.closed};
  }
  return best;
}

}  // namespace outrigger::assignment
