// What Odoo's predictive lead scoring knows besides the leads: stages, teams, settings.
//
// Sources: Odoo 19, crm.stage, crm.team, crm.lead and the parameters crm.pls_fields and crm.pls_start_date; Odoo 14
// where Rules says so. Threads: plain data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::scoring {

struct Stage {
  int64_t id = 0;
  std::string name;
  int64_t sequence = 0;
  bool is_won = false;
  bool of_teams = false;  // belongs to one team (14 to 18) or to some teams (19), rather than to all
};

struct Team {
  int64_t id = 0;
  std::string name;
};

// Where the versions differ; everything else is the same in 14 and 19. The defaults are those of 19.
struct Rules {
  // 19: won and lost are read from won_status. Before: won = probability 100; lost = archived with probability 0; and
  // a lead is pending when it is active with 0 < probability < 100 or none.
  bool won_status = true;
  // 19: midnight of the start date in the user's time zone. Before: midnight UTC.
  bool start_in_user_zone = true;
  // 14: tags count whether or not they are configured, and naming tag_ids makes Odoo fail.
  bool tags_always = false;
  // 14: leads without a team are scored by the rows without a team. Since: by all teams together.
  bool table_of_no_team = false;
  // The first releases of 14.0: (100 a) / (a + b), not held within 0.01 and 99.99. The server does not tell which
  // 14.0 it is; the stored scores do.
  bool early_rounding = false;
  // 14: the rows that are added up for a score come ordered by the sequence of their teams and by nothing else, so the
  // order within a team is PostgreSQL's and changes when a row does. Since: by id. It matters where a score lies
  // exactly between two hundredths.
  bool rows_unordered = false;

  static Rules of_major(int64_t major) {
    Rules rules;
    rules.won_status = rules.start_in_user_zone = major >= 19;
    rules.tags_always = rules.table_of_no_team = rules.rows_unordered = major <= 14;
    return rules;
  }
};

// Stages by (sequence, id); teams in Odoo's order: sequence, then newest, then highest id. Archived teams included.
struct Model {
  std::vector<Stage> stages;
  std::vector<Team> teams;
  Rules rules;

  // The stage that gives a team's totals: open to all teams, lowest (sequence, id). -1 when there is none.
  [[nodiscard]] int32_t first_stage() const {
    for (size_t i = 0; i < stages.size(); ++i)
      if (!stages[i].of_teams) return static_cast<int32_t>(i);
    return -1;
  }
};

// Variables of the model, as features of a lead are ordered: the stage, the configured fields, tags at the end.
//
//     Variables v = Variables::parse("phone_state,country_id,tag_ids", known);
//     v.names    // stage_id, country_id, phone_state, tag_id: alphabetical, each once, as the table has them
//     v.factors  // stage_id, phone_state, country_id: multiplied in this order; repeats are multiplied again
//     v.tags     // true
struct Variables {
  std::vector<std::string> fields;  // fields of crm.lead to read, each once, without stage_id, team_id and tag_ids
  std::vector<int32_t> factors;     // -1: the stage; otherwise an index into fields
  bool tags = false;

  // `setting` is crm.pls_fields: names between commas, not trimmed. Names for which known(name) is false are
  // dropped, as Odoo does; they are appended to *unknown when it is given.
  template <typename Known>
  static Variables parse(std::string_view setting, Known&& known, std::vector<std::string>* unknown = nullptr) {
    Variables result;
    result.factors.push_back(-1);
    while (!setting.empty()) {
      const size_t comma = setting.find(',');
      const std::string name(setting.substr(0, comma));
      setting = comma == std::string_view::npos ? std::string_view{} : setting.substr(comma + 1);
      if (name.empty() || name == "team_id") continue;
      if (!known(name)) {
        if (unknown != nullptr) unknown->push_back(name);
      } else if (name == "tag_ids") {
        result.tags = true;
      } else if (name == "stage_id") {
        result.factors.push_back(-1);
      } else {
        result.factors.push_back(result.field(name));
      }
    }
    return result;
  }

 private:
  int32_t field(const std::string& name) {
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i] == name) return static_cast<int32_t>(i);
    fields.push_back(name);
    return static_cast<int32_t>(fields.size() - 1);
  }
};

}  // namespace outrigger::scoring
