// The calls of one plugin on one database, as metrics. Threads: any.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>

#include <map>
#include <mutex>
#include <string>

#include "host/services/call_observer.hpp"

namespace outrigger::host {

// The families that all of them share.
struct CallFamilies {
  prometheus::Family<prometheus::Counter>& calls;
  prometheus::Family<prometheus::Counter>& refused;
  prometheus::Family<prometheus::Counter>& rows;
  prometheus::Family<prometheus::Histogram>& seconds;
};

class CallCounts final : public CallObserver {
 public:
  CallCounts(CallFamilies families, std::string plugin, std::string database)
      : families_(families), plugin_(std::move(plugin)), database_(std::move(database)) {}
  void called(const CallRecord& record) override;

 private:
  struct Operation {
    std::string label;
    prometheus::Counter* refused = nullptr;
    prometheus::Counter* rows = nullptr;
    prometheus::Histogram* seconds = nullptr;
    std::map<Code, prometheus::Counter*> by_code;
  };
  Operation& operation(std::string_view name);

  CallFamilies families_;
  std::string plugin_;
  std::string database_;
  std::mutex mutex_;
  std::map<std::string, Operation, std::less<>> operations_;
};

}  // namespace outrigger::host
