// What a plugin watches on one database: its manifest's subscriptions, with the names that this Odoo has.
//
//     Result<std::vector<Tenant::Subscribed>> watches = subscribed(manifest, session, grant);
//
// kAccess: the grant does not hold the reads that the feed makes for it; kUnsupported: a field that is needed is not
// there. Threads: plain functions.
#pragma once

#include <vector>

#include "host/grants/grant.hpp"
#include "host/plugins/manifest.hpp"
#include "host/tenant/tenant.hpp"

namespace outrigger::host {

Result<std::vector<Tenant::Subscribed>> subscribed(const Manifest& manifest, odoo::Session& session,
                                                   const Grant& grant);

}  // namespace outrigger::host
