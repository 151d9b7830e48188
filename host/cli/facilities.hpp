// What the whole host shares, and what each database has of its own: secrets, metrics, ways to the web, tenants.
//
//     Facilities facilities(config, log);
//     Result<std::shared_ptr<Tenant>> tenant = facilities.tenant(database_config, session, stop);
//     facilities.furnish(services, {...});                 // every engine that an instance may ask
//
// Threads: any. Opening and connecting a tenant holds up nobody but those who ask for the same one: tenants() answers
// at once, however slow an Odoo is. Lifetime: longer than the instances that it furnished; the log must outlive it.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "host/cli/withheld.hpp"
#include "host/config/config.hpp"
#include "host/http/engine.hpp"
#include "host/metrics/metrics.hpp"
#include "host/secrets/vault.hpp"
#include "host/services/live_session.hpp"
#include "host/services/services.hpp"
#include "host/setup/hint_address.hpp"
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
  // Likewise: takes all else that lasts, for a plugin that does not know that it is only planned.
  Withheld* withheld = nullptr;
};

class Facilities {
 public:
  Facilities(const Config& config, Log& log);
  Facilities(const Facilities&) = delete;
  Facilities& operator=(const Facilities&) = delete;
  ~Facilities();

  // Opened, connected and compared with its database when first asked for. A database that is in question
  // (Tenant::halted) is no error here: it is said in the log, and writes are refused. How it is watched is decided by
  // the configuration with which it is opened.
  Result<std::shared_ptr<Tenant>> tenant(const DatabaseConfig& database, const std::shared_ptr<LiveSession>& session,
                                         const std::stop_token& stop);
  // The same without its Odoo, to look at what it keeps.
  Result<std::shared_ptr<Tenant>> tenant_offline(const DatabaseConfig& database);
  // Whether a host was at work on it: its journal is there.
  [[nodiscard]] bool keeps(const DatabaseConfig& database) const;
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
    std::map<std::string, std::vector<std::string>> subscribed = {};  // model -> fields, by any of their names
  };
  void furnish(Services& services, const Guest& guest);

  // Where Odoo is to post what changes on this database.
  HintAddress hint_address(const std::string& database) { return {vault_, database, public_url_}; }
  Vault& vault() { return vault_; }
  Metrics& metrics() { return metrics_; }

 private:
  class Turn;  // to open or connect the tenant of one database

  std::shared_ptr<Outbound> outbound(const std::string& plugin, const std::string& ca_file);
  [[nodiscard]] std::shared_ptr<Tenant> opened(const std::string& database) const;
  Result<std::shared_ptr<Tenant>> open(const DatabaseConfig& database);

  Log& log_;
  const std::filesystem::path data_;
  const std::filesystem::path folder_;  // of the tenants
  const std::string public_url_;        // empty: nothing listens, or nobody knows how it is reached
  Vault vault_;
  Metrics metrics_;
  SetupRecord setup_record_;
  mutable std::mutex mutex_;  // of what follows
  std::map<std::string, std::shared_ptr<Tenant>> tenants_;
  std::vector<std::shared_ptr<Tenant>> unfinished_;  // forgotten while a call was under way that does not end
  std::set<std::string> busy_;                       // databases whose tenant is being opened or connected
  std::condition_variable_any turned_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Outbound>> outbounds_;  // by plugin and ca_file
};

}  // namespace outrigger::host
