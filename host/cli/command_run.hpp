// One run of a plugin's command, here or in the host that runs: `outrigger scoring recompute --plan`.
//
//     Result<Document> report = run_command(deployment, request, {.text = ..., .progress = ...}, stop);
//
// request: {plugin, database, command, args, plan, json, locale, width}. The report: {result, run, plan}, where result
// is what the plugin answered, run the name under which its writes are listed (`outrigger writes show RUN`), and plan,
// with `plan`, the writes that were collected and not sent, as Plan::to_json has them; empty: there are none.
//
// A command gets a fresh instance, in a process of its own. Threads: several runs at once; `making` guards the
// deployment while an instance is made.
#pragma once

#include <mutex>
#include <stop_token>

#include "host/border/plugin_calls.hpp"
#include "host/cli/deployment.hpp"
#include "integration/writes/plan.hpp"

namespace outrigger::host {

// "scoring-recompute-2026-11-22T10:00:00.123": unique enough, and can be typed.
std::string name_of_run(std::string_view plugin, std::string_view what, int64_t now);
// An empty plan of the plugin's writes on this database. now: microseconds UTC.
writes::Plan plan_for(Tenant& tenant, std::string_view plugin, std::string title, int64_t now);
// The report; plan: null where none was made.
Document report_of(Value result, std::string_view run, const writes::Plan* plan);

Result<Document> run_command(Deployment& deployment, std::mutex& making, Value request, const Sink& sink,
                             const std::stop_token& stop);

}  // namespace outrigger::host
