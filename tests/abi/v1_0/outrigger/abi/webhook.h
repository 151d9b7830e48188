/* Plugin extension "outrigger.webhook/1": what other systems send to /hook/PLUGIN/ENDPOINT/TOKEN.
 *
 * The host checks the token, bounds and stores the body, answers 200 within milliseconds, and only then delivers it:
 * at least once, in order per endpoint. The sender learns nothing of what the plugin makes of it. A host may be too old
 * to call it: none did before 1.0.
 */
#ifndef OUTRIGGER_ABI_WEBHOOK_H
#define OUTRIGGER_ABI_WEBHOOK_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_WEBHOOK_ID "outrigger.webhook/1"

/* Borrowed for the call. */
typedef struct or_webhook_call {
  uint32_t struct_size;
  uint32_t attempt;        /* from 1 */
  or_str endpoint;         /* its name in the manifest */
  or_str delivery;         /* the same when it is repeated */
  int64_t at;              /* microseconds UTC, when it came */
  const or_value* headers; /* an array of [name in lower case, value]; without authorization and cookies */
  or_str query;            /* as it stood in the URL */
  or_str body;             /* raw bytes */
} or_webhook_call;

typedef struct or_webhook_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [strand] *outcome, handed over: null (done) or one outcome as in abi/changes.h. call is borrowed. */
  or_status (*receive)(void* self, const or_webhook_call* call, or_doc* outcome, or_error* error);
} or_webhook_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_WEBHOOK_H */
