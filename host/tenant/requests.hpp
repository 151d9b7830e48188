// What an admin asks of a tenant: the same for a host that runs (control socket) and for one that does not.
//
//     Result<Document> answer = handle(tenant, request);     // {do: "events.list", filter: {...}, limit: 100}
//
//   events.list {filter, limit} -> [{delivery, subscriber, model, id, state, attempts, since, due, reason}]
//   events.show {filter: {delivery}} -> the same and {kind, before, after}
//   events.replay | events.discard {filter} -> {count}
//   streams -> [{model, heat, lag, records, changes, problems, ...}]
//   figures -> {halted, paused, records, pending, waiting, dead, skipped, held, at_least, oldest, subscribers: [...]}
//   writes.list, writes.show, writes.undo, writes.apply, writes.decide: write_requests.hpp
//   jobs.list: job_requests.hpp
//   privacy.find, privacy.export, privacy.erase: privacy.hpp
//   recheck | confirm_deletions {model} | accept_epoch | accept_move
//
// A filter: {delivery, subscriber, model, id, state}; what is empty, 0 or absent matches all. Threads: any.
#pragma once

#include <stop_token>

#include "host/tenant/tenant.hpp"

namespace outrigger::host {

// Whether a tenant answers this.
bool is_tenant_request(std::string_view what);
// Whether Odoo has to be asked for it.
bool needs_odoo(std::string_view what);
Result<Document> handle(Tenant& tenant, Value request, const std::stop_token& stop);

}  // namespace outrigger::host
