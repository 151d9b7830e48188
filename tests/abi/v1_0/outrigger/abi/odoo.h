/* Host extension "outrigger.odoo/1": typed calls to the Odoo database that the instance belongs to.
 *
 * The host holds the credentials, chooses the transport, keeps the call budget, retries reads and classifies
 * errors. Each call is checked against the plugin's grant. A call blocks the calling thread until it is answered,
 * cancelled (OR_E_CANCELLED) or past its deadline (OR_E_DEADLINE).
 *
 * Values: what is passed is borrowed for the call, a reply is a tree handed over in an or_doc. Empty fields are OR_NULL
 * (Odoo's own `false`); many2one is an id unless OR_QUERY_NAMES is set; dates and datetimes are Odoo's strings, always
 * UTC.
 *
 * Writes: error.effect says what a failed write did. OR_EFFECT_UNKNOWN means that the reply was lost after the
 * request had been sent: read before writing again. A call never reports success for something that was not done.
 */
#ifndef OUTRIGGER_ABI_ODOO_H
#define OUTRIGGER_ABI_ODOO_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_ODOO_ID "outrigger.odoo/1"

/* Lanes of the fair queue, in falling order of weight. 0: the host chooses by the kind of call. */
#define OR_LANE_DEFAULT 0
#define OR_LANE_INTERACTIVE 1 /* a person waits */
#define OR_LANE_WRITES 2
#define OR_LANE_FEED 3
#define OR_LANE_SWEEPS 4 /* large reads that may take their time */

#define OR_COMPANY_DEFAULT 0 /* reads: the principal's own company. Writes refuse it */
#define OR_COMPANY_ALL (-1)  /* every company that the principal may see */

/* In whose name, for which company, and how patiently. NULL stands for all defaults. */
typedef struct or_odoo_scope {
  uint32_t struct_size;
  int32_t lane;           /* OR_LANE_* */
  int64_t company_id;     /* OR_COMPANY_*, or the id of a company; every write has to name one */
  or_str principal;       /* empty: the integration's own key; else a reference to a user's key in secrets */
  or_str idempotency_key; /* writes: the same key has one effect; empty: made from the delivery, if there is one */
  or_str lang;            /* translated fields in this language ("vi_VN"); empty: the principal's */
  int64_t deadline_ms;    /* for the whole call with its retries; 0: the host's default */
  or_str delivery; /* writes: the change, job or webhook that this is done for (abi/changes.h); empty: none. Keys are
                      apart for each plugin and database; the same key with other arguments is OR_E_INVALID */
  /* NULL, or an object: what Odoo is to know besides, such as {"active_test": false}. Keys that keep quiet what was
   * done (tracking_disable, mail_notrack) need the grant "untracked"; those that change what Odoo does in ways that no
   * grant shows are OR_E_ACCESS. */
  const or_value* context;
} or_odoo_scope;

#define OR_QUERY_ARCHIVED 1u /* archived records too (active_test: false) */
#define OR_QUERY_NAMES 2u    /* many2one as [id, display name]; costs the server three times as much */

/* What to read. */
typedef struct or_odoo_query {
  uint32_t struct_size;
  uint32_t flags;         /* OR_QUERY_* */
  or_str model;           /* "crm.lead" */
  const or_value* domain; /* Odoo's own form, an array; NULL: all records */
  const or_str* fields;   /* names; at least one. Unknown names are an OR_E_MISSING error that lists them */
  uint64_t field_count;
  or_str order; /* "id", "sequence, id desc"; empty: the model's own */
  int64_t offset;
  int64_t limit; /* 0: the host's page size, see or_odoo_v1.search_read */
} or_odoo_query;

