// Leads that were assigned here and that nobody touched for the agreed time go to another member.
//
//     Result<Overdue> overdue = find_overdue(host, store, settings, true);
//     Result<Planned> planned = plan_again(host, settings, *overdue, ask, say, &first);
//
// Only leads that this plugin gave, that the same salesperson still has and that are open; what a touch is, touches.hpp
// says. One that somebody touched is not looked at again until it is assigned anew. A lead is given on `times` times, and
// never to a person who had it. While the salesperson is on leave nothing is taken, and the time counts anew from their
// return. With `weekdays` Saturdays and Sundays of the salesperson's zone do not count.
//
// Where `keeps` is false (a plan) nothing is noted down. Errors: as Odoo says. Threads: the instance's own.
#pragma once

#include "kept.hpp"

namespace outrigger::assignment {

struct Overdue {
  std::map<int64_t, Again> leads;
  std::string why_not;  // nothing can be said of any lead
};

Result<Overdue> find_overdue(const Host& host, const Store& store, const Settings& settings, bool keeps,
                             const Speech& say);
// Who gets them. `before`: a plan of the same run, whose leads take room as well.
Result<Planned> plan_again(const Host& host, const Settings& settings, const Overdue& overdue, const Ask& ask,
                           const Speech& say, const Planned* before);

// The time between two instants without Saturdays and Sundays of the zone; empty: UTC.
int64_t without_weekends(const Clock& clock, const std::string& zone, int64_t from, int64_t to);
// What people read of it; empty where there is nothing to say.
std::string again_text(const Planned& again, const Settings& settings, size_t limit, const Speech& say);

}  // namespace outrigger::assignment
