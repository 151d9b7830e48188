// A report on a terminal: headings, texts, notes, figures and tables. Its plots are on the page alone.
//
//     print(text_of(answer["report"], terminal_width()));
//
// Tables show at most `rows` rows, and how many more there are. Control characters of a plugin's text become spaces.
// Threads: plain functions.
#pragma once

#include <cstdint>
#include <string>

#include "outrigger/value.hpp"

namespace outrigger::host {

std::string text_of(Value report, uint32_t width, size_t rows = 12);

}  // namespace outrigger::host
