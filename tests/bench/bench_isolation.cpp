// What the wall around a plugin costs: calls in this process and through a hardened runner, and the start of a runner.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "host/plugins/cache.hpp"
#include "host/plugins/instance.hpp"
#include "host/process/process_instance.hpp"

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

BENCHMARK_CAPTURE(no_op, inproc, false)->UseRealTime();
BENCHMARK_CAPTURE(no_op, process, true)->UseRealTime();
BENCHMARK_CAPTURE(records, inproc, false)->UseRealTime();
BENCHMARK_CAPTURE(records, process, true)->UseRealTime();
BENCHMARK(start)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(50);

}  // namespace
}  // namespace outrigger::host
