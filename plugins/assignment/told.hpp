// What people read of a plan, in English and Vietnamese, and the same as values for --json.
//
// Every lead has one sentence: why it goes where it goes, or why it waits. Threads: plain functions.
#pragma once

#include <string>

#include "apply.hpp"
#include "planning.hpp"

namespace outrigger::assignment {

// "assigned", "capped", "no_rule", "excluded", "too_new", "too_old", "duplicate", "manual", "owned", "archived", "won".
std::string_view word(const Planned& planned, size_t row);
// The rule, the score and why this member; or why nobody.
std::string why_text(const Planned& planned, size_t row, const Speech& say);
// Probability x expected revenue.
double at_stake(const Lead& lead);

// The leads with the most at stake first: those that are assigned, or those that wait. `limit` 0: all.
std::string leads_table(const Planned& planned, bool waiting, size_t limit, const Speech& say);
std::string members_table(const Planned& planned, const Speech& say);
// How many leads have which reason, how much is at stake; then problems and rules that Odoo was asked for.
std::string summary(const Planned& planned, const Settings& settings, const Speech& say);
std::string applied_text(const Applied& applied, bool plan, const Speech& say);

// `rows`: all leads, one object each; `applied` may be null.
Document report(const Planned& planned, const Settings& settings, const Applied* applied, bool plan, const Speech& say);
Value row_value(const Planned& planned, size_t row, const Speech& say, Arena& arena);

}  // namespace outrigger::assignment
