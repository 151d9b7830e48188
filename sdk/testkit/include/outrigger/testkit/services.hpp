// All services of a FakeHost in one place, and the tables of the ABI over them. A test needs none of this.
#pragma once

#include <outrigger/abi/log.h>
#include <outrigger/abi/metrics.h>

#include <set>

#include "clock.hpp"
#include "core.hpp"
#include "odoo.hpp"
#include "odoo_table.hpp"
#include "recorded.hpp"
#include "schedule.hpp"
#include "shared.hpp"
#include "store.hpp"
#include "web.hpp"

namespace outrigger::testkit {

struct Services {
  std::shared_ptr<Core> core = std::make_shared<Core>();
  FakeClock clock{*core};
  FakeOdoo odoo{*core};
  FakeStore store{*core};
  FakeShared shared{clock};
  FakeSchedule schedule{clock};
  FakeSecrets secrets{clock};
  FakeHttp http{*core, secrets};
  Logs logs;
  Metrics metrics;
  std::set<std::string> withheld;  // extensions that are answered with NULL
  std::map<int64_t, std::vector<Document>> domain_sets;
  int64_t next_set = 1;
  int64_t next_delivery = 1;
};

// The host as one instance sees it.
class HostTables {
 public:
  explicit HostTables(Services& services) : services_(services), port_(services.core), odoo_(port_, services.odoo) {
    host_.struct_size = sizeof host_;
    host_.ctx = this;
    host_.name = to_abi(std::string_view("outrigger"));
    host_.version = to_abi(std::string_view("testkit"));
    host_.get_extension = [](void* ctx, or_str id) { return static_cast<HostTables*>(ctx)->extension(from_abi(id)); };
    make_log();
    make_metrics();
    make_clock();
    make_store();
    make_shared();
    make_schedule();
    make_web();
    make_domain();
  }
  HostTables(const HostTables&) = delete;
  HostTables& operator=(const HostTables&) = delete;

  [[nodiscard]] const or_host* host() const { return &host_; }
  Port& port() { return port_; }

 private:
  static HostTables& at(void* ctx) { return *static_cast<HostTables*>(ctx); }
  template <typename Table>
  void begin(Table& table) {
    table.struct_size = sizeof table;
    table.ctx = this;
  }
  const void* extension(std::string_view id) const {
    if (services_.withheld.count(std::string(id)) != 0) return nullptr;
    const std::pair<std::string_view, const void*> all[] = {
        {OR_LOG_ID, &log_},         {OR_METRICS_ID, &metrics_},  {OR_CLOCK_ID, &clock_},   {OR_ODOO_ID, odoo_.get()},
        {OR_DOMAIN_ID, &domain_},   {OR_STORE_ID, &store_},      {OR_SHARED_ID, &shared_}, {OR_HTTP_ID, &http_},
        {OR_SECRETS_ID, &secrets_}, {OR_SCHEDULE_ID, &schedule_}};
    for (const auto& [name, table] : all)
      if (name == id) return table;
    return nullptr;
  }

  void make_log();
  void make_metrics();
  void make_clock();
  void make_store();
  void make_shared();
  void make_schedule();
  void make_web();
  void make_domain();

  Services& services_;
  Port port_;
  OdooTable odoo_;
  or_host host_{};
  or_log_v1 log_{};
  or_metrics_v1 metrics_{};
  or_clock_v1 clock_{};
  or_domain_v1 domain_{};
  or_store_v1 store_{};
  or_shared_v1 shared_{};
  or_schedule_v1 schedule_{};
  or_http_v1 http_{};
  or_secrets_v1 secrets_{};
};

}  // namespace outrigger::testkit

#include "services_data.hpp"
#include "services_plain.hpp"
