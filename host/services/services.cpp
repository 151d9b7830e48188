#include "host/services/services.hpp"

#include "host/services/clock.hpp"
#include "host/services/odoo_service.hpp"
#include "outrigger/abi/log.h"
#include "outrigger/value.hpp"

#ifndef OUTRIGGER_VERSION
#define OUTRIGGER_VERSION "0"
#endif

namespace outrigger::host {

// outrigger.log/1: the plugin's lines, marked with its instance.
class LogService {
 public:
  LogService(std::string instance, Log& log) : instance_(std::move(instance)), log_(log) {
    table_.struct_size = sizeof table_;
    table_.ctx = this;
    table_.write = [](void* ctx, int32_t level, or_str text, const or_value*) {
      auto& self = *static_cast<LogService*>(ctx);
      self.log_.write(level_of(level), self.instance_, from_abi(text));
    };
    table_.enabled = [](void* ctx, int32_t level) -> int32_t {
      return static_cast<LogService*>(ctx)->log_.enabled(level_of(level)) ? 1 : 0;
    };
  }
  [[nodiscard]] const or_log_v1* table() const { return &table_; }

 private:
  static LogLevel level_of(int32_t level) {
    return level >= OR_LOG_DEBUG && level <= OR_LOG_ERROR ? static_cast<LogLevel>(level) : LogLevel::kInfo;
  }

  std::string instance_;
  Log& log_;
  or_log_v1 table_{};
};

Services::Services(std::string instance, Log& log, odoo::Session* session)
    : log_(std::make_unique<LogService>(std::move(instance), log)) {
  if (session != nullptr) odoo_ = std::make_unique<OdooService>(*session);
  host_.struct_size = sizeof host_;
  host_.ctx = this;
  host_.name = to_abi(std::string_view("outrigger"));
  host_.version = to_abi(std::string_view(OUTRIGGER_VERSION));
  host_.get_extension = &Services::get_extension;
}

Services::~Services() = default;

void Services::allow_calls() {
  if (odoo_) odoo_->allow_calls();
}

void Services::cancel() {
  if (odoo_) odoo_->cancel();
}

const void* Services::get_extension(void* ctx, or_str id) {
  const Services& self = *static_cast<const Services*>(ctx);
  const std::string_view name = from_abi(id);
  if (name == OR_LOG_ID) return self.log_->table();
  if (name == OR_CLOCK_ID) return clock_extension();
  if (name == OR_ODOO_ID && self.odoo_) return self.odoo_->table();
  return nullptr;
}

}  // namespace outrigger::host
