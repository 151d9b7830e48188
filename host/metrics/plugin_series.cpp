#include "host/metrics/plugin_series.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <algorithm>
#include <cmath>

#include "host/metrics/metrics.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kPrefix = "outrigger_plugin_";
constexpr size_t kLongestName = 100;
constexpr size_t kLongestLabel = 128;
constexpr size_t kMostLabels = 8;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// [a-z][a-z0-9_]*
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

// "plugin" and "database" are ours, "le" and "quantile" are Prometheus' own.
bool is_label(std::string_view key) {
  return is_name(key) && key != "plugin" && key != "database" && key != "le" && key != "quantile";
}

// At most kLongestLabel bytes, whole characters.
std::string_view shortened(std::string_view text) {
  if (text.size() <= kLongestLabel) return text;
  size_t size = kLongestLabel;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

prometheus::Histogram::BucketBoundaries buckets_of(std::string_view name) {
  if (ends_with(name, "_seconds")) return {0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300, 3600};
  if (ends_with(name, "_bytes")) return {256, 4096, 65536, 1048576, 16777216, 268435456};
  return {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000, 100000};
}

// Quoted for the log, and no longer than a line: it may be anything.
std::string shown(std::string_view name) {
  constexpr size_t kShown = 40;
  std::string text;
  for (const char c : name.substr(0, kShown)) text += c >= ' ' && c <= '~' ? c : '?';
  return "`" + text + "`";
}

void put(std::string& key, std::string_view text) {
  key += text;
  key += '\0';
}

}  // namespace

const char* to_string(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter: return "counter";
    case MetricKind::kGauge: return "gauge";
    case MetricKind::kHistogram: return "histogram";
  }
  return "";
}

std::string MetricNames::claim(std::string_view name, MetricKind kind, std::string_view plugin) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> taken{std::string(name)};
  if (kind == MetricKind::kHistogram)
    for (const char* suffix : {"_bucket", "_count", "_sum"}) taken.push_back(std::string(name) + suffix);
  for (const std::string& one : taken)
    if (const auto at = owners_.find(one); at != owners_.end() && (at->second.kind != kind || at->second.name != name))
      return "already a " + std::string(to_string(at->second.kind)) + " of " + at->second.plugin;
  for (const std::string& one : taken) owners_.try_emplace(one, Owner{kind, std::string(name), std::string(plugin)});
  return {};
}

void PluginSeries::say(std::string_view mistake, const std::string& sentence) {
  constexpr size_t kMostSaid = 200;
  if (said_.size() < kMostSaid && said_.emplace(mistake).second) log_.write(LogLevel::kWarn, plugin_, sentence);
}

bool PluginSeries::labels_of(Value given, std::vector<Label>& out) {
  for (const Field label : given.fields()) {
    if (!is_label(label.key)) {
      say("label", "a metric's label " + shown(label.key) +
                       " is refused: labels are [a-z][a-z0-9_]* and not plugin, database, le or quantile");
      return false;
    }
    if (!label.value.is_string()) {
      say("label type", "a metric's label " + shown(label.key) + " is refused: its value must be a string");
      return false;
    }
    out.push_back({label.key, shortened(label.value.text())});
  }
  if (out.size() > kMostLabels) {
    say("labels", "a metric with more than " + std::to_string(kMostLabels) + " labels is refused");
    return false;
  }
  std::sort(out.begin(), out.end(), [](const Label& a, const Label& b) { return a.key < b.key; });
  if (std::adjacent_find(out.begin(), out.end(), [](const Label& a, const Label& b) { return a.key == b.key; }) ==
      out.end())
    return true;
  say("label twice", "a metric that has the same label twice is refused");
  return false;
}

void PluginSeries::record(MetricKind kind, std::string_view database, Value args) {
  const std::string_view name = args["name"].text();
  const double value = args["value"].number().value_or(std::nan(""));
  thread_local std::string key;
  thread_local std::vector<Label> labels;
  key.clear();
  labels.clear();
  const std::lock_guard lock(mutex_);
  if (!std::isfinite(value) || (kind == MetricKind::kCounter && value < 0)) {
    say("value", "the metric " + shown(name) + " is refused: a value must be finite, and what is added not negative");
    return;
  }
  if (!labels_of(args["labels"], labels)) return;
  put(key, database);
  put(key, name);
  for (const Label& label : labels) {
    put(key, label.key);
    // A value may hold any byte, so its length stands before it.
    key += std::to_string(label.value.size());
    put(key, "");
    key += label.value;
  }
  if (const auto known = series_.find(std::string_view(key)); known != series_.end())
    apply(known->second, kind, name, value);
  else
    add_series(kind, database, name, labels, key, value);
}

void PluginSeries::apply(const Series& series, MetricKind kind, std::string_view name, double value) {
  if (series.index() != static_cast<size_t>(kind))
    say("kind " + std::string(name), "the metric " + shown(name) + " cannot be a " + to_string(kind) +
                                         ": it is already a " + to_string(static_cast<MetricKind>(series.index())) +
                                         "; choose another name");
  else if (const auto* counter = std::get_if<prometheus::Counter*>(&series))
    (*counter)->Increment(value);
  else if (const auto* gauge = std::get_if<prometheus::Gauge*>(&series))
    (*gauge)->Set(value);
  else
    std::get<prometheus::Histogram*>(series)->Observe(value);
}

void PluginSeries::add_series(MetricKind kind, std::string_view database, std::string_view name,
                              const std::vector<Label>& labels, std::string_view key, double value) {
  if (!is_name(name))
    return say("name", "the metric " + shown(name) + " is refused: names are [a-z][a-z0-9_]*, at most " +
                           std::to_string(kLongestName) + " characters");
  if ((kind == MetricKind::kCounter) != ends_with(name, "_total"))
    return say("total", "the " + std::string(to_string(kind)) + " " + shown(name) +
                            " is refused: counters end in _total, and nothing else does");
  if (series_.size() >= Metrics::kMostSeries)
    return say("series", "it has " + std::to_string(Metrics::kMostSeries) +
                             " series of metrics, further ones such as " + shown(name) +
                             " are dropped: use fewer label values");
  if (const std::string already = names_.claim(name, kind, plugin_); !already.empty())
    return say("kind " + std::string(name), "the metric " + shown(name) + " cannot be a " + to_string(kind) +
                                                ": it is " + already + "; choose another name");
  const std::string full = std::string(kPrefix) + std::string(name);
  const std::string help = "A metric of plugins.";
  prometheus::Labels all = {{"plugin", plugin_}, {"database", std::string(database)}};
  for (const Label& label : labels) all.emplace(label.key, label.value);
  Series made;
  if (kind == MetricKind::kCounter)
    made = &prometheus::BuildCounter().Name(full).Help(help).Register(registry_).Add(all);
  else if (kind == MetricKind::kGauge)
    made = &prometheus::BuildGauge().Name(full).Help(help).Register(registry_).Add(all);
  else
    made = &prometheus::BuildHistogram().Name(full).Help(help).Register(registry_).Add(all, buckets_of(name));
  apply(series_.emplace(std::string(key), made).first->second, kind, name, value);
}

}  // namespace outrigger::host
