// What the host keeps and runs for one database: its journal, the feed that fills it, the couriers that empty it.
//
//     Result<std::unique_ptr<Tenant>> tenant = Tenant::open({.database = "main", .folder = data / "main", ...});
//     (*tenant)->connect(session, stop);                                          // plugins may store and write
//     (*tenant)->attach({.plugin = "scoring", .watches = ..., .call = ...});      // each plugin of the configuration
//     (*tenant)->serve();                                                         // then reading begins
//     (*tenant)->detach("scoring");                                               // it was taken out of the configuration
//     (*tenant)->stop();
//
// open() needs no Odoo: an admin looks at events while it is away. One process has a tenant at a time (the journal's
// lock). Before anything is read or written, the database is compared with the one that the journal is about
// (journal/epoch.hpp), and again while it runs (identity.hpp): where it is another one, nothing is read, written or
// delivered and no job runs until accept_epoch(), or until the right one answers again.
//
// Writes that a crash left open are looked for first, as far as Odoo answers; then jobs and deliveries begin.
//
// Threads: any. Threads of its own: one for the feed, and for each plugin that is attached one for its changes, one
// for its jobs and one for what others send it. Lifetime: longer than the instances whose engines it gave out.
#pragma once

#include <chrono>
#include <condition_variable>
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
#include "host/inbox/receiver.hpp"
#include "host/journal/intents.hpp"
#include "host/journal/journal.hpp"
#include "host/schedule/scheduler.hpp"
#include "host/services/engine.hpp"
#include "host/store/store_engine.hpp"
#include "host/tenant/echoes.hpp"
#include "host/tenant/identity.hpp"
#include "host/tenant/live_odoo.hpp"
#include "host/tenant/place_lock.hpp"
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
    // How long a request whose reply was lost may still be at work in Odoo; see writes/writer.hpp.
    std::chrono::milliseconds settle = writes::Options{}.settle;
    // How long anybody waits for a call under way before it is left to itself.
    std::chrono::milliseconds patience{10000};
    int64_t identity_every = int64_t{1800} * 1'000'000;       // how often the database is asked who it is
    std::function<void(std::string_view step)> at_step = {};  // for tests: see writes::Options
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

  // A tenant's file, and what is in it.
  static std::filesystem::path file_in(const std::filesystem::path& folder) { return folder / "journal.db"; }
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
  // Ends the threads, but those that are in a call which does not end. What the couriers' calls wait for is
  // to be cancelled first.
  void stop();
  // After the instances were stopped, so that every call has ended. False: one has not, since its plugin is in this
  // process; then the tenant must not be destroyed.
  bool await_the_rest();

  // Housekeeping: to be called now and then. Each minute by the clock what has expired is forgotten, in transactions of
  // a few hundred rows, one a call, so that nobody waits for it. A journal that was full is tried again.
  void tend();

  // A person says that the database is meant. Instances that were made before write in the old epoch, which is refused:
  // they are to be made anew.
  Result<void> accept_epoch(std::string_view reason, const std::stop_token& stop);
  // A person says that the database has another address now and is the same: all goes on as it was. kConflict: more is
  // another than the address.
  Result<void> accept_move(const std::stop_token& stop);
  // What another system posted to a plugin's endpoint: durable when it returns, handed over by a thread of its own.
  Result<std::string> receive(const Sent& sent) { return inbox_->put(sent); }
  // "Look now": a webhook, or an admin. False: nobody watches the model here, or nothing is read yet.
  bool hint(const std::string& model, const std::vector<int64_t>& ids);
  // Compare everything, now.
  void recheck();
  bool confirm_deletions(const std::string& model);

  // What is known of a job. served: its plugin is attached, so that it runs when it is due.
  struct JobState {
    Job job;
    bool served = false;
  };
  [[nodiscard]] std::vector<JobState> jobs() const;
  // Has a job of an attached plugin run now, and waits until it has; a run that is under way is waited for before. A run
  // that failed is no error: the job says so. Errors: kMissing (no such job, or its plugin is not attached), kConflict
  // (the database is in question), kDeadline (it did not begin within a minute), kCancelled (`stop`: nobody waits any
  // more). After the last two it runs nevertheless, as soon as it can.
  struct JobEnd {
    Job job;               // after it
    std::string delivery;  // of the run
  };
  Result<JobEnd> run_job(const std::string& plugin, const std::string& job, const std::stop_token& stop);
  // The same on the caller's thread, by `attachment.call`, where nothing is attached or served: for a program that opens
  // the tenant for this alone.
  Result<JobEnd> run_job_alone(const Attachment& attachment, const std::string& job);

  // Of an instance of the plugin: store, shared, schedule. keeps: see store_engine.hpp.
  std::vector<std::unique_ptr<Engine>> engines(const std::string& plugin,
                                               StoreEngine::Keeps keeps = StoreEngine::Keeps::kForGood);
  // To be told of each call of the plugin's instances that failed.
  std::shared_ptr<Troubles> troubles(const std::string& plugin);
  // By which the plugin's instances write; nullptr before connect().
  writes::Writer* writer(const std::string& plugin);

  [[nodiscard]] const feed::Settings& feed_settings() const { return options_.feed; }
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
  Inbox& inbox() { return *inbox_; }
  Intents& intents() { return *intents_; }
  JournalFile& file() { return *file_; }
  Journal& journal() { return *journal_; }
  [[nodiscard]] std::vector<feed::StreamStatus> streams() const;
  // Why nothing is read; empty: it is.
  [[nodiscard]] std::string halted() const;
  // Why what is read cannot be kept (a full disk), so that the feed pauses; empty: it can. It goes on by itself.
  [[nodiscard]] std::string paused() const;
  // Another host of this machine works with the same database; empty: none does.
  [[nodiscard]] std::string shared() const {
    const std::lock_guard lock(mutex_);
    return shared_;
  }
  // Records that were not written since they held the values already, by plugin, since the tenant was opened.
  [[nodiscard]] std::map<std::string, uint64_t> writes_avoided() const;

 private:
  // Around each call of feed and writer: is it still the database that is meant?
  class Guard final : public CallGuard {
   public:
    explicit Guard(Tenant& tenant);
    Result<void> before(uint64_t generation, bool writing, const std::stop_token& stop) override;
    void after(const Error& error) override { identity_.heard(error); }
    void checked(uint64_t generation) { identity_.checked(generation); }

   private:
    Tenant& tenant_;
    IdentityGuard identity_;
  };
  struct Attached {
    std::vector<Subscribed> watches;
    std::unique_ptr<Courier> courier;
    std::unique_ptr<JobRunner> jobs;
    std::unique_ptr<Receiver> receiver;

    void start() const;
    void stop() const;
    // False: a call is still under way.
    [[nodiscard]] bool stop_within(std::chrono::milliseconds patience) const;
  };

  explicit Tenant(Options options);
  // Whether the journal was put back from an older copy; then another epoch begins.
  [[nodiscard]] std::vector<feed::Stream> wanted() const;
  // Journal and feed follow what is attached.
  Result<void> follow();
  // Compares the database with the one that the journal is about: that of `models` streams.
  Result<void> check_epoch(odoo::Session& session, size_t models, const std::stop_token& stop);
  // The same while it runs: what comes of it holds for everybody.
  Result<void> check_again(const std::stop_token& stop);
  void halt(const std::string& sentence);
  void resume();
  Result<void> begin_epoch(const Claim& claim, std::string_view reason);
  [[nodiscard]] std::vector<std::string> watched_fields(std::string_view model) const;
  void settle_writes(const std::stop_token& stop);
  Result<bool> tidy();
  void look_for_another_host();
  void begin();
  // The feed reads no more and has forgotten where it was.
  void rest();
  void wake(const std::string& subscriber);
  void wake_jobs();
  void wake_receiver(const std::string& plugin);
  template <typename Options>
  Options worker_options(const std::string& plugin);
  [[nodiscard]] std::unique_ptr<Receiver> receiver(const std::string& plugin, const Courier::Call& call);
  [[nodiscard]] Result<Job> job_of(const std::string& plugin, const std::string& job) const;
  [[nodiscard]] bool serves_jobs(const std::string& plugin) const;
  [[nodiscard]] std::unique_ptr<JobRunner> job_runner(const std::string& plugin, const Courier::Call& call);
  void wake_all();
  Attached make(Attachment attachment);
  // Whoever changes something does not wait for a call that does not end.
  void let_go(Attached old);

  const Options options_;
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Scheduler> scheduler_;
  std::unique_ptr<Inbox> inbox_;
  std::unique_ptr<Intents> intents_;
  std::unique_ptr<EchoSink> sink_;
  std::unique_ptr<EchoLog> log_;
  Guard guard_;
  std::shared_ptr<LiveSession> session_;
  std::unique_ptr<LiveReader> reader_;
  std::unique_ptr<LiveRemote> remote_;
  std::unique_ptr<feed::Feed> feed_;
  mutable std::mutex mutex_;  // of what follows
  std::map<std::string, std::unique_ptr<writes::Writer>> writers_;
  // Of an epoch before; instances made then still know them.
  std::vector<std::pair<std::string, std::unique_ptr<writes::Writer>>> retired_;
  std::map<std::string, std::shared_ptr<Troubles>> troubles_;
  std::map<std::string, Attached> attached_;
  std::vector<Attached> leaving_;  // let go while a call was under way
  std::map<std::string, feed::Stream> followed_;
  std::condition_variable_any jobs_changed_;
  std::string halted_;
  int64_t asked_again_at_ = 0;  // while it is halted
  bool serving_ = false;
  bool settled_ = false;  // what a crash left open was looked for: deliveries and jobs may begin
  std::jthread feeding_;
  int64_t tend_at_ = 0;  // the thread of tend()
  std::mutex place_mutex_;
  PlaceLock place_lock_;
  std::string shared_;
};

}  // namespace outrigger::host
