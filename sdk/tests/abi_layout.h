/* The ABI's layout on 64 bits, as C and as C++: a plugin that was built once must load for ever, so no size but that of
 * a growing struct and no offset at all may move. A new member goes to the end of its struct and adds a line here; any
 * other failure means a new major of the ABI. tests/abi/layout.sh sees to it that no member is missing. */
#ifndef OUTRIGGER_SDK_ABI_LAYOUT_H
#define OUTRIGGER_SDK_ABI_LAYOUT_H

#include <stddef.h>

#include "abi_all.h"

#ifdef __cplusplus
#define OUTRIGGER_CHECK(condition, text) static_assert(condition, text)
#else
#define OUTRIGGER_CHECK(condition, text) _Static_assert(condition, text)
#endif
#define SIZE(type, size) OUTRIGGER_CHECK(sizeof(type) == (size), "the size of " #type " is not " #size)
#define AT(type, member, offset) \
  OUTRIGGER_CHECK(offsetof(type, member) == (offset), #type "." #member " does not stand at " #offset)

OUTRIGGER_CHECK(sizeof(void*) == 8, "the figures below are those of 64 bits");
OUTRIGGER_CHECK(sizeof(or_status) == 4, "or_status is 32 bits");

/* clang-format off: one line a member */
/* abi/value.h: frozen for ever, not even their ends may grow. */
SIZE(or_str, 16);
AT(or_str, data, 0);
AT(or_str, len, 8);

SIZE(or_value, 16);
AT(or_value, kind, 0);
AT(or_value, count, 4);
AT(or_value, as, 8);

SIZE(or_field, 32);
AT(or_field, key, 0);
AT(or_field, value, 16);

SIZE(or_doc, 32);
AT(or_doc, root, 0);
AT(or_doc, owner, 16);
AT(or_doc, release, 24);

/* abi.h */
SIZE(or_error, 1024);
AT(or_error, struct_size, 0);
AT(or_error, code, 4);
AT(or_error, source, 8);
AT(or_error, effect, 12);
AT(or_error, retry_after_ms, 16);
AT(or_error, message_len, 20);
AT(or_error, message, 24);

SIZE(or_stamp, 32);
AT(or_stamp, struct_size, 0);
AT(or_stamp, magic, 4);
AT(or_stamp, abi_major, 8);
AT(or_stamp, abi_minor_required, 10);
AT(or_stamp, pointer_size, 12);
AT(or_stamp, little_endian, 13);
AT(or_stamp, draft, 14);
AT(or_stamp, reserved, 15);
AT(or_stamp, sdk_version, 16);

SIZE(or_host, 56);
AT(or_host, struct_size, 0);
AT(or_host, reserved, 4);
AT(or_host, ctx, 8);
AT(or_host, name, 16);
AT(or_host, version, 32);
AT(or_host, get_extension, 48);

SIZE(or_create_info, 48);
AT(or_create_info, struct_size, 0);
AT(or_create_info, roles, 4);
AT(or_create_info, database, 8);
AT(or_create_info, instance, 24);
AT(or_create_info, config, 40);

SIZE(or_plugin_v1, 112);
AT(or_plugin_v1, struct_size, 0);
AT(or_plugin_v1, reserved, 4);
AT(or_plugin_v1, stamp, 8);
AT(or_plugin_v1, id, 40);
AT(or_plugin_v1, version, 56);
AT(or_plugin_v1, create, 72);
AT(or_plugin_v1, activate, 80);
AT(or_plugin_v1, stop, 88);
AT(or_plugin_v1, destroy, 96);
AT(or_plugin_v1, get_extension, 104);

/* abi/log.h */
SIZE(or_log_v1, 32);
AT(or_log_v1, struct_size, 0);
AT(or_log_v1, reserved, 4);
AT(or_log_v1, ctx, 8);
AT(or_log_v1, write, 16);
AT(or_log_v1, enabled, 24);

/* abi/metrics.h */
SIZE(or_metrics_v1, 40);
AT(or_metrics_v1, struct_size, 0);
AT(or_metrics_v1, reserved, 4);
AT(or_metrics_v1, ctx, 8);
AT(or_metrics_v1, add, 16);
AT(or_metrics_v1, set, 24);
AT(or_metrics_v1, observe, 32);

/* abi/clock.h */
SIZE(or_clock_v1, 48);
AT(or_clock_v1, struct_size, 0);
AT(or_clock_v1, reserved, 4);
AT(or_clock_v1, ctx, 8);
AT(or_clock_v1, now, 16);
AT(or_clock_v1, monotonic, 24);
AT(or_clock_v1, to_utc, 32);
AT(or_clock_v1, to_local, 40);

/* abi/odoo.h */
SIZE(or_odoo_scope, 96);
AT(or_odoo_scope, struct_size, 0);
AT(or_odoo_scope, lane, 4);
AT(or_odoo_scope, company_id, 8);
AT(or_odoo_scope, principal, 16);
AT(or_odoo_scope, idempotency_key, 32);
AT(or_odoo_scope, lang, 48);
AT(or_odoo_scope, deadline_ms, 64);
AT(or_odoo_scope, delivery, 72);
AT(or_odoo_scope, context, 88);

SIZE(or_odoo_query, 80);
AT(or_odoo_query, struct_size, 0);
AT(or_odoo_query, flags, 4);
AT(or_odoo_query, model, 8);
AT(or_odoo_query, domain, 24);
AT(or_odoo_query, fields, 32);
AT(or_odoo_query, field_count, 40);
AT(or_odoo_query, order, 48);
AT(or_odoo_query, offset, 64);
AT(or_odoo_query, limit, 72);

SIZE(or_odoo_v1, 192);
AT(or_odoo_v1, struct_size, 0);
AT(or_odoo_v1, reserved, 4);
AT(or_odoo_v1, ctx, 8);
AT(or_odoo_v1, info, 16);
AT(or_odoo_v1, fields_get, 24);
AT(or_odoo_v1, search_read, 32);
AT(or_odoo_v1, search_count, 40);
AT(or_odoo_v1, read_group, 48);
AT(or_odoo_v1, has_group, 56);
AT(or_odoo_v1, parameter, 64);
AT(or_odoo_v1, read, 72);
AT(or_odoo_v1, create, 80);
AT(or_odoo_v1, write, 88);
AT(or_odoo_v1, write_rows, 96);
AT(or_odoo_v1, unlink, 104);
AT(or_odoo_v1, message_post, 112);
AT(or_odoo_v1, call, 120);
AT(or_odoo_v1, names, 128);
AT(or_odoo_v1, ensure_field, 136);
AT(or_odoo_v1, ensure_view, 144);
AT(or_odoo_v1, install_webhook, 152);
AT(or_odoo_v1, reserved_async, 160);

/* abi/domain.h */
SIZE(or_domain_v1, 56);
AT(or_domain_v1, struct_size, 0);
AT(or_domain_v1, reserved, 4);
AT(or_domain_v1, ctx, 8);
AT(or_domain_v1, compile, 16);
AT(or_domain_v1, fields, 24);
AT(or_domain_v1, match, 32);
AT(or_domain_v1, release, 40);
AT(or_domain_v1, print, 48);

/* abi/store.h */
SIZE(or_store_commit, 48);
AT(or_store_commit, struct_size, 0);
AT(or_store_commit, schema_version, 4);
AT(or_store_commit, expected, 8);
AT(or_store_commit, changes, 16);
AT(or_store_commit, delivery, 24);
AT(or_store_commit, outcome, 40);

SIZE(or_store_v1, 48);
AT(or_store_v1, struct_size, 0);
AT(or_store_v1, reserved, 4);
AT(or_store_v1, ctx, 8);
AT(or_store_v1, get, 16);
AT(or_store_v1, scan, 24);
AT(or_store_v1, commit, 32);
AT(or_store_v1, info, 40);

/* abi/shared.h */
SIZE(or_shared_v1, 32);
AT(or_shared_v1, struct_size, 0);
AT(or_shared_v1, reserved, 4);
AT(or_shared_v1, ctx, 8);
AT(or_shared_v1, publish, 16);
AT(or_shared_v1, read, 24);

/* abi/schedule.h */
SIZE(or_schedule_when, 56);
AT(or_schedule_when, struct_size, 0);
AT(or_schedule_when, missed, 4);
AT(or_schedule_when, every_ms, 8);
AT(or_schedule_when, at, 16);
AT(or_schedule_when, cron, 24);
AT(or_schedule_when, zone, 40);

SIZE(or_schedule_v1, 48);
AT(or_schedule_v1, struct_size, 0);
AT(or_schedule_v1, reserved, 4);
AT(or_schedule_v1, ctx, 8);
AT(or_schedule_v1, set, 16);
AT(or_schedule_v1, cancel, 24);
AT(or_schedule_v1, run_now, 32);
AT(or_schedule_v1, list, 40);

/* abi/http.h */
SIZE(or_http_request, 112);
AT(or_http_request, struct_size, 0);
AT(or_http_request, reserved, 4);
AT(or_http_request, method, 8);
AT(or_http_request, url, 24);
AT(or_http_request, headers, 40);
AT(or_http_request, body, 48);
AT(or_http_request, secret, 64);
AT(or_http_request, secret_as, 80);
AT(or_http_request, deadline_ms, 96);
AT(or_http_request, largest_reply, 104);

SIZE(or_http_v1, 24);
AT(or_http_v1, struct_size, 0);
AT(or_http_v1, reserved, 4);
AT(or_http_v1, ctx, 8);
AT(or_http_v1, request, 16);

/* abi/secrets.h */
SIZE(or_secrets_v1, 48);
AT(or_secrets_v1, struct_size, 0);
AT(or_secrets_v1, reserved, 4);
AT(or_secrets_v1, ctx, 8);
AT(or_secrets_v1, put, 16);
AT(or_secrets_v1, rotate, 24);
AT(or_secrets_v1, erase, 32);
AT(or_secrets_v1, list, 40);

/* abi/changes.h */
SIZE(or_change_batch, 48);
AT(or_change_batch, struct_size, 0);
AT(or_change_batch, reserved, 4);
AT(or_change_batch, subscription, 8);
AT(or_change_batch, model, 24);
AT(or_change_batch, changes, 40);

SIZE(or_changes_v1, 16);
AT(or_changes_v1, struct_size, 0);
AT(or_changes_v1, reserved, 4);
AT(or_changes_v1, deliver, 8);

/* abi/commands.h */
SIZE(or_command_sink, 32);
AT(or_command_sink, struct_size, 0);
AT(or_command_sink, width, 4);
AT(or_command_sink, ctx, 8);
AT(or_command_sink, text, 16);
AT(or_command_sink, progress, 24);

SIZE(or_command_call, 56);
AT(or_command_call, struct_size, 0);
AT(or_command_call, flags, 4);
AT(or_command_call, name, 8);
AT(or_command_call, args, 24);
AT(or_command_call, locale, 32);
AT(or_command_call, sink, 48);

SIZE(or_commands_v1, 16);
AT(or_commands_v1, struct_size, 0);
AT(or_commands_v1, reserved, 4);
AT(or_commands_v1, run, 8);

/* abi/jobs.h */
SIZE(or_job_call, 48);
AT(or_job_call, struct_size, 0);
AT(or_job_call, attempt, 4);
AT(or_job_call, job, 8);
AT(or_job_call, delivery, 24);
AT(or_job_call, due, 40);

SIZE(or_jobs_v1, 16);
AT(or_jobs_v1, struct_size, 0);
AT(or_jobs_v1, reserved, 4);
AT(or_jobs_v1, run, 8);

/* abi/pages.h */
SIZE(or_page_request, 104);
AT(or_page_request, struct_size, 0);
AT(or_page_request, reserved, 4);
AT(or_page_request, page, 8);
AT(or_page_request, method, 24);
AT(or_page_request, path, 40);
AT(or_page_request, locale, 56);
AT(or_page_request, reader, 72);
AT(or_page_request, query, 88);
AT(or_page_request, form, 96);

SIZE(or_pages_v1, 16);
AT(or_pages_v1, struct_size, 0);
AT(or_pages_v1, reserved, 4);
AT(or_pages_v1, render, 8);

/* abi/webhook.h */
SIZE(or_webhook_call, 88);
AT(or_webhook_call, struct_size, 0);
AT(or_webhook_call, attempt, 4);
AT(or_webhook_call, endpoint, 8);
AT(or_webhook_call, delivery, 24);
AT(or_webhook_call, at, 40);
AT(or_webhook_call, headers, 48);
AT(or_webhook_call, query, 56);
AT(or_webhook_call, body, 72);

SIZE(or_webhook_v1, 16);
AT(or_webhook_v1, struct_size, 0);
AT(or_webhook_v1, reserved, 4);
AT(or_webhook_v1, receive, 8);

/* abi/health.h */
SIZE(or_health_v1, 16);
AT(or_health_v1, struct_size, 0);
AT(or_health_v1, reserved, 4);
AT(or_health_v1, check, 8);

/* abi/reconfigure.h */
SIZE(or_reconfigure_v1, 32);
AT(or_reconfigure_v1, struct_size, 0);
AT(or_reconfigure_v1, reserved, 4);
AT(or_reconfigure_v1, prepare, 8);
AT(or_reconfigure_v1, commit, 16);
AT(or_reconfigure_v1, abandon, 24);
/* clang-format on */

#undef AT
#undef SIZE
#undef OUTRIGGER_CHECK

#endif
