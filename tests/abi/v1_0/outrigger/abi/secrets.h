/* Host extension "outrigger.secrets/1": what a plugin may hand in and use, and never read back.
 *
 * A secret belongs to one plugin and one database. It is kept encrypted, used by naming it in abi/http.h or as the
 * principal in abi/odoo.h, and masked wherever the host writes text. Names are borrowed for the call.
 */
#ifndef OUTRIGGER_ABI_SECRETS_H
#define OUTRIGGER_ABI_SECRETS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_SECRETS_ID "outrigger.secrets/1"

typedef struct or_secrets_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */
  /* [any-thread] stores or replaces; at most 64 KiB. expires: microseconds UTC, 0: unknown; doctor warns before it.
   * The value is borrowed, and not kept in clear. */
  or_status (*put)(void* ctx, or_str name, or_str value, int64_t expires, or_error* error);
  /* [any-thread] replaces a secret that is there, in one step: calls under way finish with the old one, which is kept
   * for 24 hours and tried when the new one is refused. OR_E_MISSING: there is none. */
  or_status (*rotate)(void* ctx, or_str name, or_str value, int64_t expires, or_error* error);
  /* [any-thread] deletes it and what rotate kept; not an error when there is none. */
  or_status (*erase)(void* ctx, or_str name, or_error* error);
  /* [any-thread] *reply, handed over: an array of {name, stored, expires}; never a value. */
  or_status (*list)(void* ctx, or_doc* reply, or_error* error);
} or_secrets_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_SECRETS_H */
