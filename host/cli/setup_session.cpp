#include "host/cli/setup_session.hpp"

namespace outrigger::host {

Result<SetupSession> open_setup(const CommonOptions& common, const std::stop_token& stop, bool needed) {
  Result<Config> config = read_config(common.config);
  if (!config) return config.error();
  SetupSession opened;
  opened.deployment = std::make_unique<Deployment>(*std::move(config));
  const Result<const DatabaseConfig*> database = opened.deployment->database(common.database);
  if (!database) return database.error();
  opened.database = (*database)->name;
  Result<std::shared_ptr<odoo::Session>> run = opened.deployment->session(opened.database, stop);
  if (!run) return run.error();
  opened.run = *run;
  opened.access =
      std::make_unique<SetupAccess>(opened.database, *opened.run, (*database)->setup_login, (*database)->setup_key);
  Result<std::shared_ptr<odoo::Session>> setup = opened.access->session(stop);
  if (!setup && (needed || setup.error().code != Code::kAccess)) return setup.error();
  if (setup) opened.setup = *std::move(setup);
  return opened;
}

}  // namespace outrigger::host
