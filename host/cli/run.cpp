// `outrigger run`: the service.
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <future>

#include "host/backup/deployment_backup.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/service.hpp"
#include "host/control/control.hpp"
#include "host/web/listener.hpp"
#include "host/web/token.hpp"

namespace outrigger::host {

namespace {

// Off unless the configuration names an address for it.
Result<std::unique_ptr<Listener>> admin_listener(Deployment& deployment, Service& service) {
  const std::optional<ListenerConfig>& config = deployment.config().listeners.admin;
  if (!config) return std::unique_ptr<Listener>();
  Result<std::string> token = admin_token(deployment.config().data_folder);
  if (!token) return token.error();
  deployment.log().hide(*token);
  Routes routes(*std::move(token));
  add_monitoring(routes, deployment.facilities().metrics(), [&service] { return service.health(); });
  Listener::Options options;
  options.address = config->address;
  options.port = config->port;
  options.connections = config->connections;
  return Listener::start(std::move(options), std::move(routes));
}

// The public one: Odoo's webhooks, and what others post to plugins. Off likewise.
Result<std::unique_ptr<Listener>> public_listener(Deployment& deployment, Service& service) {
  const std::optional<ListenerConfig>& config = deployment.config().listeners.open;
  if (!config) return std::unique_ptr<Listener>();
  Routes routes;
  routes.add("POST", std::string(HintDesk::kPath) + "*",
             [&service](const HttpRequest& request) { return service.hints().take(request); });
  routes.add("POST", std::string(EndpointDesk::kPath) + "*",
             [&service](const HttpRequest& request) { return service.endpoints().take(request); });
  Listener::Options options;
  options.name = "public";
  options.address = config->address;
  options.port = config->port;
  options.limits.body_bytes = config->body_bytes;
  options.connections = config->connections;
  return Listener::start(std::move(options), std::move(routes));
}

}  // namespace

int run_service(const CommonOptions& common, StopSignal& stop) {
  Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  Deployment deployment(*std::move(config));
  Service service(deployment);
  // First of all, since it finds out whether another host works with this folder.
  Result<std::unique_ptr<ControlServer>> control = ControlServer::start(
      control_socket(deployment.config()), [&](Value request) { return service.handle(request); },
      ControlServer::kPatience,
      [&](Value request, const ControlServer::Emit& emit, const std::stop_token& end) {
        return service.stream(request, emit, end);
      });
  if (!control) return report_error(control.error(), common.json);
  if (const Result<void> finished = finish_restore(deployment.config().data_folder); !finished)
    return report_error(finished.error(), common.json);
  Result<std::unique_ptr<Listener>> admin = admin_listener(deployment, service);
  if (!admin) return report_error(admin.error(), common.json);
  if (const Result<void> started = service.start(stop.token()); !started)
    return report_error(started.error(), common.json);
  Result<std::unique_ptr<Listener>> open = public_listener(deployment, service);
  if (!open) return report_error(open.error(), common.json);
  Log& log = deployment.log();
  // What the start needed and the service does not.
  ::malloc_trim(0);
  log.write(LogLevel::kInfo, "outrigger", "ready");
  std::atomic<bool> hung_up{false};
  stop.on_hangup([&] { hung_up = true; });
  std::future<void> reload;
  constexpr std::chrono::milliseconds kBetween{250};
  constexpr int kTurnsBetweenFigures = 40;
  for (int turn = 0; !stop.wait_for(kBetween); ++turn) {
    service.tend();
    // Not when they are asked for: the listener's thread must not wait for a disk.
    if (*admin && turn % kTurnsBetweenFigures == 0) service.refresh(deployment.facilities().metrics());
    // Beside the tending, since it may have to wait for Odoo. It logs what became of it.
    const bool busy = reload.valid() && reload.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
    if (!busy && hung_up.exchange(false))
      reload = std::async(std::launch::async, [&] { (void)service.reload_configuration(false); });
  }
  stop.on_hangup([] {});
  log.write(LogLevel::kInfo, "outrigger", "stopping");
  service.cancel();
  if (reload.valid()) reload.wait();
  control->reset();
  admin->reset();
  open->reset();
  service.hints().stop();
  if (service.stop()) return kExitOk;
  log.write(LogLevel::kError, "outrigger", "a plugin in the host's own process does not return; ended without it");
  std::_Exit(kExitPartly);
}

}  // namespace outrigger::host
