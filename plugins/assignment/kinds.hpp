// The plan with the greatest expected value: a lead's chance times what a member makes of such leads.
//
//     Result<std::set<std::string>> kinds = kind_fields(host, settings, problems);   // that a lead may be of a kind by
//     Result<Plan> plan = plan_best(host, settings, kinds, columns, planned);        // fills planned.evidence
//
// Kinds are fields of a lead with few values (`kinds`; default: its source): many2one, selection or char. All closed leads are
// counted by team, salesperson and these fields in two calls. Errors: as Odoo says. Threads: the instance's own.
#pragma once

#include "planning.hpp"

namespace outrigger::assignment {

// Those of the configuration that this Odoo has; the others are named in `problems`.
Result<std::vector<std::string>> kind_fields(const Host& host, const Settings& settings, const Speech& say,
                                             std::vector<std::string>& problems);
Result<Plan> plan_best(const Host& host, const Settings& settings, const std::vector<std::string>& kinds,
                       const LeadColumns& columns, Planned& planned);
// "; won 7 of 20 such leads (Source: Website)"; empty: nothing is known of such leads.
std::string evidence_text(const Planned& planned, size_t row, const Speech& say);

}  // namespace outrigger::assignment
