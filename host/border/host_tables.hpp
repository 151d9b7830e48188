// The host as a plugin sees it: or_host and the tables of the extensions, over a HostCaller.
//
//     HostTables tables(caller, "0.1.0", {"outrigger.log/1", "outrigger.odoo/1"});
//     plugin.create(tables.host(), ...);
//
// An extension that is not offered is NULL. The same code serves both modes: in the host's process the caller is the
// service itself, in the runner it sends the operation to the host.
// Threads: the tables may be called from any. Lifetime: as long as the instance; the caller must outlive it.
#pragma once

#include <set>
#include <string>

#include "host/border/host_caller.hpp"
#include "outrigger/abi.h"
#include "outrigger/abi/clock.h"
#include "outrigger/abi/domain.h"
#include "outrigger/abi/http.h"
#include "outrigger/abi/log.h"
#include "outrigger/abi/metrics.h"
#include "outrigger/abi/odoo.h"
#include "outrigger/abi/schedule.h"
#include "outrigger/abi/secrets.h"
#include "outrigger/abi/shared.h"
#include "outrigger/abi/store.h"

namespace outrigger::host {

class HostTables {
 public:
  HostTables(HostCaller& caller, std::string version, std::set<std::string, std::less<>> offered);
  HostTables(const HostTables&) = delete;
  HostTables& operator=(const HostTables&) = delete;

  [[nodiscard]] const or_host* host() const { return &host_; }

 private:
  static const void* get_extension(void* ctx, or_str id);

  std::string version_;
  std::set<std::string, std::less<>> offered_;
  or_host host_{};
  or_log_v1 log_;
  or_metrics_v1 metrics_;
  or_clock_v1 clock_;
  or_odoo_v1 odoo_;
  or_domain_v1 domain_;
  or_store_v1 store_;
  or_shared_v1 shared_;
  or_schedule_v1 schedule_;
  or_http_v1 http_;
  or_secrets_v1 secrets_;
};

// One file each: what the slots of a table do.
or_log_v1 log_table(HostCaller& caller);
or_metrics_v1 metrics_table(HostCaller& caller);
or_odoo_v1 odoo_table(HostCaller& caller);
or_domain_v1 domain_table(HostCaller& caller);
or_store_v1 store_table(HostCaller& caller);
or_shared_v1 shared_table(HostCaller& caller);
or_schedule_v1 schedule_table(HostCaller& caller);
or_http_v1 http_table(HostCaller& caller);
or_secrets_v1 secrets_table(HostCaller& caller);

}  // namespace outrigger::host
