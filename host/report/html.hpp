// A report as one HTML page: `outrigger scoring report --html FILE`.
//
//     std::string page = html_of(answer["report"], "vi");
//
// Self-contained: style and plots are inside, and its content security policy lets a browser load nothing. `report` is
// a tree as in outrigger/report.hpp, from a plugin: all text is escaped, links that are not http or https become text,
// blocks that are not known are left out. `odoo` is the address of Odoo, for links to records; empty: they are text.
// Threads: plain functions.
#pragma once

#include <string>
#include <string_view>

#include "outrigger/value.hpp"

namespace outrigger::host {

std::string html_of(Value report, std::string_view locale, std::string_view odoo = {});

// For text and for values of attributes.
std::string escaped(std::string_view text);

}  // namespace outrigger::host
