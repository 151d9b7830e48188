// Dates as domains write them: "2026-01-31", "2026-01-31 12:00:00", and Odoo 19's relative terms: "today -7d", "=1d".
#pragma once

#include <cstdint>
#include <string_view>

#include "integration/domain/schema.hpp"

namespace outrigger::domain {

// Seconds since 1970.
struct Moment {
  bool day = false;       // written as a day: local midnight of it, as if it were UTC
  bool relative = false;  // a relative day is compared with instants as its midnight, an absolute one as the whole day
  int64_t seconds = 0;    // else UTC
};

// kInvalid: no date, and Odoo refuses it too. kUnsupported: it depends on what is not known here.
Result<Moment> read_moment(std::string_view text, const Setting& setting);
// "2026-01-31" and "2026-01-31 12:00:00" as Odoo sends them; false: it is neither.
bool read_stored(std::string_view text, int64_t& seconds);

constexpr int64_t kDaySeconds = 86'400;
inline int64_t day_of(int64_t seconds) {
  return seconds >= 0 ? seconds / kDaySeconds : -((-seconds + kDaySeconds - 1) / kDaySeconds);
}

}  // namespace outrigger::domain
