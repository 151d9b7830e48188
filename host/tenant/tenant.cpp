#include "host/tenant/tenant.hpp"

#include <algorithm>

#include "host/journal/journal_tables.hpp"
#include "host/schedule/schedule_engine.hpp"
#include "host/store/shared_engine.hpp"
#include "host/store/store_engine.hpp"
#include "host/tenant/identity.hpp"

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

Result<std::unique_ptr<Tenant>> Tenant::open(Options options) {
  std::unique_ptr<Tenant> tenant(new Tenant(std::move(options)));
  Result<std::unique_ptr<JournalFile>> file = JournalFile::open(
      tenant->options_.folder / "journal.db", {&kDeliveryTables, &kStoreTables, &kScheduleTables, &kIntentTables});
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
  self->intents_ = std::make_unique<Intents>(*self->file_);
  self->sink_ = std::make_unique<EchoSink>(*self->journal_);
  return tenant;
}

void Tenant::Attached::start() const {
  if (courier) courier->start();
  if (jobs) jobs->start();
}

void Tenant::Attached::stop() const {
  if (courier) courier->stop();
  if (jobs) jobs->stop();
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
        *journal_, Courier::Options{plugin, std::move(subscribers), 500, options_.now, say, began, ended},
        attachment.call);
  if (!attachment.jobs.empty())
    made.jobs = std::make_unique<JobRunner>(*scheduler_, JobRunner::Options{plugin, options_.now, say, began, ended},
                                            attachment.call);
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
    place = Attached{fresh.watches, nullptr, nullptr};
    serving = serving_;
  }
  old.stop();
  Result<void> followed;
  if (serving) followed = follow();
  const std::lock_guard lock(mutex_);
  if (serving) fresh.start();
  attached_[plugin] = std::move(fresh);
  return followed;
}

Result<void> Tenant::retain(const std::string& plugin) {
  const Result<std::vector<feed::Stream>> known = journal_->subscribed(plugin);
  if (!known) return known.error();
  std::vector<Subscribed> watches;
  for (const feed::Stream& stream : *known)
    for (const feed::Subscriber& subscriber : stream.subscribers) watches.push_back({stream.model, subscriber});
  const std::lock_guard lock(mutex_);
  attached_[plugin] = Attached{std::move(watches), nullptr, nullptr};
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
  gone.stop();
  if (const Result<void> declared = scheduler_->declare(plugin, {}); !declared)
    options_.say(true, declared.error().message);
  if (!serving) return;
  if (const Result<void> followed = follow(); !followed) options_.say(true, followed.error().message);
}

Result<void> Tenant::follow() {
  std::vector<feed::Stream> streams;
  {
    const std::lock_guard lock(mutex_);
    streams = wanted();
  }
  if (const Result<void> known = journal_->reconcile(streams); !known) return known;
  std::map<std::string, feed::Stream> now;
  for (feed::Stream& stream : streams)
    if (!is_fact(stream.model)) now.emplace(stream.model, std::move(stream));
  for (const auto& [model, stream] : followed_)
    if (now.count(model) == 0) feed_->remove(model);
  for (const auto& [model, stream] : now) {
    const auto before = followed_.find(model);
    if (before != followed_.end() && same(before->second, stream)) continue;
    if (const Result<void> added = feed_->add(stream); !added) return added;
  }
  followed_ = std::move(now);
  return {};
}

Result<void> Tenant::connect(std::shared_ptr<LiveSession> session, const std::stop_token& stop) {
  session_ = std::move(session);
  reader_ = std::make_unique<LiveReader>(session_);
  remote_ = std::make_unique<LiveRemote>(session_);
  Result<void> known = check_epoch(stop);
  const std::lock_guard lock(mutex_);
  halted_ = known ? std::string() : known.error().message;
  return known;
}

Result<void> Tenant::serve() {
  feed_ = std::make_unique<feed::Feed>(*reader_, *sink_, options_.feed, [this](const feed::Problem& problem) {
    options_.say(!problem.over, problem.model + ": " + problem.sentence);
  });
  if (!halted().empty()) return {};
  if (Result<void> followed = follow(); !followed) return followed;
  begin();
  return {};
}

