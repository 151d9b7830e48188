#include "host/plugins/call_gate.hpp"

#include <algorithm>

namespace outrigger::host {

void CallGate::lock() {
  std::unique_lock lock(mutex_);
  const uint64_t mine = ++last_;
  waiting_.push_back(mine);
  moved_.wait(lock, [&] { return !taken_ && waiting_.front() == mine; });
  waiting_.pop_front();
  taken_ = true;
}

bool CallGate::try_lock_for(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const uint64_t mine = ++last_;
  waiting_.push_back(mine);
  const bool passed = moved_.wait_for(lock, patience, [&] { return !taken_ && waiting_.front() == mine; });
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), mine));
  if (passed)
    taken_ = true;
  else
    moved_.notify_all();  // whoever stood behind may be next now
  return passed;
}

void CallGate::unlock() {
  {
    const std::lock_guard lock(mutex_);
    taken_ = false;
  }
  moved_.notify_all();
}

size_t CallGate::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace outrigger::host
