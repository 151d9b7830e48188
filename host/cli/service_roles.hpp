// What an instance of the service takes.
#pragma once

#include "outrigger/abi.h"

namespace outrigger::host {

inline constexpr uint32_t kServiceRoles = OR_ROLE_CHANGES | OR_ROLE_JOBS | OR_ROLE_PAGES | OR_ROLE_WEBHOOK;

}  // namespace outrigger::host
