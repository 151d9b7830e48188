#include "host/tenant/tenant.hpp"

#include <algorithm>
#include <utility>

#include "host/journal/journal_tables.hpp"
#include "host/schedule/schedule_engine.hpp"
#include "host/services/clock.hpp"
#include "host/store/shared_engine.hpp"

namespace outrigger::host {
namespace {

bool is_fact(const std::string& model) { return model.rfind("fact:", 0) == 0; }

bool same(const feed::Stream& a, const feed::Stream& b) {
  const auto one = [](const feed::Subscriber& x, const feed::Subscriber& y) {
    return x.name == y.name && x.fields == y.fields && x.domain == y.domain && x.snapshot == y.snapshot;
  };
  return a.fields == b.fields &&
         std::equal(a.subscribers.begin(), a.subscribers.end(), b.subscribers.begin(), b.subscribers.end(), one);
}

}  // namespace

std::vector<const Tables*> Tenant::tables() {
  return {&kDeliveryTables, &kStoreTables, &kScheduleTables, &kIntentTables, &kIdentityTables, &kInboxTables};
}

Result<std::unique_ptr<Tenant>> Tenant::open(Options options) {
  std::unique_ptr<Tenant> tenant(new Tenant(std::move(options)));
  Result<std::unique_ptr<JournalFile>> file = JournalFile::open(file_in(tenant->options_.folder), tables());
  if (!file) return file.error();
  tenant->file_ = *std::move(file);
  Tenant* self = tenant.get();
  JournalOptions journal;
  journal.now = self->options_.now;
  journal.say = [self](const std::string& sentence) { self->options_.say(true, sentence); };
  journal.arrived = [self](const std::string& subscriber) { self->wake(subscriber); };
  Result<std::unique_ptr<Journal>> opened = Journal::open(*tenant->file_, std::move(journal));
  if (!opened) return opened.error();
  self->journal_ = *std::move(opened);
  self->store_ = std::make_unique<Store>(*self->file_, *self->journal_, StoreOptions{});
  Result<std::unique_ptr<Scheduler>> scheduler =
      Scheduler::open(*self->file_, self->journal_->epoch().token,
                      {.now = self->options_.now, .changed = [self] { self->wake_jobs(); }});
  if (!scheduler) return scheduler.error();
  self->scheduler_ = *std::move(scheduler);
  Inbox::Options inbox;
  inbox.now = self->options_.now;
  inbox.arrived = [self](const std::string& plugin) { self->wake_receiver(plugin); };
  self->inbox_ = std::make_unique<Inbox>(
      *self->file_, [self] { return self->journal_->epoch().token; }, std::move(inbox));
  self->store_->also_settles({&Inbox::is_ours, [self](std::string_view plugin, std::string_view delivery, Value outcome,
                                                      const JournalFile::Work& also) {
                                return self->inbox_->commit_outcome(plugin, delivery, outcome, also);
                              }});
  self->intents_ = std::make_unique<Intents>(*self->file_);
  self->sink_ = std::make_unique<EchoSink>(
      *self->journal_, [self](const std::string& sentence) { self->halt(sentence); },
      [self] { return self->reader_ == nullptr ? int64_t{0} : self->reader_->server_date(); });
  self->log_ = std::make_unique<EchoLog>(*self->intents_, *self->sink_);
  return tenant;
}

void Tenant::Attached::start() const {
  if (courier) courier->start();
  if (jobs) jobs->start();
  if (receiver) receiver->start();
}

void Tenant::Attached::stop() const {
  if (courier) courier->stop();
  if (jobs) jobs->stop();
  if (receiver) receiver->stop();
}

Tenant::Tenant(Options options) : options_(std::move(options)), guard_(*this) {}

bool Tenant::Attached::stop_within(std::chrono::milliseconds patience) const {
  const int64_t end = monotonic_micros() + patience.count() * 1000;
  const bool delivered = !courier || courier->stop_within(patience);
  const auto left = [end] {
    return std::chrono::milliseconds(std::max<int64_t>(0, (end - monotonic_micros()) / 1000));
  };
  const bool ran = !jobs || jobs->stop_within(left());
  return (!receiver || receiver->stop_within(left())) && ran && delivered;
}

void Tenant::let_go(Attached old) {
  const bool ended = old.stop_within(options_.patience);
  const std::lock_guard lock(mutex_);
  std::erase_if(leaving_, [](const Attached& one) { return one.stop_within(std::chrono::milliseconds(0)); });
  if (!ended) leaving_.push_back(std::move(old));
}

Tenant::~Tenant() { stop(); }

std::vector<feed::Stream> Tenant::wanted() const {
  std::map<std::string, feed::Stream> streams;
  for (const auto& [plugin, attached] : attached_)
    for (const Subscribed& watch : attached.watches) {
      feed::Stream& stream = streams[watch.model];
      stream.model = watch.model;
      stream.fields.insert(stream.fields.end(), watch.subscriber.fields.begin(), watch.subscriber.fields.end());
      stream.subscribers.push_back(watch.subscriber);
    }
  std::vector<feed::Stream> result;
  for (auto& [model, stream] : streams) {
    std::sort(stream.fields.begin(), stream.fields.end());
    stream.fields.erase(std::unique(stream.fields.begin(), stream.fields.end()), stream.fields.end());
    result.push_back(std::move(stream));
  }
  return result;
}

Tenant::Attached Tenant::make(Attachment attachment) {
  std::vector<std::string> subscribers;
  for (const Subscribed& watch : attachment.watches) subscribers.push_back(watch.subscriber.name);
  const std::string plugin = attachment.plugin;
  const auto say = [this, plugin](const std::string& sentence) { options_.say(true, plugin + ": " + sentence); };
  const auto began = [this, plugin](const std::string& delivery) {
    if (writes::Writer* writer = this->writer(plugin)) writer->begin_delivery(plugin, delivery);
  };
  const auto ended = [this, plugin](const std::string& delivery) {
    if (writes::Writer* writer = this->writer(plugin)) writer->end_delivery(plugin, delivery);
  };
  Attached made;
  if (!subscribers.empty())
    made.courier = std::make_unique<Courier>(
        *journal_,
        Courier::Options{plugin, std::move(subscribers), 500, options_.now, say, began, ended, troubles(plugin)},
        attachment.call);
  if (!attachment.jobs.empty()) made.jobs = job_runner(plugin, attachment.call);
  made.receiver = receiver(plugin, attachment.call);
  made.watches = std::move(attachment.watches);
  return made;
}

Result<void> Tenant::attach(Attachment attachment) {
  const std::string plugin = attachment.plugin;
  if (Result<void> declared = scheduler_->declare(plugin, attachment.jobs); !declared) return declared;
  Attached fresh = make(std::move(attachment));
  Attached old;
  bool serving = false;
  {
    const std::lock_guard lock(mutex_);
    Attached& place = attached_[plugin];
    old = std::move(place);
    place = Attached{fresh.watches, nullptr, nullptr, nullptr};
    serving = serving_;
  }
  let_go(std::move(old));
  Result<void> followed;
  if (serving) followed = follow();
  const std::lock_guard lock(mutex_);
  if (serving_ && settled_) fresh.start();
  attached_[plugin] = std::move(fresh);
  return followed;
}

Result<void> Tenant::retain(const std::string& plugin) {
  const Result<std::vector<feed::Stream>> known = journal_->subscribed(plugin);
  if (!known) return known.error();
  std::vector<Subscribed> watches;
  for (const feed::Stream& stream : *known)
    for (const feed::Subscriber& subscriber : stream.subscribers) watches.push_back({stream.model, subscriber});
  Attached old;
  {
    const std::lock_guard lock(mutex_);
    old = std::exchange(attached_[plugin], Attached{std::move(watches), nullptr, nullptr, nullptr});
  }
  let_go(std::move(old));
  return {};
}

void Tenant::detach(const std::string& plugin) {
  Attached gone;
  bool serving = false;
  {
    const std::lock_guard lock(mutex_);
    const auto at = attached_.find(plugin);
    if (at == attached_.end()) return;
    gone = std::move(at->second);
    attached_.erase(at);
    serving = serving_;
  }
  let_go(std::move(gone));
  if (const Result<void> declared = scheduler_->declare(plugin, {}); !declared)
    options_.say(true, declared.error().message);
  if (const Result<void> forgotten = inbox_->forget(plugin); !forgotten) options_.say(true, forgotten.error().message);
  if (!serving) return;
  if (const Result<void> followed = follow(); !followed) options_.say(true, followed.error().message);
}

Result<void> Tenant::follow() {
  std::vector<feed::Stream> streams;
  {
    const std::lock_guard lock(mutex_);
    streams = wanted();
  }
  std::map<std::string, feed::Stream> now;
  for (const feed::Stream& stream : streams)
    if (!is_fact(stream.model)) now.emplace(stream.model, stream);
  // First nobody reads what is about to change: a look under way would keep it as it was.
  for (auto at = followed_.begin(); at != followed_.end();) {
    const auto wanted = now.find(at->first);
    if (wanted != now.end() && same(at->second, wanted->second)) {
      ++at;
      continue;
    }
    feed_->remove(at->first);
    at = followed_.erase(at);
  }
  if (const Result<void> known = journal_->reconcile(streams); !known) return known;
  for (const auto& [model, stream] : now) {
    if (followed_.count(model) != 0) continue;
    if (const Result<void> added = feed_->add(stream); !added)
      options_.say(true, model + " is not watched: " + added.error().message);
    else
      followed_.emplace(model, stream);
  }
  return {};
}

std::vector<std::string> Tenant::watched_fields(std::string_view model) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> fields;
  for (const auto& [plugin, attached] : attached_)
    for (const Subscribed& watch : attached.watches)
      if (watch.model == model)
        fields.insert(fields.end(), watch.subscriber.fields.begin(), watch.subscriber.fields.end());
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return fields;
}

