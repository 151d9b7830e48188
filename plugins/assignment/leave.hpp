// Who is on leave now, as Odoo's Time Off shows it to every colleague (`hr.employee.public`).
//
//     Result<Absences> absences = read_absences(host, settings, {11, 12});
//     if (absences->until.count(11) != 0) ...               // paused while it lasts
//
// Odoo itself says who is absent: by the employee's own calendar and zone, for approved leave alone (Odoo 14 shows the leave's state beside). Someone with an
// employee record in several companies is absent where one of them is. The date is Odoo's: from 19 the day on which
// they are back, before it the last day.
//
// Errors: what stops every reading. That Time Off is not installed, or that this key may not see it, is none: `sees` is
// false and `why_not` says it. Threads: the instance's own.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "crm.hpp"

namespace outrigger::assignment {

enum class LeaveSight { kSeen, kOff, kNotInstalled, kNoRight };

struct Absences {
  LeaveSight sight = LeaveSight::kOff;
  std::string why_not;                   // Odoo's words, of kNoRight
  std::map<int64_t, std::string> until;  // by user: "2026-11-27", or empty where Odoo names no date
};

Result<Absences> read_absences(const Host& host, const Settings& settings, const std::set<int64_t>& users);

// Pauses members who are on leave; says it where the configuration asks for what cannot be seen.
Result<void> pause_absent(const Host& host, const Settings& settings, const Speech& say, Crm& crm);
// "on leave, back on 2026-11-27"
std::string leave_text(int64_t major, const std::string& until, const Speech& say);
// Whether leave can be seen.
Result<void> find_leave(const Host& host, const Settings& settings, const Speech& say, std::vector<Finding>& findings);

}  // namespace outrigger::assignment
