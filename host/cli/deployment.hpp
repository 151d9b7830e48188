// A configuration brought to life: log, network thread, sessions, plugins.
//
//     Deployment deployment(*config);
//     Result<std::shared_ptr<odoo::Session>> session = deployment.session("main", stop.token());
//     Result<std::unique_ptr<Instance>> instance = deployment.instance("scoring", "main", OR_ROLE_COMMANDS,
//     stop.token());
//
// Sessions are made when first asked for. A host that runs takes a changed file in two steps:
//
//     Result<Outline> next = deployment.draft(*read_config(file));               // checked
//     Result<void> connected = deployment.connect_changed(*next, stop.token());
//     Result<Supervisor::Maker> make = deployment.maker(*next, "scoring", "main", roles, stop.token());
//     deployment.adopt(*std::move(next));                                        // now it counts
//
// Threads: one at a time, but where it says otherwise. Lifetime: longer than the instances that it makes.
#pragma once

#include <map>
#include <memory>
#include <stop_token>

#include "host/cli/facilities.hpp"
#include "host/config/config.hpp"
#include "host/grants/permissions.hpp"
#include "host/plugins/instance.hpp"
#include "host/plugins/manifest.hpp"
#include "host/plugins/supervisor.hpp"
#include "host/services/live_session.hpp"
#include "host/services/log.hpp"
#include "integration/odoo/session.hpp"

namespace outrigger::host {

// Where plugins are looked for: the configured folders, those installed from packages, then plugins/ beside bin/.
std::vector<std::filesystem::path> plugin_folders(const Config& config);

std::filesystem::path runner_program();
// Where packages are installed.
std::filesystem::path installed_plugins(const Config& config);
// Whether the plugin's library can be loaded, found out in a process of its own: no code of it runs in this one.
Result<void> try_load(const Manifest& manifest, const Config& config, Log& log);
// Where a host that runs can be spoken to.
std::filesystem::path control_socket(const Config& config);
// Where the grants are recorded.
std::filesystem::path ledger_file(const Config& config);
// The database of this name; empty: the only one. kInvalid when that is not clear.
Result<const DatabaseConfig*> find_database(const Config& config, std::string_view name);

class LiveGrants;

// A configuration with what it leads to.
struct Outline {
  Config config;
  Discovery plugins;
  std::map<std::string, std::shared_ptr<LiveSession>, std::less<>>
      sessions;                                           // by database; the same object, the same place
  std::map<std::string, std::string, std::less<>> uuids;  // database.uuid, where it is known
  // For databases that go on with another session, put in place by adopt().
  std::map<std::string, std::shared_ptr<odoo::Session>, std::less<>> renewed;

  [[nodiscard]] const Manifest* manifest(std::string_view id) const;
};

class Deployment {
 public:
  explicit Deployment(Config config);

  // Valid until the next adopt().
  [[nodiscard]] const Config& config() const { return now_.config; }
  [[nodiscard]] const Discovery& plugins() const { return now_.plugins; }
  [[nodiscard]] const Manifest* manifest(std::string_view id) const { return now_.manifest(id); }
  Log& log() { return log_; }
  // Looks for plugins again, after one was installed or replaced.
  void rediscover() { now_.plugins = discover(plugin_folders(now_.config)); }

  Result<const DatabaseConfig*> database(std::string_view name) const { return find_database(now_.config, name); }
  // To be held for as long as it is used: a new key brings another one.
  Result<std::shared_ptr<odoo::Session>> session(std::string_view database, const std::stop_token& stop);

  // A session of its own, which counts when it is seated. From any thread, and however long it takes, others are not
  // held up.
  Result<std::shared_ptr<odoo::Session>> connect(const DatabaseConfig& database, const std::stop_token& stop);
  [[nodiscard]] bool connected(const std::string& database) const {
    const auto at = now_.sessions.find(database);
    return at != now_.sessions.end() && at->second != nullptr;
  }
  // The session of a database that has none yet.
  void seat(const std::string& database, std::shared_ptr<odoo::Session> session);

  // Asks the database for its identity, so that a later session is noticed to be of another one.
  void remember_identity(std::string_view database, const std::stop_token& stop);
  // Another configuration, checked as the start does it. Errors name file and line; nothing is in force yet.
  Result<Outline> draft(Config next) const;
  // A session for each database of it that is new or changed. A changed key has to be the same user's on the same
  // database.
  Result<void> connect_changed(Outline& next, const std::stop_token& stop);
  void adopt(Outline next);
  // The plugin goes on as it was configured before: what was adopted did not work with it.
  void keep(const PluginConfig& before);
  // How to make instances of a plugin as it is now: its library is copied, its grant looked up and its configuration
  // checked here and not again. kAccess: it is not enabled on this database.
  Result<Supervisor::Maker> maker(std::string_view plugin, std::string_view database, uint32_t roles,
                                  const std::stop_token& stop) {
    return maker(now_, plugin, database, roles, stop);
  }
  Result<Supervisor::Maker> maker(Outline& of, std::string_view plugin, std::string_view database, uint32_t roles,
                                  const std::stop_token& stop, Writing writing = {});
  // The plugin's configuration with its defaults. Errors name file and line.
  static Result<Document> settings(const Outline& of, std::string_view plugin);
  [[nodiscard]] Result<Document> settings(std::string_view plugin) const { return settings(now_, plugin); }
  // The very version that `running` makes, one of our makers, with the configuration that `next` has for it.
  struct Reconfigured {
    Document settings;
    Supervisor::Maker make;
    std::function<void()> enforce;  // the grants of the instances at work follow the new settings
  };
  Result<Reconfigured> reconfigured(const Supervisor::Maker& running, const Outline& next) const;
  // Whether others may post to this endpoint: the plugin's manifest asks for it and an admin granted that.
  [[nodiscard]] Result<void> may_receive(std::string_view plugin, const std::string& database,
                                         const std::string& endpoint) const;
  // No instance of the plugin there may do anything from now on, those of commands under way included.
  void take_away(const std::string& plugin, const std::string& database);
  // One instance, active.
  Result<std::unique_ptr<Instance>> instance(std::string_view plugin, std::string_view database, uint32_t roles,
                                             const std::stop_token& stop, Writing writing = {});
  // What the database keeps; its Odoo is asked who it is when that was not done yet.
  Result<std::shared_ptr<Tenant>> tenant(std::string_view database, const std::stop_token& stop);
  // The same without its Odoo.
  Result<std::shared_ptr<Tenant>> tenant_offline(std::string_view database);
  Facilities& facilities() { return facilities_; }

 private:
  struct Wanted;  // what an instance is made of, looked up and checked
  Result<Wanted> want(Outline& of, std::string_view plugin, std::string_view database, const std::stop_token& stop);
  Result<std::shared_ptr<LiveSession>> live(Outline& of, std::string_view database, const std::stop_token& stop);
  // What the plugin may do there. `library_sha256`: of what is about to be loaded.
  Result<Permissions> granted(const Manifest& manifest, Value settings, const std::string& database,
                              const std::string& library_sha256) const;

  transport::Loop loop_;  // outlives the sessions
  Log log_;
  Facilities facilities_;
  std::shared_ptr<LiveGrants> grants_;
  Outline now_;
};

}  // namespace outrigger::host