Result<void> Tenant::serve() {
  auto feed = std::make_unique<feed::Feed>(*reader_, *sink_, options_.feed, [this](const feed::Problem& problem) {
    const std::string remedy =
        problem.kind == "mass_deletion" && !problem.over
            ? "; if they were deleted on purpose: `outrigger database confirm-deletions " + problem.model + "`"
            : "";
    options_.say(!problem.over, problem.model + ": " + problem.sentence + remedy);
  });
  {
    const std::lock_guard lock(mutex_);
    feed_ = std::move(feed);
  }
  if (!halted().empty()) return {};
  if (Result<void> followed = follow(); !followed) return followed;
  begin();
  return {};
}

std::vector<std::unique_ptr<Engine>> Tenant::engines(const std::string& plugin, StoreEngine::Keeps keeps) {
  std::vector<std::unique_ptr<Engine>> made;
  made.push_back(std::make_unique<StoreEngine>(*store_, plugin, keeps));
  made.push_back(std::make_unique<SharedEngine>(*journal_, plugin));
  made.push_back(std::make_unique<ScheduleEngine>(*scheduler_, plugin));
  return made;
}

std::shared_ptr<Troubles> Tenant::troubles(const std::string& plugin) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Troubles>& troubles = troubles_[plugin];
  if (troubles == nullptr) troubles = std::make_shared<Troubles>();
  return troubles;
}

