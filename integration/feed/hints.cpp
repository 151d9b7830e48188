#include "integration/feed/hints.hpp"

#include <algorithm>

namespace outrigger::feed {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kShortest = kSecond / 5;
constexpr int64_t kLongest = kSecond / 2;

// A look is a call, and half of the budget is for others.
int64_t between(double calls_per_second) {
  if (calls_per_second <= 0) return kShortest;
  return std::clamp(static_cast<int64_t>(2 * static_cast<double>(kSecond) / calls_per_second), kShortest, kLongest);
}

}  // namespace

Hints::Hints(double calls_per_second) : between_(between(calls_per_second)) {}

// With those of a moment later, so that a stream of hints fills few slots.
int64_t Hints::slot(int64_t at) { return (at + kMoment - 1) / kMoment * kMoment; }

void Hints::merge_overdue(int64_t now) {
  std::set<int64_t> overdue;
  while (!slots_.empty() && slots_.begin()->first <= now) {
    overdue.merge(slots_.begin()->second);
    slots_.erase(slots_.begin());
  }
  if (!overdue.empty()) slots_.emplace(now, std::move(overdue));
}

bool Hints::add(int64_t now, const std::vector<int64_t>& ids) {
  merge_overdue(now);
  bool fits = ids.size() <= kMost;
  for (const int64_t wait : {int64_t{0}, kSecond, 5 * kSecond}) {
    if (!fits) break;
    std::set<int64_t>& at = slots_[wait == 0 ? now : slot(now + wait)];
    at.insert(ids.begin(), ids.end());
    fits = at.size() <= kMost && slots_.size() <= kMostSlots;
  }
  if (!fits) slots_.clear();
  return fits;
}

void Hints::put_back(int64_t now, const std::vector<int64_t>& ids) { slots_[now].insert(ids.begin(), ids.end()); }

std::optional<int64_t> Hints::due() const {
  if (slots_.empty()) return std::nullopt;
  return std::max(slots_.begin()->first, paid_until_ - (kBurst - 1) * between_);
}

std::vector<int64_t> Hints::take(int64_t now) {
  std::set<int64_t> taken;
  while (!slots_.empty() && slots_.begin()->first <= now && taken.size() < kMost) {
    auto& first = slots_.begin()->second;
    while (!first.empty() && taken.size() < kMost) taken.insert(first.extract(first.begin()));
    if (first.empty()) slots_.erase(slots_.begin());
  }
  paid_until_ = std::max(paid_until_, now) + between_;
  return {taken.begin(), taken.end()};
}

}  // namespace outrigger::feed
