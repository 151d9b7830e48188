// Whether leads are there that this key does not see. Counts and models of a part of them would be silently wrong.
//
//     Result<std::optional<int64_t>> hidden = find_hidden(odoo, major, history.leads.id);
//     if (hidden && *hidden) return hidden_lead(**hidden);
//
// Groups and companies tell of Odoo's own rules; a rule that somebody made cannot be read with a key of few rights. But
// asked for by its id, a lead that a rule hides is refused by Odoo, and one that does not exist is passed over. So ids
// that are missing between those that are seen are asked for: some of them, spread over all and the newest ones first.
// A rule that hides a lead in ten is found next to surely; one that hides a few among many deleted ones may not be.
// What is found is certain: there is no false alarm. Costs: a few calls; on 14, where each missing id is a query of its
// own in Odoo, sixty ids instead of a thousand (half a second).
//
// Threads: any. Errors: only those of the network; that leads are hidden is no error here.
#pragma once

#include <optional>
#include <vector>

#include <outrigger/plugin.hpp>

namespace outrigger::scoring {

// A lead that is there and hidden. `seen`: ids, ascending, of leads that were read, archived ones included.
Result<std::optional<int64_t>> find_hidden(const Odoo& odoo, int64_t major, const std::vector<int64_t>& seen);
// The same, beside the newest 2,000 leads.
Result<std::optional<int64_t>> find_hidden(const Odoo& odoo, int64_t major);

// kAccess, with the remedy.
Error hidden_lead(int64_t lead);

}  // namespace outrigger::scoring
