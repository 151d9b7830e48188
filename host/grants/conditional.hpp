// What a plugin asks for under some configurations alone: `when` in the permissions of its manifest. So an admin who
// does not switch a feature on is not asked for what it needs.
//
//     "permissions": {
//       "odoo": {"crm.lead": {"read": "*"}},
//       "when": [
//         {"set": ["quiet"], "host": ["untracked"]},                                        // neither absent nor false
//         {"equals": {"duplicates": "merge"}, "odoo": {"crm.lead": {"methods": ["merge_opportunity"]}}}
//       ]
//     }
//     const Document now = permissions_under(manifest["permissions"], settings);     // for Permissions::parse
//
// A part counts when every key of `set` is set in the plugin's configuration, defaults included, and every key of
// `equals` has this value. Parts add to what stands outside of them, and take nothing away. Threads: pure functions.
#pragma once

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

// REQUIRES: check_conditions found nothing.
Document permissions_under(Value permissions, Value settings);
// All that it may ever ask for.
Document permissions_at_most(Value permissions);
// kInvalid names the key and the remedy.
Result<void> check_conditions(Value permissions);

}  // namespace outrigger::host
