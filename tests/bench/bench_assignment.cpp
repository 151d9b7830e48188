// Plans for many leads, 20 teams and 200 members: compute alone, rules already evaluated. `given` leads are assigned;
// `mb` is the most that a plan holds beside its input, `input_mb` that input.
#include <benchmark/benchmark.h>

#include <random>

#include "engine/odoo.hpp"
#include "engine/plan.hpp"
#include "watched_memory.hpp"

namespace outrigger::assignment {
namespace {

constexpr int64_t kHour = 3600LL * 1'000'000;

Work made(size_t count) {
  std::mt19937 random(3);
  Work work;
  work.now = 1000 * 24 * kHour;
  for (size_t i = 0; i < count; ++i) {
    Lead lead;
    lead.id = static_cast<int64_t>(i) + 1;
    lead.probability = static_cast<double>(random() % 10000) / 100;
    lead.revenue = static_cast<double>(random() % 50000);
    lead.created = work.now - static_cast<int64_t>(1 + random() % 100) * kHour;
    work.leads.push_back(lead);
  }
  const auto flags = [&](unsigned part) {
    Flags flags;
    for (size_t i = 0; i < count; ++i) flags.push_back(random() % 100 < part ? 1 : 0);
    return flags;
  };
  for (int64_t t = 1; t <= 20; ++t) {
    Team team;
    team.id = t;
    team.rule = flags(20);
    for (int64_t m = 0; m < 10; ++m) {
      Member member;
      member.id = t * 100 + m;
      member.monthly = 30.0 * static_cast<double>(1 + random() % 6);
      if (m % 2 == 0) member.rule = flags(60);
      team.members.push_back(std::move(member));
    }
    work.teams.push_back(std::move(team));
  }
  return work;
}

double given(const Plan& plan) {
  double given = 0;
  for (const Load& load : plan.loads) given += load.given;
  return given;
}

template <typename Engine>
void measure(benchmark::State& state, Engine&& engine) {
  const auto count = static_cast<size_t>(state.range(0));
  const Work work = made(count);
  for (auto _ : state) state.counters["given"] = given(engine(work));
  state.counters["mb"] = bench::peak_mb_of([&] { benchmark::DoNotOptimize(engine(work)); });
  state.counters["input_mb"] = bench::held_mb_of([&] { return made(count); });
}

void fair(benchmark::State& state) {
  measure(state, [](const Work& work) { return plan_fairly(work, {}); });
}
BENCHMARK(fair)->Arg(2000)->Arg(20000)->Arg(200000)->Unit(benchmark::kMillisecond);

void value(benchmark::State& state) {
  measure(state, [](const Work& work) { return plan_by_value(work, {}, {}); });
}
BENCHMARK(value)->Arg(2000)->Arg(20000)->Arg(200000)->Unit(benchmark::kMillisecond);

void odoo(benchmark::State& state) {
  measure(state, [](const Work& work) { return plan_as_odoo(work, {}, {}); });
}
BENCHMARK(odoo)->Arg(2000)->Arg(20000)->Arg(200000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace outrigger::assignment
