// A thread that does what is due and waits: until it is woken, for as long as the work said, or to the end.
//
//     worker.start([&] { deliver_what_is_due(); return micros_until_the_next; });   // 0: once more at once
//     worker.wake();     // from any thread, cheap
//     worker.stop();     // waits for the round under way
//
// Threads: any. What the round refers to must outlive the worker; stop() is called before that goes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace outrigger::host {

class Worker {
 public:
  Worker() = default;
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // `round` returns microseconds. Nothing, when it was started before. A wake that comes while it runs is not lost: the
  // wait ends at once.
  void start(std::function<int64_t()> round);
  void wake();
  void stop();
  // The same, waiting no longer than `patience`. False: the round is still under way; stop() when it can end.
  bool stop_within(std::chrono::milliseconds patience);
  [[nodiscard]] bool stopped() const;
  // Within a round: waits, whatever wakes it. False: it is being stopped.
  bool pause(int64_t micros);

 private:
  void work(const std::function<int64_t()>& round);

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopped_ = false;
  bool ended_ = true;  // the thread works no more
  std::thread thread_;
};

}  // namespace outrigger::host
