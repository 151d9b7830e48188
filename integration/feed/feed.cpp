#include "integration/feed/feed.hpp"

#include <algorithm>
#include <chrono>

#include "integration/feed/traps.hpp"

namespace outrigger::feed {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kNever = INT64_MAX;
constexpr int64_t kLongGap = 900;  // seconds without a look, after which a start begins with a sweep

double seconds(int64_t micros) { return static_cast<double>(micros) / static_cast<double>(kSecond); }

// What holds for the connection, and so for every stream.
bool of_the_line(const Error& error) {
  return error.code == Code::kUnreachable || error.code == Code::kAuth || error.code == Code::kProtocol ||
         (error.code == Code::kLimit && error.source != outrigger::Source::kHost);
}

// What may pass when Odoo or the configuration is changed, not by itself.
bool lasting(const Error& error) {
  return error.code == Code::kUnsupported || error.code == Code::kInvalid || error.code == Code::kMissing ||
         error.code == Code::kAccess;
}

}  // namespace

Feed::Feed(Reader& reader, Sink& sink, Settings settings, Tell tell)
    : reader_(reader),
      sink_(sink),
      settings_(std::move(settings)),
      tell_(std::move(tell)),
      jitter_(static_cast<std::minstd_rand::result_type>(settings_.seed)) {}

Feed::Entries::iterator Feed::find(const std::string& model) {
  return std::find_if(entries_.begin(), entries_.end(),
                      [&](const auto& entry) { return entry->watch->stream().model == model; });
}

void Feed::wait_until_idle(std::unique_lock<std::mutex>& lock, const std::string& model) {
  changed_.wait(lock, [&] {
    const auto at = find(model);
    return at == entries_.end() || !(*at)->busy;
  });
}

Result<void> Feed::add(Stream stream) {
  const auto refuse = [](Code code, std::string message) {
    return Error{code, std::move(message), outrigger::Source::kHost, Effect::kNone, -1};
  };
  if (stream.model.empty() || stream.fields.empty())
    return refuse(Code::kInvalid, "a stream names a model and at least one field");
  if (stream.subscribers.size() > 64)
    return refuse(Code::kLimit, stream.model + " has more than 64 subscribers; disable a plugin");
  for (const Subscriber& subscriber : stream.subscribers)
    for (const std::string& field : subscriber.fields)
      if (std::find(stream.fields.begin(), stream.fields.end(), field) == stream.fields.end())
        return refuse(Code::kInvalid, subscriber.name + " is to be told of " + stream.model + "." + field +
                                          ", which is not among the fields of the stream");
  if (Result<void> domains = Matching::check(stream); !domains) return domains;
  std::unique_lock lock(mutex_);
  wait_until_idle(lock, stream.model);
  auto entry = std::make_shared<Entry>();
  entry->hints = Hints(settings_.calls_per_second);
  entry->telltale = telltale_of(stream.model, stream.fields);
  entry->status.model = stream.model;
  entry->watch = std::make_unique<Watch>(std::move(stream), reader_, sink_, clock_, settings_);
  const auto at = find(entry->status.model);
  if (at == entries_.end())
    entries_.push_back(std::move(entry));
  else
    *at = std::move(entry);
  ++wakes_;
  changed_.notify_all();
  return {};
}

void Feed::remove(const std::string& model) {
  std::unique_lock lock(mutex_);
  wait_until_idle(lock, model);
  if (const auto at = find(model); at != entries_.end()) entries_.erase(at);
}

Intervals Feed::intervals(int64_t at) const {
  const auto hot = std::count_if(entries_.begin(), entries_.end(),
                                 [&](const auto& entry) { return entry->pace.heat(at) == Heat::kHot; });
  return intervals_for(entries_.size(), static_cast<size_t>(hot), settings_);
}

// Sweeps wait for looks, but not for ever: each kind may be overtaken by what came due so much later.
std::optional<Feed::Choice> Feed::choose(const Entry& entry, const Intervals& intervals) const {
  if (entry.busy) return std::nullopt;
  std::optional<Choice> best;
  const int64_t present = now();
  const int64_t earliest = std::max(entry.pace.not_before(), line_.not_before());
  const auto offer = [&](Task task, int64_t at, int64_t patience) {
    if (at == kNever) return;
    const int64_t when = std::max(at, earliest);
    const int64_t rank = when + patience * kSecond;
    // Of those that are due the one that waited longest, else the one that comes first.
    const bool ready = when <= present;
    const bool better = !best || (best->at <= present ? ready && rank < best->rank : when < best->at);
    if (better) best = Choice{nullptr, task, when, rank};
  };
  if (!entry.watch->is_open()) {
    offer(Task::kOpen, 0, 0);
    return best;
  }
  if (entry.watch->baseline_due()) {
    offer(Task::kBaseline, entry.content_at, 2);
    return best;
  }
  if (const std::optional<int64_t> hinted = entry.hints.due()) offer(Task::kRecords, *hinted, 0);
  offer(Task::kPoll, entry.watch->polling() ? entry.poll_turn : entry.pace.due(intervals), 0);
  if (!entry.telltale.empty()) offer(Task::kTelltale, entry.telltale_at, 3);
  offer(Task::kIdentity, entry.identity_at, 5);
  offer(Task::kContent, entry.content_at, 10);
  return best;
}

