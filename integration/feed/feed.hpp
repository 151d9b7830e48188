// The change feed of one database: streams in, whole pages out to a Sink, as often as something happens and the
// budget allows.
//
//     OdooReader reader(session);
//     Feed feed(reader, journal, {.calls_per_second = 1}, [](const Problem& problem) { log(problem.sentence); });
//     feed.add({.model = "crm.lead", .fields = {"name", "stage_id"}, .subscribers = {...}});
//     std::jthread thread([&](std::stop_token stop) { feed.run(stop); });
//     feed.hint("crm.lead", {42});                     // a webhook came: look now
//
// What it promises is in README.md: which change is seen by what, and after how long at the worst.
//
// Threads: any. look() and run() may be called by several threads at once, which then read different streams; the
// calls on one stream come one at a time. Lifetime: not longer than reader and sink. Without run(), a caller drives it
// by due() and look(), with a clock of its own in the settings.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "integration/feed/hints.hpp"
#include "integration/feed/pace.hpp"
#include "integration/feed/watch.hpp"

namespace outrigger::feed {

// Said when it begins, and once more when it is over.
struct Problem {
  std::string model;
  std::string kind;  // look, clock, mass_deletion, short_answer, hidden, journal
  std::string sentence;
  bool over = false;
};

struct StreamStatus {
  std::string model;
  Heat heat = Heat::kCold;
  bool first_reading = false;  // still under way
  double lag = -1;             // seconds since the begin of the last look that came to its end; -1: none has
  double interval = 0;         // seconds between looks, at present
  int64_t seen_until = 0;      // as in Position
  int64_t identity_done = 0;
  int64_t content_done = 0;
  int64_t records = 0;   // known, as of the last sweep
  uint64_t looks = 0;    // of any kind, failed ones included
  uint64_t rows = 0;     // read
  uint64_t changes = 0;  // fresh, changed
  uint64_t gone = 0;
  uint64_t delivered = 0;
  int failures = 0;       // in a row
  int64_t idle_look = 0;  // microseconds that a look takes which finds nothing; 0: not measured; see index_advice
  size_t searches_per_page = 0;  // for domains that only Odoo can decide
  Problems problems;
};

class Feed {
 public:
  using Tell = std::function<void(const Problem&)>;

  Feed(Reader& reader, Sink& sink, Settings settings = {}, Tell tell = {});
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  ~Feed() = default;

  // A stream of a model that is there already takes its place; waits for a look at it that is under way. kInvalid: a
  // domain that is none, a subscriber's field that the stream lacks; kLimit: more than 64 subscribers.
  Result<void> add(Stream stream);
  void remove(const std::string& model);

  // When look() has something to do, in microseconds of the settings' clock; nothing without streams.
  [[nodiscard]] std::optional<int64_t> due() const;
  // Does the most urgent thing that is due: one page of one stream. False: nothing was due. An error was accounted for
  // and will be tried again; it is returned for those who drive the feed themselves.
  Result<bool> look(std::stop_token stop = {});
  // Looks whenever something is due, until stopped.
  void run(std::stop_token stop);

  // Somebody says that these records changed, or with no ids that something did: look now, and after one and five
  // seconds. Cheap, never blocks; a forged hint costs a read. False: the model is not watched.
  bool hint(const std::string& model, const std::vector<int64_t>& ids = {});
  // Compare everything at once: after a restored backup, or whatever else makes the past doubtful.
  void recheck();
  // Deletions that the brake held back are what the admin wants. False: none are held back.
  bool confirm_deletions(const std::string& model);

  [[nodiscard]] std::vector<StreamStatus> status() const;

 private:
  enum class Task { kOpen, kRecords, kPoll, kBaseline, kTelltale, kIdentity, kContent };
  struct Entry {
    std::unique_ptr<Watch> watch;
    Pace pace;
    bool busy = false;
    StreamStatus status;  // of when it was last not busy
    Hints hints;
    int64_t poll_began = 0;
    int64_t poll_turn = 0;  // end of its last page
    int64_t poll_done = 0;  // begin of the last look that came to its end
    int64_t identity_at = 0;
    int64_t content_at = 0;
    int64_t telltale_at = 0;
    std::string telltale;    // model; empty: none
    bool restart = false;    // sweeps, once it is not busy
    bool sweep_now = false;  // when it is open
    bool confirm = false;
    Problems said;
  };
  struct Choice {
    std::shared_ptr<Entry> entry;
    Task task = Task::kPoll;
    int64_t at = 0;
    int64_t rank = 0;  // the lowest is done first
  };
  using Entries = std::vector<std::shared_ptr<Entry>>;

  [[nodiscard]] int64_t now() const { return settings_.now(); }
  [[nodiscard]] Intervals intervals(int64_t at) const;
  [[nodiscard]] std::optional<Choice> choose(const Entry& entry, const Intervals& intervals) const;
  [[nodiscard]] std::optional<Choice> next() const;
  Result<Looked> perform(Entry& entry, Task task, const std::vector<int64_t>& ids, const std::stop_token& stop);
  void account(Entry& entry, Task task, int64_t began, const Looked& looked);
  void account(Entry& entry, Task task, const Error& error);
  void plan_sweeps(Entry& entry, int64_t at);
  void sweep_all(int64_t at, bool content);
  void refresh(Entry& entry);
  std::vector<Problem> news(Entry& entry);
  Entries::iterator find(const std::string& model);
  void wait_until_idle(std::unique_lock<std::mutex>& lock, const std::string& model);

  Reader& reader_;
  Sink& sink_;
  const Settings settings_;
  const Tell tell_;
  ServerClock clock_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Entries entries_;
  Pace line_;  // of the connection: its failures hold all streams
  std::minstd_rand jitter_;
  uint64_t wakes_ = 0;
};

}  // namespace outrigger::feed
