// Reasons of plans that are kept as a file and applied later, by the host, without this plugin.
//
//     note_plan(store, settings, now, planned);       // under --plan
//     settle_planned(host, store);                    // later: those whose leads are where the plan puts them
//     settle_planned_lead(host, store, 42);           // before somebody asks why
//
// `crm.lead:ID:planned/USER` is what a plan says of the lead if it goes to this user. It counts for nothing until the lead
// is found with that user and team, opened after the plan was made; then it becomes the lead's reason, with Odoo's time. A
// plan that is never applied is forgotten after 30 days. That somebody else gave the lead to the same person in the
// meantime cannot be told apart. Threads: the instance's own.
#pragma once

#include "kept.hpp"

namespace outrigger::assignment {

Result<void> note_plan(const Store& store, const Settings& settings, int64_t now, const Planned& planned);
// At most a thousand, the newest first.
Result<void> settle_planned(const Host& host, const Store& store);
Result<void> settle_planned_lead(const Host& host, const Store& store, int64_t lead);

}  // namespace outrigger::assignment
