// Brings the changes that a plugin subscribed to from the journal to its instance, and its outcomes back.
//
//     Courier courier(journal, {.plugin = "scoring", .subscribers = {"scoring/leads"}, ...},
//                     [&](std::string_view operation, Value args) { return supervisor.call(operation, args); });
//     courier.wake();     // something arrived: from any thread, cheap
//     courier.stop();     // after the instance was cancelled: waits for the call under way
//
// A thread of its own, one call at a time: an instance takes no more. What fails is the journal's to repeat; when the
// instance is not there (a crash, a reload, quarantine) the courier waits and nothing is lost.
//
// Threads: any. The journal and what `call` refers to must outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/delivery/worker.hpp"
#include "host/journal/journal.hpp"

namespace outrigger::host {

class Courier {
 public:
  using Call = std::function<Result<Document>(std::string_view operation, Value args)>;
  struct Options {
    std::string plugin;
    std::vector<std::string> subscribers;
    size_t batch = 500;                    // changes in one call
    std::function<int64_t()> now;          // microseconds UTC, that of the journal
    std::function<void(std::string)> say;  // a sentence for the admin's log
    // Around each attempt at a change: its writes belong to this delivery.
    std::function<void(const std::string& delivery)> began = {};
    std::function<void(const std::string& delivery)> ended = {};
    // What the plugin's calls met outside of it; null: nobody tells.
    std::shared_ptr<Troubles> troubles = {};
  };

  Courier(Journal& journal, Options options, Call call);
  ~Courier() { stop(); }
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  // Begins its thread. Without it, deliver_due() does the same on the caller's.
  void start();
  void wake() { worker_.wake(); }
  // No further call is begun; waits for the one under way, for ever unless its instance is cancelled or stopped.
  void stop() { worker_.stop(); }
  // The same, waiting no longer than `patience`. False: a call is still under way, so stop() again when its instance is
  // gone. What it has at hand is settled when the call ends, and nobody else gets it meanwhile.
  bool stop_within(std::chrono::milliseconds patience) { return worker_.stop_within(patience); }

  struct Round {
    size_t delivered = 0;   // changes that were handed to the plugin, whatever became of them
    int64_t next_due = 0;   // microseconds UTC; 0: nothing waits
    bool stopping = false;  // the instance is being stopped, or was
  };
  // One batch of each subscription that has something due.
  Result<Round> deliver_due();

 private:
  Result<void> deliver(const std::string& subscriber, Round& round);
  Result<Settled> settle(const Batch& batch, const Result<Document>& answered);
  int64_t work();

  Journal& journal_;
  const Options options_;
  const Call call_;
  std::string said_;  // by the worker: the last failure, so that it is said once
  Worker worker_;     // last: it ends first
};

}  // namespace outrigger::host
