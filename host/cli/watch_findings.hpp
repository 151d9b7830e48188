// What `doctor` says of the subscriptions of plugins on one Odoo: which changes they cannot see, where a look is dear,
// and what is not known of the database's identity.
//
//     for (const std::string& sentence : watch_findings(manifests, session, {.stop = stop})) print(sentence);
//
// Two calls for each model that is watched, and one more. What cannot be asked is left out: other findings say why.
// Threads: any.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/manifest.hpp"
#include "integration/odoo/session.hpp"

namespace outrigger::host {

std::vector<std::string> watch_findings(const std::vector<const Manifest*>& plugins, odoo::Session& session,
                                        const odoo::CallOptions& options);

}  // namespace outrigger::host
