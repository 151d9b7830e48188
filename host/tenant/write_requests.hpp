// What an admin asks about writes: a part of requests.hpp, which lists the requests.
//
//   writes.list {limit} -> the runs, writes.show {run} -> its writes: as journal/intents_report.hpp has them
//   writes.undo {run} -> {run, plan, text}: how to take it back, to be applied as that run
//   writes.apply {plan} -> {run, rows}
//   writes.decide {key, done} -> {count}: what became of a write of which nothing is known
//
// undo and apply ask Odoo: the tenant has to be connected. A stop ends them after the call that is under way; what was
// not sent yet stays unsent. Threads: any.
#pragma once

#include <stop_token>

#include "host/tenant/tenant.hpp"

namespace outrigger::host {

Result<Document> list_writes(Tenant& tenant, Value request);
Result<Document> show_writes(Tenant& tenant, Value request);
Result<Document> undo_writes(Tenant& tenant, Value request, const std::stop_token& stop);
Result<Document> apply_writes(Tenant& tenant, Value request, const std::stop_token& stop);
Result<Document> decide_write(Tenant& tenant, Value request);

}  // namespace outrigger::host
