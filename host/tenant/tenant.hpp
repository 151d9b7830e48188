// What the host keeps and runs for one database: its journal, the feed that fills it, the couriers that empty it.
//
//     Result<std::unique_ptr<Tenant>> tenant = Tenant::open({.database = "main", .folder = data / "main", ...});
//     (*tenant)->connect(session, stop);                                          // plugins may store and write
//     (*tenant)->attach({.plugin = "scoring", .watches = ..., .call = ...});      // each plugin of the configuration
//     (*tenant)->serve();                                                         // then reading begins
//     (*tenant)->detach("scoring");                                               // it was disabled: for good
//     (*tenant)->stop();
//
// open() needs no Odoo: an admin looks at events while it is away. One process has a tenant at a time (the journal's
// lock). Before anything is read or written, the database is compared with the one that the journal is about
// (journal/epoch.hpp); where it is another one, nothing is read, written or delivered until accept_epoch().
//
// Threads: any. Threads of its own: one for the feed, and for each plugin that is attached one for its changes and one
// for its jobs. Lifetime: longer than the instances whose engines it gave out.
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
#include "host/delivery/job_runner.hpp"
#include "host/journal/intents.hpp"
#include "host/journal/journal.hpp"
#include "host/schedule/scheduler.hpp"
#include "host/services/engine.hpp"
#include "host/store/store.hpp"
#include "host/tenant/echoes.hpp"
#include "host/tenant/live_odoo.hpp"
#include "integration/feed/feed.hpp"
#include "integration/writes/writer.hpp"

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
    std::vector<JobDeclaration> jobs;
    Courier::Call call;  // of its instance; may fail as long as that is away
  };

  // Of a tenant's file, journal.db in its folder.
  static std::vector<const Tables*> tables();
  static Result<std::unique_ptr<Tenant>> open(Options options);
  ~Tenant();
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  // kConflict: the database is another one; the sentence says what a person can do.
  Result<void> connect(std::shared_ptr<LiveSession> session, const std::stop_token& stop);
  // The plugin takes part, or takes part anew with other subscriptions: what it no longer watches is dropped.
  Result<void> attach(Attachment attachment);
  // The plugin is configured and cannot take part at the moment: what it subscribed to the last time goes on for it.
  Result<void> retain(const std::string& plugin);
  // Its deliveries are dropped: for a plugin that was disabled or removed.
  void detach(const std::string& plugin);
  // After connect() and the plugins of the configuration.
  Result<void> serve();
  // Ends the threads. What the couriers' calls wait for is to be cancelled first.
  void stop();

  // Housekeeping: to be called now and then. Each minute by the clock what has expired is forgotten, in transactions of
  // a few hundred rows, one a call, so that nobody waits for it. A journal that was full is tried again.
  void tend();

  // A person says that the database is meant. Instances that were made before write in the old epoch, which is refused:
  // they are to be made anew.
  Result<void> accept_epoch(std::string_view reason, const std::stop_token& stop);
  // "Look now": a webhook, or an admin.
  void hint(const std::string& model, const std::vector<int64_t>& ids);
  // Compare everything, now.
  void recheck();
  bool confirm_deletions(const std::string& model);

  // Of an instance of the plugin: store, shared, schedule.
  std::vector<std::unique_ptr<Engine>> engines(const std::string& plugin);
  // By which the plugin's instances write; nullptr before connect().
  writes::Writer* writer(const std::string& plugin);

  [[nodiscard]] int64_t now() const { return options_.now(); }
  [[nodiscard]] bool connected() const {
    const std::lock_guard lock(mutex_);
    return session_ != nullptr;
  }
  // Of now; nullptr before connect().
  [[nodiscard]] std::shared_ptr<odoo::Session> session() const {
    const std::lock_guard lock(mutex_);
    return session_ == nullptr ? nullptr : session_->get();
  }
  // serve() was called: it reads, or it is halted.
  [[nodiscard]] bool serving() const {
    const std::lock_guard lock(mutex_);
    return feed_ != nullptr;
  }
  [[nodiscard]] const std::string& database() const { return options_.database; }
  Store& store() { return *store_; }
  Scheduler& scheduler() { return *scheduler_; }
  Intents& intents() { return *intents_; }
  JournalFile& file() { return *file_; }
  Journal& journal() { return *journal_; }
  [[nodiscard]] std::vector<feed::StreamStatus> streams() const;
  // Why nothing is read; empty: it is.
  [[nodiscard]] std::string halted() const;
  // Why what is read cannot be kept (a full disk), so that the feed pauses; empty: it can. It goes on by itself.
  [[nodiscard]] std::string paused() const;
  // Records that were not written since they held the values already, by plugin, since the tenant was opened.
  [[nodiscard]] std::map<std::string, uint64_t> writes_avoided() const;

 private:
  struct Attached {
    std::vector<Subscribed> watches;
    std::unique_ptr<Courier> courier;
    std::unique_ptr<JobRunner> jobs;

    void start() const;
    void stop() const;
  };

  explicit Tenant(Options options) : options_(std::move(options)) {}
  [[nodiscard]] std::vector<feed::Stream> wanted() const;
  // Journal and feed follow what is attached.
  Result<void> follow();
  Result<void> check_epoch(odoo::Session& session, feed::Reader& reader, const std::stop_token& stop);
  [[nodiscard]] std::vector<std::string> watched_fields(std::string_view model) const;
  void settle_writes();
  Result<bool> tidy();
  void begin();
  void wake(const std::string& subscriber);
  void wake_jobs();
  Attached make(Attachment attachment);

  const Options options_;
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<Intents> intents_;
  std::unique_ptr<EchoSink> sink_;
  std::shared_ptr<LiveSession> session_;
  std::unique_ptr<LiveReader> reader_;
  std::unique_ptr<LiveRemote> remote_;
  std::unique_ptr<feed::Feed> feed_;
  mutable std::mutex mutex_;  // of what follows
  std::map<std::string, std::unique_ptr<writes::Writer>> writers_;
  // Of an epoch before; instances made then still know them.
  std::vector<std::pair<std::string, std::unique_ptr<writes::Writer>>> retired_;
  std::map<std::string, Attached> attached_;
  std::map<std::string, feed::Stream> followed_;
  std::string halted_;
  bool serving_ = false;
  std::jthread feeding_;
  int64_t tend_at_ = 0;  // the thread of tend()
};

}  // namespace outrigger::host
