// Which of the two ways in which releases of 14.0 round this Odoo has.
//
//     choose_rounding(odoo, history);         // history.model.rules.early_rounding
//     choose_rounding(odoo, history, row);    // and this lead's own stored score is evidence as well
//
// The server does not say which 14.0 it is. A bare 0 or 100 is stored by the early ones alone. Otherwise the two give
// the same but for scores that lie exactly between two hundredths: those that Odoo stored decide, by the exact table
// (after its own recompute) and by the mirror (after the lead's last change). Where none does, it is the later form.
// Nothing for versions other than 14. What cannot be read is no evidence. Threads: one writer of the history.
#pragma once

#include <optional>

#include "history.hpp"

namespace outrigger::scoring {

void choose_rounding(const Odoo& odoo, History& history, std::optional<uint32_t> one = std::nullopt);

}  // namespace outrigger::scoring
