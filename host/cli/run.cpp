// `outrigger run`: the service.
#include <malloc.h>

#include "host/cli/commands.hpp"
#include "host/cli/service.hpp"
#include "host/control/control.hpp"

namespace outrigger::host {

int run_service(const CommonOptions& common, StopSignal& stop) {
  Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  Deployment deployment(*std::move(config));
  Service service(deployment);
  // First of all, since it finds out whether another host works with this folder.
  Result<std::unique_ptr<ControlServer>> control =
      ControlServer::start(control_socket(deployment.config()), [&](Value request) { return service.handle(request); });
  if (!control) return report_error(control.error(), common.json);
  if (const Result<void> started = service.start(stop.token()); !started)
    return report_error(started.error(), common.json);
  Log& log = deployment.log();
  // What the start needed and the service does not.
  ::malloc_trim(0);
  log.write(LogLevel::kInfo, "outrigger", "ready");
  constexpr std::chrono::milliseconds kBetween{250};
  while (!stop.wait_for(kBetween)) service.tend();
  log.write(LogLevel::kInfo, "outrigger", "stopping");
  control->reset();
  service.stop();
  return kExitOk;
}

}  // namespace outrigger::host
