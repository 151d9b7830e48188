// Service: what monitoring is told, /healthz and /metrics.
#include <algorithm>

#include "host/cli/key_findings.hpp"
#include "host/cli/service.hpp"
#include "host/services/clock.hpp"

namespace outrigger::host {
namespace {

// A job that failed once or twice may have met a moment in which Odoo was away.
constexpr int64_t kFailuresToSay = 3;

}  // namespace

Health Service::health() const {
  Health health;
  {
    const std::lock_guard lock(start_mutex_);
    if (start_ == Start::kAhead) health.reasons.emplace_back("the host is starting");
  }
  for (const Away::One& one : away_.all())
    health.reasons.push_back(one.database + " is not reached: see `outrigger status`");
  for (const auto& [key, supervisor] : running())
    if (const Supervisor::Status status = supervisor->status(); status.state != Supervisor::State::kRunning)
      health.reasons.push_back(key.second + "@" + key.first + " is " + to_string(status.state));
  {
    const std::lock_guard lock(mutex_);
    for (const Key& key : unjoined_) health.reasons.push_back(key.second + "@" + key.first + " hears of no changes");
  }
  for (const std::shared_ptr<Tenant>& tenant : deployment_.facilities().tenants()) {
    if (!tenant->halted().empty()) health.reasons.push_back(tenant->database() + " is not read: see the log");
    if (!tenant->shared().empty()) health.reasons.push_back(tenant->database() + ": another outrigger works with it");
    if (!tenant->paused().empty())
      health.reasons.push_back(tenant->database() + ": the disk is full, nothing new is kept until there is room");
    for (const auto& [job, served] : tenant->jobs())
      if (served && job.attempts >= kFailuresToSay)
        health.reasons.push_back(job.plugin + "@" + tenant->database() + ": job " + job.name +
                                 " fails again and again: see `outrigger jobs list`");
    for (const feed::StreamStatus& stream : tenant->streams())
      if (!stream.problems.empty())
        health.reasons.push_back(tenant->database() + ": " + stream.model + " has a problem: see `outrigger status`");
  }
  return health;
}

void Service::refresh(Metrics& metrics) {
  const int64_t now = now_micros();
  tell_supervisors(metrics);
  std::set<Key> lags;
  for (const std::shared_ptr<Tenant>& tenant : deployment_.facilities().tenants()) {
    const std::string& database = tenant->database();
    for (const feed::StreamStatus& stream : tenant->streams()) {
      if (stream.lag < 0) continue;
      metrics.lag(database, stream.model, stream.lag);
      lags.emplace(database, stream.model);
    }
    metrics.journal_full(database, !tenant->paused().empty());
    for (const auto& [plugin, avoided] : tenant->writes_avoided()) {
      uint64_t& told = avoided_told_[{database, plugin}];
      if (avoided > told) metrics.writes_avoided(database, plugin, avoided - told);
      told = avoided;  // less than before: the tenant was opened anew
    }
    if (const auto open = tenant->intents().count_open(); open) metrics.unknown_outcomes(database, *open);
    const Result<Figures> figures = tenant->journal().figures();
    if (!figures) continue;
    std::map<std::string, std::pair<int64_t, int64_t>> plugins;  // oldest, dead
    for (const SubscriberFigures& one : figures->subscribers) {
      auto& [oldest, dead] = plugins[one.name.substr(0, one.name.find('/'))];
      if (one.oldest != 0) oldest = oldest == 0 ? one.oldest : std::min(oldest, one.oldest);
      dead += one.dead;
    }
    for (const auto& [plugin, all] : plugins) {
      metrics.oldest_undelivered(database, plugin, all.first == 0 ? 0 : static_cast<double>(now - all.first) / 1e6);
      metrics.dead_letters(database, plugin, all.second);
    }
  }
  for (const Key& gone : lags_told_)
    if (lags.count(gone) == 0) metrics.forget_lag(gone.first, gone.second);
  lags_told_ = std::move(lags);
  tell_keys(metrics, now);
}

void Service::tell_supervisors(Metrics& metrics) {
  const Supervisors now = running();
  for (const auto& [key, supervisor] : now) {
    const Supervisor::Status status = supervisor->status();
    metrics.quarantined(key.first, key.second, status.state == Supervisor::State::kQuarantined);
    uint64_t& told = restarts_told_[key];
    if (told > status.restarts) told = 0;  // it was made anew
    metrics.restarted(key.first, key.second, status.restarts - told);
    told = status.restarts;
  }
  for (auto at = restarts_told_.begin(); at != restarts_told_.end();) {
    const bool gone = now.count(at->first) == 0;
    if (gone) metrics.quarantined(at->first.first, at->first.second, false);
    at = gone ? restarts_told_.erase(at) : std::next(at);
  }
}

// Odoo is asked a few times a day, beside the tending; the days count down in between.
void Service::tell_keys(Metrics& metrics, int64_t now) {
  constexpr int64_t kBetween = int64_t{6} * 3600 * 1'000'000;
  constexpr double kDay = 86400e6;
  const bool busy = asking_keys_.valid() && asking_keys_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
  if (!busy && asking_keys_.valid())
    for (auto& [database, keys] : asking_keys_.get()) keys_[database] = std::move(keys);
  if (!busy && (keys_asked_at_ == 0 || now - keys_asked_at_ > kBetween || now < keys_asked_at_)) {
    keys_asked_at_ = now;
    std::map<std::string, std::shared_ptr<odoo::Session>> sessions;
    for (const std::shared_ptr<Tenant>& tenant : deployment_.facilities().tenants())
      if (std::shared_ptr<odoo::Session> session = tenant->session()) sessions[tenant->database()] = std::move(session);
    asking_keys_ = std::async(std::launch::async, [sessions = std::move(sessions), stop = stop_] {
      std::map<std::string, std::vector<KeyExpiry>> found;
      for (const auto& [database, session] : sessions)
        if (Result<std::vector<KeyExpiry>> keys = key_expiries(*session, stop); keys)
          found[database] = *std::move(keys);
      return found;
    });
  }
  for (const auto& [database, keys] : keys_)
    for (const KeyExpiry& key : keys)
      metrics.key_days_left(database, key.name, static_cast<double>(key.expires - now) / kDay);
}

}  // namespace outrigger::host
