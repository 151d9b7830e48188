// Numbers for the admin's monitoring: metrics().add("orders_total"), metrics().observe("import_seconds", 0.4).
//
//     metrics().add("leads_total", 3, {{"source", "fair"}});
//
// Names are [a-z][a-z0-9_]*, in base units (seconds, bytes); counters end in _total. Labels of few values only: a
// plugin has 100 series in all. Without the extension nothing happens. Threads: any. Text is borrowed for the call.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "abi/metrics.h"
#include "slot.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

class Metrics {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  Metrics() = default;
  explicit Metrics(const or_metrics_v1* table) : table_(table) {}

  // A counter grows; amount is not negative.
  void add(std::string_view name, double amount = 1, Labels labels = {}) const {
    report(&or_metrics_v1::add, name, amount, labels);
  }
  // A gauge takes the value.
  void set(std::string_view name, double value, Labels labels = {}) const {
    report(&or_metrics_v1::set, name, value, labels);
  }
  // A histogram counts the value.
  void observe(std::string_view name, double value, Labels labels = {}) const {
    report(&or_metrics_v1::observe, name, value, labels);
  }

 private:
  template <typename Function>
  void report(Function or_metrics_v1::*member, std::string_view name, double number, Labels labels) const {
    const Function function = slot(table_, member);
    if (function == nullptr) return;
    if (labels.size() == 0) return function(table_->ctx, to_abi(name), number, nullptr);
    std::vector<or_field> fields;
    fields.reserve(labels.size());
    for (const auto& [key, text] : labels) fields.push_back({to_abi(key), Value::of(text).raw()});
    or_value object{OR_OBJECT, static_cast<uint32_t>(fields.size()), {}};
    object.as.fields = fields.data();
    function(table_->ctx, to_abi(name), number, &object);
  }

  const or_metrics_v1* table_ = nullptr;
};

}  // namespace v1
}  // namespace outrigger
