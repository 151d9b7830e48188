// What one instance may ask of the host: log, clock, Odoo.
//
//     auto services = std::make_unique<Services>("scoring@main", log, session);
//     table.create(services->host(), ...);
//
// Threads: the functions handed out may be called from any thread. Lifetime: as long as the instance.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "host/services/log.hpp"
#include "integration/odoo/session.hpp"
#include "outrigger/abi.h"

namespace outrigger::host {

class OdooService;
class LogService;

class Services {
 public:
  // `session` may be null: then there is no Odoo extension. Log and session must outlive the services.
  Services(std::string instance, Log& log, odoo::Session* session);
  ~Services();
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  [[nodiscard]] const or_host* host() const { return &host_; }
  // Until then only log and clock answer: the plugin is being created.
  void allow_calls();
  // Ends every call that is blocked and refuses further ones.
  void cancel();

 private:
  static const void* get_extension(void* ctx, or_str id);

  or_host host_{};
  std::unique_ptr<LogService> log_;
  std::unique_ptr<OdooService> odoo_;
};

}  // namespace outrigger::host
