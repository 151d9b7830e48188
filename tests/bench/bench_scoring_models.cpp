// The exact table kept up with single changes, and models beyond Odoo's: training, scoring, proof. Counters: `peak_mb`
// the most that was allocated at once beyond the input, `held_mb` what the result keeps, in 10^6 bytes.
#include <benchmark/benchmark.h>

#include <map>

#include "engine/comparison.hpp"
#include "engine/drift.hpp"
#include "engine/exact_table.hpp"
#include "engine/logistic.hpp"
#include "made_leads.hpp"
#include "watched_memory.hpp"

namespace outrigger::scoring {
namespace {

struct Made {
  MadeLeads in;
  Signals signals;
  Timeline timeline;
  [[nodiscard]] Sample sample() const { return {in.leads, signals}; }
};

// made_leads with an industry, a number that matters, points, and a many2many; decided ten days after creation.
Made make(size_t count) {
  Made made{make_leads(count), {}, {}};
  const Leads& leads = made.in.leads;
  made.signals.columns = {Signal::category("industry"), Signal::number("budget"), Signal::number("points"),
                          Signal::of_tags("interests")};
  std::mt19937_64 random(2);
  const auto uniform = [&] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
  auto& columns = made.signals.columns;
  for (size_t row = 0; row < count; ++row) {
    const bool won = leads.status[row] == WonStatus::kWon;
    made.signals.append();
    columns[0].code[row] = columns[0].values.code(std::to_string(static_cast<int>(uniform() * 25)));
    if (uniform() < 0.8) columns[1].numbers[row] = 1000 * uniform() + (won ? 200 : 0);
    if (uniform() < 0.4) columns[2].numbers[row] = 20 * uniform();
    if (uniform() < 0.5) columns[3].append_tag(std::to_string(static_cast<int>(uniform() * 40)));
    const bool open = leads.status[row] == WonStatus::kPending;
    made.timeline.decided.push_back(leads.created[row] + 864'000'000'000);
    made.timeline.observed.push_back(made.timeline.decided.back() - (open ? 1 : 0));
    // Open leads get an outcome too, so that there is something to judge by.
    made.timeline.won.push_back(won || (open && uniform() < 0.4) ? 1 : 0);
  }
  return made;
}

const Made& made(size_t count) {
  static std::map<size_t, Made> all;
  const auto at = all.find(count);
  return at != all.end() ? at->second : all.emplace(count, make(count)).first->second;
}

std::vector<uint32_t> open_rows(const MadeLeads& in) {
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < in.leads.size(); ++row)
    if (pending(in.leads, in.model.rules, row, 0)) rows.push_back(row);
  return rows;
}

// One random lead is won, lost, reopened, moved, or gets another tag, team or country.
void change(LeadState& lead, std::mt19937_64& random) {
  switch (random() % 5) {
    case 0:
      lead.status = WonStatus::kWon;
      lead.probability = 100;
      lead.stage = 7;
      break;
    case 1:
      lead.status = WonStatus::kLost;
      lead.probability = 0;
      lead.stage = static_cast<int16_t>(random() % 7);
      break;
    case 2:
      lead.status = WonStatus::kPending;
      lead.probability = 50;
      lead.stage = static_cast<int16_t>(random() % 7);
      break;
    case 3: lead.team = static_cast<int16_t>(random() % 10); break;
    default:
      lead.feature[3] = 1 + static_cast<uint32_t>(random() % 120);
      lead.tags.assign(1, 1 + static_cast<uint32_t>(random() % 30));
  }
}

void one_change(benchmark::State& state) {
  const MadeLeads& in = made(static_cast<size_t>(state.range(0))).in;
  Leads leads = in.leads;
  ExactTable table(in.model, in.variables, 0);
  table.rebuild(leads);
  std::mt19937_64 random(3);
  for (auto _ : state) {
    LeadState lead = state_of(leads, random() % leads.size());
    change(lead, random);
    benchmark::DoNotOptimize(update(leads, table, lead));
  }
  state.counters["held_mb"] = bench::held_mb_of([&] {
    ExactTable again(in.model, in.variables, 0);
    again.rebuild(in.leads);
    return again;
  });
}
BENCHMARK(one_change)->Arg(30000)->Arg(1000000)->Unit(benchmark::kMicrosecond);

void rows_of_the_exact_table(benchmark::State& state) {
  const MadeLeads& in = made(static_cast<size_t>(state.range(0))).in;
  ExactTable table(in.model, in.variables, 0);
  table.rebuild(in.leads);
  for (auto _ : state) benchmark::DoNotOptimize(table.frequencies().rows.data());
  state.counters["rows"] = static_cast<double>(table.frequencies().rows.size());
}
BENCHMARK(rows_of_the_exact_table)->Arg(1000000)->Unit(benchmark::kMillisecond);

void build_the_exact_table(benchmark::State& state) {
  const MadeLeads& in = made(static_cast<size_t>(state.range(0))).in;
  for (auto _ : state) {
    ExactTable table(in.model, in.variables, 0);
    table.rebuild(in.leads);
  }
}
BENCHMARK(build_the_exact_table)->Arg(1000000)->Unit(benchmark::kMillisecond);

void drift_of_two_tables(benchmark::State& state) {
  const MadeLeads& in = made(static_cast<size_t>(state.range(0))).in;
  const Frequencies exact = rebuild(in.leads, in.model, in.variables, 0);
  Frequencies mirror = exact;
  for (size_t i = 0; i < mirror.rows.size(); i += 10) mirror.rows[i].won += 1;
  for (auto _ : state)
    benchmark::DoNotOptimize(drift(mirror, exact, in.leads, in.model, in.variables, 0).scores.data());
}
BENCHMARK(drift_of_two_tables)->Arg(1000000)->Unit(benchmark::kMillisecond);

void train_model(benchmark::State& state) {
  const Made& of = made(static_cast<size_t>(state.range(1)));
  const auto kind = static_cast<ModelKind>(state.range(0));
  state.SetLabel(std::string(name_of(kind)));
  const auto learn = [&] { return train(kind, of.sample(), of.in.model, of.in.variables, 0, {}); };
  for (auto _ : state) benchmark::DoNotOptimize(learn().get());
  state.counters["peak_mb"] = bench::peak_mb_of([&] { benchmark::DoNotOptimize(learn().get()); });
  state.counters["held_mb"] = bench::held_mb_of(learn);
}
BENCHMARK(train_model)->ArgsProduct({{1, 2}, {30000, 200000, 1000000}})->Unit(benchmark::kMillisecond);

void score_open_leads(benchmark::State& state) {
  const Made& of = made(static_cast<size_t>(state.range(1)));
  const auto kind = static_cast<ModelKind>(state.range(0));
  state.SetLabel(std::string(name_of(kind)));
  const auto model = train(kind, of.sample(), of.in.model, of.in.variables, 0, {});
  const std::vector<uint32_t> rows = open_rows(of.in);
  for (auto _ : state) benchmark::DoNotOptimize(model->score(of.sample(), rows).data());
  state.counters["scored"] = static_cast<double>(rows.size());
  state.counters["scored/s"] =
      benchmark::Counter(static_cast<double>(rows.size()), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(score_open_leads)->ArgsProduct({{0, 1, 2}, {1000000}})->Unit(benchmark::kMillisecond);

void prove(benchmark::State& state) {
  const Made& of = made(static_cast<size_t>(state.range(0)));
  Comparing comparing;
  comparing.cut = cut_at(of.timeline, 0.7);
  size_t judged = 0;
  for (auto _ : state) judged = compare(of.sample(), of.timeline, of.in.model, of.in.variables, 0, comparing).judged;
  state.counters["judged"] = static_cast<double>(judged);
}
BENCHMARK(prove)->Arg(30000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace outrigger::scoring
