// `outrigger scoring report [--html FILE]`: is the score right, and which model is better. The figures as JSON, and a
// report (outrigger/report.hpp) for a person.
#pragma once

#include <outrigger/report.hpp>
#include <outrigger/speech.hpp>

#include "judged.hpp"

namespace outrigger::scoring {

Result<Document> run_report(Command& command, const Odoo& odoo, const Clock& clock, const Store& store, Value config);

// The parts of the page, also of the audit's. `watched` is the model that is in use.
struct Shown {
  const History& history;
  const Known& known;
  const Judged& judged;
  const Speech& say;
  size_t watched = 0;
};
void show_verdict(outrigger::Report& page, const Shown& shown);
void show_calibration(outrigger::Report& page, const Shown& shown);
void show_bands(outrigger::Report& page, const Shown& shown);
// All of it.
void show_report(outrigger::Report& page, const Shown& shown);
Value figures_of(Arena& arena, const Shown& shown);

// A model's name as people read it.
std::string model_name(const Speech& say, const std::string& name);

}  // namespace outrigger::scoring
