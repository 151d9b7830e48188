/* Plugin extension "outrigger.changes/1": changed records, as the manifest subscribed to them.
 *
 * The host delivers the latest state of each changed record at least once and in order per record. After a crash a
 * delivery is repeated; Odoo calls made while working on it get the recorded result instead of a second effect.
 *
 * Each change is an object:
 *     delivery      string, the same when it is repeated
 *     kind          "created", "changed", "entered" and "left" (the subscription's domain), "archived", "deleted"
 *     id            int; create_date: string; both name the record
 *     after         object: the subscribed fields as last seen; null when deleted
 *     before        object: as seen at the delivery before; null when unknown. Advisory
 *     fields        array of the names that differ; all of them when the record is new to the subscription
 *     model         string, of a fact's change: the model of the record
 *     at            int, microseconds UTC, when it was seen
 *     attempt       int, from 1
 */
#ifndef OUTRIGGER_ABI_CHANGES_H
#define OUTRIGGER_ABI_CHANGES_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_CHANGES_ID "outrigger.changes/1"

/* Borrowed for the call. */
typedef struct or_change_batch {
  uint32_t struct_size;
  uint32_t reserved;
  or_str subscription;     /* its name in the manifest */
  or_str model;            /* "crm.lead", or "fact:scoring.score" */
  const or_value* changes; /* an array of changes, at least one; no two of one record */
} or_change_batch;

typedef struct or_changes_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [strand] *outcomes, handed over: null (all are done), or an array with one object a change:
   *   {outcome: "done"}, {outcome: "retry", after_ms, reason}, {outcome: "reject", reason}.
   * One that was committed with the store (abi/store.h) stands, whatever is returned here.
   * An outcome that is missing or unknown counts as retry. An error is retried for the whole batch; a batch that fails
   * again is cut in halves until the change that fails stands alone. batch is borrowed. */
  or_status (*deliver)(void* self, const or_change_batch* batch, or_doc* outcomes, or_error* error);
} or_changes_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_CHANGES_H */
