#include "integration/writes/methods.hpp"

#include <algorithm>

namespace outrigger::writes {
namespace {

bool state_is(Value now, std::initializer_list<std::string_view> states) {
  return std::find(states.begin(), states.end(), now["state"].text()) != states.end();
}

bool won(Value, Value now, Value) {
  if (now.has("won_status")) return now["won_status"].text() == "won";
  return now["probability"].number() == 100.0;
}
bool lost(Value, Value now, Value args) {
  if (!now.is_object() || now["active"].truthy() || now["probability"].number().value_or(0) != 0) return false;
  for (const Field field : args.fields())
    if (now.has(field.key) && now[field.key].integer() != field.value.integer()) return false;
  return true;
}
bool archived(Value, Value now, Value) { return now.is_object() && !now["active"].truthy(); }
bool unarchived(Value, Value now, Value) { return now["active"].truthy(); }
bool toggled(Value before, Value now, Value) {
  return now.is_object() && before.is_object() && now["active"].truthy() != before["active"].truthy();
}
bool opportunity(Value, Value now, Value) { return now["type"].text() == "opportunity"; }
bool confirmed(Value, Value now, Value) { return state_is(now, {"sale", "done"}); }
bool cancelled(Value, Value now, Value) { return state_is(now, {"cancel"}); }
bool draft(Value, Value now, Value) { return state_is(now, {"draft"}); }
bool quoted(Value, Value now, Value) { return state_is(now, {"sent"}); }
bool ordered(Value, Value now, Value) { return state_is(now, {"purchase", "to approve", "done"}); }
bool transferred(Value, Value now, Value) { return state_is(now, {"done"}); }
bool waiting(Value, Value now, Value) { return state_is(now, {"confirmed", "waiting", "assigned", "done"}); }
bool assigned(Value, Value now, Value) { return state_is(now, {"assigned", "done"}); }
bool posted(Value, Value now, Value) { return state_is(now, {"posted"}); }
bool finished(Value, Value now, Value) { return !now.is_object() || (now.has("active") && !now["active"].truthy()); }

constexpr std::string_view kFollowers = "a note in the chatter; followers may get a mail";

const std::vector<Method>& table() {
  static const std::vector<Method> methods = {
      {"crm.lead", "action_set_won", {"won_status", "probability"}, won, true, Class::kReversible, {}, kFollowers},
      {"crm.lead",
       "action_set_won_rainbowman",
       {"won_status", "probability"},
       won,
       true,
       Class::kReversible,
       {},
       kFollowers},
      {"crm.lead",
       "action_set_lost",
       {"active", "probability", "lost_reason_id", "lost_reason"},
       lost,
       true,
       Class::kCompensable,
       {"action_unarchive"},
       kFollowers},
      {"crm.lead", "action_restore", {"active"}, unarchived, true, Class::kCompensable, {"action_archive"}, {}},
      {"crm.lead", "convert_opportunity", {"type"}, opportunity, false, Class::kReversible, {}, kFollowers},
      {"sale.order",
       "action_confirm",
       {"state"},
       confirmed,
       false,
       Class::kCompensable,
       {"action_cancel", "action_draft"},
       "deliveries are made and stock is reserved; the customer may get a mail"},
      {"sale.order",
       "action_cancel",
       {"state"},
       cancelled,
       true,
       Class::kCompensable,
       {"action_draft"},
       "its deliveries are cancelled; the customer may get a mail"},
      {"sale.order", "action_draft", {"state"}, draft, true, Class::kCompensable, {"action_cancel"}, {}},
      {"sale.order",
       "action_quotation_sent",
       {"state"},
       quoted,
       false,
       Class::kCompensable,
       {"action_cancel", "action_draft"},
       {}},
      {"purchase.order",
       "button_confirm",
       {"state"},
       ordered,
       false,
       Class::kCompensable,
       {"button_cancel", "button_draft"},
       "receipts are made; an approver may be asked"},
      {"purchase.order",
       "button_cancel",
       {"state"},
       cancelled,
       true,
       Class::kCompensable,
       {"button_draft"},
       "its receipts are cancelled"},
      {"purchase.order", "button_draft", {"state"}, draft, true, Class::kCompensable, {"button_cancel"}, {}},
      {"stock.picking",
       "button_validate",
       {"state"},
       transferred,
       false,
       Class::kIrreversible,
       {},
       "stock moves and may be valued in accounting; the customer may get a mail or a text message"},
      {"stock.picking", "action_confirm", {"state"}, waiting, true, Class::kIrreversible, {}, {}},
      {"stock.picking",
       "action_assign",
       {"state"},
       assigned,
       true,
       Class::kCompensable,
       {"do_unreserve"},
       "stock is reserved"},
      {"stock.picking",
       "do_unreserve",
       {"state"},
       [](Value, Value now, Value) {
         return state_is(now, {"confirmed", "waiting"});
       },
       true,
       Class::kCompensable,
       {"action_assign"},
       {}},
      {"stock.picking",
       "action_cancel",
       {"state"},
       cancelled,
       true,
       Class::kIrreversible,
       {},
       "its moves are cancelled"},
      {"account.move",
       "action_post",
       {"state"},
       posted,
       false,
       Class::kCompensable,
       {"button_draft"},
       "a number is taken from the journal's sequence and stays taken"},
      {"account.move",
       "button_draft",
       {"state"},
       draft,
       true,
       Class::kCompensable,
       {"action_post"},
       "payments are unreconciled"},
      {"account.move", "button_cancel", {"state"}, cancelled, true, Class::kCompensable, {"button_draft"}, {}},
      {"mail.activity",
       "action_done",
       {"active"},
       finished,
       false,
       Class::kIrreversible,
       {},
       "a note in the chatter of its record"},
      {"mail.activity",
       "action_feedback",
       {"active"},
       finished,
       false,
       Class::kIrreversible,
       {},
       "a note in the chatter of its record"},
      {"", "toggle_active", {"active"}, toggled, false, Class::kCompensable, {"toggle_active"}, {}},
      {"", "action_archive", {"active"}, archived, true, Class::kCompensable, {"action_unarchive"}, {}},
      {"", "action_unarchive", {"active"}, unarchived, true, Class::kCompensable, {"action_archive"}, {}},
  };
  return methods;
}

}  // namespace

const char* to_string(Class value) {
  switch (value) {
    case Class::kReversible: return "reversible";
    case Class::kCompensable: return "compensable";
    case Class::kIrreversible: return "irreversible";
  }
  return "irreversible";
}

const Method* find_method(std::string_view model, std::string_view name) {
  const Method* found = nullptr;
  for (const Method& method : table())
    if (method.name == name && (method.model == model || (found == nullptr && method.model.empty()))) found = &method;
  return found;
}

bool only_reads(std::string_view method) {
  static constexpr std::string_view kReading[] = {
      "name_search",     "search",          "search_count",        "search_read",          "read",
      "fields_get",      "default_get",     "read_group",          "formatted_read_group", "web_read",
      "web_search_read", "get_external_id", "check_access_rights", "has_access",           "context_get",
      "has_group",       "name_get"};
  return std::find(std::begin(kReading), std::end(kReading), method) != std::end(kReading);
}

const std::vector<Consequence>& consequences(std::string_view model) {
  static const std::vector<Consequence> lead = {{"stage_id", true},
                                                {"probability", true},
                                                {"automated_probability", true},
                                                {"date_closed", true},
                                                {"active", true},
                                                {"user_id", true},
                                                {"team_id", true},
                                                {"date_open", true},
                                                {"type", true},
                                                {"date_conversion", true},
                                                {"lost_reason_id", true},
                                                {"lost_reason", true},
                                                {"date_last_stage_update", false},
                                                {"won_status", false}};
  static const std::vector<Consequence> sale = {
      {"state", false}, {"date_order", true}, {"invoice_status", false}, {"locked", true}};
  static const std::vector<Consequence> purchase = {{"state", false}, {"date_approve", false}};
  static const std::vector<Consequence> picking = {{"state", false}, {"date_done", false}};
  static const std::vector<Consequence> move = {{"state", false}, {"payment_state", false}, {"name", false}};
  static const std::vector<Consequence> partner = {{"active", true}};
  static const std::vector<Consequence> none;
  if (model == "crm.lead") return lead;
  if (model == "sale.order") return sale;
  if (model == "purchase.order") return purchase;
  if (model == "stock.picking") return picking;
  if (model == "account.move") return move;
  return model == "res.partner" ? partner : none;
}

std::string_view side_effect(std::string_view model, std::string_view field) {
  struct Known {
    std::string_view model, field, says;
  };
  static constexpr Known kKnown[] = {
      {"crm.lead", "user_id", "the new salesperson is notified and follows the record"},
      {"crm.lead", "stage_id",
       "a note in the chatter; probability and dates follow; a stage's mail template may be sent"},
      {"crm.lead", "email_from", "the contact's e-mail and all other leads of the contact change with it"},
      {"crm.lead", "phone", "the contact's phone and all other leads of the contact change with it"},
      {"res.partner", "email", "the e-mail of all leads of the contact changes with it"},
      {"res.partner", "phone", "the phone of all leads of the contact changes with it"},
      {"sale.order", "user_id", "the new salesperson is notified and follows the record"},
      {"project.task", "user_ids", "those who are assigned get a mail"},
      {"calendar.event", "partner_ids", "invitations are sent"},
      {"calendar.event", "start", "the attendees get a mail"},
      {"mail.activity", "user_id", "the user who is assigned gets a mail"}};
  for (const Known& known : kKnown)
    if (known.model == model && known.field == field) return known.says;
  return {};
}

}  // namespace outrigger::writes
