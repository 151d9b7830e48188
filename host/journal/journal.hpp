// Deliveries: what was last seen of each record, and what each subscriber is still to hear of.
//
//     Result<std::unique_ptr<Journal>> journal = Journal::open(*file, {.now = now_micros});
//     (*journal)->keep(stream, page, position, tell);                          // by the feed, as its sink
//     Result<Batch> batch = (*journal)->next("scoring/leads", 500);            // by the subscription's worker
//     (*journal)->settle(*batch, outcomes);                                    // or fail(*batch, error)
//
// The shadow holds the last seen state of each record; the same content is not written again. A difference that a
// subscriber is to hear of is one pending row, however often the record changes until it is delivered: the row keeps
// the state that was delivered before, the shadow has the latest. *done* deletes the row. A record that is back in the
// state that was delivered before anybody was given another one has nothing to deliver.
//
// A delivery's id stays the same until it is done or rejected, through repetitions, crashes and further changes of the
// record. A record is named by id and create_date. In order per record; no order across records.
//
// After a crash whatever was not settled is delivered again. Rows that an earlier run of the program left count as
// handed out, because nobody knows.
//
// Times are microseconds UTC and come from options.now. Errors: kLimit with retry_after_ms when the disk is full (then
// nothing of the call was kept), kConflict when the epoch is not settled (epoch.hpp), kInternal for a damaged file.
// Threads: any; calls on one stream one at a time. The file must outlive the journal.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <random>

#include "host/journal/batch.hpp"
#include "host/journal/catalog.hpp"
#include "host/journal/desk.hpp"
#include "host/journal/epoch.hpp"
#include "host/journal/event.hpp"
#include "host/journal/journal_file.hpp"
#include "host/journal/mark.hpp"
#include "host/journal/troubles.hpp"
#include "integration/feed/sink.hpp"

namespace outrigger::host {

struct JournalOptions {
  std::function<int64_t()> now;                                // required
  std::function<void(const std::string& sentence)> say;        // for the admin's log
  std::function<void(const std::string& subscriber)> arrived;  // there is something for it now
  int most_attempts = 10;                                      // then it is a dead letter
  int64_t first_delay_ms = 5'000;                              // doubled with each attempt, give or take a quarter
  int64_t longest_delay_ms = 3'600'000;
  size_t most_skipped = 1'000;  // kept of each subscriber
  size_t most_echoes = 10'000;  // of each plugin
  int64_t echo_ms = 86'400'000;
  uint64_t seed = 1;  // of the jitter
};

struct Settled {
  size_t done = 0;
  size_t retried = 0;
  size_t rejected = 0;
  size_t dead = 0;
};

class Keeper;

class Journal final : public feed::Sink {
 public:
  // The file has been opened with kDeliveryTables.
  static Result<std::unique_ptr<Journal>> open(JournalFile& file, JournalOptions options);

  // --- the feed's side: see integration/feed/sink.hpp
  Result<feed::Position> position(const feed::Stream& stream) override;
  Result<feed::Kept> keep(const feed::Stream& stream, std::span<const feed::Seen> seen, const feed::Position& position,
                          uint64_t tell) override;
  Result<std::vector<feed::Known>> known(const feed::Stream& stream, int64_t after_id, size_t limit) override;
  Result<int64_t> count_known(const feed::Stream& stream) override;
  Result<feed::Kept> gone(const feed::Stream& stream, std::span<const int64_t> ids,
                          const feed::Position& position) override;
  // All that is subscribed, facts as streams of the model "fact:PLUGIN.NAME": at the start and whenever it changes.
  // What is not among it any more is dropped, and said. A watcher of a fact with `snapshot` hears of every value there
  // is.
  Result<void> reconcile(std::span<const feed::Stream> streams);
  // What is known of a plugin's subscriptions since it was subscribed last, a stream each: for one that cannot say it
  // itself at the moment.
  Result<std::vector<feed::Stream>> subscribed(std::string_view plugin);

  // --- facts: values of one fact and model; null retracts. In the caller's transaction or in one of its own.
  Result<void> publish(std::string_view fact, std::string_view model, std::span<const int64_t> ids, Value values);
  // An array of {id, value, at} by ascending id; no ids: all.
  Result<Document> facts(std::string_view fact, std::string_view model, std::span<const int64_t> ids);

  // --- the worker's side
  // What is due now, oldest first; empty: nothing is. A change that failed alone comes alone.
  Result<Batch> next(const std::string& subscriber, size_t limit);
  // When something is due, 0: nothing is waiting.
  Result<int64_t> next_due(const std::string& subscriber);
  // `outcomes`: null (all done), or one for each change as in abi/changes.h; missing or unknown is retry.
  // Where there were troubles outside, a retry counts as no attempt, and waits at least until they may be over.
  Result<Settled> settle(const Batch& batch, Value outcomes, const Troubles* troubles = nullptr);
  // The call failed. The plugin's failure is narrowed down to the changes that cause it; when Odoo or the network is
  // away, or the instance was stopped, no change is blamed and the subscriber rests.
  Result<Settled> fail(const Batch& batch, const Error& error);
  // Work of a store's commit that carries a delivery's outcome: both are kept or neither. `plugin`: who must be working
  // on it; kConflict: nobody of it is.
  Result<void> commit_outcome(std::string_view plugin, std::string_view delivery, Value outcome,
                              const JournalFile::Work& also);

