// What people did, as points: from what Odoo's own apps keep, and from the intake (intake.hpp).
//
//     "points": {"rules": [
//       {"event": "page_view", "match": "/pricing", "points": 5, "half_life_days": 14, "cap": 20},
//       {"event": "mail_click", "points": 10, "half_life_days": 30},
//       {"event": "unsubscribe", "points": -15}]}
//
// Of Odoo: page_view (website.track of a visitor who is linked to a lead), mail_open, mail_reply (mailing.trace),
// mail_click (link.tracker.click of such a mail, else the trace's last click). Each rule takes the events of its name
// whose text (the page's address) contains `match`. The sum is the variable "points" of the models extended and
// logistic. Events have ids, so one that came twice counts once.
// Errors: kInvalid for rules that cannot be; an app that is missing, or may not be read, is a note. Threads: plain
// functions.
#pragma once

#include <string>
#include <vector>

#include "known.hpp"

namespace outrigger::scoring {

struct ActivityRule {
  std::string event;
  std::string match;
};

struct Activity {
  std::vector<ActivityRule> rules;
  std::vector<PointRule> points;  // the same rules, by index

  // The rules that take an event; `text` is the address of a page, or empty.
  template <typename Each>
  void each_rule(std::string_view event, std::string_view text, Each&& each) const {
    for (uint32_t r = 0; r < rules.size(); ++r)
      if (rules[r].event == event && (rules[r].match.empty() || text.find(rules[r].match) != std::string_view::npos))
        each(r);
  }
  [[nodiscard]] bool takes(std::string_view event) const {
    bool any = false;
    for (const ActivityRule& rule : rules) any = any || rule.event == event;
    return any;
  }
};

// config.points; without rules there are none.
Result<Activity> read_rules(Value config);

Result<void> read_odoo_activity(const Odoo& odoo, const Activity& activity, const Owners& owners, Known& known);
Result<void> read_kept_activity(const Store& store, const Clock& clock, const Activity& activity, const Owners& owners,
                                Known& known);

}  // namespace outrigger::scoring
