// The further variables that the configuration names: fields of crm.lead, or of its partner.
//
//     "variables": ["expected_revenue", "type", "x_size", "partner_id.industry_id", "partner_id.is_company"]
//
//     Result<std::vector<ExtraField>> fields = choose_extra(odoo, history, config);
//
// What a field is decides what is made of it: selection, many2one and boolean are categories; a many2many is tags;
// integer, float and monetary are numbers, in bins learned from data; a date is a number, the days since the lead was
// created. Refused with the remedy: a name that is not there (with the nearest that is), free text, lists of other
// records, and fields that a decision writes, which would know the outcome. Threads: plain functions.
#pragma once

#include <string>
#include <vector>

#include "engine/signals.hpp"
#include "history.hpp"

namespace outrigger::scoring {

struct ExtraField {
  std::string name;         // as configured: "partner_id.industry_id"
  std::string field;        // "industry_id"
  bool of_partner = false;  // else of the lead
  Signal::Kind kind = Signal::Kind::kCategory;
  bool is_date = false;    // a number of days
  bool is_moment = false;  // a datetime: nobody knew it earlier than it says
};

Result<std::vector<ExtraField>> choose_extra(const Odoo& odoo, const History& history, Value config);

// The name that is spelled most like it; empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& names);

}  // namespace outrigger::scoring
