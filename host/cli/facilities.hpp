// What the whole host shares, and what each database has of its own: secrets, metrics, ways to the web, tenants.
//
//     Facilities facilities(config, log);
//     Result<std::shared_ptr<Tenant>> tenant = facilities.tenant("main", session, stop);
//     facilities.furnish(services, {...});                 // every engine that an instance may ask
//
// Threads: any. Lifetime: longer than the instances that it furnished; the log must outlive it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "host/config/config.hpp"
#include "host/http/engine.hpp"
#include "host/metrics/metrics.hpp"
#include "host/secrets/vault.hpp"
#include "host/services/live_session.hpp"
#include "host/services/services.hpp"
#include "host/setup/setup_record.hpp"
#include "host/tenant/tenant.hpp"

namespace outrigger::writes {
class Plan;
}

namespace outrigger::host {

// How an instance writes: what is listed and undone together, and whether anything is sent at all.
struct Writing {
  std::string run = {};          // empty: each delivery is a run
  writes::Plan* plan = nullptr;  // collects instead of sending; must outlive the instance
};

class Facilities {
 public:
  Facilities(const Config& config, Log& log);
  Facilities(const Facilities&) = delete;
  Facilities& operator=(const Facilities&) = delete;
  ~Facilities();

  // Opened, connected and compared with its database when first asked for. A database that is in question
  // (Tenant::halted) is no error here: it is said in the log, and writes are refused.
  Result<std::shared_ptr<Tenant>> tenant(const std::string& database, const std::shared_ptr<LiveSession>& session,
                                         const std::stop_token& stop);
  // The same without its Odoo, to look at what it keeps.
  Result<std::shared_ptr<Tenant>> tenant_offline(const std::string& database);
  // Those that were opened.
  [[nodiscard]] std::vector<std::shared_ptr<Tenant>> tenants() const;
  // It is configured no more.
  void forget(const std::string& database);

  struct Guest {
    std::string plugin;
    DatabaseConfig database;
    std::shared_ptr<LiveSession> session;
    std::shared_ptr<Tenant> tenant;
    UrlCheck may_reach;
    Writing writing;
  };
  void furnish(Services& services, const Guest& guest);

  Vault& vault() { return vault_; }
  Metrics& metrics() { return metrics_; }

 private:
  std::shared_ptr<Outbound> outbound(const std::string& plugin, const std::string& ca_file);
  Result<std::shared_ptr<Tenant>> open(const std::string& database);

  Log& log_;
  const std::filesystem::path data_;
  const std::filesystem::path folder_;  // of the tenants
  const std::map<std::string, feed::Settings> feeds_;
  Vault vault_;
  Metrics metrics_;
  SetupRecord setup_record_;
  mutable std::mutex mutex_;  // of what follows
  std::map<std::string, std::shared_ptr<Tenant>> tenants_;
  std::map<std::string, std::shared_ptr<Outbound>> outbounds_;
};

}  // namespace outrigger::host
