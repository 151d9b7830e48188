#include "host/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <sstream>
#include <vector>

#include "host/metrics/call_counts.hpp"
#include "host/metrics/plugin_series.hpp"
#include "outrigger/abi/metrics.h"

namespace outrigger::host {
namespace {

using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;

class MetricsEngine final : public Engine {
 public:
  MetricsEngine(PluginSeries& series, std::string database) : series_(series), database_(std::move(database)) {}

  [[nodiscard]] std::string_view extension() const override { return OR_METRICS_ID; }
  Result<Document> call(std::string_view, Value, const std::stop_token&) override {
    return Error{Code::kUnsupported, "metrics are reported by add, set and observe; there is nothing to ask",
                 Source::kHost, Effect::kNone, -1};
  }
  void notify(std::string_view slot, Value args) override {
    if (slot == "add")
      series_.record(MetricKind::kCounter, database_, args);
    else if (slot == "set")
      series_.record(MetricKind::kGauge, database_, args);
    else if (slot == "observe")
      series_.record(MetricKind::kHistogram, database_, args);
  }

 private:
  PluginSeries& series_;
  std::string database_;
};

Gauges& gauges(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
Counters& counters(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
prometheus::Labels of(std::string_view database, const char* key, std::string_view value) {
  return {{"database", std::string(database)}, {key, std::string(value)}};
}

}  // namespace

struct Metrics::State {
  explicit State(Log& the_log) : log(the_log) {}

  Log& log;
  prometheus::Registry registry;
  Gauges& lag = gauges(registry, "outrigger_stream_lag_seconds", "Age of the newest change that was looked for.");
  Gauges& oldest = gauges(registry, "outrigger_oldest_undelivered_seconds", "Age of the oldest change that waits.");
  Gauges& dead = gauges(registry, "outrigger_dead_letters", "Deliveries that ended as dead letters.");
  Gauges& unknown = gauges(registry, "outrigger_unknown_outcomes", "Writes of which the outcome is not known.");
  Gauges& full = gauges(registry, "outrigger_journal_full", "1 while the disk is full and the feed waits for room.");
  Gauges& key_days = gauges(registry, "outrigger_key_days_left", "Days until a key of Odoo expires.");
  Gauges& quarantine = gauges(registry, "outrigger_quarantined", "1 while a plugin is in quarantine.");
  Counters& avoided = counters(registry, "outrigger_writes_avoided_total",
                               "Records that held the values already: nothing was written.");
  Counters& hints = counters(registry, "outrigger_hints_received_total", "Webhooks of Odoo that were taken.");
  Counters& refused_hints =
      counters(registry, "outrigger_hints_refused_total", "Webhooks that were refused, by why: nobody knows whose.");
  Counters& restarts = counters(registry, "outrigger_restarts_total", "Starts of a plugin after it had ended.");
  CallFamilies calls{
      counters(registry, "outrigger_calls_total", "Calls of plugins on the host, by how they ended."),
      counters(registry, "outrigger_calls_refused_total", "Calls that the plugin's grant does not hold."),
      counters(registry, "outrigger_rows_total", "Records read or written by plugins."),
      prometheus::BuildHistogram()
          .Name("outrigger_call_duration_seconds")
          .Help("Time from a plugin's call to its answer.")
          .Register(registry)};

  MetricNames names;
  std::mutex mutex;
  std::map<std::pair<std::string, std::string>, CallCounts> counts;  // by plugin and database
  std::map<std::string, PluginSeries, std::less<>> series;           // by plugin
  std::mutex refreshing;
  std::vector<std::function<void(Metrics&)>> refreshers;
};

Metrics::Metrics(Log& log) : state_(std::make_unique<State>(log)) {}
Metrics::~Metrics() = default;

void Metrics::lag(std::string_view database, std::string_view stream, double seconds) {
  state_->lag.Add(of(database, "stream", stream)).Set(seconds);
}
void Metrics::forget_lag(std::string_view database, std::string_view stream) {
  state_->lag.Remove(&state_->lag.Add(of(database, "stream", stream)));
}
void Metrics::oldest_undelivered(std::string_view database, std::string_view plugin, double seconds) {
  state_->oldest.Add(of(database, "plugin", plugin)).Set(seconds);
}
void Metrics::dead_letters(std::string_view database, std::string_view plugin, int64_t count) {
  state_->dead.Add(of(database, "plugin", plugin)).Set(static_cast<double>(count));
}
void Metrics::unknown_outcomes(std::string_view database, int64_t count) {
  state_->unknown.Add({{"database", std::string(database)}}).Set(static_cast<double>(count));
}
void Metrics::journal_full(std::string_view database, bool is) {
  state_->full.Add({{"database", std::string(database)}}).Set(is ? 1 : 0);
}
void Metrics::key_days_left(std::string_view database, std::string_view key, double days) {
  state_->key_days.Add(of(database, "key", key)).Set(days);
}
void Metrics::quarantined(std::string_view database, std::string_view plugin, bool is) {
  state_->quarantine.Add(of(database, "plugin", plugin)).Set(is ? 1 : 0);
}
void Metrics::writes_avoided(std::string_view database, std::string_view plugin, uint64_t more) {
  state_->avoided.Add(of(database, "plugin", plugin)).Increment(static_cast<double>(more));
}
void Metrics::restarted(std::string_view database, std::string_view plugin, uint64_t more) {
  state_->restarts.Add(of(database, "plugin", plugin)).Increment(static_cast<double>(more));
}

void Metrics::hint_received(std::string_view database) {
  state_->hints.Add({{"database", std::string(database)}}).Increment();
}
void Metrics::hint_refused(std::string_view why) {
  state_->refused_hints.Add({{"reason", std::string(why)}}).Increment();
}

CallObserver* Metrics::calls(std::string_view plugin, std::string_view database) {
  const std::lock_guard lock(state_->mutex);
  const std::pair<std::string, std::string> key(plugin, database);
  return &state_->counts.try_emplace(key, state_->calls, key.first, key.second).first->second;
}

std::unique_ptr<Engine> Metrics::engine(std::string_view plugin, std::string_view database) {
  const std::lock_guard lock(state_->mutex);
  const std::string id(plugin);
  PluginSeries& series = state_->series.try_emplace(id, id, state_->registry, state_->names, state_->log).first->second;
  return std::make_unique<MetricsEngine>(series, std::string(database));
}

void Metrics::before_exposition(std::function<void(Metrics&)> refresh) {
  const std::lock_guard lock(state_->refreshing);
  state_->refreshers.push_back(std::move(refresh));
}

std::string Metrics::exposition() {
  {
    const std::lock_guard lock(state_->refreshing);
    for (const auto& refresh : state_->refreshers) refresh(*this);
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, state_->registry.Collect());
  return text.str();
}

}  // namespace outrigger::host
