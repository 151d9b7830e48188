// A configuration brought to life: log, network thread, sessions, plugins.
//
//     Deployment deployment(*config);
//     Result<odoo::Session*> session = deployment.session("main", stop.token());
//     Result<std::unique_ptr<Instance>> instance = deployment.instance("scoring", "main", OR_ROLE_COMMANDS,
//     stop.token());
//
// Threads: one. Sessions are made when first asked for and live as long as the deployment.
#pragma once

#include <map>
#include <memory>
#include <stop_token>

#include "host/config/config.hpp"
#include "host/grants/permissions.hpp"
#include "host/plugins/instance.hpp"
#include "host/plugins/manifest.hpp"
#include "host/plugins/supervisor.hpp"
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

class Deployment {
 public:
  explicit Deployment(Config config);

  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] const Discovery& plugins() const { return plugins_; }
  [[nodiscard]] const Manifest* manifest(std::string_view id) const;
  Log& log() { return log_; }
  // Looks for plugins again, after one was installed or replaced.
  void rediscover() { plugins_ = discover(plugin_folders(config_)); }

  Result<const DatabaseConfig*> database(std::string_view name) const { return find_database(config_, name); }
  Result<odoo::Session*> session(std::string_view database, const std::stop_token& stop);
  // How to make instances of a plugin as it is now: its library is copied, its grant looked up and its configuration
  // checked here and not again. kAccess: it is not enabled on this database.
  Result<Supervisor::Maker> maker(std::string_view plugin, std::string_view database, uint32_t roles,
                                  const std::stop_token& stop);
  // One instance, active.
  Result<std::unique_ptr<Instance>> instance(std::string_view plugin, std::string_view database, uint32_t roles,
                                             const std::stop_token& stop);

 private:
  struct Wanted;  // what an instance is made of, looked up and checked
  Result<Wanted> want(std::string_view plugin, std::string_view database, const std::stop_token& stop);
  // What the plugin may do there. `library_sha256`: of what is about to be loaded.
  Result<Permissions> granted(const Manifest& manifest, const std::string& database,
                              const std::string& library_sha256) const;

  Config config_;
  Log log_;
  Discovery plugins_;
  transport::Loop loop_;
  std::map<std::string, std::unique_ptr<odoo::Session>> sessions_;
};

}  // namespace outrigger::host
