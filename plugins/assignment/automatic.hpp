// Assignment by itself: at set times, and of new leads as they come.
//
//     Outcome on_changes(const Changes& batch) { return assign_new(host, store, batch, config()); }
//
// New leads (created, or without a salesperson again) are given only where the configuration says `live`, by the
// same engine and within the same room as a run; those that nobody may take yet wait for the next run at a set time. A
// delivery that is repeated finds the lead taken and leaves it alone. Threads: the instance's own.
#pragma once

#include "crm.hpp"

namespace outrigger::assignment {

Outcome assign_new(const Host& host, const Store& store, const Changes& batch, Value config);
JobResult assign_waiting(const Host& host, const Store& store, const JobCall& call, Value config);
// Reasons that a killed run left open.
JobResult settle_open(const Host& host, const Store& store);
// Has the job `assign` run as the configuration says, where that is not what it was told before.
Result<void> set_times(const Schedule& schedule, const Store& store, Value config);

// What an admin should know: the switches in Odoo, and whether two engines are at work.
Result<std::vector<Finding>> find_switches(const Host& host, Value config, std::string_view locale);

}  // namespace outrigger::assignment
