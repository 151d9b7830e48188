// What other systems sent to plugins' endpoints and plugins have not taken yet, kept in the journal's file.
//
//     Inbox inbox(*file, [&] { return journal->epoch().token; }, {.now = now_micros});
//     Result<std::string> delivery = inbox.put({"scoring", "activity", headers, "", body});   // by the listener
//     Result<std::optional<Letter>> letter = inbox.next("scoring");                           // by the receiver
//     inbox.settle(*letter, outcome);                                                          // or fail(letter, error)
//
// What was put is durable when put() returns, and is given out at least once, under the same delivery id, in the order
// of its endpoint: a letter that is to come again holds up those behind it until it is done, rejected, or dead after
// most_attempts. A plugin's store may commit the outcome together with what it keeps (commit_outcome). When the call
// failed because the instance, Odoo or the network was away, that is no attempt. One that was rejected or is dead stays
// for an admin to look at, replay or discard (`outrigger events`), for `keep_ms`, and at most `most_parked` of an
// endpoint. Letters of an epoch before are held for a person.
//
// Errors: kLimit with retry_after_ms when too much waits or the disk is full; nothing was kept then. Times: microseconds
// UTC. Threads: any. The file has been opened with kInboxTables and outlives the inbox.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "host/journal/event.hpp"
#include "host/journal/journal_file.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

extern const Tables kInboxTables;

struct Sent {
  std::string plugin;
  std::string endpoint;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string query;
  std::string body;
};

// One as it is given out.
struct Letter {
  int64_t number = 0;
  std::string delivery;
  std::string plugin;
  std::string endpoint;
  int64_t at = 0;
  int64_t attempt = 1;
  Document headers;  // an array of [name, value]
  std::string query;
  std::string body;
};

class Inbox {
 public:
  struct Options {
    std::function<int64_t()> now;                            // required
    std::function<void(const std::string& plugin)> arrived;  // there is something for it now
    int64_t most_waiting = 10'000;                           // of an endpoint
    int64_t most_bytes = int64_t{64} << 20U;                 // of an endpoint, waiting and parked
    int64_t most_parked = 1'000;                             // of an endpoint, rejected or dead
    int64_t keep_ms = int64_t{30} * 86'400'000;              // of those
    int64_t most_attempts = 10;
    int64_t first_delay_ms = 5'000;  // doubled with each attempt
    int64_t longest_delay_ms = 3'600'000;
  };

  // `epoch`: the token of the database's epoch (journal/epoch.hpp).
  Inbox(JournalFile& file, std::function<std::string()> epoch, Options options)
      : file_(file), epoch_(std::move(epoch)), options_(std::move(options)) {}

  // The delivery's id.
  Result<std::string> put(const Sent& sent);
  // The oldest that is due and whose endpoint is not held up.
  Result<std::optional<Letter>> next(std::string_view plugin);
  // When one is due, 0: none waits.
  Result<int64_t> next_due(std::string_view plugin);
  // As in abi/changes.h: null (done) or one outcome. Nothing when it was committed already.
  Result<void> settle(const Letter& letter, Value outcome);
  Result<void> fail(const Letter& letter, const Error& error);

  // Whether an id is one of ours.
  [[nodiscard]] static bool is_ours(std::string_view delivery);
  // Work of a store's commit that carries the outcome: both are kept or neither. kConflict: the plugin is not at work
  // on it.
  Result<void> commit_outcome(std::string_view plugin, std::string_view delivery, Value outcome,
                              const JournalFile::Work& also);

  // --- the admin's side: subscriber "PLUGIN/ENDPOINT", model "webhook"
  Result<std::vector<Event>> list(const EventFilter& filter, size_t limit);
  Result<size_t> replay(const EventFilter& filter);
  Result<size_t> discard(const EventFilter& filter);
  // Forgets what was parked too long ago, so many at the most.
  Result<size_t> prune(size_t at_once);
  // Of a plugin that was removed: all of it.
  Result<void> forget(std::string_view plugin);

  // --- what belongs to a person (tenant/privacy.hpp), by the letter's number
  // Every letter that is there: query and body.
  Result<void> each(const std::function<void(int64_t number, std::string_view query, std::string_view body)>& see);
  // An array of at most one {endpoint, at, headers, query, body}; bytes that are no text are left out of the body.
  Result<Document> export_letter(int64_t number);
  // How many: 0 or 1. One that a plugin is at work on goes as well; its outcome then finds nothing.
  Result<size_t> erase_letter(int64_t number);

 private:
  struct Verdict;
  static Verdict verdict_of(Value outcome);
  void apply(Database& in, int64_t number, const Verdict& verdict) const;
  [[nodiscard]] int64_t delay_ms(int64_t attempts) const;

  JournalFile& file_;
  const std::function<std::string()> epoch_;
  const Options options_;
  std::mutex mutex_;  // of what follows
  std::set<std::string, std::less<>> at_work_;
};

}  // namespace outrigger::host
