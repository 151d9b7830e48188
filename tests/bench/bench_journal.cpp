// The journal: rows a second kept and delivered, durably (WAL, synchronous=FULL), and a million shadow rows.
#include <benchmark/benchmark.h>

#include "tests/bench/journal_rows.hpp"

namespace {

using outrigger::host::LeadJournal;
using outrigger::host::LeadPage;

constexpr int64_t kPage = 1000;
constexpr int64_t kRecords = 100'000;
constexpr size_t kBatch = 500;

void keep_fresh(benchmark::State& state) {
  LeadJournal journal("bench/leads");
  const uint64_t tell = static_cast<uint64_t>(state.range(0));
  int64_t first = 1;
  for (auto _ : state) {
    state.PauseTiming();
    const LeadPage page(first, kPage, 1);
    first += kPage;
    state.ResumeTiming();
    if (!journal.keep(page, tell)) state.SkipWithError("not kept");
  }
  state.SetItemsProcessed(state.iterations() * kPage);
}
BENCHMARK(keep_fresh)->ArgName("told")->Arg(0)->Arg(1)->UseRealTime()->Iterations(200);

void keep_the_same(benchmark::State& state) {
  LeadJournal journal("bench/leads");
  const LeadPage page(1, kPage, 1);
  (void)journal.keep(page, 0);
  for (auto _ : state)
    if (!journal.keep(page, 1)) state.SkipWithError("not kept");
  state.SetItemsProcessed(state.iterations() * kPage);
}
BENCHMARK(keep_the_same)->UseRealTime();

// From Odoo's page to done: what changed is kept, handed out in batches of 500 and settled.
void change_to_done(benchmark::State& state) {
  LeadJournal journal("bench/leads");
  journal.keep(1, kRecords, 1, 0);
  int64_t first = 1;
  int64_t stage = 2;
  for (auto _ : state) {
    state.PauseTiming();
    const LeadPage page(first, kPage, stage);
    first = (first + 7000) % kRecords;
    ++stage;
    state.ResumeTiming();
    if (!journal.keep(page, 1)) state.SkipWithError("not kept");
    for (;;) {
      const auto batch = journal.journal().next("bench/leads", kBatch);
      if (!batch || batch->empty()) break;
      if (!journal.journal().settle(*batch, {})) state.SkipWithError("not settled");
    }
  }
  state.SetItemsProcessed(state.iterations() * kPage);
}
BENCHMARK(change_to_done)->UseRealTime()->Iterations(100);

void next_and_settle(benchmark::State& state) {
  LeadJournal journal("bench/leads");
  journal.keep(1, kRecords, 1, 1);
  for (auto _ : state) {
    const auto batch = journal.journal().next("bench/leads", kBatch);
    if (!batch || batch->empty() || !journal.journal().settle(*batch, {})) state.SkipWithError("not settled");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kBatch));
}
BENCHMARK(next_and_settle)->UseRealTime()->Iterations(200);

void open_a_million(benchmark::State& state) {
  LeadJournal journal("bench/leads");
  journal.keep(1, 1'000'000, 1, 0);
  for (auto _ : state) {
    state.PauseTiming();
    journal.close();
    state.ResumeTiming();
    journal.open();
  }
  state.counters["megabytes"] = journal.megabytes();
}
BENCHMARK(open_a_million)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(20);

}  // namespace
