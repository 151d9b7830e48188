#include "host/cli/service.hpp"

#include "host/cli/service_roles.hpp"

#include <utility>

#include "host/config/json_tree.hpp"
#include "host/services/clock.hpp"
#include "host/tenant/requests.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Document report(const std::string& plugin, const std::string& what) {
  return Document::build([&](Arena& arena) {
    return arena.object({{"plugin", arena.text(plugin)}, {"done", arena.text(what)}});
  });
}

}  // namespace

// The control socket answers already: its requests wait until all of this is there.
Result<void> Service::start(std::stop_token stop) {
  stop_ = std::move(stop);
  Result<void> started = [this] {
    const std::lock_guard one_at_a_time(change_mutex_);
    return start_all();
  }();
  const std::lock_guard lock(start_mutex_);
  start_ = started ? Start::kDone : Start::kFailed;
  started_.notify_all();
  return started;
}

Result<void> Service::await_start() {
  std::unique_lock lock(start_mutex_);
  started_.wait(lock, [this] { return start_ != Start::kAhead; });
  if (start_ == Start::kDone) return {};
  return refuse(Code::kCancelled, "the host did not start; what it printed says why");
}

Result<void> Service::start_all() {
  if (Result<JsonFile> file = JsonFile::read(deployment_.config().file)) file_at_start_ = std::move(file->root);
  Log& log = deployment_.log();
  for (const Error& problem : deployment_.plugins().problems) log.write(LogLevel::kWarn, "plugins", problem.message);
  for (const DatabaseConfig& database : deployment_.config().databases) {
    const Result<std::shared_ptr<odoo::Session>> session = deployment_.session(database.name, stop_);
    if (!session) return session.error();
    deployment_.remember_identity(database.name, stop_);
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
    if (const Result<void> served = serve(database.name); !served) return served.error();
  }
  return {};
}

Result<void> Service::start_plugin(const Key& key) {
  const auto& [database, plugin] = key;
  Log& log = deployment_.log();
  const std::string name = plugin + "@" + database;
  Result<Supervisor::Maker> make = deployment_.maker(plugin, database, kServiceRoles, stop_);
  if (!make) {
    log.write(LogLevel::kError, name, make.error().message);
    const Code code = make.error().code;
    note_joined(key, code != Code::kUnreachable && code != Code::kDeadline && code != Code::kLimit);
    return make.error();
  }
  const auto supervisor = std::make_shared<Supervisor>(*std::move(make), &monotonic_micros);
  const Result<void> started = supervisor->start();
  log.write(started ? LogLevel::kInfo : LogLevel::kError, name, started ? "active" : started.error().message);
  insert(key, supervisor);
  return started;
}

void Service::tend() {
  for (const auto& [key, supervisor] : running()) {
    const Supervisor::Status before = supervisor->status();
    supervisor->tend();
    const Supervisor::Status after = supervisor->status();
    const std::string name = key.second + "@" + key.first;
    // A crash may have been noticed by a call.
    uint64_t& told = crashes_told_[key];
    if (std::exchange(told, after.crashes) < after.crashes)
      deployment_.log().write(LogLevel::kError, name, after.reason + "; " + to_string(after.state));
    else if (before.state == Supervisor::State::kWaiting && after.state == Supervisor::State::kRunning)
      deployment_.log().write(LogLevel::kInfo, name, "active again");
  }
  for (const std::shared_ptr<Tenant>& tenant : deployment_.facilities().tenants()) tenant->tend();
  constexpr int64_t kBetween = 30'000'000;
  if (const int64_t now = monotonic_micros(); now - joined_late_at_ > kBetween) {
    joined_late_at_ = now;
    join_late();
  }
}

void Service::cancel() {
  for (const auto& [key, supervisor] : running()) supervisor->cancel();
}

// All are cancelled first, so that they end together and not one after the other.
void Service::stop() {
  {
    const std::lock_guard lock(start_mutex_);
    if (start_ == Start::kAhead) start_ = Start::kFailed;
    started_.notify_all();
  }
  Supervisors all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(supervisors_);
  }
  for (const auto& [key, supervisor] : all) supervisor->cancel();
  for (const std::shared_ptr<Tenant>& tenant : deployment_.facilities().tenants()) tenant->stop();
}

Result<Document> Service::reload_configuration(bool plan) {
  if (const Result<void> started = await_start(); !started) return started.error();
  const std::lock_guard one_at_a_time(change_mutex_);
  return configure(plan);
}

Result<Document> Service::handle(Value request) {
  if (const Result<void> started = await_start(); !started) return started.error();
  const std::string_view what = request["do"].text();
  if (is_tenant_request(what)) return ask_tenant(request);
  const std::lock_guard one_at_a_time(change_mutex_);
  if (what == "status") return status();
  if (what == "enable") return enable(request);
  if (what == "disable") return disable(request);
  if (what == "reload") return reload(request);
  if (what == "configuration") return configure(request["plan"].truthy());
  if (what == "upgrade") return upgrade(std::string(request["package"].text()), std::string(request["agreed"].text()));
  if (what == "remove") return remove(std::string(request["plugin"].text()));
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

std::shared_ptr<Supervisor> Service::find(const std::string& database, const std::string& plugin) const {
  return find(Key{database, plugin});
}

std::shared_ptr<Supervisor> Service::extract(const Key& key) {
  const std::lock_guard lock(mutex_);
  auto node = supervisors_.extract(key);
  return node ? std::move(node.mapped()) : nullptr;
}

void Service::insert(const Key& key, std::shared_ptr<Supervisor> supervisor) {
  const std::lock_guard lock(mutex_);
  supervisors_[key] = std::move(supervisor);
}

Service::Supervisors Service::running() const {
  const std::lock_guard lock(mutex_);
  return supervisors_;
}

void Service::say(const Key& key, bool good, const std::string& what) {
  deployment_.log().write(good ? LogLevel::kInfo : LogLevel::kError, key.second + "@" + key.first, what);
}

Result<Document> Service::enable(Value request) {
  const Result<Key> key = key_of(request);
  if (!key) return key.error();
  if (find(*key) != nullptr) return reload(request);  // which ends a quarantine as well
  if (deployment_.config().plugin(key->second) == nullptr)
    return refuse(Code::kMissing, "the host does not know of plugin " + key->second +
                                      " in its configuration yet; let it take the file with `outrigger reload`");
  deployment_.rediscover();
  const Result<void> started = start_plugin(*key);
  if (find(*key) != nullptr) join(*key);  // one that failed is started again later
  if (!started) return started.error();
  return report(key->second, "started");
}

Result<Document> Service::disable(Value request) {
  const Result<Key> key = key_of(request);
  if (!key) return key.error();
  const std::shared_ptr<Supervisor> gone = extract(*key);
  if (gone == nullptr) return report(key->second, "it was not running");
  gone->cancel();
  pause(*key);
  gone->stop();
  say(*key, true, "stopped: it was disabled");
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
  Result<Supervisor::Maker> make = deployment_.maker(key->second, key->first, kServiceRoles, stop_);
  if (!make) return make.error();
  const Result<void> replaced = running->replace(*std::move(make));
  say(*key, bool(replaced), replaced ? "reloaded" : "not reloaded: " + replaced.error().message);
  if (!replaced) return replaced.error();
  join(*key);
  return report(key->second, "reloaded");
}

}  // namespace outrigger::host
