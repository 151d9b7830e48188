// Writes that have one effect each, also when a reply is lost, a delivery is repeated, or the host is killed.
//
//     SessionRemote remote(session);
//     Writer writer(remote, log, {.epoch = epoch, .now = clock});
//     Result<Document> done = writer.perform({.operation = Operation::kWrite, .model = "crm.lead", .ids = {7}, .values
//     = v},
//                                            {.plugin = "scoring", .run = run, .delivery = delivery});
//
// The way of a write: what is there is read, and only what differs is sent; the intent is durable; the call goes out;
// what was stored is read back; the outcome is durable. A repeated key gets the recorded outcome. After a lost reply,
// or a crash in between, the effect is looked for by its anchor before anything is sent again (README.md has the
// table). What cannot be found out stays *unknown*: Error::effect says so, it is listed, and it is never repeated by
// itself.
//
// The key is the caller's, or made from plugin, delivery, operation, arguments and a count of equal writes in one
// attempt at a delivery; without a delivery each write is its own. The same key with other arguments is kInvalid.
//
// Replies are those of the or_odoo_v1 slots: ids for create, {done, unknown, failed} for write_rows, an id for
// message_post, the method's own answer for call, null for write and unlink.
//
// A write in the name of a user goes over that user's remote, and its key is another one than that of the same write by
// somebody else. After a crash it is looked for with the writer's own remote, and sent again only by its caller.
//
// Threads: any; two calls with one key at once: the second one is told to come again (kConflict). Lifetime: remote and
// log must outlive it. Errors: those of Odoo; kUnreachable with effect unknown and retry_after_ms when it is too early
// to tell; kConflict when the key belongs to another epoch of the database.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "integration/writes/intent.hpp"
#include "integration/writes/remote.hpp"

namespace outrigger::writes {

enum class Operation { kCreate, kWrite, kWriteRows, kUnlink, kMessagePost, kCall };
std::string_view to_string(Operation operation);
std::optional<Operation> operation_of(std::string_view word);

// Everything is borrowed for the duration of the call.
struct Request {
  Operation operation = Operation::kWrite;
  std::string model;
  std::string method = {};        // of kCall
  std::vector<int64_t> ids = {};  // the records; kCreate and kWriteRows have none
  Value values = {};              // kCreate: an array of objects; kWrite: an object; kWriteRows: an array of objects
                                  // with id; kMessagePost: {body, html}; kCall: named arguments or null
  Value context = {};             // an object or null
  // In the name of another user: who it is, for the record, and how that user is reached. Null: as the writer.
  std::string principal = {};
  Remote* as = nullptr;
};

// For whom and for what.
struct Origin {
  std::string plugin;
  std::string run = {};       // listed and undone together; empty: the delivery
  std::string delivery = {};  // the change, job or webhook; empty: none
  std::string key = {};       // idempotency key of the caller; empty: made here
  bool retry_failed = false;  // a replay: what Odoo refused the last time is tried again
};

struct Options {
  std::string epoch;  // of the database
  // The database or the log was put back from a backup before: what a caller's key names may be there without the log
  // knowing it, and is looked for before it is made.
  bool earlier_epochs = false;
  std::function<int64_t()> now;                               // milliseconds since 1970 UTC
  std::function<void(std::chrono::milliseconds)> pause = {};  // between tries; empty: none
  // How long a request whose reply was lost may still be at work in Odoo: its limit_time_real of 120 s, and some.
  std::chrono::milliseconds settle{150000};
  // Asked before anything is sent; its error is what the caller gets. Empty: always.
  std::function<Result<void>()> may_write = {};
  // A field that we wrote, as it was stored. From the thread of perform.
  std::function<void(std::string_view model, int64_t id, std::string_view field, Value value)> on_stored = {};
  // Fields that somebody watches: they are kept in the images besides those that Odoo is known to change.
  std::function<std::vector<std::string>(std::string_view model)> watched = {};
  std::function<void(std::string_view step)> at_step = {};  // for tests: prepared, begun, answered, looked, finished
};

struct Counts {
  uint64_t calls = 0;            // writes sent to Odoo, tries included
  uint64_t records = 0;          // records that were written
  uint64_t records_avoided = 0;  // they were so already
  uint64_t fields_avoided = 0;
  uint64_t repeated = 0;  // keys that got their recorded outcome
  uint64_t found = 0;     // lost replies whose effect was found
  uint64_t unknown = 0;   // outcomes that stayed unknown
};

// How Odoo stores what it alters (HTML, rounded numbers): remembered, so that the same value is not written each time.
// Threads: any.
class KnownForms {
 public:
  void learn(std::string_view model, std::string_view field, Value wanted, Value stored);
  [[nodiscard]] bool knows(std::string_view model, std::string_view field, Value wanted, Value stored) const;

 private:
  static constexpr size_t kMost = 20000;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> forms_;
};

class Action;
struct Work;

class Writer {
 public:
  Writer(Remote& remote, IntentLog& log, Options options);

  Result<Document> perform(const Request& request, const Origin& origin, const odoo::CallOptions& call = {});
  // Brings an intent that is begun or unknown to its end, by what the log holds of it. kMissing: no such key.
  Result<Document> resume(const std::string& key, const odoo::CallOptions& call = {});
  // After a start: every open intent of this epoch is looked for; those found are done. Nothing is sent. When Odoo does
  // not answer, or on a stop, the rest stays open.
  struct Settled {
    uint64_t done = 0;
    uint64_t open = 0;   // not found, or not to be known: their delivery or a person decides
    uint64_t older = 0;  // of another epoch: a person decides
  };
  // `plugin`: of these alone, so that what they stored is told of them; empty: of all.
  Result<Settled> settle(const odoo::CallOptions& call = {}, std::string_view plugin = {});

  // An attempt at a delivery begins: equal writes in it are counted from 0. Without it equal writes of one delivery are
  // one write.
  void begin_delivery(const std::string& plugin, const std::string& delivery);
  void end_delivery(const std::string& plugin, const std::string& delivery);
  // Writes that name neither run nor delivery are of this run from now on; empty: each is one of its own.
  void run(std::string name);

  [[nodiscard]] Counts counts() const;
  [[nodiscard]] const std::string& epoch() const { return options_.epoch; }
  [[nodiscard]] Remote& remote() { return remote_; }
  [[nodiscard]] IntentLog& log() { return log_; }
  [[nodiscard]] int64_t now() const { return options_.now(); }

 private:
  class Busy;
  struct Identity {
    std::string key;
    std::string hash;
  };
  Identity identify(const Request& request, const Origin& origin);
  [[nodiscard]] std::string run_of(const Origin& origin, const Identity& identity) const;
  Result<Document> start(const Request& request, const Origin& origin, const Identity& identity,
                         const odoo::CallOptions& call);
  // `away`: whether Odoo could not be asked.
  Result<Document> repeat(const Intent& intent, Remote& remote, const odoo::CallOptions& call, bool may_send,
                          bool* away = nullptr);
  Result<Document> drive(Action& action, Work& work, Intent& intent, bool look_first, bool may_send);
  Result<Document> conclude(Action& action, Work& work, Intent& intent);
  Error unknown(Intent& intent, Error error, int32_t retry_after_ms);
  void add(const Counts& counts);

  Remote& remote_;
  IntentLog& log_;
  Options options_;
  mutable std::mutex mutex_;  // of what follows
  std::set<std::string> busy_;
  std::map<std::string, std::map<std::string, int>> attempts_;  // by delivery: how often each write came
  std::string run_;
  Counts counts_;
  KnownForms forms_;
};

}  // namespace outrigger::writes
