// One at a time, in the order of asking, with an end to the waiting: a mutex for calls that may take long.
//
//     std::unique_lock turn(gate);                             // waits as long as it takes
//     std::unique_lock turn(gate, std::defer_lock);
//     if (!turn.try_lock_for(std::chrono::seconds(10))) ...    // the call under way does not end
//
// First come, first served: callers without a pause between their calls do not keep out the one that wants to replace
// the plugin. Threads: any; it may be opened by another thread than the one that closed it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

namespace outrigger::host {

class CallGate {
 public:
  void lock();
  bool try_lock_for(std::chrono::milliseconds patience);
  void unlock();
  // How many wait at this moment.
  [[nodiscard]] size_t waiting() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable moved_;
  std::deque<uint64_t> waiting_;  // whoever is at the front is next
  uint64_t last_ = 0;
  bool taken_ = false;
};

}  // namespace outrigger::host
