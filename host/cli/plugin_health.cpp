#include "host/cli/plugin_health.hpp"

#include "host/control/control.hpp"

namespace outrigger::host {

Result<Document> check_health(Deployment& deployment, std::mutex& making, Value request, const std::stop_token& stop) {
  Result<Supervisor::Maker> make = Error{};
  {
    const std::lock_guard one_at_a_time(making);
    make = deployment.maker(request["plugin"].text(), request["database"].text(), OR_ROLE_COMMANDS, stop);
  }
  if (!make) return make.error();
  const Result<std::unique_ptr<Instance>> instance = (*make)(true);
  if (!instance) return instance.error();
  const std::stop_callback cancel(stop, [&] { (*instance)->cancel(); });
  Arena arena;
  Result<Document> findings =
      (*instance)->call("health.check", arena.object({{"locale", arena.copy(request["locale"])}}), {});
  (*instance)->stop();
  return findings;
}

Result<Document> ask_health(Deployment& deployment, const std::string& plugin, const std::string& database,
                            const std::string& locale, const std::stop_token& stop) {
  Arena arena;
  const Value request = arena.object({{"do", "health"},
                                      {"stream", true},
                                      {"plugin", arena.text(plugin)},
                                      {"database", arena.text(database)},
                                      {"locale", arena.text(locale)}});
  const std::filesystem::path socket = control_socket(deployment.config());
  if (host_runs(socket))
    return ask_control(
        socket, request, [](Value) {}, stop);
  const Result<const DatabaseConfig*> of = deployment.database(database);
  if (!of) return of.error();
  if (!deployment.facilities().keeps(**of))
    return Error{Code::kMissing, "nothing is kept of " + database + " yet; `outrigger run` begins", Source::kHost,
                 Effect::kNone, -1};
  std::mutex making;
  return check_health(deployment, making, request, stop);
}

}  // namespace outrigger::host
