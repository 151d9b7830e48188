#include "host/web/monitoring.hpp"

#include "integration/value/json.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

void add_monitoring(Routes& routes, Metrics& metrics, std::function<Health()> health) {
  routes.add("GET", "/metrics", [&metrics](const HttpRequest&) {
    return HttpResponse{200, Metrics::kContentType, metrics.exposition(), {}};
  });
  routes.add(
      "GET", "/healthz",
      [health = std::move(health)](const HttpRequest&) {
        const Health now = health();
        Arena arena;
        std::vector<Value> reasons;
        for (const std::string& reason : now.reasons) reasons.push_back(Value::of(std::string_view(reason)));
        const Value body = reasons.empty() ? arena.object({{"status", "ok"}})
                                           : arena.object({{"status", "degraded"}, {"reasons", arena.array(reasons)}});
        return HttpResponse{reasons.empty() ? 200 : 503, "application/json", value::to_json(body) + "\n", {}};
      },
      Access::kOpen);
}

}  // namespace outrigger::host
