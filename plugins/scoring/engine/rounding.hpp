// Two decimals, exactly as Odoo rounds them.
//
// The result is the double nearest to the decimal that is nearest to the exact binary value, ties to even: Python's
// round(x, 2). Multiplying by 100 and rounding gives another answer for about two scores in a thousand.
#pragma once

#include <charconv>
#include <cmath>
#include <system_error>

namespace outrigger::scoring {

// REQUIRES: 0 <= percent <= 100.
inline double round2(double percent) {
  // Far from a tie, the error of the product cannot change the nearest hundredth, and whole/100.0 is correctly
  // rounded by IEEE division. Near one, decide on the exact decimal expansion.
  const double scaled = percent * 100.0;
  constexpr double kRound = 0x1.8p52;  // adding it leaves no room for a fraction: rounds to even, without a call
  const double whole = (scaled + kRound) - kRound;
  if (std::fabs(std::fabs(scaled - whole) - 0.5) > 1e-9) return whole / 100.0;
  char text[32];
  const auto printed = std::to_chars(text, text + sizeof text, percent, std::chars_format::fixed, 2);
  double value = percent;
  if (printed.ec == std::errc()) std::from_chars(text, printed.ptr, value);
  return value;
}

// round2 within the bounds that Odoo gives a computed score: 0.01 to 99.99.
inline double round_score(double percent) {
  const double rounded = round2(percent);
  return rounded < 0.01 ? 0.01 : (rounded > 99.99 ? 99.99 : rounded);
}

}  // namespace outrigger::scoring
