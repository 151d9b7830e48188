// Service: what other systems post to plugins.
#include "host/cli/service.hpp"
#include "host/grants/sha256.hpp"
#include "host/services/clock.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

}  // namespace

EndpointDesk::Options Service::endpoint_options() {
  EndpointDesk::Options options;
  options.now = &monotonic_micros;
  options.keep = [this](const EndpointDesk::Letter& letter) { return keep_letter(letter); };
  return options;
}

// On the listener's thread. A database that is away keeps what comes for it.
Result<std::string> Service::keep_letter(const EndpointDesk::Letter& letter) {
  const Sent sent{letter.plugin, letter.endpoint, letter.headers, letter.query, letter.body};
  for (const std::shared_ptr<Tenant>& tenant : deployment_.facilities().tenants())
    if (tenant->database() == letter.database) return tenant->receive(sent);
  std::optional<DatabaseConfig> config;
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = endpoint_databases_.find(letter.database); at != endpoint_databases_.end()) config = at->second;
  }
  if (!config) return refuse(Code::kMissing, "the database is not configured any more");
  const Result<std::shared_ptr<Tenant>> tenant = deployment_.facilities().tenant_offline(*config);
  if (!tenant) return tenant.error();
  return (*tenant)->receive(sent);
}

Result<EndpointDesk::Admission> Service::admission(const PluginConfig& plugin, const EndpointConfig& endpoint) const {
  const Result<const DatabaseConfig*> database = find_database(deployment_.config(), endpoint.database);
  if (!database) return database.error();
  if (const Result<void> may = deployment_.may_receive(plugin.id, (*database)->name, endpoint.name); !may)
    return may.error();
  EndpointDesk::Admission admission{plugin.id, endpoint.name, (*database)->name, endpoint.token, endpoint.per_minute};
  admission.most_bytes = deployment_.config().listeners.open->body_bytes;
  return admission;
}

void Service::admit_endpoints() {
  std::vector<EndpointDesk::Admission> admissions;
  std::map<std::string, DatabaseConfig> databases;
  for (const DatabaseConfig& database : deployment_.config().databases) databases.emplace(database.name, database);
  for (const PluginConfig& plugin : deployment_.config().plugins)
    for (const EndpointConfig& endpoint : plugin.endpoints) {
      deployment_.log().hide(endpoint.token);
      if (!plugin.enabled) continue;
      Result<EndpointDesk::Admission> admitted =
          deployment_.config().listeners.open
              ? admission(plugin, endpoint)
              : Result<EndpointDesk::Admission>(
                    refuse(Code::kMissing, "nothing listens; set `public` in the configuration"));
      const std::string where = plugin.id + "/" + endpoint.name;
      const std::string problem = admitted ? std::string() : "takes no posts: " + admitted.error().message;
      std::string& said = endpoint_problems_[where];
      if (said != problem && !problem.empty())
        deployment_.log().write(LogLevel::kWarn, plugin.id, "endpoint " + endpoint.name + " " + problem);
      said = problem;
      if (admitted) admissions.push_back(*std::move(admitted));
    }
  {
    const std::lock_guard lock(mutex_);
    endpoint_databases_ = std::move(databases);
  }
  endpoints_.admit(std::move(admissions));
}

}  // namespace outrigger::host
