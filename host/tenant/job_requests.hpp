// What an admin asks about jobs.
//
//   jobs.list -> [{plugin, job, when, own, served, next, last, running, asked, failures, note, error}]
//   run_job {plugin, job} -> {job: as in jobs.list, run, writes, failed}: run once, now, and waited for
//
// when: in words, empty where it runs when it is asked to; own: the plugin set it itself. next and last: microseconds
// UTC, null: never. failures: since the last success; error: of the last one. run: under which its writes are listed,
// writes: how many. Threads: any.
#pragma once

#include <stop_token>

#include "host/tenant/tenant.hpp"

namespace outrigger::host {

Result<Document> list_jobs(Tenant& tenant);
Result<Document> run_job(Tenant& tenant, Value request, const std::stop_token& stop);
// Of a run that has ended; `run` is empty: under the delivery's name.
Result<Document> job_report(Tenant& tenant, const Tenant::JobEnd& end, std::string run = {});

}  // namespace outrigger::host
