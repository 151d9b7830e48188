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

namespace outrigger::host {

Result<Document> run_command(Deployment& deployment, std::mutex& making, Value request, const Sink& sink,
                             const std::stop_token& stop);

}  // namespace outrigger::host
