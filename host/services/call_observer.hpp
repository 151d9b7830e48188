// Who is told of every call that a plugin made on the host: for metrics.
//
//     services->observe(metrics.calls("scoring", "main"));
//
// Threads: any, several at once. Called before the plugin gets its answer: cheap, and never back into Services.
#pragma once

#include <cstdint>
#include <string_view>

#include "outrigger/result.hpp"

namespace outrigger::host {

struct CallRecord {
  std::string_view operation;  // "odoo.search_read"; as the plugin sent it, so not to be trusted as a name
  Code code = Code::kOk;       // how it ended
  bool refused = false;        // by the gate: the grant does not hold it
  int64_t micros = 0;          // from the plugin's request to its answer
  uint64_t rows = 0;           // records read or written
};

class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void called(const CallRecord& record) = 0;
};

}  // namespace outrigger::host
