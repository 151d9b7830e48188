// How to reach one Odoo database: what the configuration says, with secrets already resolved.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "outrigger/result.hpp"

namespace outrigger::odoo {

enum class TransportChoice { kAuto, kXmlRpc, kJsonRpc, kJson2 };

// How hard the database may be asked. The default for odoo.com hosts is one call a second, one at a time.
struct BudgetLimits {
  double calls_per_second = 0;  // 0: no limit
  int in_flight = 4;
};

struct Connection {
  std::string url;       // "https://example.odoo.com", without a trailing slash
  std::string database;  // may be empty for JSON-2 when the server has one database
  std::string login;     // for the two older transports
  std::string secret;    // API key or password
  std::string ca_file;   // empty: the system's certificates
  TransportChoice transport = TransportChoice::kAuto;
  std::optional<BudgetLimits> budget;
  std::chrono::milliseconds deadline{150000};  // of one call with its retries; Odoo's own limit is 120 s
  size_t largest_reply = size_t{512} << 20U;   // bytes of the decoded tree
  bool allow_untested = false;                 // write to an Odoo newer than those that were tested
};

// Checks what can be checked without the network; names the remedy.
Result<void> validate(const Connection& connection);
// The configured budget, or the default for the host.
BudgetLimits budget_of(const Connection& connection);

}  // namespace outrigger::odoo
