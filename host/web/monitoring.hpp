// What monitoring reads of the admin's listener: GET /metrics and GET /healthz.
//
//     Routes routes(*admin_token(config.data_folder));
//     add_monitoring(routes, metrics, [&] { return service.health(); });
//
// /healthz needs no token and answers 200 {"status":"ok"} or 503 {"status":"degraded","reasons":["..."]}, so that a
// plain check of the status is enough; reasons hold no secret and no personal data. /metrics needs the token.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/metrics/metrics.hpp"
#include "host/web/routes.hpp"

namespace outrigger::host {

struct Health {
  std::vector<std::string> reasons;  // one short sentence each; none: all is well
};

// `health` is asked on the listener's thread and returns at once. Both outlive the routes.
void add_monitoring(Routes& routes, Metrics& metrics, std::function<Health()> health);

}  // namespace outrigger::host
