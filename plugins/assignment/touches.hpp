// Whether somebody did something about a lead since it was assigned.
//
//     Result<std::set<int64_t>> touched = touched_leads(host, people, leads);
//
// A touch is: the stage was moved; somebody who works with Odoo wrote a note or a mail, logged a call, changed a tracked
// field, planned or did an activity, or made a meeting; or changed any field as the last one to write the lead. What
// the integration's own user, OdooBot and people outside (a customer's mail) did is none. Where the salesperson is the
// integration's own user nobody can tell the two apart: every such lead counts as touched.
//
// Errors: where notes cannot be read nothing can be said of any lead. Activities and meetings that the key may not read,
// or an Odoo does not have, are left out; both leave a note where a person made them. Threads: the instance's own.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "crm.hpp"

namespace outrigger::assignment {

// Those who work with Odoo.
struct People {
  int64_t own = 0;                      // the integration's user
  std::map<int64_t, int64_t> partners;  // user by contact
  std::map<int64_t, std::string> zones;
  std::map<int64_t, std::string> names;

  [[nodiscard]] bool is_person(int64_t user) const;
};
Result<People> read_people(const Host& host);

struct Watched {
  int64_t lead = 0;
  int64_t user = 0;
  int64_t since = 0;  // microseconds: what is later counts
  Document row;       // date_last_stage_update, write_uid, write_date
};
Result<std::set<int64_t>> touched_leads(const Host& host, const People& people, const std::vector<Watched>& leads);

}  // namespace outrigger::assignment
