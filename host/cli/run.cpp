// `outrigger run`: the service.
#include <malloc.h>

#include <atomic>
#include <future>

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
  std::atomic<bool> hung_up{false};
  stop.on_hangup([&] { hung_up = true; });
  std::future<void> reload;
  constexpr std::chrono::milliseconds kBetween{250};
  while (!stop.wait_for(kBetween)) {
    service.tend();
    // Beside the tending, since it may have to wait for Odoo. It logs what became of it.
    const bool busy = reload.valid() && reload.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
    if (!busy && hung_up.exchange(false))
      reload = std::async(std::launch::async, [&] { (void)service.reload_configuration(false); });
  }
  stop.on_hangup([] {});
  log.write(LogLevel::kInfo, "outrigger", "stopping");
  if (reload.valid()) reload.wait();
  control->reset();
  service.stop();
  return kExitOk;
}

}  // namespace outrigger::host
