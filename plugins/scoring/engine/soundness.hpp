// What is wrong with the leads or the table before anything is learned from them: sentences for a person.
//
//     for (const std::string& problem : look_over(leads, signals, pipeline, variables, start)) command.print(...);
//     std::vector<std::string> repaired = repair(mirror, pipeline);
//
// Nothing here stops a model: every model answers every input with scores within Odoo's bounds or with none.
#pragma once

#include <string>
#include <vector>

#include "frequency.hpp"
#include "signals.hpp"

namespace outrigger::scoring {

// No history, one class only, a variable that nobody has or that has nearly as many values as leads, numbers that are
// not finite, impossible probabilities, closed leads without a stage, teams without closed leads.
std::vector<std::string> look_over(const Leads& leads, const Signals& signals, const Model& pipeline,
                                   const Variables& variables, int64_t start);

// Counts that are negative, zero or not a number become 0.1, the least that Odoo keeps. A sentence for each, at most
// ten, then how many more.
std::vector<std::string> repair(Frequencies& table, const Model& pipeline);

}  // namespace outrigger::scoring
