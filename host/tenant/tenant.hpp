// What the host keeps and runs for one database: its journal, the feed that fills it, the couriers that empty it.
//
//     Result<std::unique_ptr<Tenant>> tenant = Tenant::open({.database = "main", .folder = data / "main", ...});
//     (*tenant)->attach({.plugin = "scoring", .watches = ..., .call = ...});      // each plugin of the configuration
//     (*tenant)->serve(session, stop);                                            // then reading begins
//     (*tenant)->detach("scoring");                                               // it was disabled: for good
//     (*tenant)->stop();
//
// open() needs no Odoo: an admin looks at events while it is away. One process has a tenant at a time (the journal's
// lock). Before anything is read, the database is compared with the one that the journal is about (journal/epoch.hpp);
// where it is another one, nothing is read or delivered until accept_epoch().
//
// Threads: any. Threads of its own: one for the feed, one for each plugin that is attached.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "host/delivery/courier.hpp"
#include "host/journal/journal.hpp"
#include "host/tenant/live_odoo.hpp"
#include "integration/feed/feed.hpp"

namespace outrigger::host {

class Tenant {
 public:
  struct Options {
    std::string database;
    std::filesystem::path folder;
    feed::Settings feed;
    std::function<int64_t()> now;                        // microseconds UTC
    std::function<void(bool problem, std::string)> say;  // a sentence for the admin's log
  };
  // One subscription, resolved for this Odoo.
  struct Subscribed {
    std::string model;
    feed::Subscriber subscriber;
  };
  struct Attachment {
    std::string plugin;
    std::vector<Subscribed> watches;
    Courier::Call call;  // of its instance; may fail as long as that is away
  };

  static Result<std::unique_ptr<Tenant>> open(Options options);
  ~Tenant();
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  // The plugin takes part, or takes part anew with other subscriptions: what it no longer watches is dropped.
  Result<void> attach(Attachment attachment);
  // Its deliveries are dropped: for a plugin that was disabled or removed.
  void detach(const std::string& plugin);
  // kConflict: the database is another one; the sentence says what a person can do.
  Result<void> serve(std::shared_ptr<LiveSession> session, const std::stop_token& stop);
  // Ends the threads. What the couriers' calls wait for is to be cancelled first.
  void stop();

  // A person says that the database is meant.
  Result<void> accept_epoch(std::string_view reason, const std::stop_token& stop);
  // "Look now": a webhook, or an admin.
  void hint(const std::string& model, const std::vector<int64_t>& ids);
  // Compare everything, now.
  void recheck();
  bool confirm_deletions(const std::string& model);

  [[nodiscard]] const std::string& database() const { return options_.database; }
  JournalFile& file() { return *file_; }
  Journal& journal() { return *journal_; }
  [[nodiscard]] std::vector<feed::StreamStatus> streams() const;
  // Why nothing is read; empty: it is.
  [[nodiscard]] std::string halted() const;

 private:
  struct Attached {
    std::vector<Subscribed> watches;
    std::unique_ptr<Courier> courier;
  };

  explicit Tenant(Options options) : options_(std::move(options)) {}
  [[nodiscard]] std::vector<feed::Stream> wanted() const;
  // Journal and feed follow what is attached.
  Result<void> follow();
  Result<void> check_epoch(const std::stop_token& stop);
  Result<std::string> read_uuid(const std::stop_token& stop);
  void begin();
  void wake(const std::string& subscriber);

  const Options options_;
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Journal> journal_;
  std::shared_ptr<LiveSession> session_;
  std::unique_ptr<LiveReader> reader_;
  std::unique_ptr<feed::Feed> feed_;
  mutable std::mutex mutex_;  // of what follows
  std::map<std::string, Attached> attached_;
  std::map<std::string, feed::Stream> followed_;
  std::string halted_;
  bool serving_ = false;
  std::jthread feeding_;
};

}  // namespace outrigger::host
