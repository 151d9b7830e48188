// One run of a plugin's job because somebody asks for it: `outrigger jobs run scoring rescore`.
//
//     Result<Document> planned = plan_job(deployment, making, request, stop);      // here or in the host that runs
//     Result<Document> report = run_job_alone(deployment, request, stop);          // where no host runs
//
// request: {plugin, database, job}. A host that runs does the job as if it were due (tenant/job_requests.hpp): on the
// plugin's own instance, one run at a time. Without a host a fresh instance does it, and the schedule counts it.
//
// A plan is made by a fresh instance beside whatever is at work: it sends nothing to Odoo, keeps nothing (withheld.hpp)
// and the schedule does not know of it. {result, run, plan, plan_text}, as in command_run.hpp; result is what the
// job answered.
//
// Errors: kMissing: the plugin has no such job; kAccess: it is not enabled there. Threads: any; `making` guards the
// deployment while an instance is made.
#pragma once

#include <mutex>
#include <stop_token>

#include "host/cli/deployment.hpp"

namespace outrigger::host {

Result<Document> plan_job(Deployment& deployment, std::mutex& making, Value request, const std::stop_token& stop);
// {job, run, writes, failed}, as in tenant/job_requests.hpp.
Result<Document> run_job_alone(Deployment& deployment, Value request, const std::stop_token& stop);

}  // namespace outrigger::host
