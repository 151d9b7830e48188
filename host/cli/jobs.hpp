// What is said of jobs in more than one place.
#pragma once

#include <string>

#include "outrigger/value.hpp"

namespace outrigger::host {

// Of one of jobs.list (tenant/job_requests.hpp): how it fails, in a sentence; empty: its last run did not.
std::string failing_job_text(Value job);

}  // namespace outrigger::host
