// A small Odoo for the plugin's own tests: two teams, three salespeople, leads as a test wants them.
#pragma once

#include <gtest/gtest.h>

#include <outrigger/testkit/fake_host.hpp>

#include <map>
#include <string>
#include <vector>

namespace outrigger::assignment {

using testkit::Changed;
using testkit::FakePlugin;
using testkit::Object;

struct TeamLead {
  int64_t team = 0;
  int64_t user = 0;
  double probability = 50;
  double revenue = 100;
  int64_t color = 0;  // what rules look at
  std::string created = "2025-12-20 08:00:00";
  std::string email = {};
  std::string type = "opportunity";
  std::string opened = {};
  int64_t written_by = 2;  // the integration's own user
  std::string written = {};
  int64_t source = 0;
  std::string status = "pending";
  std::string closed = {};
  int64_t creator = 1;
};

// Now is 2026-01-01 00:00 UTC. Team 1 "North" takes leads of color 1: Lan (user 11), 2 a day, and Pierre (12), 1 a day.
// Team 2 "South" takes color 2: Tom (13), 1 a day.
class SmallTeam {
 public:
  SmallTeam() {
    host.odoo().answers("crm.lead", "read_group", testkit::list({}));
    host.odoo().rows("res.users",
                     {{{"id", 11},
                       {"name", "Lan"},
                       {"active", true},
                       {"lang", "vi_VN"},
                       {"partner_id", 111},
                       {"share", false},
                       {"tz", "Asia/Ho_Chi_Minh"}},
                      {{"id", 12}, {"name", "Pierre"}, {"active", true}, {"lang", "fr_FR"}, {"partner_id", 112}},
                      {{"id", 13}, {"name", "Tom"}, {"active", true}, {"lang", "en_US"}, {"partner_id", 113}},
                      {{"id", 14}, {"name", "Old"}, {"active", false}, {"lang", "en_US"}}});
    host.odoo().fields("mail.message", {"model", "res_id", "author_id", "create_uid", "create_date"});
    host.odoo().fields("mail.activity", {"res_model", "res_id", "create_uid", "create_date"});
    host.odoo().rows("crm.stage", {{{"id", 1}, {"sequence", 1}, {"is_won", false}}});
    north = rule("color", "=", 1);
    south = rule("color", "=", 2);
    members = {member(1, 1, 11, 60), member(2, 1, 12, 30), member(3, 2, 13, 30)};
  }

  static Document rule(const char* field, const char* op, const testkit::Member& value) {
    return Document::build([&](Arena& arena) {
      return arena.copy(arena.array({arena.array({field, op, arena.copy(value.value)})}));
    });
  }
  static Object member(int64_t id, int64_t team, int64_t user, int64_t monthly, const Document& of = {}) {
    return {{"id", id},
            {"crm_team_id", team},
            {"user_id", user},
            {"active", true},
            {"create_date", "2025-01-01 00:00:00"},
            {"assignment_max", monthly},
            {"assignment_optout", false},
            {"assignment_domain", of},
            {"assignment_domain_preferred", Value{}}};
  }

  void put() {
    std::vector<Object> rows;
    const auto id_or_none = [](int64_t id) { return id == 0 ? Value{} : Value::of(id); };
    const auto text_or_none = [](const std::string& text) {
      return text.empty() ? Value{} : Value::of(std::string_view(text));
    };
    for (const auto& [id, one] : leads)
      rows.push_back({{"id", id},
                      {"name", "Lead " + std::to_string(id)},
                      {"team_id", id_or_none(one.team)},
                      {"user_id", id_or_none(one.user)},
                      {"active", one.status != "lost"},
                      {"type", one.type},
                      {"priority", "1"},
                      {"probability", one.probability},
                      {"expected_revenue", one.revenue},
                      {"create_date", one.created},
                      {"date_open", text_or_none(one.opened)},
                      {"email_from", text_or_none(one.email)},
                      {"email_normalized", text_or_none(one.email)},
                      {"stage_id", 1},
                      {"won_status", one.status},
                      {"date_closed", text_or_none(one.closed)},
                      {"date_conversion", Value{}},
                      {"create_uid", one.creator},
                      {"color", one.color},
                      {"source_id", id_or_none(one.source)},
                      {"write_uid", one.written_by},
                      {"write_date", text_or_none(one.written)},
                      {"date_last_stage_update", one.created}});
    host.odoo().rows("crm.lead", rows);
    host.odoo().rows("crm.team", {team(1, "North", north), team(2, "South", south)});
    host.odoo().rows("crm.team.member", members);
  }

  FakePlugin start(const Object& config = {}) {
    put();
    return host.load(OUTRIGGER_PLUGIN_LIBRARY, config);
  }

  testkit::FakeHost host;
  std::map<int64_t, TeamLead> leads;
  std::vector<Object> members;
  Document north;
  Document south;
  bool skip_south = false;
  bool enabled = true;
  bool automatic = false;

 private:
  Object team(int64_t id, const char* name, const Document& domain) const {
    return {{"id", id},
            {"name", name},
            {"active", true},
            {"sequence", id},
            {"create_date", "2025-01-01 00:00:00"},
            {"use_leads", false},
            {"use_opportunities", true},
            {"member_ids", testkit::list({})},
            {"assignment_domain", domain},
            {"assignment_optout", id == 2 && skip_south},
            {"assignment_enabled", enabled},
            {"assignment_auto_enabled", automatic}};
  }
};

}  // namespace outrigger::assignment
