// What `outrigger writes list` and `outrigger writes show RUN` tell, as a tree.
//
//     Document all = runs_document(*intents.runs(20));
//     Document one = run_document(*intents.of_run(run), *intents.images(run));
//
// Times are UTC. Threads: plain functions.
#pragma once

#include "host/journal/intents.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

Document runs_document(const std::vector<RunSummary>& runs);
// Each write with its records: field, before -> after.
Document run_document(const std::vector<writes::Intent>& intents, const std::vector<writes::Image>& images);

}  // namespace outrigger::host
