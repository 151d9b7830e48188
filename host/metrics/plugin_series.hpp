// The metrics that one plugin reports through outrigger.metrics/1: checked, bounded, prefixed.
//
// Threads: any. A known series costs one look into a hash table under the plugin's own lock.
#pragma once

#include <prometheus/registry.h>

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "host/services/log.hpp"
#include "outrigger/value.hpp"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace outrigger::host {

enum class MetricKind { kCounter, kGauge, kHistogram };
const char* to_string(MetricKind kind);

// The names in use by all plugins: in the exposition a name has one kind, whoever uses it.
class MetricNames {
 public:
  // Empty when the name has this kind from now on; else what it is already, with who made it so.
  std::string claim(std::string_view name, MetricKind kind, std::string_view plugin);

 private:
  struct Owner {
    MetricKind kind;
    std::string name;  // a histogram's name also takes name_bucket, name_count and name_sum
    std::string plugin;
  };
  std::mutex mutex_;
  std::map<std::string, Owner, std::less<>> owners_;
};

class PluginSeries {
 public:
  PluginSeries(std::string plugin, prometheus::Registry& registry, MetricNames& names, Log& log)
      : plugin_(std::move(plugin)), registry_(registry), names_(names), log_(log) {}

  // args: {name, value, labels}
  void record(MetricKind kind, std::string_view database, Value args);

 private:
  using Series = std::variant<prometheus::Counter*, prometheus::Gauge*, prometheus::Histogram*>;
  struct Label {
    std::string_view key;
    std::string_view value;
  };
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  void add_series(MetricKind kind, std::string_view database, std::string_view name, const std::vector<Label>& labels,
                  std::string_view key, double value);
  bool labels_of(Value given, std::vector<Label>& out);
  void apply(const Series& series, MetricKind kind, std::string_view name, double value);
  // Once for each kind of mistake, so that a plugin cannot fill the log.
  void say(std::string_view mistake, const std::string& sentence);

  std::string plugin_;
  prometheus::Registry& registry_;
  MetricNames& names_;
  Log& log_;
  std::mutex mutex_;
  std::unordered_map<std::string, Series, Hash, std::equal_to<>> series_;
  std::set<std::string, std::less<>> said_;
};

}  // namespace outrigger::host
