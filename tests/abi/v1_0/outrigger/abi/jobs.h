/* Plugin extension "outrigger.jobs/1": work at set times. The manifest declares the jobs, abi/schedule.h moves them.
 *
 * A long job does a part of its work, keeps where it is in its store and returns `again`: between parts the instance
 * takes other calls, and a stop does not have to wait.
 */
#ifndef OUTRIGGER_ABI_JOBS_H
#define OUTRIGGER_ABI_JOBS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_JOBS_ID "outrigger.jobs/1"

/* Borrowed for the call. */
typedef struct or_job_call {
  uint32_t struct_size;
  uint32_t attempt; /* from 1; counts failures since the last success */
  or_str job;       /* its name in the manifest */
  or_str delivery;  /* the same when this run is repeated after a crash */
  int64_t due;      /* microseconds UTC, when it was to run */
} or_job_call;

typedef struct or_jobs_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [strand] *result, handed over: null (done), or an object with again (bool: there is more to do), after_ms (before
   * the next part) and note (string for the admin). An error is retried with back-off. call is borrowed. */
  or_status (*run)(void* self, const or_job_call* call, or_doc* result, or_error* error);
} or_jobs_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_JOBS_H */
