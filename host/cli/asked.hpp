// What a plugin asks for as it is configured: the permissions of its manifest with the parts of `when` that count.
//
//     Result<Permissions> asked = asked_by(manifest, config);
//
// Errors: those of the manifest. Threads: pure functions.
#pragma once

#include "host/config/config.hpp"
#include "host/grants/permissions.hpp"
#include "host/plugins/manifest.hpp"

namespace outrigger::host {

// A plugin that the configuration does not name has its defaults; one with a mistake in its configuration what stands
// there, without them.
Result<Permissions> asked_by(const Manifest& manifest, const Config& config);
// `settings`: as check_config gives them.
Result<Permissions> asked_by(const Manifest& manifest, Value settings);

}  // namespace outrigger::host
