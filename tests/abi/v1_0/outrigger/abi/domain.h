/* Host extension "outrigger.domain/1": Odoo domains evaluated here, over columns, in both of Odoo's meanings.
 *
 *     compile(ctx, OR_STR("crm.lead"), &domains, OR_DOMAIN_SEARCH, &set, &error);   // N domains, one handle
 *     fields(ctx, set, &needed, &error);                                            // what to read of each record
 *     match(ctx, set, &columns, &bitmaps, &error);                                  // one bitmap a domain
 *     release(ctx, set);
 *
 * Columns: an object, field name -> array of values, all of one length; dotted paths are columns of their own. What
 * cannot be decided here (text order and accents depend on the database's collation) is OR_E_UNSUPPORTED with the leaf
 * in its message: ask Odoo with search_read instead.
 */
#ifndef OUTRIGGER_ABI_DOMAIN_H
#define OUTRIGGER_ABI_DOMAIN_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_DOMAIN_ID "outrigger.domain/1"

/* The two meanings differ for empty values, case and archived records. */
#define OR_DOMAIN_SEARCH 1 /* as Model.search decides: in SQL */
#define OR_DOMAIN_FILTER 2 /* as filtered_domain decides: in Python */

#define OR_DOMAIN_JSON 1   /* ["name", "=", "x"] */
#define OR_DOMAIN_PYTHON 2 /* ('name', '=', 'x') */

typedef struct or_domain_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */
  /* [any-thread] domains: borrowed; an array, each item a domain as an array or as Python text. *set := a handle that
   * lives until release or until the instance ends. OR_E_INVALID names the domain, the position and the remedy. */
  or_status (*compile)(void* ctx, or_str model, const or_value* domains, int32_t meaning, int64_t* set,
                       or_error* error);
  /* [any-thread] *reply, handed over: an array of the field names and dotted paths that the set reads. */
  or_status (*fields)(void* ctx, int64_t set, or_doc* reply, or_error* error);
  /* [any-thread] columns: borrowed. *reply, handed over: an array with one bytes value a domain; bit i%8 of byte i/8
   * says whether record i matches. */
  or_status (*match)(void* ctx, int64_t set, const or_value* columns, or_doc* reply, or_error* error);
  /* [any-thread] forgets the set; a handle that is not known is ignored. */
  void (*release)(void* ctx, int64_t set);
  /* [any-thread] domain: borrowed. *text, handed over: it in the form OR_DOMAIN_JSON or OR_DOMAIN_PYTHON. */
  or_status (*print)(void* ctx, const or_value* domain, int32_t form, or_doc* text, or_error* error);
} or_domain_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_DOMAIN_H */
