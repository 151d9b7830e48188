/* Host extension "outrigger.clock/1": the only source of time for a plugin.
 *
 * In tests the clock is virtual and moves when the test says so; a plugin that asks the system for the time cannot
 * be tested that way. Times are microseconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
 * Zones are borrowed for the call.
 */
#ifndef OUTRIGGER_ABI_CLOCK_H
#define OUTRIGGER_ABI_CLOCK_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_CLOCK_ID "outrigger.clock/1"

typedef struct or_clock_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */
  /* [any-thread] now, in microseconds UTC. */
  int64_t (*now)(void* ctx);
  /* [any-thread] microseconds from an arbitrary start; never steps back. For measuring durations. */
  int64_t (*monotonic)(void* ctx);
  /* [any-thread] *utc := the instant of a wall-clock time in an IANA zone such as "Europe/Brussels". `local` is that
   * wall-clock time in microseconds, counted as if it were UTC. A time that the zone skips or repeats is resolved
   * to the offset before the change. OR_E_MISSING: no such zone on this machine. */
  or_status (*to_utc)(void* ctx, or_str zone, int64_t local, int64_t* utc, or_error* error);
  /* [any-thread] the reverse: *local := the wall-clock time in the zone at the instant utc. */
  or_status (*to_local)(void* ctx, or_str zone, int64_t utc, int64_t* local, or_error* error);
} or_clock_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_CLOCK_H */
