#include "host/metrics/call_counts.hpp"

#include <algorithm>

#include "host/metrics/metrics.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kOther = "other";

// A confined plugin may send any text as an operation.
bool is_operation(std::string_view name) {
  constexpr size_t kLongest = 40;
  return name.size() <= kLongest && name.find('.') != std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
}

}  // namespace

CallCounts::Operation& CallCounts::operation(std::string_view name) {
  if (const auto known = operations_.find(name); known != operations_.end()) return known->second;
  if (name != kOther && (!is_operation(name) || operations_.size() >= Metrics::kMostOperations))
    return operation(kOther);
  const prometheus::Labels labels = {{"plugin", plugin_}, {"database", database_}, {"operation", std::string(name)}};
  Operation made;
  made.label = name;
  made.refused = &families_.refused.Add(labels);
  made.rows = &families_.rows.Add(labels);
  made.seconds = &families_.seconds.Add(
      labels, prometheus::Histogram::BucketBoundaries{0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300});
  return operations_.emplace(std::string(name), std::move(made)).first->second;
}

void CallCounts::called(const CallRecord& record) {
  constexpr double kMicros = 1e6;
  const std::lock_guard lock(mutex_);
  Operation& counts = operation(record.operation);
  prometheus::Counter*& ended = counts.by_code[record.code];
  if (ended == nullptr) {
    ended = &families_.calls.Add({{"plugin", plugin_},
                                  {"database", database_},
                                  {"operation", counts.label},
                                  {"result", to_string(record.code)}});
  }
  ended->Increment();
  if (record.refused) counts.refused->Increment();
  counts.rows->Increment(static_cast<double>(record.rows));
  counts.seconds->Observe(static_cast<double>(record.micros) / kMicros);
}

}  // namespace outrigger::host
