// The tables of deliveries, version by version. Who opens the file hands them to JournalFile::open.
#pragma once

#include "host/journal/journal_file.hpp"

namespace outrigger::host {

extern const Tables kDeliveryTables;

}  // namespace outrigger::host
