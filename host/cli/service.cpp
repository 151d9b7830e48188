#include "host/cli/service.hpp"

#include "host/services/clock.hpp"

namespace outrigger::host {
namespace {

constexpr uint32_t kRoles = OR_ROLE_CHANGES | OR_ROLE_JOBS | OR_ROLE_PAGES | OR_ROLE_WEBHOOK;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Document report(const std::string& plugin, const std::string& what) {
  return Document::build([&](Arena& arena) {
    return arena.object({{"plugin", arena.text(plugin)}, {"done", arena.text(what)}});
  });
}

}  // namespace

Result<void> Service::start(std::stop_token stop) {
  // The control socket answers already: its requests wait until all of this is there.
  const std::lock_guard one_at_a_time(change_mutex_);
  stop_ = std::move(stop);
  Log& log = deployment_.log();
  for (const Error& problem : deployment_.plugins().problems) log.write(LogLevel::kWarn, "plugins", problem.message);
  for (const DatabaseConfig& database : deployment_.config().databases) {
    const Result<odoo::Session*> session = deployment_.session(database.name, stop_);
    if (!session) return session.error();
    const odoo::ServerInfo& info = (*session)->info();
    log.write(LogLevel::kInfo, database.name,
              "Odoo " + info.version + " over " + info.transport + ", user " + std::to_string(info.uid));
    if (!info.known())
      log.write(LogLevel::kWarn, database.name,
                "this version is newer than what was tested: reading only until `allow_untested` is set");
    for (const PluginConfig& plugin : deployment_.config().plugins) {
      if (!plugin.enabled) continue;
      const Result<void> started = start_plugin({database.name, plugin.id});
      const bool misconfigured = !started && started.error().source == Source::kHost &&
                                 (started.error().code == Code::kInvalid || started.error().code == Code::kMissing);
      if (misconfigured) return started.error();
    }
  }
  return {};
}

Result<void> Service::start_plugin(const Key& key) {
  const auto& [database, plugin] = key;
  Log& log = deployment_.log();
  const std::string name = plugin + "@" + database;
  Result<Supervisor::Maker> make = deployment_.maker(plugin, database, kRoles, stop_);
  if (!make) {
    log.write(LogLevel::kError, name, make.error().message);
    return make.error();
  }
  const auto supervisor = std::make_shared<Supervisor>(*std::move(make), &monotonic_micros);
  const Result<void> started = supervisor->start();
  log.write(started ? LogLevel::kInfo : LogLevel::kError, name, started ? "active" : started.error().message);
  const std::lock_guard lock(mutex_);
  supervisors_[key] = supervisor;
  return started;
}

void Service::tend() {
  std::map<Key, std::shared_ptr<Supervisor>> all;
  {
    const std::lock_guard lock(mutex_);
    all = supervisors_;
  }
  for (const auto& [key, supervisor] : all) {
    const Supervisor::Status before = supervisor->status();
    supervisor->tend();
    const Supervisor::Status after = supervisor->status();
    const std::string name = key.second + "@" + key.first;
    if (after.crashes != before.crashes)
      deployment_.log().write(LogLevel::kError, name, after.reason + "; " + to_string(after.state));
    else if (before.state == Supervisor::State::kWaiting && after.state == Supervisor::State::kRunning)
      deployment_.log().write(LogLevel::kInfo, name, "active again");
  }
}

// All are cancelled first, so that they end together and not one after the other.
void Service::stop() {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, supervisor] : supervisors_) supervisor->cancel();
  supervisors_.clear();
}

Result<Document> Service::handle(Value request) {
  const std::lock_guard one_at_a_time(change_mutex_);
  const std::string_view what = request["do"].text();
  if (what == "status") return status();
  if (what == "enable") return enable(request);
  if (what == "disable") return disable(request);
  if (what == "reload") return reload(request);
  return refuse(Code::kUnsupported, "this host does not know how to " + std::string(what) + "; update it");
}

Result<Document> Service::status() {
  const std::lock_guard lock(mutex_);
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const auto& [key, supervisor] : supervisors_) {
      const Supervisor::Status status = supervisor->status();
      rows.push_back(arena.object({{"database", arena.text(key.first)},
                                   {"plugin", arena.text(key.second)},
                                   {"state", to_string(status.state)},
                                   {"reason", arena.text(status.reason)},
                                   {"crashes", static_cast<int64_t>(status.crashes)},
                                   {"pid", int64_t{status.pid}}}));
    }
    return arena.array(rows);
  });
}

Result<Service::Key> Service::key_of(Value request) const {
  const Result<const DatabaseConfig*> database = find_database(deployment_.config(), request["database"].text());
  if (!database) return database.error();
  return Key{(*database)->name, std::string(request["plugin"].text())};
}

std::shared_ptr<Supervisor> Service::find(const Key& key) const {
  const std::lock_guard lock(mutex_);
  const auto at = supervisors_.find(key);
  return at == supervisors_.end() ? nullptr : at->second;
}

Result<Document> Service::enable(Value request) {
  const Result<Key> key = key_of(request);
  if (!key) return key.error();
  if (const std::shared_ptr<Supervisor> running = find(*key)) {
    running->release();
    return reload(request);
  }
  deployment_.rediscover();
  if (const Result<void> started = start_plugin(*key); !started) return started.error();
  return report(key->second, "started");
}

Result<Document> Service::disable(Value request) {
  const Result<Key> key = key_of(request);
  if (!key) return key.error();
  std::shared_ptr<Supervisor> gone;
  {
    const std::lock_guard lock(mutex_);
    if (auto node = supervisors_.extract(*key)) gone = std::move(node.mapped());
  }
  if (gone == nullptr) return report(key->second, "it was not running");
  gone->stop();
  deployment_.log().write(LogLevel::kInfo, key->second + "@" + key->first, "stopped: it was disabled");
  return report(key->second, "stopped");
}

Result<Document> Service::reload(Value request) {
  const Result<Key> key = key_of(request);
  if (!key) return key.error();
  const std::shared_ptr<Supervisor> running = find(*key);
  if (running == nullptr)
    return refuse(Code::kMissing,
                  "plugin " + key->second + " does not run on database " + key->first +
                      "; name it under `plugins` in the configuration, then `outrigger plugin enable` it");
  deployment_.rediscover();
  Result<Supervisor::Maker> make = deployment_.maker(key->second, key->first, kRoles, stop_);
  if (!make) return make.error();
  const Result<void> replaced = running->replace(*std::move(make));
  const std::string name = key->second + "@" + key->first;
  deployment_.log().write(replaced ? LogLevel::kInfo : LogLevel::kError, name,
                          replaced ? "reloaded" : "not reloaded: " + replaced.error().message);
  if (!replaced) return replaced.error();
  return report(key->second, "reloaded");
}

}  // namespace outrigger::host
