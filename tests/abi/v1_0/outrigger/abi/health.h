/* Plugin extension "outrigger.health/1": whether the plugin can do its work; for `doctor` and before a switch-over.
 *
 * Called also while the instance stands by: it may read from Odoo, and writes nothing.
 */
#ifndef OUTRIGGER_ABI_HEALTH_H
#define OUTRIGGER_ABI_HEALTH_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_HEALTH_ID "outrigger.health/1"

typedef struct or_health_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [strand] locale: borrowed. *findings, handed over: null or [] (well), or an array of {level: "ok" | "warn" |
   * "fail", text, remedy}. An error, or one finding with "fail", keeps a new version from taking over. */
  or_status (*check)(void* self, or_str locale, or_doc* findings, or_error* error);
} or_health_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_HEALTH_H */
