#include "host/border/host_tables.hpp"

#include "host/services/clock.hpp"

namespace outrigger::host {

HostTables::HostTables(HostCaller& caller, std::string version, std::set<std::string, std::less<>> offered)
    : version_(std::move(version)),
      offered_(std::move(offered)),
      log_(log_table(caller)),
      metrics_(metrics_table(caller)),
      clock_(*clock_extension()),
      odoo_(odoo_table(caller)),
      domain_(domain_table(caller)),
      store_(store_table(caller)),
      shared_(shared_table(caller)),
      schedule_(schedule_table(caller)),
      http_(http_table(caller)),
      secrets_(secrets_table(caller)) {
  host_.struct_size = sizeof host_;
  host_.ctx = this;
  host_.name = to_abi(std::string_view("outrigger"));
  host_.version = to_abi(std::string_view(version_));
  host_.get_extension = &HostTables::get_extension;
}

const void* HostTables::get_extension(void* ctx, or_str id) {
  const HostTables& self = *static_cast<const HostTables*>(ctx);
  const std::string_view name = from_abi(id);
  // Those two every plugin has.
  if (name == OR_LOG_ID) return &self.log_;
  if (name == OR_CLOCK_ID) return &self.clock_;
  if (self.offered_.count(name) == 0) return nullptr;
  if (name == OR_METRICS_ID) return &self.metrics_;
  if (name == OR_ODOO_ID) return &self.odoo_;
  if (name == OR_DOMAIN_ID) return &self.domain_;
  if (name == OR_STORE_ID) return &self.store_;
  if (name == OR_SHARED_ID) return &self.shared_;
  if (name == OR_SCHEDULE_ID) return &self.schedule_;
  if (name == OR_HTTP_ID) return &self.http_;
  if (name == OR_SECRETS_ID) return &self.secrets_;
  return nullptr;
}

}  // namespace outrigger::host
