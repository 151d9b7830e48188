// What tests look at: whose a lead is, which notes were posted, what `why` says.
#pragma once

#include "small_team.hpp"

namespace outrigger::assignment {

inline int64_t user_of(SmallTeam& odoo, int64_t lead) {
  return odoo.host.odoo().row("crm.lead", lead)["user_id"].integer();
}

inline std::vector<std::string> notes(const SmallTeam& odoo) {
  std::vector<std::string> all;
  for (const testkit::Write& write : odoo.host.writes())
    if (write.method == "message_post") all.push_back(write.body);
  return all;
}

inline std::string why(FakePlugin& plugin, int64_t lead) {
  EXPECT_TRUE(plugin.command("why", {{"lead", lead}}));
  return plugin.said();
}

inline Object employee(int64_t id, int64_t user, bool absent, const char* until) {
  return {{"id", id},
          {"user_id", user},
          {"is_absent", absent},
          {"leave_date_to", until == nullptr ? Value{} : Value::of(until)}};
}

}  // namespace outrigger::assignment