std::optional<Feed::Choice> Feed::next() const {
  const int64_t at = now();
  const Intervals times = intervals(at);
  std::optional<Choice> best;
  std::optional<Choice> ready;
  for (const auto& entry : entries_) {
    std::optional<Choice> choice = choose(*entry, times);
    if (!choice) continue;
    choice->entry = entry;
    if (choice->at <= at && (!ready || choice->rank < ready->rank)) ready = choice;
    if (!best || choice->at < best->at) best = choice;
  }
  return ready ? ready : best;
}

std::optional<int64_t> Feed::due() const {
  const std::lock_guard lock(mutex_);
  const std::optional<Choice> choice = next();
  if (!choice) return std::nullopt;
  return choice->at;
}

Result<bool> Feed::look(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const std::optional<Choice> choice = next();
  const int64_t began = now();
  if (!choice || choice->at > began) return false;
  Entry& entry = *choice->entry;
  entry.busy = true;
  if (std::exchange(entry.restart, false)) entry.watch->restart_sweeps();
  if (std::exchange(entry.confirm, false)) entry.watch->confirm_deletions();
  std::vector<int64_t> ids;
  if (choice->task == Task::kRecords) ids = entry.hints.take(began);
  if (choice->task == Task::kPoll && !entry.watch->polling()) entry.poll_began = began;
  lock.unlock();
  const Result<Looked> looked = perform(entry, choice->task, ids, stop);
  lock.lock();
  entry.busy = false;
  ++entry.status.looks;
  if (looked) {
    account(entry, choice->task, began, *looked);
  } else if (looked.error().code != Code::kCancelled) {
    if (choice->task == Task::kRecords) entry.hints.put_back(began, ids);
    account(entry, choice->task, looked.error());
  }
  refresh(entry);
  const std::vector<Problem> told = news(entry);
  ++wakes_;
  changed_.notify_all();
  lock.unlock();
  if (tell_)
    for (const Problem& problem : told) tell_(problem);
  if (!looked) return looked.error();
  return true;
}

Result<Looked> Feed::perform(Entry& entry, Task task, const std::vector<int64_t>& ids, const std::stop_token& stop) {
  Watch& watch = *entry.watch;
  switch (task) {
    case Task::kOpen: return watch.open(stop);
    case Task::kRecords: return watch.records(ids, stop);
    case Task::kPoll: return watch.poll(stop);
    case Task::kBaseline: return watch.baseline(stop);
    case Task::kTelltale: return watch.telltale(entry.telltale, stop);
    case Task::kIdentity: return watch.identity(stop);
    case Task::kContent: return watch.content(stop);
  }
  return Looked{};
}

void Feed::plan_sweeps(Entry& entry, int64_t at) {
  const Position& position = entry.watch->position();
  const int64_t date = clock_.date(at);
  const auto after = [&](int64_t done, int64_t interval) {
    if (done == 0 || date == 0) return at;
    return at + std::max<int64_t>(0, (done - date) * kSecond + interval);
  };
  entry.identity_at =
      after(position.identity_done, identity_interval(entry.watch->known(), entries_.size(), settings_));
  if (date - position.seen_until > kLongGap || position.identity_after != 0) entry.identity_at = at;
  entry.content_at = position.content_after != 0 ? at : after(position.content_done, settings_.content_every * kSecond);
  entry.telltale_at = at;
  if (std::exchange(entry.sweep_now, false)) entry.identity_at = entry.content_at = at;
}

void Feed::sweep_all(int64_t at, bool content) {
  for (const auto& each : entries_) {
    each->restart = true;
    each->sweep_now = content && (!each->watch->is_open() || each->watch->baseline_due());
    each->identity_at = at;
    if (content) each->content_at = at;
  }
}

void Feed::account(Entry& entry, Task task, int64_t began, const Looked& looked) {
  const int64_t at = now();
  line_.succeeded();
  entry.pace.succeeded();
  const bool changed = looked.fresh + looked.changed + looked.gone > 0;
  StreamStatus& status = entry.status;
  status.rows += looked.rows;
  status.changes += looked.fresh + looked.changed;
  status.gone += looked.gone;
  status.delivered += looked.delivered;
  switch (task) {
    case Task::kOpen:
      entry.content_at = at;
      if (!entry.watch->baseline_due()) plan_sweeps(entry, at);
      break;
    case Task::kBaseline:
      entry.content_at = at;
      if (!looked.more) plan_sweeps(entry, at);
      break;
    case Task::kPoll:
      if (changed) entry.pace.changed(at);
      entry.poll_turn = at;
      if (!looked.more) {
        entry.pace.looked(entry.poll_began, changed);
        entry.poll_done = entry.poll_began;
        if (looked.rows == 0)
          status.idle_look = status.idle_look == 0 ? at - began : (3 * status.idle_look + at - began) / 4;
      }
      if (looked.clock_trouble) sweep_all(at, false);
      break;
    case Task::kRecords:
      if (changed) entry.pace.changed(at);
      break;
    case Task::kTelltale:
      entry.telltale_at = at + intervals(at).telltale;
      if (looked.rescored) entry.content_at = at;
      break;
    case Task::kIdentity:
      entry.identity_at = looked.more ? at : at + identity_interval(entry.watch->known(), entries_.size(), settings_);
      break;
    case Task::kContent: entry.content_at = looked.more ? at : at + settings_.content_every * kSecond; break;
  }
}

