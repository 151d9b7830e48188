#include "integration/feed/hints.hpp"

#include <algorithm>

namespace outrigger::feed {
namespace {

constexpr int64_t kSecond = 1'000'000;

}  // namespace

Hints::Slots::iterator Hints::slot(int64_t at, int64_t tolerance) {
  // With those of a moment later, if there are any.
  const auto near = slots_.lower_bound(at);
  if (near != slots_.end() && near->first <= at + tolerance) return near;
  return slots_.emplace(at, std::set<int64_t>{}).first;
}

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
    const auto at = slot(now + wait, wait == 0 ? kSecond / 5 : kSecond);
    at->second.insert(ids.begin(), ids.end());
    fits = at->second.size() <= kMost && slots_.size() <= kMostSlots;
  }
  if (!fits) slots_.clear();
  return fits;
}

void Hints::put_back(int64_t now, const std::vector<int64_t>& ids) { slots_[now].insert(ids.begin(), ids.end()); }

std::optional<int64_t> Hints::due() const {
  if (slots_.empty()) return std::nullopt;
  return std::max(slots_.begin()->first, paid_until_ - kBurst + kBetween);
}

std::vector<int64_t> Hints::take(int64_t now) {
  std::set<int64_t> taken;
  while (!slots_.empty() && slots_.begin()->first <= now && taken.size() < kMost) {
    auto& first = slots_.begin()->second;
    while (!first.empty() && taken.size() < kMost) taken.insert(first.extract(first.begin()));
    if (first.empty()) slots_.erase(slots_.begin());
  }
  paid_until_ = std::max(paid_until_, now) + kBetween;
  return {taken.begin(), taken.end()};
}

}  // namespace outrigger::feed
