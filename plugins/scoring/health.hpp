// Whether scores can be right: for `outrigger doctor`, and before a new version takes over.
//
//     Result<std::vector<Finding>> health(std::string_view locale) override {
//       return scoring::find_health(odoo(), clock(), config(), locale);
//     }
//
// Fails where every score would be wrong or none can be made: the key sees a part of the leads, scoring is off in Odoo, its
// settings cannot be read, or they name what cannot be scored with. Warns where a variable is not a field. What passes by itself, such as an Odoo that does not answer, is a warning too, so that it holds up no new version.
//
// Threads: any. Reads a dozen records; no leads.
#pragma once

#include <outrigger/plugin.hpp>

namespace outrigger::scoring {

Result<std::vector<Finding>> find_health(const Odoo& odoo, const Clock& clock, Value config, std::string_view locale);

}  // namespace outrigger::scoring