void Tenant::begin() {
  const std::lock_guard lock(mutex_);
  serving_ = true;
  halted_.clear();
  for (auto& [plugin, attached] : attached_) attached.start();
  feeding_ = std::jthread([this](const std::stop_token& stop) { feed_->run(stop); });
}

std::vector<std::unique_ptr<Engine>> Tenant::engines(const std::string& plugin) {
  std::vector<std::unique_ptr<Engine>> made;
  made.push_back(std::make_unique<StoreEngine>(*store_, plugin));
  made.push_back(std::make_unique<SharedEngine>(*journal_, plugin));
  made.push_back(std::make_unique<ScheduleEngine>(*scheduler_, plugin));
  return made;
}

writes::Writer* Tenant::writer(const std::string& plugin) {
  const std::lock_guard lock(mutex_);
  if (remote_ == nullptr) return nullptr;
  std::unique_ptr<writes::Writer>& writer = writers_[plugin];
  if (writer == nullptr) {
    writes::Options options;
    options.epoch = journal_->epoch().token;
    options.now = [now = options_.now] { return now() / 1000; };
    options.on_stored = [this, plugin](std::string_view model, int64_t id, std::string_view field, Value value) {
      sink_->stored(plugin, model, id, field, value);
    };
    writer = std::make_unique<writes::Writer>(*remote_, *intents_, std::move(options));
  }
  return writer.get();
}

Result<void> Tenant::check_epoch(const std::stop_token& stop) {
  const Result<std::string> uuid = database_uuid(*session_->get(), stop);
  if (!uuid) return uuid.error();
  if (journal_->epoch().number == 0) return journal_->open_epoch(*uuid, "the first start");
  const Result<EpochEvidence> evidence = gather_evidence(*journal_, *reader_, stop);
  if (!evidence) return evidence.error();
  const Result<EpochVerdict> verdict = journal_->check_epoch(*uuid, *evidence);
  if (!verdict) return verdict.error();
  if (verdict->same) return {};
  return Error{Code::kConflict, verdict->sentence, Source::kHost, Effect::kNone, -1};
}

Result<void> Tenant::accept_epoch(std::string_view reason, const std::stop_token& stop) {
  if (session_ == nullptr)
    return Error{Code::kMissing, "start the host first: the database has to be asked who it is", Source::kHost,
                 Effect::kNone, -1};
  const Result<std::string> uuid = database_uuid(*session_->get(), stop);
  if (!uuid) return uuid.error();
  if (Result<void> opened = journal_->open_epoch(*uuid, reason); !opened) return opened;
  {
    const std::lock_guard lock(mutex_);
    halted_.clear();
    for (auto& [plugin, writer] : writers_) retired_.push_back(std::move(writer));
    writers_.clear();
    if (serving_ || feed_ == nullptr) return {};
  }
  if (Result<void> followed = follow(); !followed) return followed;
  begin();
  return {};
}

void Tenant::stop() {
  feeding_.request_stop();
  if (feeding_.joinable()) feeding_.join();
  std::map<std::string, Attached> all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(attached_);
    serving_ = false;
  }
  for (const auto& [plugin, attached] : all) attached.stop();
}

void Tenant::wake(const std::string& subscriber) {
  const std::lock_guard lock(mutex_);
  const auto at = attached_.find(subscriber.substr(0, subscriber.find('/')));
  if (at != attached_.end() && at->second.courier) at->second.courier->wake();
}

void Tenant::wake_jobs() {
  const std::lock_guard lock(mutex_);
  for (const auto& [plugin, attached] : attached_)
    if (attached.jobs) attached.jobs->wake();
}

void Tenant::hint(const std::string& model, const std::vector<int64_t>& ids) {
  if (feed_) feed_->hint(model, ids);
}

void Tenant::recheck() {
  if (feed_) feed_->recheck();
}

bool Tenant::confirm_deletions(const std::string& model) { return feed_ && feed_->confirm_deletions(model); }

std::vector<feed::StreamStatus> Tenant::streams() const {
  return feed_ ? feed_->status() : std::vector<feed::StreamStatus>{};
}

std::string Tenant::halted() const {
  const std::lock_guard lock(mutex_);
  return halted_;
}

}  // namespace outrigger::host
