// Why a lead was assigned, kept under `crm.lead:ID:assigned`: with the record's own key, so that it is exported and
// erased with what belongs to a person. It goes when the lead is deleted.
//
// Threads: the instance's own.
#pragma once

#include "apply.hpp"

namespace outrigger::assignment {

// Of all leads that were done.
Result<void> keep_reasons(const Store& store, const Clock& clock, const Planned& planned, const Applied& applied);
// "assigned on 2026-11-22 10:00:00 UTC to Lan: ..."; empty: nothing is known.
Result<std::string> kept_reason(const Store& store, int64_t lead, const Speech& say);
std::string reason_key(int64_t lead);

}  // namespace outrigger::assignment
