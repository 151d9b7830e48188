// What one metric of a plugin costs the host, once its series is known, and what an exposition costs.
#include <benchmark/benchmark.h>

#include "host/metrics/metrics.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {
namespace {

Log& log() {
  static Log quiet([](LogLevel, std::string_view, std::string_view) {});
  return quiet;
}

void add_plain(benchmark::State& state) {
  Metrics metrics(log());
  const auto engine = metrics.engine("scoring", "main");
  Arena arena;
  const Value args = arena.object({{"name", "leads_total"}, {"value", 1.0}});
  for (auto _ : state) engine->notify("add", args);
}
BENCHMARK(add_plain);

void add_labelled(benchmark::State& state) {
  Metrics metrics(log());
  const auto engine = metrics.engine("scoring", "main");
  Arena arena;
  const Value args =
      arena.object({{"name", "leads_total"},
                    {"value", 1.0},
                    {"labels", arena.object({{"team", "Direct Sales"}, {"kind", "opportunity"}, {"stage", "new"}})}});
  for (auto _ : state) engine->notify("add", args);
}
BENCHMARK(add_labelled);

void observe_plain(benchmark::State& state) {
  Metrics metrics(log());
  const auto engine = metrics.engine("scoring", "main");
  Arena arena;
  const Value args = arena.object({{"name", "run_seconds"}, {"value", 0.3}});
  for (auto _ : state) engine->notify("observe", args);
}
BENCHMARK(observe_plain);

void count_call(benchmark::State& state) {
  Metrics metrics(log());
  CallObserver* calls = metrics.calls("scoring", "main");
  for (auto _ : state) calls->called({"odoo.search_read", Code::kOk, false, 1200, 80});
}
BENCHMARK(count_call);

// Seven plugins with all their series and fifteen operations each.
void exposition(benchmark::State& state) {
  Metrics metrics(log());
  for (int plugin = 0; plugin < 7; ++plugin) {
    const std::string id = "plugin" + std::to_string(plugin);
    const auto engine = metrics.engine(id, "main");
    for (size_t i = 0; i < Metrics::kMostSeries; ++i) {
      Arena arena;
      engine->notify("add", arena.object({{"name", "leads_total"},
                                          {"value", 1.0},
                                          {"labels", arena.object({{"lead", arena.text(std::to_string(i))}})}}));
    }
    for (char operation = 'a'; operation < 'p'; ++operation)
      metrics.calls(id, "main")->called({std::string("odoo.") + operation, Code::kOk, false, 1200, 80});
  }
  size_t bytes = 0;
  for (auto _ : state) bytes = metrics.exposition().size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(exposition);

}  // namespace
}  // namespace outrigger::host
