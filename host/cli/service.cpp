#include "host/cli/service.hpp"

#include "host/cli/service_roles.hpp"

#include <utility>

#include "host/config/json_tree.hpp"
#include "host/services/clock.hpp"
#include "host/tenant/requests.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

// By itself. kProtocol: somebody before Odoo answered, such as a proxy whose Odoo is just being started.
bool may_pass(Code code) {
  return code == Code::kUnreachable || code == Code::kDeadline || code == Code::kLimit || code == Code::kProtocol;
}

Document report(const std::string& plugin, const std::string& what) {
  return Document::build([&](Arena& arena) {
    return arena.object({{"plugin", arena.text(plugin)}, {"done", arena.text(what)}});
  });
}

}  // namespace

// The control socket answers already: its requests wait until all of this is there.
Result<void> Service::start(const std::stop_token& stop) {
  outer_.emplace(stop, [this] { ending_.request_stop(); });
  Result<void> started = start_all();
  if (started) late_ = std::jthread([this](const std::stop_token& end) { work_late(end); });
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

// A mistake in the configuration is told whether Odoo is there or not.
Result<void> Service::check_plugins() const {
  for (const PluginConfig& plugin : deployment_.config().plugins)
    if (plugin.enabled)
      if (const Result<Document> settings = deployment_.settings(plugin.id); !settings) return settings.error();
  return {};
}

Result<void> Service::start_all() {
  admit_hints();
  admit_endpoints();
  {
    const std::lock_guard one_at_a_time(change_mutex_);
    if (Result<JsonFile> file = JsonFile::read(deployment_.config().file)) file_at_start_ = std::move(file->root);
    Log& log = deployment_.log();
    for (const Error& problem : deployment_.plugins().problems) log.write(LogLevel::kWarn, "plugins", problem.message);
    if (Result<void> sound = check_plugins(); !sound) return sound;
    for (const DatabaseConfig& database : deployment_.config().databases)
      attempts_.emplace_back(deployment_, database, stop_);
  }
  return bring_up_all();
}

Result<void> Service::start_plugin(const Key& key) {
  const auto& [database, plugin] = key;
  Log& log = deployment_.log();
  const std::string name = plugin + "@" + database;
  Result<Supervisor::Maker> make = deployment_.maker(plugin, database, kServiceRoles, stop_);
  if (!make) {
    log.write(LogLevel::kError, name, make.error().message);
    note_joined(key, !may_pass(make.error().code));
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
}

void Service::cancel() {
  for (const auto& [key, supervisor] : running()) supervisor->cancel();
}

// All are cancelled first, so that they end together and not one after the other. What still does not end is ended with
// its process, and only then is nobody waited for any more.
bool Service::stop() {
  ending_.request_stop();
  late_.request_stop();
  if (late_.joinable()) late_.join();
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
  const std::vector<std::shared_ptr<Tenant>> tenants = deployment_.facilities().tenants();
  for (const std::shared_ptr<Tenant>& tenant : tenants) tenant->stop();
  for (const auto& [key, supervisor] : all) supervisor->stop();
  bool all_ended = true;
  for (const std::shared_ptr<Tenant>& tenant : tenants) all_ended = tenant->await_the_rest() && all_ended;
  return all_ended;
}

Result<Document> Service::reload_configuration(bool plan) {
  if (const Result<void> started = await_start(); !started) return started.error();
  const std::lock_guard one_at_a_time(change_mutex_);
  return configure(plan);
}

Result<Document> Service::handle(Value request) {
  const std::string_view what = request["do"].text();
  if (what == "status") return status();
  if (what == "databases") return databases();
  if (const Result<void> started = await_start(); !started) return started.error();
  if (is_tenant_request(what)) return ask_tenant(request);
  const std::lock_guard one_at_a_time(change_mutex_);
  if (what == "enable" || what == "disable" || what == "reload") {
    Result<Document> done = what == "enable" ? enable(request) : what == "disable" ? disable(request) : reload(request);
    admit_endpoints();
    return done;
  }
  if (what == "hints") return hint_figures(request);
  if (what == "hints.admit") {
    admit_hints();
    return hint_figures(request);
  }
  if (what == "configuration") return configure(request["plan"].truthy());
  if (what == "upgrade" || what == "remove") {
    Result<Document> done =
        what == "remove" ? remove(std::string(request["plugin"].text()))
                         : upgrade(std::string(request["package"].text()), std::string(request["agreed"].text()));
    admit_endpoints();
    return done;
  }
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
  if (const Result<void> there = check_there(key->first); !there)
    return report(key->second, "started when its database is there: " + there.error().message);
  const Result<void> started = start_plugin(*key);
  if (find(*key) != nullptr) join(*key);  // one that failed is started again later
  if (!started) return started.error();
  return report(key->second, "started");
}

Result<Document> Service::disable(Value request) {
  const Result<Key> key = key_of(request);
  if (!key) return key.error();
  const std::shared_ptr<Supervisor> gone = extract(*key);
  deployment_.take_away(key->second, key->first);  // also from commands under way
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
  if (const Result<void> there = check_there(key->first); !there) return there.error();
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
