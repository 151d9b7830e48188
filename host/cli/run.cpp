// `outrigger run`: the service.
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"

namespace outrigger::host {

int run_service(const CommonOptions& common, StopSignal& stop) {
  Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  Deployment deployment(*std::move(config));
  Log& log = deployment.log();
  for (const Error& problem : deployment.plugins().problems) log.write(LogLevel::kWarn, "plugins", problem.message);
  std::vector<std::unique_ptr<Instance>> instances;
  for (const DatabaseConfig& database : deployment.config().databases) {
    const Result<odoo::Session*> session = deployment.session(database.name, stop.token());
    if (!session) return report_error(session.error(), common.json);
    const odoo::ServerInfo& info = (*session)->info();
    log.write(LogLevel::kInfo, database.name,
              "Odoo " + info.version + " over " + info.transport + ", user " + std::to_string(info.uid));
    if (!info.known())
      log.write(LogLevel::kWarn, database.name,
                "this version is newer than what was tested: reading only until `allow_untested` is set");
    for (const PluginConfig& plugin : deployment.config().plugins) {
      if (!plugin.enabled) continue;
      Result<std::unique_ptr<Instance>> instance = deployment.instance(
          plugin.id, database.name, OR_ROLE_CHANGES | OR_ROLE_JOBS | OR_ROLE_PAGES | OR_ROLE_WEBHOOK, stop.token());
      if (!instance) return report_error(instance.error(), common.json);
      log.write(LogLevel::kInfo, plugin.id + "@" + database.name, "active");
      instances.push_back(*std::move(instance));
    }
  }
  log.write(LogLevel::kInfo, "outrigger", "ready");
  stop.wait();
  log.write(LogLevel::kInfo, "outrigger", "stopping");
  // Cancel all first, so that they end together and not one after the other.
  for (const auto& instance : instances) instance->cancel();
  instances.clear();
  return kExitOk;
}

}  // namespace outrigger::host
