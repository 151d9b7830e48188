// SIGINT and SIGTERM, handled on an ordinary thread.
//
//     StopSignal stop;                      // first thing in main: blocks both signals for all threads
//     stop.on_stop([&] { instance.cancel(); });
//     stop.wait();                          // or until one comes
//
// The second signal ends the program at once. SIGHUP, when a terminal goes away, is one of them, unless the program was
// started by nohup; a service takes it as a wish to read its configuration again. Threads: any.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace outrigger::host {

class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  // Called once, on the signal's thread; at once when the signal came already. Replaces the one before.
  void on_stop(std::function<void()> action);
  // SIGHUP calls this from now on, on the signal's thread; it must be short.
  void on_hangup(std::function<void()> action);
  void wait();
  // True when it came; false after the time.
  bool wait_for(std::chrono::milliseconds time);
  [[nodiscard]] bool requested() const;
  [[nodiscard]] std::stop_token token() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace outrigger::host
