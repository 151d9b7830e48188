// What `outrigger writes list` and `outrigger writes show RUN` print, as a tree (--json) and as text.
//
//     std::string text = runs_text(*intents.runs(20));
//     std::string one = run_text(*intents.of_run(run), *intents.images(run));
//
// Times are UTC. Threads: plain functions.
#pragma once

#include "host/journal/intents.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

std::string runs_text(const std::vector<RunSummary>& runs);
Document runs_document(const std::vector<RunSummary>& runs);
// Each write with its records: field, before -> after.
std::string run_text(const std::vector<writes::Intent>& intents, const std::vector<writes::Image>& images);
Document run_document(const std::vector<writes::Intent>& intents, const std::vector<writes::Image>& images);

}  // namespace outrigger::host
