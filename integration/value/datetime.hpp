// Odoo's datetimes, "2026-11-21 19:24:40" in UTC, as seconds since 1970 and back. Threads: plain functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outrigger::value {

std::string to_datetime(int64_t seconds);
// 0 when it is none; a fraction of a second is cut off.
int64_t from_datetime(std::string_view text);

}  // namespace outrigger::value
