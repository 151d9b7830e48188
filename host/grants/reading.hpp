// What a plugin asks for, less everything that does something: for `outrigger audit`.
//
//     Permissions granted = reads_only(asked);   // reads, system parameters and groups; no writes, methods, messages,
//                                                // web hosts or secrets, nothing published
//
// Threads: plain function.
#pragma once

#include "host/grants/permissions.hpp"

namespace outrigger::host {

Permissions reads_only(const Permissions& asked);

}  // namespace outrigger::host
