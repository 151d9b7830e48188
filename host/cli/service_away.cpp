// Service: databases whose Odoo does not answer when the host starts, or when it is given them, come up when it does.
#include <algorithm>

#include "host/cli/service.hpp"
#include "host/services/clock.hpp"

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTurn{100};

// Not a matter of Odoo or the network, so that waiting mends nothing.
bool is_ours(const Error& error) {
  return error.source == Source::kHost && error.code != Code::kDeadline && error.code != Code::kUnreachable;
}

bool same(const odoo::Connection& a, const odoo::Connection& b) {
  return a.url == b.url && a.database == b.database && a.login == b.login && a.secret == b.secret &&
         a.ca_file == b.ca_file && a.transport == b.transport && a.allow_untested == b.allow_untested;
}

}  // namespace

Service::Attempt::Attempt(Deployment& deployment, DatabaseConfig of, const std::stop_token& stop)
    : database(std::move(of)), session(std::async(std::launch::async, [&deployment, stop, config = database] {
        return deployment.connect(config, stop);
      })) {}

// An Odoo that is slow holds up no other one, and one that does not answer not the start.
Result<void> Service::bring_up_all() {
  constexpr int64_t kPatience = 10'000'000;
  const int64_t end = monotonic_micros() + kPatience;
  while (!attempts_.empty()) {
    if (Result<void> finished = finish_attempts(true); !finished) return finished;
    if (stop_.stop_requested()) return Error{Code::kCancelled, "interrupted", Source::kHost, Effect::kNone, -1};
    if (monotonic_micros() < end) continue;
    for (const Attempt& attempt : attempts_)
      note_away(attempt.database.name, {Code::kDeadline,
                                        "database " + attempt.database.name + " at " + attempt.database.connection.url +
                                            " has not answered yet",
                                        Source::kNetwork, Effect::kNone, -1});
    break;
  }
  return {};
}

// Errors are those that end a start; later they are told and it is tried again.
Result<void> Service::finish_attempts(bool starting) {
  for (auto at = attempts_.begin(); at != attempts_.end();) {
    if (at->session.wait_for(kTurn) != std::future_status::ready) {
      ++at;
      continue;
    }
    const DatabaseConfig database = at->database;
    const Result<std::shared_ptr<odoo::Session>> session = at->session.get();
    at = attempts_.erase(at);
    const std::lock_guard one_at_a_time(change_mutex_);
    const Result<const DatabaseConfig*> now = deployment_.database(database.name);
    const bool meant = now && same((*now)->connection, database.connection) && (starting || away_.has(database.name));
    if (!meant) continue;  // a reload was quicker
    if (!session) {
      if (starting && (session.error().code == Code::kCancelled || session.error().code == Code::kInvalid))
        return session.error();
      note_away(database.name, session.error());
      continue;
    }
    deployment_.seat(database.name, *session);
    const Result<void> up = bring_up(**now);
    if (up) continue;
    if (starting && is_ours(up.error())) return up.error();
    note_away(database.name, up.error());
  }
  return {};
}

// What is on the way already is left as it is.
Result<void> Service::bring_up(const DatabaseConfig& database) {
  Log& log = deployment_.log();
  const Result<std::shared_ptr<odoo::Session>> session = deployment_.session(database.name, stop_);
  if (!session) return session.error();
  const bool was_away = away_.has(database.name);
  const odoo::ServerInfo& info = (*session)->info();
  log.write(LogLevel::kInfo, database.name,
            "Odoo " + info.version + " over " + info.transport + ", user " + std::to_string(info.uid));
  if (!info.known())
    log.write(LogLevel::kWarn, database.name,
              "this version is newer than what was tested: reading only until `allow_untested` is set");
  deployment_.remember_identity(database.name, stop_);
  if (const Result<std::shared_ptr<Tenant>> tenant = deployment_.tenant(database.name, stop_); !tenant)
    return tenant.error();
  for (const PluginConfig& plugin : deployment_.config().plugins) {
    const Key key{database.name, plugin.id};
    if (!plugin.enabled || find(key) != nullptr) continue;
    const Result<void> started = start_plugin(key);
    const bool misconfigured = !started && started.error().source == Source::kHost &&
                               (started.error().code == Code::kInvalid || started.error().code == Code::kMissing);
    if (misconfigured) return started.error();
  }
  if (Result<void> served = serve(database.name); !served) return served;
  away_.back(database.name);
  if (was_away) log.write(LogLevel::kInfo, database.name, "it is there now");
  return {};
}

void Service::note_away(const std::string& database, const Error& why) {
  if (away_.note(database, why)) deployment_.log().write(LogLevel::kError, database, away_.sentence(database));
}

// Its own thread, since it waits for Odoo.
void Service::work_late(const std::stop_token& stop) {
  constexpr int64_t kBetween = 30'000'000;
  int64_t joined_at = monotonic_micros();
  std::mutex mutex;
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    for (const std::string& name : away_.due()) try_again(name);
    (void)finish_attempts(false);
    if (const int64_t now = monotonic_micros(); now - joined_at > kBetween) {
      joined_at = now;
      join_late();
    }
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, kTurn, [] { return false; });
  }
}

void Service::try_again(const std::string& name) {
  const auto is_it = [&](const Attempt& attempt) { return attempt.database.name == name; };
  if (std::any_of(attempts_.begin(), attempts_.end(), is_it)) return;
  const std::lock_guard one_at_a_time(change_mutex_);
  const Result<const DatabaseConfig*> database = deployment_.database(name);
  if (!database) return away_.back(name);
  attempts_.emplace_back(deployment_, **database, stop_);
}

// Nobody who asks has to wait until it is found out once more that Odoo is away.
Result<void> Service::check_there(std::string_view database) {
  const Result<const DatabaseConfig*> found = deployment_.database(database);
  if (!found || !away_.has((*found)->name)) return {};
  const std::string why = away_.sentence((*found)->name);
  away_.hurry((*found)->name);
  return Error{Code::kUnreachable, why, Source::kHost, Effect::kNone, 1000};
}

Document Service::databases() const {
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const Away::One& one : away_.all())
      rows.push_back(arena.object(
          {{"database", arena.text(one.database)}, {"away", arena.text(one.why)}, {"again_in_ms", one.again_in_ms}}));
    return arena.array(rows);
  });
}

}  // namespace outrigger::host
