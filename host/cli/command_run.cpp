#include "host/cli/command_run.hpp"

#include <optional>

#include "host/cli/table.hpp"
#include "host/services/clock.hpp"

namespace outrigger::host {

// Two runs of a command do not begin in one second and the same microsecond.
std::string name_of_run(std::string_view plugin, std::string_view what, int64_t now) {
  std::string time = utc_text(now);
  time[10] = 'T';
  return std::string(plugin) + "-" + std::string(what) + "-" + time + "." + std::to_string(now % 1'000'000);
}

writes::Plan plan_for(Tenant& tenant, std::string_view plugin, std::string title, int64_t now) {
  return writes::Plan({.epoch = tenant.journal().epoch().token,
                       .database = tenant.database(),
                       .plugin = std::string(plugin),
                       .title = std::move(title),
                       .made_at = now / 1000});
}

Document report_of(Value result, std::string_view run, const writes::Plan* plan) {
  return Document::build([&](Arena& arena) {
    const bool collected = plan != nullptr && (!plan->writes().empty() || !plan->notes().empty());
    return arena.object({{"result", arena.copy(result)},
                         {"run", arena.text(run)},
                         {"plan", arena.text(collected ? plan->to_json() : std::string())},
                         {"plan_text", arena.text(collected ? plan->to_text() : std::string())}});
  });
}

Result<Document> run_command(Deployment& deployment, std::mutex& making, Value request, const Sink& sink,
                             const std::stop_token& stop) {
  const std::string_view plugin = request["plugin"].text();
  const std::string_view command = request["command"].text();
  const int64_t now = now_micros();
  const std::string run = name_of_run(plugin, command, now);
  std::optional<writes::Plan> plan;
  Result<std::unique_ptr<Instance>> instance = Error{};
  {
    const std::lock_guard one_at_a_time(making);
    const std::string_view database = request["database"].text();
    if (request["plan"].truthy()) {
      const Result<std::shared_ptr<Tenant>> tenant = deployment.tenant(database, stop);
      if (!tenant) return tenant.error();
      plan.emplace(plan_for(**tenant, plugin, std::string(plugin) + " " + std::string(command), now));
    }
    instance =
        deployment.instance(plugin, database, OR_ROLE_COMMANDS, stop, {.run = run, .plan = plan ? &*plan : nullptr});
  }
  if (!instance) return instance.error();
  const std::stop_callback cancel(stop, [&] { (*instance)->cancel(); });
  CommandRun call;
  call.name = command;
  call.plan = plan.has_value();
  call.json = request["json"].truthy();
  call.locale = request["locale"].text();
  call.width = static_cast<uint32_t>(request["width"].integer());
  call.args = request["args"];
  call.text = sink.text;
  call.progress = sink.progress;
  const Result<Document> result = (*instance)->run_command(call);
  if (!result) return result.error();
  (*instance)->stop();
  return report_of(result->root(), run, plan ? &*plan : nullptr);
}

}  // namespace outrigger::host
