// What crm.lead does on its own, and methods that are neither plain reads nor plain writes.
#include <algorithm>

#include "integration/sandbox/database.hpp"

namespace outrigger::sandbox {

void normalise_email(Table& leads, int64_t id) {
  std::string address(leads.get(id, "email_from").text());
  const bool one = std::count(address.begin(), address.end(), '@') == 1 && address.find(' ') == std::string::npos;
  for (char& c : address)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  leads.set(id, "email_normalized", one ? leads.keep(address) : Value{});
}

// A lead in a won stage is certain; won and lost follow from stage, probability and active (Odoo 19, crm.lead).
void Database::after_lead_write(int64_t id, Value values, bool created) {
  Table& leads = table("crm.lead");
  const int64_t stage = leads.get(id, "stage_id").integer();
  const bool won_stage = stage != 0 && table("crm.stage").get(stage, "is_won").truthy();
  if (created && leads.get(id, "type").is_null()) leads.set(id, "type", Value::of("lead"));
  if (created && stage == 0 && !values.has("stage_id")) leads.set(id, "stage_id", Value::of(int64_t{1}));
  if (created || values.has("stage_id")) leads.set(id, "date_last_stage_update", leads.get(id, "write_date"));
  if (values.has("user_id"))
    leads.set(id, "date_open", leads.get(id, "user_id").integer() == 0 ? Value{} : leads.get(id, "write_date"));
  if (values.has("email_from")) normalise_email(leads, id);
  if (values.has("stage_id") && won_stage) {
    leads.set(id, "active", Value::of(true));
    leads.set(id, "probability", Value::of(100.0));
    leads.set(id, "automated_probability", Value::of(100.0));
    leads.set(id, "date_closed", leads.get(id, "write_date"));
  }
  const auto probability = leads.get(id, "probability").number();
  const bool won = won_stage && probability == 100.0;
  const bool lost = !leads.get(id, "active").truthy() && probability.value_or(0) == 0;
  leads.set(id, "won_status", Value::of(won ? "won" : lost ? "lost" : "pending"));
}

Answer Database::action_archive(Session& session, const Request& request) {
  Request inner = request;
  inner.args = session.arena.object({{"vals", session.arena.object({{"active", false}})}});
  const Answer answer = write(session, inner);
  return answer.fault ? answer : Answer(Value{});
}

Answer Database::action_unarchive(Session& session, const Request& request) {
  Request inner = request;
  inner.args = session.arena.object({{"vals", session.arena.object({{"active", true}})}});
  const Answer answer = write(session, inner);
  return answer.fault ? answer : Answer(Value{});
}

Answer Database::toggle_active(Session& session, const Request& request) {
  if (auto fault = check_writable(session.user, session.table, request.ids)) return *fault;
  for (const int64_t id : request.ids) {
    Request inner = request;
    inner.ids = {id};
    const bool active = session.table.get(id, "active").truthy();
    inner.args = session.arena.object({{"vals", session.arena.object({{"active", !active}})}});
    const Answer answer = write(session, inner);
    if (answer.fault) return answer;
  }
  return Value{};
}

// {id: "module.name"}, with "" for those that have none.
Answer Database::get_external_id(Session& session, const Request& request) {
  const Table& names = table("ir.model.data");
  std::vector<Field> fields;
  for (const int64_t id : request.ids) {
    std::string external;
    for (int64_t name = 1; name <= names.last_id() && external.empty(); ++name)
      if (names.exists(name) && names.get(name, "res_id").integer() == id &&
          names.get(name, "model").text() == session.table.model().name)
        external = std::string(names.get(name, "module").text()) + "." + std::string(names.get(name, "name").text());
    fields.push_back({session.arena.keep(std::to_string(id)), session.arena.text(external)});
  }
  return session.arena.object(fields);
}

Answer Database::set_state(Session& session, const Request& request, std::string_view model, std::string_view state) {
  if (session.table.model().name != model)
    return not_found("The method does not exist", "werkzeug.exceptions.NotFound");
  Request inner = request;
  inner.args = session.arena.object({{"vals", session.arena.object({{"state", state}})}});
  return write(session, inner);
}

// 19 refuses to confirm what is confirmed, 14 does it once more.
Answer Database::action_confirm(Session& session, const Request& request) {
  if (session.table.model().name == "sale.order" && options_.major >= 19)
    for (const int64_t id : request.ids)
      if (session.table.get(id, "state").text() == "sale")
        return user_error("Some orders are not in a state requiring confirmation.");
  return set_state(session, request, "sale.order", "sale");
}

Answer Database::action_cancel(Session& session, const Request& request) {
  return set_state(session, request, "sale.order", "cancel");
}

Answer Database::action_draft(Session& session, const Request& request) {
  return set_state(session, request, "sale.order", "draft");
}

// Asks back with a wizard, and does nothing, unless the context says that it is not wanted.
Answer Database::button_validate(Session& session, const Request& request) {
  if (session.table.model().name == "stock.picking" && !session.context["skip_backorder"].truthy())
    return session.arena.object({{"type", "ir.actions.act_window"}, {"res_model", "stock.backorder.confirmation"}});
  return set_state(session, request, "stock.picking", "done");
}

Answer Database::action_set_won(Session& session, const Request& request) {
  if (session.table.model().name != "crm.lead")
    return not_found("The method does not exist", "werkzeug.exceptions.NotFound");
  const Table& stages = table("crm.stage");
  int64_t won = 0;
  for (int64_t id = 1; id <= stages.last_id() && won == 0; ++id)
    if (stages.exists(id) && stages.get(id, "is_won").truthy()) won = id;
  Request inner = request;
  inner.args = session.arena.object({{"vals", session.arena.object({{"stage_id", won}, {"probability", 100.0}})}});
  return write(session, inner);
}

Answer Database::action_set_lost(Session& session, const Request& request) {
  if (session.table.model().name != "crm.lead")
    return not_found("The method does not exist", "werkzeug.exceptions.NotFound");
  if (auto fault = check_writable(session.user, session.table, request.ids)) return *fault;
  for (const int64_t id : request.ids)
    if (session.table.get(id, "won_status").text() == "won")
      return validation_error("The lead is won and cannot be set as lost.");
  std::vector<Field> values{
      {"active", Value::of(false)}, {"probability", Value::of(0.0)}, {"automated_probability", Value::of(0.0)}};
  for (const Field argument : request.args.fields()) values.push_back(argument);
  Request inner = request;
  inner.args = session.arena.object({{"vals", session.arena.object(values)}});
  const Answer answer = write(session, inner);
  return answer.fault ? answer : Answer(Value{});
}

Answer Database::message_post(Session& session, const Request& request) {
  if (auto fault = check_writable(session.user, session.table, request.ids)) return *fault;
  if (request.ids.size() != 1) return value_error("Expected singleton: " + request.model);
  Table& messages = table("mail.message");
  const Value values = session.arena.object({{"model", session.arena.text(request.model)},
                                             {"res_id", request.ids.front()},
                                             {"body", request.args["body"]},
                                             {"message_id", request.args["message_id"]}});
  const int64_t id = insert(session.user, messages, values);
  return options_.major >= 19 ? session.arena.ids(std::vector<int64_t>{id}) : Value::of(id);
}

Answer Database::context_get(Session& session, const Request&) {
  return session.arena.object(
      {{"lang", "en_US"}, {"tz", Value::of(std::string_view(session.user.tz))}, {"uid", session.user.id}});
}

Answer Database::has_group(Session& session, const Request& request) {
  const std::string_view group = request.args["group_ext_id"].text();
  if (group == "base.group_user" || group == "sales_team.group_sale_salesman") return Value::of(true);
  if (group == "sales_team.group_sale_salesman_all_leads") return Value::of(session.user.all_leads);
  if (group == "sales_team.group_sale_manager" || group == "base.group_system")
    return Value::of(session.user.administrator);
  return Value::of(false);
}

Answer Database::get_param(Session& session, const Request& request) {
  if (session.table.model().name != "ir.config_parameter")
    return not_found("The method does not exist", "werkzeug.exceptions.NotFound");
  for (int64_t id = 1; id <= session.table.last_id(); ++id)
    if (session.table.exists(id) && session.table.get(id, "key").text() == request.args["key"].text())
      return session.table.get(id, "value");
  return request.args["default"].is_null() ? Value::of(false) : request.args["default"];
}

Answer Database::set_param(Session& session, const Request& request) {
  if (session.table.model().name != "ir.config_parameter")
    return not_found("The method does not exist", "werkzeug.exceptions.NotFound");
  for (int64_t id = 1; id <= session.table.last_id(); ++id)
    if (session.table.exists(id) && session.table.get(id, "key").text() == request.args["key"].text()) {
      const Value old = session.table.get(id, "value");
      store(session.user, session.table, id, session.arena.object({{"value", request.args["value"]}}));
      return old;
    }
  insert(session.user, session.table,
         session.arena.object({{"key", request.args["key"]}, {"value", request.args["value"]}}));
  return Value::of(false);
}

}  // namespace outrigger::sandbox
