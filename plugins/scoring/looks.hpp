// Looks at open leads, kept so that a later report can say what the score was before a lead was decided: Odoo keeps
// neither that nor the stage. The job "look" takes them; one is kept when a lead's stage or Odoo's score has changed.
//
//     Result<size_t> kept = take_looks(odoo, clock, store);
//     Result<void> read = read_looks(store, history, known.looks);
//
// Kept in the store: crm.lead:LEAD:look, 14 bytes for each of the last kMostLooks; under that key the host finds it when
// a person asks what is kept of them, or to be forgotten. Threads: plain functions.
#pragma once

#include <string>
#include <vector>

#include "engine/backtest.hpp"
#include "history.hpp"

namespace outrigger::scoring {

inline constexpr size_t kMostLooks = 60;
std::string look_key(int64_t lead);

// How many were new.
Result<size_t> take_looks(const Odoo& odoo, const Clock& clock, const Store& store);

// By row of the history; stays empty when there is no store or no look.
Result<void> read_looks(const Store& store, const History& history, std::vector<std::vector<Look>>& looks);

}  // namespace outrigger::scoring
