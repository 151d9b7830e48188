// Rebuild the table and score every open lead; beside it one pass that only adds up all columns: the physical limit.
// `peak_mb` is the most that scoring had allocated at once beyond its input, `columns_mb` the input, in 10^6 bytes.
#include <benchmark/benchmark.h>

#include <map>

#include "made_leads.hpp"
#include "watched_memory.hpp"

namespace outrigger::scoring {
namespace {

const MadeLeads& made(size_t count) {
  static std::map<size_t, MadeLeads> all;
  const auto at = all.find(count);
  return at != all.end() ? at->second : all.emplace(count, make_leads(count)).first->second;
}

template <typename... Column>
size_t bytes(const Column&... column) {
  return (0 + ... + (column.size() * sizeof(column[0])));
}

double columns_mb(const Leads& leads) {
  size_t all = bytes(leads.id, leads.stage, leads.team, leads.status, leads.active, leads.priority, leads.created,
                     leads.probability, leads.automated, leads.tag, leads.tag_start, leads.tag_end);
  for (const auto& column : leads.feature) all += bytes(column);
  return static_cast<double>(all) / 1e6;
}

double peak_mb_of_scoring(const MadeLeads& in) {
  return bench::peak_mb_of([&] {
    const Frequencies table = rebuild(in.leads, in.model, in.variables, 0);
    benchmark::DoNotOptimize(score_pending(in.leads, in.model, in.variables, table, 0).rows.data());
  });
}

void rebuild_and_score(benchmark::State& state) {
  const MadeLeads& in = made(static_cast<size_t>(state.range(0)));
  size_t scored = 0;
  for (auto _ : state) {
    const Frequencies table = rebuild(in.leads, in.model, in.variables, 0);
    const Scores scores = score_pending(in.leads, in.model, in.variables, table, 0);
    scored = scores.rows.size();
    benchmark::DoNotOptimize(scores.automated.data());
  }
  state.counters["columns_mb"] = columns_mb(in.leads);
  state.counters["peak_mb"] = peak_mb_of_scoring(in);
  state.counters["scored"] = static_cast<double>(scored);
  state.counters["leads/s"] =
      benchmark::Counter(static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(rebuild_and_score)->Arg(30000)->Arg(200000)->Arg(1000000)->Unit(benchmark::kMillisecond);

void rebuild_only(benchmark::State& state) {
  const MadeLeads& in = made(static_cast<size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(rebuild(in.leads, in.model, in.variables, 0).rows.data());
}
BENCHMARK(rebuild_only)->Arg(1000000)->Unit(benchmark::kMillisecond);

template <typename T>
int64_t sum(const std::vector<T>& column) {
  int64_t total = 0;
  for (const T value : column) total += static_cast<int64_t>(value);
  return total;
}

void one_pass_over_the_columns(benchmark::State& state) {
  const Leads& leads = made(static_cast<size_t>(state.range(0))).leads;
  for (auto _ : state) {
    int64_t total = sum(leads.id) + sum(leads.stage) + sum(leads.team) + sum(leads.status) + sum(leads.active) +
                    sum(leads.priority) + sum(leads.created) + sum(leads.probability) + sum(leads.automated) +
                    sum(leads.tag) + sum(leads.tag_start) + sum(leads.tag_end);
    for (const auto& column : leads.feature) total += sum(column);
    benchmark::DoNotOptimize(total);
  }
}
BENCHMARK(one_pass_over_the_columns)->Arg(30000)->Arg(200000)->Arg(1000000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace outrigger::scoring