  // --- echo: what a plugin wrote, as Odoo has stored it. See design 4. To be called before the journal is told what
  // the feed saw of it (host/tenant/echoes.hpp does so with each page). A value that is seen as expected is kept from
  // its author and ends the expectation; one that is seen differently is delivered, and ends it as well.
  Result<void> expect_echo(std::string_view plugin, std::string_view model, int64_t id, Value fields);
  struct Echo {
    std::string plugin;
    std::string model;
    int64_t id = 0;
    Document fields;
  };
  Result<void> expect_echoes(std::span<const Echo> echoes);

  // --- the admin's side
  Result<std::vector<Event>> list(const EventFilter& filter, size_t limit);
  Result<std::optional<EventDetail>> show(std::string_view delivery);
  // Delivers dead, skipped and held events once more; how many.
  Result<size_t> replay(const EventFilter& filter);
  // Forgets dead, skipped and held events; how many.
  Result<size_t> discard(const EventFilter& filter);
  Result<Figures> figures();
  // Forgets what has expired, so many at the most: to be called again as long as it forgets that many.
  Result<size_t> prune(size_t at_once = 500);

  // Notes beside the file how far it has come (mark.hpp); cheap when nothing has happened. Now and then, and at the
  // end.
  void mark();
  // The program ends in order: a copy that was made while it ran is older from now on, whatever happened since.
  void end();

  // --- identity: see epoch.hpp
  Result<EpochVerdict> check_epoch(std::string_view uuid, const EpochEvidence& evidence);
  // A person, or a first start, says that what is there now is the database. Undelivered work is held, positions begin
  // anew, silently.
  Result<void> open_epoch(std::string_view uuid, std::string_view reason);
  // Of each stream the records that were written last, which no older backup has as they were seen, and the oldest.
  Result<std::vector<Witness>> witnesses(size_t limit);
  // Whether this page is of another database than the one that is known: a record that is older than it was seen, or
  // another one under its id. The sentence; empty: it is not. Then the epoch is in question until check_epoch or
  // open_epoch. `date`: Odoo's clock, seconds, 0: not known; one that was set back makes no record suspicious.
  Result<std::string> question(const feed::Stream& stream, std::span<const feed::Seen> seen, int64_t date);
  [[nodiscard]] Epoch epoch() const;

  // --- privacy: all that is kept of one record here; null when nothing is. host/tenant/privacy.hpp has the whole:
  // which records are a person's, and what other rooms keep of them.
  Result<Document> export_record(std::string_view model, int64_t id);
  Result<size_t> erase_record(std::string_view model, int64_t id);
  // Of which something is kept, but for facts.
  Result<std::vector<std::string>> models();
  // Each state of a record that is kept, as an object of its fields; a record may come several times, and one that was
  // emptied comes with none. Read in pages.
  Result<void> each_kept(const std::function<void(std::string_view model, int64_t id, Value fields)>& see);

  [[nodiscard]] JournalFile& file() { return file_; }

 private:
  friend class Keeper;
  friend class Settler;
  friend class Picker;

  Journal(JournalFile& file, JournalOptions options);
  // Refused while the epoch is in question.
  Result<void> admitted() const;
  Result<void> commit(const std::function<Result<void>(Database&)>& work);
  // One call of the feed, or of a publisher of facts: kept with its position, or not at all.
  Result<feed::Kept> note(const feed::Stream& stream, const feed::Position* position, uint64_t tell,
                          const std::function<Result<void>(Keeper&)>& see);
  void expect_echo_in(Database& in, std::string_view plugin, std::string_view model, int64_t id, Value fields);
  void say_all(const std::vector<std::string>& sentences) const;
  void tell_arrived(const std::vector<std::string>& subscribers) const;
  [[nodiscard]] std::string delivery_name(int64_t number) const;
  // 0: not a delivery of this epoch.
  [[nodiscard]] int64_t delivery_number(std::string_view name) const;
  int64_t delay_ms(int64_t attempts);
  void publish_in(Database& in, std::string_view fact, std::string_view model, std::span<const int64_t> ids,
                  Value values, std::vector<std::string>& arrived);

  JournalFile& file_;
  const JournalOptions options_;
  Catalog catalog_;  // the writer's thread
  Desk desk_;
  int64_t session_ = 0;
  mutable std::mutex mutex_;  // of what follows
  Epoch epoch_;
  bool in_question_ = false;
  std::optional<Witness> suspect_;                          // the record that put it in question
  std::map<std::string, feed::Stream, std::less<>> facts_;  // what is subscribed of each fact
  std::minstd_rand random_;
  std::mutex marking_;  // of the next one
  JournalMark marked_;
};

}  // namespace outrigger::host
