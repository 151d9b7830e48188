/* Plugin extension "outrigger.reconfigure/1": a new configuration without a restart.
 *
 * In two steps, so that all instances change or none: prepare checks and keeps, commit switches. A plugin without this
 * extension is restarted instead.
 */
#ifndef OUTRIGGER_ABI_RECONFIGURE_H
#define OUTRIGGER_ABI_RECONFIGURE_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_RECONFIGURE_ID "outrigger.reconfigure/1"

typedef struct or_reconfigure_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [strand] config: borrowed; checked against the manifest's schema, defaults filled in. On failure the instance goes
   * on as before, and the message tells the admin what to correct. */
  or_status (*prepare)(void* self, const or_value* config, or_error* error);
  /* [strand] switches to what was prepared last; cannot fail. */
  void (*commit)(void* self);
  /* [strand] drops what was prepared last. */
  void (*abandon)(void* self);
} or_reconfigure_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_RECONFIGURE_H */