void Feed::account(Entry& entry, Task task, const Error& error) {
  const int64_t at = now();
  if (task == Task::kTelltale && lasting(error)) {
    entry.telltale.clear();  // a module that is not there, or a right that is missing
    return;
  }
  const bool of_the_journal = entry.watch->problems().count("journal") != 0;
  if (of_the_journal && error.code == Code::kLimit && error.retry_after_ms > 0) {
    line_.hold(at, error.retry_after_ms);
  } else if (of_the_line(error) || of_the_journal) {
    line_.failed(at, error.retry_after_ms, jitter_);
  } else {
    // A model that is missing now may be there in a minute: a database that is being restored says the same.
    entry.pace.failed(at, error.retry_after_ms, jitter_, lasting(error) ? 1800 * kSecond : 300 * kSecond);
    // A field or a model may have gone: ask again, and say which.
    if (error.source == outrigger::Source::kOdoo && error.code != Code::kConflict) entry.watch->reopen();
  }
  entry.status.problems["look"] = error.message;
}

void Feed::refresh(Entry& entry) {
  StreamStatus& status = entry.status;
  const Position& position = entry.watch->position();
  const bool failing = entry.pace.failures() > 0 || line_.failures() > 0;
  std::string look = failing && status.problems.count("look") != 0 ? status.problems["look"] : "";
  status.problems = entry.watch->problems();
  if (!look.empty()) status.problems["look"] = std::move(look);
  status.first_reading = !entry.watch->is_open() || entry.watch->baseline_due();
  status.seen_until = position.seen_until;
  status.identity_done = position.identity_done;
  status.content_done = position.content_done;
  status.records = entry.watch->known();
  status.failures = entry.pace.failures();
  status.searches_per_page = entry.watch->searches_per_page();
}

std::vector<Problem> Feed::news(Entry& entry) {
  std::vector<Problem> told;
  const Problems& present = entry.status.problems;
  for (const auto& [kind, sentence] : present)
    if (entry.said.count(kind) == 0) told.push_back({entry.status.model, kind, sentence, false});
  for (const auto& [kind, sentence] : entry.said)
    if (present.count(kind) == 0) told.push_back({entry.status.model, kind, sentence, true});
  entry.said = present;
  return told;
}

void Feed::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    uint64_t seen = 0;
    {
      const std::lock_guard lock(mutex_);
      seen = wakes_;
    }
    const Result<bool> looked = look(stop);
    if (!looked || *looked) continue;
    std::unique_lock lock(mutex_);
    constexpr int64_t kLongestSleep = 60 * kSecond;
    const std::optional<Choice> choice = next();
    const int64_t wait = choice ? std::clamp<int64_t>(choice->at - now(), 0, kLongestSleep) : kLongestSleep;
    changed_.wait_for(lock, stop, std::chrono::microseconds(wait), [&] { return wakes_ != seen; });
  }
}

bool Feed::hint(const std::string& model, const std::vector<int64_t>& ids) {
  const std::lock_guard lock(mutex_);
  const auto found = find(model);
  if (found == entries_.end()) return false;
  Entry& entry = **found;
  const int64_t at = now();
  if (ids.empty() || !entry.hints.add(at, ids)) entry.pace.hinted(at);
  ++wakes_;
  changed_.notify_all();
  return true;
}

void Feed::recheck() {
  const std::lock_guard lock(mutex_);
  sweep_all(now(), true);
  ++wakes_;
  changed_.notify_all();
}

bool Feed::confirm_deletions(const std::string& model) {
  const std::lock_guard lock(mutex_);
  const auto found = find(model);
  if (found == entries_.end() || (*found)->status.problems.count("mass_deletion") == 0) return false;
  (*found)->confirm = true;
  (*found)->restart = true;
  (*found)->identity_at = now();
  ++wakes_;
  changed_.notify_all();
  return true;
}

std::vector<StreamStatus> Feed::status() const {
  const std::lock_guard lock(mutex_);
  const int64_t at = now();
  const Intervals times = intervals(at);
  std::vector<StreamStatus> all;
  for (const auto& entry : entries_) {
    StreamStatus status = entry->status;
    status.heat = entry->pace.heat(at);
    status.interval = seconds(status.heat == Heat::kHot    ? times.hot
                              : status.heat == Heat::kWarm ? times.warm
                                                           : times.cold);
    if (entry->poll_done != 0) status.lag = seconds(at - entry->poll_done);
    all.push_back(std::move(status));
  }
  return all;
}

}  // namespace outrigger::feed
