/* Host extension "outrigger.store/1": what a plugin keeps, per database, as ordered bytes.
 *
 * Keys are 1 to 512 bytes and ordered bytewise; values are at most 1 MiB. All instances of a plugin on one database
 * share one store; nobody else reads it. A commit is atomic and durable when it returns. It may carry the outcome of
 * the delivery that the plugin is working on: then either both are kept or neither is, so that a delivery repeated
 * after a crash never meets half of what it did. Keys are borrowed for the call.
 */
#ifndef OUTRIGGER_ABI_STORE_H
#define OUTRIGGER_ABI_STORE_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_STORE_ID "outrigger.store/1"

#define OR_STORE_REVERSE 1u /* scan from the end of the range */
#define OR_STORE_KEYS 2u    /* scan without values */

/* One transaction. Everything is borrowed for the call. */
typedef struct or_store_commit {
  uint32_t struct_size;
  uint32_t schema_version; /* of the plugin's data, kept beside it; 0: unchanged */
  /* NULL, or an array of [key, value]: the commit happens only if each key has this value (null: is absent). */
  const or_value* expected;
  /* NULL, or an array of [key, value]: to be stored; a null value removes the key. Later pairs win. */
  const or_value* changes;
  or_str delivery;         /* empty, or the id of the delivery whose outcome this is */
  const or_value* outcome; /* with delivery: as in abi/changes.h */
} or_store_commit;

typedef struct or_store_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */
  /* [any-thread] keys: borrowed; an array of bytes or strings. *reply, handed over: an array of bytes, null for a key
   * that is absent. */
  or_status (*get)(void* ctx, const or_value* keys, or_doc* reply, or_error* error);
  /* [any-thread] the keys from `from` (included) to `to` (excluded; empty: the end), at most `limit` of them (0: 1000).
   * *reply, handed over: an array of [key, value], or of keys; flags: OR_STORE_*. */
  or_status (*scan)(void* ctx, or_str from, or_str to, uint32_t flags, int64_t limit, or_doc* reply, or_error* error);
  /* [any-thread] OR_E_CONFLICT: `expected` does not hold, and nothing was stored. OR_E_LIMIT: the quota would be
   * exceeded; nothing was stored. commit is borrowed. */
  or_status (*commit)(void* ctx, const or_store_commit* commit, or_error* error);
  /* [any-thread] *reply, handed over: an object with schema_version, keys, bytes and quota. */
  or_status (*info)(void* ctx, or_doc* reply, or_error* error);
} or_store_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_STORE_H */
