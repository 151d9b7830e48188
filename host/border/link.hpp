// One end of the connection between the host and a plugin's process: calls both ways over a socket pair.
//
//     Link link(fd, handler);
//     std::thread reader([&] { link.run(); });          // until the other end is gone
//     Result<Document> reply = link.call("commands.run", args);
//     link.notify("log", line);                         // no reply
//
// A frame is a length (4 bytes, little endian) and one CBOR array: [kind, call number, name, body].
// Threads: run() on one thread, which hands calls and notices to the handler; everything else from any thread.
// Errors: kUnreachable when the other end is gone; kProtocol and kLimit for a frame that cannot be read, after which
// the connection is closed, since what follows means nothing any more.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

class Link {
 public:
  class Handler {
   public:
    virtual ~Handler() = default;
    // On the thread of run(), which reads nothing meanwhile: pass long work on, and answer later with reply().
    virtual void on_call(uint64_t number, std::string name, Document body) = 0;
    virtual void on_notice(std::string name, Document body) = 0;
  };

  static constexpr size_t kLargestFrame = size_t{256} << 20U;
  // Of the other end's calls that are kept at once, unless it is one alone; those beyond are answered with kLimit.
  static constexpr size_t kMostHeld = size_t{64} << 20U;

  // Takes the descriptor over. The handler must outlive run().
  Link(int descriptor, Handler& handler);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Reads until the other end is gone or close() is called; the reason. Calls that wait go on waiting: the caller knows
  // better why it ended, and tells them by abandon_calls().
  Error run();
  // Waits for the reply. REQUIRES: not on the thread of run(). May be given up by abandon_calls().
  Result<Document> call(std::string_view name, Value body);
  void notify(std::string_view name, Value body);
  void reply(uint64_t number, const Result<Document>& result);
  // Every call that waits, and every later one, ends with this error.
  void abandon_calls(const Error& error);
  // Ends run() from any thread.
  void close();

 private:
  struct Held;
  struct Waiting;

  enum class Sent { kYes, kTooLarge, kGone };

  bool read_exactly(char* to, size_t size);
  bool read_frame(size_t size, std::string& frame);
  Sent send(int kind, uint64_t number, std::string_view name, Value body);
  Result<void> take(std::string frame);
  void finish(uint64_t number, Result<Document> result);

  int descriptor_;
  Handler& handler_;
  std::mutex write_mutex_;
  std::mutex mutex_;
  std::map<uint64_t, Waiting*> waiting_;
  uint64_t next_ = 1;
  bool abandoned_ = false;
  Error abandoned_with_;
  std::shared_ptr<std::atomic<size_t>> held_ = std::make_shared<std::atomic<size_t>>(0);
  std::atomic<bool> closed_{false};
};

// An error as a value, and back; for frames and reports.
Value to_value(const Error& error, Arena& arena);
Error error_of(Value value);

}  // namespace outrigger::host
