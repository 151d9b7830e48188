#include "host/delivery/worker.hpp"

#include <chrono>
#include <utility>

namespace outrigger::host {

using std::chrono::microseconds;

void Worker::start(std::function<int64_t()> round) {
  if (thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = false;
  }
  thread_ = std::thread([this, round = std::move(round)] { work(round); });
}

void Worker::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

void Worker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool Worker::stop_within(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
  return changed_.wait_for(lock, patience, [this] { return ended_; });
}

bool Worker::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

bool Worker::pause(int64_t micros) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, microseconds(micros), [this] { return stopped_; });
}

void Worker::work(const std::function<int64_t()>& round) {
  std::unique_lock lock(mutex_);
  while (!stopped_) {
    woken_ = false;
    lock.unlock();
    const int64_t wait = round();
    lock.lock();
    changed_.wait_for(lock, microseconds(wait), [this] { return woken_ || stopped_; });
  }
  ended_ = true;
  changed_.notify_all();
}

}  // namespace outrigger::host
