// Threads that answer the service calls of one runner, so that a call that waits for Odoo holds up neither its
// heartbeats nor its other calls.
//
// Bounds: kThreads at once, kLongestQueue waiting. Threads: post from any.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace outrigger::host {

class ServicePool {
 public:
  static constexpr size_t kThreads = 4;
  static constexpr size_t kLongestQueue = 256;

  ServicePool() = default;
  // Finishes what was posted.
  ~ServicePool();
  ServicePool(const ServicePool&) = delete;
  ServicePool& operator=(const ServicePool&) = delete;

  // False: too much is waiting already.
  bool post(std::function<void()> task);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  size_t idle_ = 0;
  bool ending_ = false;
};

}  // namespace outrigger::host
