// A plan is carried out: its reasons are kept first, then the leads are written, their salespeople told, the outcome kept.
//
//     settle(host, store);                                                       // what an earlier run left open
//     Result<Applied> applied = carry_out(host, store, settings, planned, {.delivery = call.delivery()});
//
// A run that is killed leaves its reasons as intended. The next settle looks at those leads: one that is where it was to
// go was assigned, its note is posted (once: under a key of its own) and its reason kept; one that is not is forgotten an
// hour later, when no request can still be at work. In a plan the host collects the writes, and what is kept
// counts only once they are applied (planned_reasons.hpp).
//
// Errors: as apply; a note that cannot be posted is a warning in the log. Threads: the instance's own.
#pragma once

#include "kept.hpp"

namespace outrigger::assignment {

Result<Applied> carry_out(const Host& host, const Store& store, const Settings& settings, const Planned& planned,
                          const ApplyOptions& options);
Result<void> settle(const Host& host, const Store& store);

}  // namespace outrigger::assignment
