/* Host extension "outrigger.shared/1": facts that one plugin publishes about records and others read.
 *
 * A fact is named PLUGIN.NAME ("scoring.score") after its publisher; the manifest lists which facts a plugin publishes
 * and which it reads. There is one value per fact, model and record. To watch a fact, a plugin subscribes to it in its
 * manifest as if it were a model, "fact:scoring.score": its values then come as changes (abi/changes.h). What is passed
 * is borrowed for the call.
 */
#ifndef OUTRIGGER_ABI_SHARED_H
#define OUTRIGGER_ABI_SHARED_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_SHARED_ID "outrigger.shared/1"

typedef struct or_shared_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */
  /* [any-thread] values[i] is the fact of record ids[i]; null retracts it. `values` is a C array of id_count values,
   * not a tree. Durable when it returns. Borrowed. */
  or_status (*publish)(void* ctx, or_str fact, or_str model, const int64_t* ids, uint64_t id_count,
                       const or_value* values, or_error* error);
  /* [any-thread] of these records, or of all when id_count is 0. *reply, handed over: an array of {id, value, at} by
   * ascending id; at: microseconds UTC of the last publishing. */
  or_status (*read)(void* ctx, or_str fact, or_str model, const int64_t* ids, uint64_t id_count, or_doc* reply,
                    or_error* error);
} or_shared_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_SHARED_H */
