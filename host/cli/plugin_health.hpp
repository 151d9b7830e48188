// What a plugin says of itself, for `outrigger doctor`: asked here or in the host that runs.
//
//     Result<Document> findings = ask_health(config, "scoring", "main", "en", stop);
//     // null, or [{level: "ok" | "warn" | "fail", text, remedy}], as in abi/health.h
//
// The plugin gets a fresh instance that stands by: it may read from Odoo, writes nothing, and is stopped when it has
// answered. What is at work is not disturbed.
//
// Errors: kMissing where neither a host runs nor a journal is there: nothing of the plugin is at work yet, and doctor
// does not begin what it only examines. kAccess: it is not enabled there. Others are the plugin's own.
// Threads: any; `making` guards the deployment while an instance is made.
#pragma once

#include <mutex>
#include <stop_token>
#include <string>

#include "host/cli/deployment.hpp"

namespace outrigger::host {

// In this process. request: {plugin, database, locale}.
Result<Document> check_health(Deployment& deployment, std::mutex& making, Value request, const std::stop_token& stop);

// In the host that runs with the deployment's configuration; else by the deployment.
Result<Document> ask_health(Deployment& deployment, const std::string& plugin, const std::string& database,
                            const std::string& locale, const std::stop_token& stop);

}  // namespace outrigger::host
