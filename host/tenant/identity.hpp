// Who a database says it is: what the journal compares before it goes on with it (host/journal/epoch.hpp).
//
// Threads: any.
#pragma once

#include <stop_token>
#include <string>

#include "host/journal/journal.hpp"
#include "integration/feed/reader.hpp"
#include "integration/odoo/session.hpp"

namespace outrigger::host {

// Its `database.uuid`, which a copy made in Odoo does not share. Where the key may not read parameters: empty; copies
// are then told apart by what their records say alone.
Result<std::string> database_uuid(odoo::Session& session, const std::stop_token& stop);
// The records that were seen last, as Odoo has them now.
Result<EpochEvidence> gather_evidence(Journal& journal, feed::Reader& reader, const std::stop_token& stop);

}  // namespace outrigger::host
