// Rows under headings, as wide as they need: table({"lead", "score"}, {{"7", "73.50"}}).
//
// A cell that holds a line break or a control character shows it as a space; the last column may run on. Threads: plain
// functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::host {

std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows);

// "2026-11-22 03:45:07" in UTC; empty for 0. micros: since 1970.
std::string utc_text(int64_t micros);
// "3 s", "12 min", "5 h", "4 days".
std::string duration_text(int64_t micros);

}  // namespace outrigger::host
