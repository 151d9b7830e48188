// What the wall around a plugin costs: calls in this process and through a hardened runner, the start of a runner,
// and what a neighbour that crashes costs the others.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "host/plugins/cache.hpp"
#include "host/plugins/instance.hpp"
#include "host/process/process_instance.hpp"
#include "host/process/user_lease.hpp"

namespace outrigger::host {
namespace {

constexpr int kRows = 80;
constexpr int kFields = 15;

Log& log() {
  static Log one([](LogLevel, std::string_view, std::string_view) {});
  return one;
}

const Manifest& manifest() {
  static const Manifest one = *read_manifest(OUTRIGGER_IDLE);
  return one;
}

RunnerOptions runner() {
  RunnerOptions options;
  options.program = OUTRIGGER_RUNNER;
  options.folder = cache_plugin(manifest(), std::filesystem::temp_directory_path() / "outrigger-bench-plugins")->folder;
  options.uid = uid_of(manifest().id);
  return options;
}

std::unique_ptr<Instance> make(bool isolated) {
  auto services = std::make_unique<Services>("idle@bench", log(), nullptr);
  const InstanceOptions options{"bench", OR_ROLE_CHANGES | OR_ROLE_COMMANDS, {}};
  if (isolated) return *make_process(manifest(), std::move(services), options, runner());
  return *make_inproc(*load_library(manifest()), manifest(), std::move(services), options);
}

Document batch() {
  return Document::build([](Arena& arena) {
    std::vector<Value> changes;
    for (int i = 1; i <= kRows; ++i) {
      std::vector<Field> fields;
      for (int k = 0; k < kFields; ++k)
        fields.push_back(
            {arena.keep("field_" + std::to_string(k)),
             k % 3 == 0 ? Value::of(int64_t{i} * k) : arena.text("A text of some length, " + std::to_string(i))});
      changes.push_back(arena.object({{"delivery", arena.text(std::to_string(i))},
                                      {"kind", "changed"},
                                      {"id", i},
                                      {"after", arena.object(fields)}}));
    }
    return arena.object({{"subscription", "all"}, {"model", "res.partner"}, {"changes", arena.array(changes)}});
  });
}

void call(benchmark::State& state, bool isolated, const char* operation, Value args) {
  const std::unique_ptr<Instance> instance = make(isolated);
  for (auto _ : state)
    if (const Result<Document> done = instance->call(operation, args, {}); !done)
      state.SkipWithError(done.error().message.c_str());
}

void no_op(benchmark::State& state, bool isolated) {
  Arena arena;
  call(state, isolated, "commands.run", arena.object({{"name", "nothing"}}));
}
void records(benchmark::State& state, bool isolated) {
  const Document changes = batch();
  call(state, isolated, "changes.deliver", changes.root());
}
void start(benchmark::State& state) {
  const RunnerOptions options = runner();
  for (auto _ : state) {
    auto services = std::make_unique<Services>("idle@bench", log(), nullptr);
    auto instance = make_process(manifest(), std::move(services), {"bench", OR_ROLE_COMMANDS, {}}, options);
    state.PauseTiming();
    instance = Error{};
    state.ResumeTiming();
  }
}

// The time of each call in microseconds, sorted, for as long as there are to be more.
std::vector<double> latencies(Instance& instance, const std::function<bool()>& more) {
  Arena arena;
  const Value args = arena.object({{"name", "nothing"}});
  std::vector<double> all;
  while (more()) {
    const auto begin = std::chrono::steady_clock::now();
    if (!instance.call("commands.run", args, {})) return {};
    all.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(all.begin(), all.end());
  return all;
}

// What a plugin's calls take while another plugin crashes a thousand times, each time as soon as it is up: no back-off,
// no quarantine, as a host would never do it. `starts` is the same with a neighbour that is stopped in peace: what the
// crash itself adds is the difference.
void beside(benchmark::State& state, bool crashing) {
  constexpr int kTimes = 1000;
  for (auto _ : state) {
    const std::unique_ptr<Instance> instance = make(true);
    int calls = 0;
    const std::vector<double> alone = latencies(*instance, [&] { return ++calls <= 20000; });
    std::atomic<int> ended{0};
    std::thread neighbour([&] {
      for (; ended < kTimes; ++ended) {
        const std::unique_ptr<Instance> other = make(true);
        if (!crashing) continue;
        ::kill(other->pid(), SIGSEGV);
        Arena arena;
        (void)other->call("commands.run", arena.object({{"name", "nothing"}}), {});
      }
    });
    const std::vector<double> during = latencies(*instance, [&] { return ended < kTimes; });
    neighbour.join();
    if (alone.empty() || during.empty()) return state.SkipWithError("the neighbour did not survive");
    const auto at = [](const std::vector<double>& all, double part) {
      return all[static_cast<size_t>(static_cast<double>(all.size() - 1) * part)];
    };
    state.counters["alone_p50_us"] = at(alone, 0.5);
    state.counters["beside_p50_us"] = at(during, 0.5);
    state.counters["ratio_p50"] = at(during, 0.5) / at(alone, 0.5);
    state.counters["alone_p99_us"] = at(alone, 0.99);
    state.counters["beside_p99_us"] = at(during, 0.99);
    state.counters["calls_beside"] = static_cast<double>(during.size());
  }
}

BENCHMARK_CAPTURE(no_op, inproc, false)->UseRealTime();
BENCHMARK_CAPTURE(no_op, process, true)->UseRealTime();
BENCHMARK_CAPTURE(records, inproc, false)->UseRealTime();
BENCHMARK_CAPTURE(records, process, true)->UseRealTime();
BENCHMARK(start)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(50);
BENCHMARK_CAPTURE(beside, crashes, true)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(beside, starts, false)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace outrigger::host
