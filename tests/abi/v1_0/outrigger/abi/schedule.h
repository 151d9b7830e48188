/* Host extension "outrigger.schedule/1": when the plugin's jobs (abi/jobs.h) run.
 *
 * The manifest declares each job with a schedule of its own; here it can be changed at run time, durably. A job runs
 * one at a time, in the instance that has the role of jobs. Names are borrowed for the call.
 */
#ifndef OUTRIGGER_ABI_SCHEDULE_H
#define OUTRIGGER_ABI_SCHEDULE_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_SCHEDULE_ID "outrigger.schedule/1"

/* What becomes of runs that were due while the host was down. */
#define OR_MISSED_ONCE 0 /* one run, at once */
#define OR_MISSED_SKIP 1 /* wait for the next */

/* Exactly one of every_ms, cron and at is set. Borrowed. */
typedef struct or_schedule_when {
  uint32_t struct_size;
  int32_t missed;   /* OR_MISSED_* */
  int64_t every_ms; /* from the end of one run to the begin of the next; at least 1000 */
  int64_t at;       /* once, microseconds UTC */
  or_str cron;      /* five fields: minute hour day month weekday */
  or_str zone;      /* IANA zone of cron; empty: UTC */
} or_schedule_when;

typedef struct or_schedule_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */
  /* [any-thread] replaces the schedule of a job that the manifest declares; `when` is borrowed. */
  or_status (*set)(void* ctx, or_str job, const or_schedule_when* when, or_error* error);
  /* [any-thread] the job runs no more until set or run_now. */
  or_status (*cancel)(void* ctx, or_str job, or_error* error);
  /* [any-thread] as soon as it is not running; several requests are one run. */
  or_status (*run_now)(void* ctx, or_str job, or_error* error);
  /* [any-thread] *reply, handed over: an array of {job, next, last, running}; times in microseconds UTC or null. */
  or_status (*list)(void* ctx, or_doc* reply, or_error* error);
} or_schedule_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_SCHEDULE_H */