writes::Writer* Tenant::writer(const std::string& plugin) {
  const std::lock_guard lock(mutex_);
  if (remote_ == nullptr) return nullptr;
  std::unique_ptr<writes::Writer>& writer = writers_[plugin];
  if (writer == nullptr) {
    writes::Options options;
    options.epoch = journal_->epoch().token;
    options.earlier_epochs = journal_->epoch().number > 1;
    options.now = [now = options_.now] { return now() / 1000; };
    options.settle = options_.settle;
    options.may_write = [this, epoch = options.epoch]() -> Result<void> {
      const std::string why = halted();
      if (!why.empty()) return Error{Code::kConflict, why, Source::kHost, Effect::kNone, -1};
      if (journal_->epoch().token == epoch) return {};
      return Error{Code::kConflict, "this instance is of the time before the database was taken for another one",
                   Source::kHost, Effect::kNone, 1000};
    };
    options.pause = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
    options.watched = [this](std::string_view model) { return watched_fields(model); };
    options.on_stored = [this, plugin](std::string_view model, int64_t id, std::string_view field, Value value) {
      sink_->stored(plugin, model, id, field, value);
    };
    options.at_step = options_.at_step;
    writer = std::make_unique<writes::Writer>(*remote_, *log_, std::move(options));
  }
  return writer.get();
}

void Tenant::stop() {
  feeding_.request_stop();
  if (feeding_.joinable()) feeding_.join();
  std::map<std::string, Attached> all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(attached_);
    serving_ = settled_ = false;
  }
  for (auto& [plugin, attached] : all) let_go(std::move(attached));
  if (journal_ != nullptr) journal_->end();
}

bool Tenant::await_the_rest() {
  std::vector<Attached> rest;
  {
    const std::lock_guard lock(mutex_);
    rest.swap(leaving_);
  }
  std::erase_if(rest, [this](const Attached& one) { return one.stop_within(options_.patience); });
  const std::lock_guard lock(mutex_);
  for (Attached& one : rest) leaving_.push_back(std::move(one));
  return leaving_.empty();
}

void Tenant::wake(const std::string& subscriber) {
  const std::lock_guard lock(mutex_);
  const auto at = attached_.find(subscriber.substr(0, subscriber.find('/')));
  if (at != attached_.end() && at->second.courier) at->second.courier->wake();
}

void Tenant::wake_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [plugin, attached] : attached_) {
    if (attached.courier) attached.courier->wake();
    if (attached.jobs) attached.jobs->wake();
    if (attached.receiver) attached.receiver->wake();
  }
}

bool Tenant::hint(const std::string& model, const std::vector<int64_t>& ids) {
  return serving() && feed_->hint(model, ids);
}

void Tenant::recheck() {
  if (serving()) feed_->recheck();
}

bool Tenant::confirm_deletions(const std::string& model) { return serving() && feed_->confirm_deletions(model); }

std::vector<feed::StreamStatus> Tenant::streams() const {
  return serving() ? feed_->status() : std::vector<feed::StreamStatus>{};
}

}  // namespace outrigger::host
