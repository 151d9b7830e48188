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
#include "host/plugins/instance.hpp"
#include "host/plugins/manifest.hpp"
#include "host/services/log.hpp"
#include "integration/odoo/session.hpp"

namespace outrigger::host {

// Where plugins are looked for: the configured folders, then plugins/ beside bin/.
std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& configured);

class Deployment {
 public:
  explicit Deployment(Config config);

  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] const Discovery& plugins() const { return plugins_; }
  [[nodiscard]] const Manifest* manifest(std::string_view id) const;
  Log& log() { return log_; }

  // The database of this name; empty: the only one. kInvalid when that is not clear.
  Result<const DatabaseConfig*> database(std::string_view name) const;
  Result<odoo::Session*> session(std::string_view database, const std::stop_token& stop);
  // Loads the plugin and starts an instance of it.
  Result<std::unique_ptr<Instance>> instance(std::string_view plugin, std::string_view database, uint32_t roles,
                                             const std::stop_token& stop);

 private:
  Config config_;
  Log log_;
  Discovery plugins_;
  transport::Loop loop_;
  std::map<std::string, std::unique_ptr<odoo::Session>> sessions_;
};

}  // namespace outrigger::host
