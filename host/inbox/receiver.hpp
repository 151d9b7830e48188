// Hands what other systems sent to one plugin, letter by letter.
//
//     Receiver receiver(inbox, {.plugin = "scoring", .now = now_micros, .say = say},
//                       [&](std::string_view operation, Value args) { return supervisor.call(operation, args); });
//     receiver.start();
//     receiver.wake();     // something came
//     receiver.stop();
//
// A thread of its own. When the instance is not there the letter waits. Threads: any. The inbox and what `call` refers
// to must outlive it.
#pragma once

#include "host/delivery/worker.hpp"
#include "host/inbox/inbox.hpp"

namespace outrigger::host {

class Receiver {
 public:
  using Call = std::function<Result<Document>(std::string_view operation, Value args)>;
  struct Options {
    std::string plugin;
    std::function<int64_t()> now;          // microseconds UTC, that of the inbox
    std::function<void(std::string)> say;  // a sentence for the admin's log
    // Around each call: its writes belong to this delivery.
    std::function<void(const std::string& delivery)> began = {};
    std::function<void(const std::string& delivery)> ended = {};
    std::function<bool()> may_run = {};  // false: letters wait, as long as the database is in question
  };

  Receiver(Inbox& inbox, Options options, Call call)
      : inbox_(inbox), options_(std::move(options)), call_(std::move(call)) {}
  ~Receiver() { stop(); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void start();
  void wake() { worker_.wake(); }
  void stop() { worker_.stop(); }
  bool stop_within(std::chrono::milliseconds patience) { return worker_.stop_within(patience); }
  // Hands over what is due now, on the caller's thread; how many.
  Result<size_t> run_due();

 private:
  Result<void> hand_over(const Letter& letter);
  int64_t work();

  Inbox& inbox_;
  const Options options_;
  const Call call_;
  std::string said_;  // by the worker: the last failure, so that it is said once
  Worker worker_;     // last: it ends first
};

}  // namespace outrigger::host
