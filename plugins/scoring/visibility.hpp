// Whether leads are there that this key does not see. Counts and models of a part of them would be silently wrong.
//
//     Result<std::optional<int64_t>> hidden = find_hidden(odoo, major, history.leads.id);
//     if (hidden && *hidden) return hidden_lead(**hidden);
//
// Groups and companies tell of Odoo's own rules; a rule that somebody made cannot be read with a key of few rights. But
// asked for by its id, a lead that a rule hides is refused by Odoo, and one that does not exist is passed over. So ids
// that are missing between those that are seen are asked for: up to 200 (60 on 14), half of them the newest, the others
// spread over all. What is found is certain: there is no false alarm. It is found almost surely when one missing id in
// twenty is a hidden lead and the others are deleted ones; fewer may go unseen. Costs Odoo half a second at most.
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