typedef struct or_odoo_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */

  /* [any-thread] *reply: an object with version, series ("19.0"), major (int), database, transport, uid (int), lang and
   * tz of the principal, company_ids (array: the companies it may see), system_tz (the zone of Odoo's own scheduled
   * jobs, null when it may not be read). */
  or_status (*info)(void* ctx, or_doc* reply, or_error* error);
  /* [any-thread] *reply: an object: field name -> {type, string, relation, selection, store, required, readonly}.
   * Cached per model. */
  or_status (*fields_get)(void* ctx, const or_odoo_scope* scope, or_str model, or_doc* reply, or_error* error);
  /* [any-thread] *reply: an array of objects, each with id and the fields asked for. At most 2000 rows a call: page
   * with `id > last` and order "id". */
  or_status (*search_read)(void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, or_doc* reply,
                           or_error* error);
  /* [any-thread] *count := number of matching records; fields, order and limit of the query are not used. */
  or_status (*search_count)(void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, int64_t* count,
                            or_error* error);
  /* [any-thread] groups and aggregates: groupby names fields (or field:month and the like), aggregates are "__count"
   * and "field:function" with sum, avg, min, max or count. *reply: an array of objects with those names; of a relation
   * its id. */
  or_status (*read_group)(void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, const or_str* groupby,
                          uint64_t groupby_count, const or_str* aggregates, uint64_t aggregate_count, or_doc* reply,
                          or_error* error);
  /* [any-thread] *member := 1 when the principal is in the group, such as "sales_team.group_sale_manager". */
  or_status (*has_group)(void* ctx, const or_odoo_scope* scope, or_str group, int32_t* member, or_error* error);
  /* [any-thread] a system parameter; null when it is not set. OR_E_ACCESS when the principal may not read parameters.
   */
  or_status (*parameter)(void* ctx, const or_odoo_scope* scope, or_str key, or_doc* value, or_error* error);
  /* [any-thread] as search_read for given ids, in their order; ids that no longer exist are left out. */
  or_status (*read)(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                    const or_str* fields, uint64_t field_count, or_doc* reply, or_error* error);
  /* [any-thread] values: an array of objects, one per record. *reply: an array of the new ids in the same order. */
  or_status (*create)(void* ctx, const or_odoo_scope* scope, or_str model, const or_value* values, or_doc* reply,
                      or_error* error);
  /* [any-thread] writes the same values to all ids. */
  or_status (*write)(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                     const or_value* values, or_error* error);
  /* [any-thread] writes different values to many records: rows is an array of objects, each with `id` and the fields to
   * write. The host batches as the server allows. *reply: an object with done (array of ids), unknown (array of
   * ids) and failed (array of {id, message}). OR_OK only when every row was done. */
  or_status (*write_rows)(void* ctx, const or_odoo_scope* scope, or_str model, const or_value* rows, or_doc* reply,
                          or_error* error);
  /* [any-thread] deletes; ids that no longer exist are not an error. */
  or_status (*unlink)(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                      or_error* error);
  /* [any-thread] posts a note on a record; body is plain text unless is_html is 1. *message_id := the new message. */
  or_status (*message_post)(void* ctx, const or_odoo_scope* scope, or_str model, int64_t id, or_str body,
                            int32_t is_html, int64_t* message_id, or_error* error);
  /* [any-thread] calls a public method by name: ids may be empty (a method of the model), args an object of named
   * arguments or NULL. The method must be in the plugin's grant. */
  or_status (*call)(void* ctx, const or_odoo_scope* scope, or_str model, or_str method, const int64_t* ids,
                    uint64_t id_count, const or_value* args, or_doc* reply, or_error* error);

  /* [any-thread] *reply: an array of [id, display name] for those ids that exist and may be seen. */
  or_status (*names)(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                     or_doc* reply, or_error* error);
  /* [any-thread] makes sure that a custom field is there; needs a setup key. field: {model, name ("x_..."), type,
   * string, help, selection, relation}. *reply: {created: bool}. OR_E_CONFLICT: a field of this name is of another
   * type. */
  or_status (*ensure_field)(void* ctx, const or_odoo_scope* scope, const or_value* field, or_doc* reply,
                            or_error* error);
  /* [any-thread] makes sure that a view that extends another one is there, under a name of the plugin's own; needs a
   * setup key. view: {name, inherits, arch}. *reply: {created: bool, id}. */
  or_status (*ensure_view)(void* ctx, const or_odoo_scope* scope, const or_value* view, or_doc* reply, or_error* error);
  /* [any-thread] makes Odoo call the plugin's endpoint when these fields change; needs a setup key and the app
   * base_automation. webhook: {endpoint, model, fields}. *reply: {created: bool, id}. */
  or_status (*install_webhook)(void* ctx, const or_odoo_scope* scope, const or_value* webhook, or_doc* reply,
                               or_error* error);

  /* Reserved for asynchronous forms; NULL in 1.0. [any-thread] */
  void (*reserved_async[4])(void);
} or_odoo_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_ODOO_H */
