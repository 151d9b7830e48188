// From the journal to a plugin and back, durably, on a file with a million rows: changes a second in process and
// isolated, what is replayed, and what such a file weighs and takes to open.
//
//     bench_delivery [--benchmark_filter=...]        BENCH_ROWS=1000000
//
// A change is handed out in batches of 500 as `outrigger run` does it (host/delivery), read whole by the plugin, and
// settled with synchronous=FULL. The file is made once, on the disk of the current folder.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <chrono>

#include "host/delivery/courier.hpp"
#include "host/plugins/cache.hpp"
#include "host/plugins/instance.hpp"
#include "host/process/process_instance.hpp"
#include "host/process/user_lease.hpp"
#include "tests/bench/journal_rows.hpp"

namespace outrigger::host {
namespace {

constexpr int64_t kChanges = 100'000;

int64_t rows() {
  const char* asked = std::getenv("BENCH_ROWS");
  return asked == nullptr ? 1'000'000 : std::atoll(asked);
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The journal of one database, with all leads seen; made once.
class Filled : public LeadJournal {
 public:
  static Filled& get() {
    static Filled one;
    return one;
  }
  // So many leads change; everybody is told.
  void change(int64_t count) { keep(1, count, ++stage_, 1); }
  double fill_seconds = 0;

 private:
  Filled() : LeadJournal("idle/leads") {
    fill_seconds = seconds_of([&] { keep(1, rows(), 1, 0); });
  }
  int64_t stage_ = 1;
};

std::unique_ptr<Instance> plugin(bool isolated) {
  static Log log([](LogLevel, std::string_view, std::string_view) {});
  static const Manifest manifest = *read_manifest(OUTRIGGER_IDLE);
  auto services = std::make_unique<Services>("idle@bench", log, nullptr);
  const InstanceOptions options{"bench", OR_ROLE_CHANGES, {}};
  if (!isolated) return *make_inproc(*load_library(manifest), manifest, std::move(services), options);
  RunnerOptions runner;
  runner.program = OUTRIGGER_RUNNER;
  runner.folder = cache_plugin(manifest, std::filesystem::temp_directory_path() / "outrigger-bench-plugins")->folder;
  runner.uid = uid_of(manifest.id);
  return *make_process(manifest, std::move(services), options, runner);
}

// Until nothing is due any more; how many.
int64_t deliver_all(benchmark::State& state, Journal& journal, Instance& instance) {
  int64_t now = 1'900'000'000'000'000;
  Courier courier(journal, {"idle", {"idle/leads"}, 500, [&] { return ++now; }, [](const std::string&) {}},
                  [&](std::string_view operation, Value args) { return instance.call(operation, args, {}); });
  int64_t delivered = 0;
  for (;;) {
    const Result<Courier::Round> round = courier.deliver_due();
    if (!round) state.SkipWithError(round.error().message.c_str());
    if (!round || round->delivered == 0) return delivered;
    delivered += static_cast<int64_t>(round->delivered);
  }
}

void fill(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(&Filled::get());
  Filled& filled = Filled::get();
  (void)filled.file().forget();
  state.counters["rows"] = static_cast<double>(rows());
  state.counters["rows_per_second"] = static_cast<double>(rows()) / filled.fill_seconds;
  state.counters["megabytes"] = filled.megabytes();
}
BENCHMARK(fill)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);

void open_and_close(benchmark::State& state) {
  Filled& filled = Filled::get();
  for (auto _ : state) {
    filled.close();
    filled.open();
  }
}
BENCHMARK(open_and_close)->Iterations(20)->UseRealTime()->Unit(benchmark::kMillisecond);

void figures(benchmark::State& state) {
  Filled& filled = Filled::get();
  if (state.range(0) != 0) filled.change(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(filled.journal().figures());
  (void)filled.file().commit([](Database& in) -> Result<void> {
    in.run("DELETE FROM pending");
    return {};
  });
}
BENCHMARK(figures)->ArgName("waiting")->Arg(0)->Arg(10'000)->Arg(1'000'000)->UseRealTime()->Unit(
    benchmark::kMicrosecond);

void journal_to_plugin(benchmark::State& state, bool isolated) {
  Filled& filled = Filled::get();
  const std::unique_ptr<Instance> instance = plugin(isolated);
  int64_t delivered = 0;
  for (auto _ : state) {
    state.PauseTiming();
    filled.change(kChanges);
    state.ResumeTiming();
    delivered += deliver_all(state, filled.journal(), *instance);
  }
  if (delivered != state.iterations() * kChanges) state.SkipWithError("not all were delivered");
  state.SetItemsProcessed(delivered);
}
BENCHMARK_CAPTURE(journal_to_plugin, inproc, false)->Iterations(3)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(journal_to_plugin, isolated, true)->Iterations(3)->UseRealTime()->Unit(benchmark::kMillisecond);

// Dead letters, once more.
void replay(benchmark::State& state) {
  Filled& filled = Filled::get();
  const std::unique_ptr<Instance> instance = plugin(true);
  for (auto _ : state) {
    state.PauseTiming();
    filled.change(kChanges);
    (void)filled.file().commit([](Database& in) -> Result<void> {
      in.run("UPDATE pending SET due = NULL, attempts = 10, error = 'it was'");
      return {};
    });
    state.ResumeTiming();
    const Result<size_t> replayed = filled.journal().replay({.state = "dead"});
    if (!replayed || *replayed != static_cast<size_t>(kChanges)) state.SkipWithError("not replayed");
    if (deliver_all(state, filled.journal(), *instance) != kChanges) state.SkipWithError("not all were delivered");
  }
  state.SetItemsProcessed(state.iterations() * kChanges);
}
BENCHMARK(replay)->Iterations(3)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace outrigger::host
