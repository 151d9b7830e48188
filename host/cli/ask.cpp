#include "host/cli/ask.hpp"

#include "host/cli/deployment.hpp"
#include "host/control/control.hpp"
#include "host/tenant/requests.hpp"

namespace outrigger::host {

Result<Document> ask_host(const CommonOptions& common, Value request) {
  Result<Config> config = read_config(common.config);
  if (!config) return config.error();
  Result<Document> answer = ask_control(control_socket(*config), request);
  const bool nobody = !answer && answer.error().code == Code::kMissing && answer.error().source == Source::kHost &&
                      !host_runs(control_socket(*config));
  if (!nobody) return answer;
  if (!is_tenant_request(request["do"].text())) return answer;
  const Result<const DatabaseConfig*> database = find_database(*config, request["database"].text());
  if (!database) return database.error();
  const std::string name = (*database)->name;
  Deployment deployment(*std::move(config));
  const Result<std::shared_ptr<Tenant>> tenant =
      needs_odoo(request["do"].text()) ? deployment.tenant(name, {}) : deployment.tenant_offline(name);
  if (!tenant) return tenant.error();
  return handle(**tenant, request, {});
}

}  // namespace outrigger::host
