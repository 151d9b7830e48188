#include "host/journal/desk.hpp"

#include <algorithm>

#include "host/journal/batch.hpp"

namespace outrigger::host {

void Desk::hand_out(const std::shared_ptr<const Batch>& batch) {
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < batch->rows.size(); ++i)
    if (flights_.insert_or_assign(batch->rows[i].delivery, Flight{batch->subscriber, batch, i, false}).second)
      ++held_[batch->subscriber];
}

void Desk::take_back(const std::vector<RowKey>& rows) {
  const std::lock_guard lock(mutex_);
  for (const RowKey& row : rows) {
    const auto at = flights_.find(row.delivery);
    if (at == flights_.end()) continue;
    --held_[at->second.subscriber];
    flights_.erase(at);
  }
}

bool Desk::holds(int64_t delivery) const {
  const std::lock_guard lock(mutex_);
  return flights_.contains(delivery);
}

size_t Desk::held_of(const std::string& subscriber) const {
  const std::lock_guard lock(mutex_);
  const auto at = held_.find(subscriber);
  return at == held_.end() ? 0 : at->second;
}

std::pair<std::shared_ptr<const Batch>, size_t> Desk::work_on(int64_t delivery) const {
  const std::lock_guard lock(mutex_);
  const auto at = flights_.find(delivery);
  if (at == flights_.end()) return {nullptr, 0};
  return {at->second.batch, at->second.index};
}

void Desk::mark_settled(int64_t delivery) {
  const std::lock_guard lock(mutex_);
  if (const auto at = flights_.find(delivery); at != flights_.end()) at->second.settled = true;
}

bool Desk::settled(int64_t delivery) const {
  const std::lock_guard lock(mutex_);
  const auto at = flights_.find(delivery);
  return at != flights_.end() && at->second.settled;
}

void Desk::put(const std::string& subscriber, Group group) {
  const std::lock_guard lock(mutex_);
  for (const RowKey& row : group.rows)
    if (const auto at = flights_.find(row.delivery); at != flights_.end()) at->second.batch = nullptr;
  groups_[subscriber].push_back(std::move(group));
}

std::optional<Group> Desk::take_due(const std::string& subscriber, int64_t now) {
  const std::lock_guard lock(mutex_);
  std::deque<Group>& waiting = groups_[subscriber];
  const auto at = std::find_if(waiting.begin(), waiting.end(), [&](const Group& one) { return one.due <= now; });
  if (at == waiting.end()) return std::nullopt;
  Group taken = std::move(*at);
  waiting.erase(at);
  return taken;
}

size_t Desk::grouped(const std::string& subscriber) const {
  const std::lock_guard lock(mutex_);
  const auto at = groups_.find(subscriber);
  size_t rows = 0;
  if (at != groups_.end())
    for (const Group& one : at->second) rows += one.rows.size();
  return rows;
}

int64_t Desk::next_due(const std::string& subscriber) const {
  const std::lock_guard lock(mutex_);
  const auto at = groups_.find(subscriber);
  int64_t due = 0;
  if (at != groups_.end())
    for (const Group& one : at->second) due = due == 0 ? one.due : std::min(due, one.due);
  return due;
}

int64_t Desk::rest(const std::string& subscriber, int64_t now, int64_t at_least_ms) {
  constexpr int64_t kFirstMs = 1000;
  constexpr int64_t kLongestMs = 300'000;
  const std::lock_guard lock(mutex_);
  Rest& rest = rests_[subscriber];
  const int64_t ms = std::max(at_least_ms, std::min(kLongestMs, kFirstMs << std::min(rest.level, 20)));
  ++rest.level;
  rest.until = now + ms * 1000;
  return rest.until;
}

int64_t Desk::resting_until(const std::string& subscriber) const {
  const std::lock_guard lock(mutex_);
  const auto at = rests_.find(subscriber);
  return at == rests_.end() ? 0 : at->second.until;
}

void Desk::wake(const std::string& subscriber) {
  const std::lock_guard lock(mutex_);
  rests_.erase(subscriber);
}

void Desk::clear() {
  const std::lock_guard lock(mutex_);
  flights_.clear();
  groups_.clear();
  held_.clear();
  rests_.clear();
}

}  // namespace outrigger::host
