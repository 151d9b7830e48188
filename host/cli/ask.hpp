// Asks the host: the one that runs, by its control socket; else the files themselves, opened for this one request.
//
//     Result<Document> events = ask_host(common, request);      // {do: "events.list", database, filter, limit}
//
// Errors: kMissing when what is asked for needs a host that runs.
#pragma once

#include "host/cli/commands.hpp"

namespace outrigger::host {

Result<Document> ask_host(const CommonOptions& common, Value request);

}  // namespace outrigger::host
