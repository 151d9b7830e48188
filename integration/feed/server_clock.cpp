#include "integration/feed/server_clock.hpp"

#include <algorithm>

namespace outrigger::feed {
namespace {

constexpr int64_t kSecond = 1'000'000;
// Two clocks do not run alike: a bound loses a second in 5,000.
constexpr int64_t kDrift = 5000;

int64_t floored(int64_t micros) { return micros >= 0 ? micros / kSecond : -((-micros + kSecond - 1) / kSecond); }

}  // namespace

void ServerClock::heard(int64_t date, int64_t now) {
  if (date <= 0) return;
  const std::lock_guard lock(mutex_);
  dated_ = true;
  date_offset_ = date * kSecond - now;
}

int64_t ServerClock::proved(int64_t now) const {
  return now + proof_offset_ - std::max<int64_t>(0, now - proof_at_) / kDrift;
}

void ServerClock::evidence(int64_t write_date, int64_t now) {
  if (write_date <= 0) return;
  const std::lock_guard lock(mutex_);
  int64_t proof = write_date * kSecond;
  if (dated_) proof = std::min(proof, now + date_offset_);
  if (proof_ && proof <= proved(now)) return;
  proof_ = true;
  proof_offset_ = proof - now;
  proof_at_ = now;
}

int64_t ServerClock::reached(int64_t now) const {
  const std::lock_guard lock(mutex_);
  if (!proof_) return 0;
  int64_t micros = proved(now);
  if (dated_) micros = std::min(micros, now + date_offset_);
  return std::max<int64_t>(0, floored(micros));
}

int64_t ServerClock::date(int64_t now) const {
  const std::lock_guard lock(mutex_);
  return dated_ ? std::max<int64_t>(0, floored(now + date_offset_)) : 0;
}

bool ServerClock::stepped_back(int64_t seen_until, int64_t now) const {
  const std::lock_guard lock(mutex_);
  if (!dated_) return false;
  const int64_t latest = now + date_offset_ + kTolerance * kSecond;
  return seen_until * kSecond > latest || (proof_ && proved(now) > latest);
}

void ServerClock::forget() {
  const std::lock_guard lock(mutex_);
  proof_ = false;
}

}  // namespace outrigger::feed
