// Odoo's own full recompute, started from here and checked afterwards; and with it its two settings.
//
//     if (*choose_odoo(odoo, history, result, "auto", changed, held_back, false))
//       Result<Written> written = let_odoo_recompute(odoo, clock, config, history, result, false);
//
// It is the button of Odoo's own window "Update Probabilities" (crm.lead.pls.update), which does something for an
// administrator only. It writes both parameters, the variables in Odoo's own order, rebuilds Odoo's table and writes
// all scores by SQL: no write dates, no tracking, no automation rules, and prorated revenue stays as it was. The order
// of the variables can move a score in its last digit; what is checked afterwards is checked with the new one.
//
// Which way is cheaper is an estimate from measurements on one machine, in milliseconds: a lead costs 0.7 by
// web_save_multi (19) and 14 by single writes; Odoo's own way 150 and 0.45 for each lead that it scores. Threads: any.
#pragma once

#include "recompute.hpp"
#include "target.hpp"

namespace outrigger::scoring {

// `by`: odoo, rpc or auto. Auto takes Odoo's own way when the key may, and it is cheaper or the only way for scores
// that are held back; never for a plan, which is to show each write. kAccess, kInvalid: it was asked for and cannot be.
Result<bool> choose_odoo(const Odoo& odoo, const History& history, const Recomputed& result, std::string_view by,
                         size_t changed, size_t held_back, bool plan);

// done: the changed scores that are in Odoo afterwards; failed: those that are not what was expected.
Result<Written> let_odoo_recompute(const Odoo& odoo, const Clock& clock, Value config, const History& history,
                                   const Recomputed& result, bool plan);

// Odoo's window with these settings, and its button. fields: names between commas; kInvalid when one of them is none of
// those that the window offers.
Result<void> press_update(const Odoo& odoo, const History& history, std::string_view fields,
                          std::string_view start_date);

}  // namespace outrigger::scoring
