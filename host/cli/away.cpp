#include "host/cli/away.hpp"

#include <algorithm>
#include <utility>

namespace outrigger::host {
namespace {

bool waits_for_a_person(const Error& error) {
  switch (error.code) {
    case Code::kAuth:
    case Code::kMissing:
    case Code::kAccess:
    case Code::kUnsupported:
    case Code::kInvalid:
    case Code::kConflict: return true;
    default: return false;
  }
}

}  // namespace

bool Away::note(const std::string& database, const Error& error) {
  const std::lock_guard lock(mutex_);
  State& state = away_[database];
  int64_t wait = kForAPerson;
  if (waits_for_a_person(error))
    state.backoff = kSecond;
  else
    wait = std::exchange(state.backoff, std::min(state.backoff * 2, kLongestBackoff));
  state.next = clock_() + std::max(wait, int64_t{1000} * error.retry_after_ms);
  return std::exchange(state.why, error.message) != error.message;
}

void Away::back(const std::string& database) {
  const std::lock_guard lock(mutex_);
  away_.erase(database);
}

void Away::hurry(const std::string& database) {
  const std::lock_guard lock(mutex_);
  if (const auto at = away_.find(database); at != away_.end()) at->second.next = clock_();
}

bool Away::has(const std::string& database) const {
  const std::lock_guard lock(mutex_);
  return away_.contains(database);
}

std::vector<std::string> Away::due() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, state] : away_)
    if (clock_() >= state.next) names.push_back(name);
  return names;
}

std::vector<Away::One> Away::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<One> all;
  for (const auto& [name, state] : away_)
    all.push_back({name, state.why, std::max<int64_t>(0, (state.next - clock_()) / 1000)});
  return all;
}

std::string Away::sentence(const std::string& database) const {
  for (const One& one : all())
    if (one.database == database)
      return one.why + "; it is asked again in " + std::to_string((one.again_in_ms + 999) / 1000) + " s";
  return {};
}

}  // namespace outrigger::host
