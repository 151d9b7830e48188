// What Odoo 19 scores one lead at by a recorded table, as far as the recorded assignments need it: every team of a run
// has a table of its own. The rules are those of the scoring plugin, which a test of this one may not include.
#pragma once

#include <json/json.h>

namespace outrigger::assignment {

// Percent. `config` holds the table, the stages and the fields that count.
double single_score(const Json::Value& config, const Json::Value& lead, Json::Int64 team);

}  // namespace outrigger::assignment
