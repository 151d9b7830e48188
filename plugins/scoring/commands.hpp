// The plugin's commands, each in a source of its own; recompute and explain are declared in recompute.hpp.
//
// Threads: the instance's own.
#pragma once

#include "history.hpp"

namespace outrigger::scoring {

// Odoo's own table against the exact one: which rows differ, and which scores that bends.
Result<Document> run_drift(Command& command, const Odoo& odoo, const Clock& clock, Value config);

// The reasons of every open lead as CSV, one line for each reason.
Result<Document> run_reasons(Command& command, const Odoo& odoo, const Clock& clock, const Store& store, Value config);

// The settings in use and, with other ones named, which scores would move; with --apply true Odoo's own are set.
Result<Document> run_settings(Command& command, const Odoo& odoo, const Clock& clock, Value config);

// What the live table holds and when it was last looked at; with --check true compared with Odoo as it is now.
Result<Document> run_status(Command& command, const Odoo& odoo, const Store& store, const Clock& clock, Value config);

// Makes the custom field that scores may be written to. Needs a setup key.
Result<Document> run_setup(Command& command, const Odoo& odoo, Value config);

}  // namespace outrigger::scoring
