// What a plugin asks of the host, as operations by name: the one way from the tables of the ABI to the services, in
// this process or through a Link to it.
//
//     Result<Document> rows = caller.call("odoo.search_read", args);     // args: {model, domain, fields, ...}
//
// The operations and their arguments are listed in host/border/README.md. Threads: any.
#pragma once

#include <string_view>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

class HostCaller {
 public:
  virtual ~HostCaller() = default;
  // Blocks until it is answered. The arguments are borrowed.
  virtual Result<Document> call(std::string_view operation, Value args) = 0;
  // Something to be told, not asked: log lines and metrics.
  virtual void notify(std::string_view operation, Value args) = 0;
  [[nodiscard]] virtual bool log_enabled(int32_t level) const = 0;
};

}  // namespace outrigger::host
