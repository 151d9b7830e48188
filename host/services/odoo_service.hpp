// outrigger.odoo/1 for one instance: from the C table to typed calls on the session.
//
// Threads: any. Each call blocks its caller until it is answered, past its deadline, or cancel() is called.
#pragma once

#include <atomic>
#include <stop_token>

#include "integration/odoo/records.hpp"
#include "outrigger/abi/odoo.h"

namespace outrigger::host {

class OdooService {
 public:
  explicit OdooService(odoo::Session& session);
  OdooService(const OdooService&) = delete;
  OdooService& operator=(const OdooService&) = delete;

  [[nodiscard]] const or_odoo_v1* table() const { return &table_; }
  void allow_calls() { allowed_ = true; }
  void cancel() { stop_.request_stop(); }

 private:
  struct Entry;  // the functions of the table

  odoo::Session& session_;
  odoo::Records records_;
  std::stop_source stop_;
  std::atomic<bool> allowed_{false};
  or_odoo_v1 table_{};
};

}  // namespace outrigger::host
