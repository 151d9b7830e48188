// The plugin's commands.
//
// `plan` and `unassigned` write nothing; `run` writes, and with --plan the host collects its writes, so that a person
// can look at them, apply exactly them (`outrigger writes apply`) and take them back (`outrigger writes undo`).
// Threads: the instance's own.
#pragma once

#include "crm.hpp"

namespace outrigger::assignment {

Result<Document> run_plan(Command& command, const Host& host, const Store& store, Value config);
Result<Document> run_assign(Command& command, const Host& host, const Store& store, Value config);
Result<Document> run_unassigned(Command& command, const Host& host, Value config);
// The reason of one lead: that of a plan made now, and, where it was assigned here, what was said then.
Result<Document> run_why(Command& command, const Host& host, const Store& store, Value config);

}  // namespace outrigger::assignment
