// The host's numbers for the admin's monitoring, as Prometheus reads them.
//
//     Metrics metrics(log);
//     metrics.lag("main", "crm.lead", 1.5);
//     services->observe(metrics.calls("scoring", "main"));
//     services->add(metrics.engine("scoring", "main"));          // outrigger.metrics/1
//     std::string text = metrics.exposition();                   // for GET /metrics
//
// The host's own names begin with outrigger_, those of plugins with outrigger_plugin_. Times are seconds. The number of
// series is bounded by what is configured: a plugin adds at most kMostSeries of its own, and kMostOperations operations
// are told apart for each plugin and database (further ones are "other").
//
// Threads: any. One a host; it outlives every Services, engine and observer that it gave out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "host/services/call_observer.hpp"
#include "host/services/engine.hpp"
#include "host/services/log.hpp"

namespace outrigger::host {

class Metrics {
 public:
  static constexpr size_t kMostSeries = 100;
  static constexpr size_t kMostOperations = 64;
  static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

  explicit Metrics(Log& log);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Gauges: the value as of now.
  void lag(std::string_view database, std::string_view stream, double seconds);
  // A stream that is no longer followed has no lag, not its last one.
  void forget_lag(std::string_view database, std::string_view stream);
  void oldest_undelivered(std::string_view database, std::string_view plugin, double seconds);
  void dead_letters(std::string_view database, std::string_view plugin, int64_t count);
  void unknown_outcomes(std::string_view database, int64_t count);
  // A full disk: what is read cannot be kept, and the feed waits.
  void journal_full(std::string_view database, bool is);
  void key_days_left(std::string_view database, std::string_view key, double days);
  void quarantined(std::string_view database, std::string_view plugin, bool is);
  // Counters: so many more.
  void writes_avoided(std::string_view database, std::string_view plugin, uint64_t more);
  void restarted(std::string_view database, std::string_view plugin, uint64_t more = 1);
  // Webhooks of Odoo that were taken, and those that were not; why: token, body, size or full.
  void hint_received(std::string_view database);
  void hint_refused(std::string_view why);

  // Counts a plugin's calls, rows, refusals and durations by operation. The same one for the same names.
  CallObserver* calls(std::string_view plugin, std::string_view database);
  // outrigger.metrics/1 for one instance. What breaks the contract of abi/metrics.h is dropped and said once in the
  // log.
  std::unique_ptr<Engine> engine(std::string_view plugin, std::string_view database);

  // Asked at each exposition, before it is written, one after the other: to set gauges that nobody sets in between.
  // Quick, for it runs on the thread of the admin's listener; callable as long as this lives.
  void before_exposition(std::function<void(Metrics&)> refresh);
  // The Prometheus text format 0.0.4.
  std::string exposition();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace outrigger::host
