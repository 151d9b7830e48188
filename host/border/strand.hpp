// A thread that runs what it is given, one after the other: the [strand] of an instance.
//
//     Strand strand;
//     strand.run([&] { status = table.activate(self, &error); });    // waits for it
//     strand.post([=] { ... });                                      // does not
//
// Threads: run and post from any thread but the strand's own. The destructor runs what was posted, then joins.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace outrigger::host {

class Strand {
 public:
  Strand();
  ~Strand();
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  void run(const std::function<void()>& task);
  void post(std::function<void()> task);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace outrigger::host
