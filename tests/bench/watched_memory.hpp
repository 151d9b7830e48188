// Counts what is allocated while a run is watched. Replaces operator new, so include it in one source of a program.
//
//     double mb = peak_mb_of([&] { benchmark::DoNotOptimize(rebuild(...)); });
//
// In 10^6 bytes, the most that was held at once. One thread; no run that is timed is watched.
#pragma once

#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace outrigger::bench {

inline bool g_watched = false;
inline int64_t g_held = 0;
inline int64_t g_peak = 0;

template <typename Run>
double peak_mb_of(Run&& run) {
  g_held = g_peak = 0;
  g_watched = true;
  run();
  g_watched = false;
  return static_cast<double>(g_peak) / 1e6;
}

// What is still held when the run has returned its result.
template <typename Run>
double held_mb_of(Run&& run) {
  g_held = g_peak = 0;
  g_watched = true;
  const auto kept = run();
  g_watched = false;
  return static_cast<double>(g_held) / 1e6;
}

}  // namespace outrigger::bench

// Not inlined: GCC would take std::free for a wrong match of the operator.
[[gnu::noinline]] void* operator new(size_t size) {
  void* at = std::malloc(size);
  if (at == nullptr) throw std::bad_alloc();
  using namespace outrigger::bench;
  if (g_watched) g_peak = std::max(g_peak, g_held += static_cast<int64_t>(malloc_usable_size(at)));
  return at;
}

[[gnu::noinline]] void operator delete(void* at) noexcept {
  using namespace outrigger::bench;
  if (g_watched && at != nullptr) g_held -= static_cast<int64_t>(malloc_usable_size(at));
  std::free(at);
}

void operator delete(void* at, size_t) noexcept { operator delete(at); }
