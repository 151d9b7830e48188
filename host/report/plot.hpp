// One plot of a report as SVG: axes with round numbers, lines, marks with intervals, bars, a legend.
//
//     page += svg_of(block);   // {title, x, y: {label, from, to}, diagonal, series: [{name, kind, points}]}
//
// Drawn by the style's classes, so it follows light and dark. Points that are not finite are left out; a plot without
// any point is a frame with its title. Threads: plain functions.
#pragma once

#include <string>
#include <vector>

#include "outrigger/value.hpp"

namespace outrigger::host {

std::string svg_of(Value plot);

// Round numbers from `from` to `to`, both within them where they are round themselves: 0, 20, 40 ... REQUIRES: from <=
// to.
std::vector<double> ticks(double from, double to, size_t about);

}  // namespace outrigger::host
