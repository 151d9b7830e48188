#include "integration/feed/traps.hpp"

#include <algorithm>

namespace outrigger::feed {
namespace {

struct Trap {
  std::string_view model;  // "*": any that has it
  std::string_view field;  // empty: the record as a whole
  std::string_view stream;
  std::string_view fields;
  std::string_view why;
};

constexpr Trap kTraps[] = {
    {"crm.lead", "", "mail.message", "model,res_id,body,author_id,message_type",
     "a message on a lead does not move its write_date"},
    {"crm.lead", "", "mail.activity", "res_model,res_id,activity_type_id,user_id,date_deadline",
     "an activity does not move the lead's write_date, and a finished one is deleted"},
    {"crm.lead", "", "calendar.event", "opportunity_id,start,stop", "a meeting does not move the lead's write_date"},
    {"crm.lead", "", "ir.attachment", "res_model,res_id,name", "a file does not move the lead's write_date"},
    {"crm.lead", "message_follower_ids", "mail.followers", "res_model,res_id,partner_id",
     "a follower does not move the lead's write_date"},
    {"crm.lead", "tag_ids", "crm.tag", "name,color",
     "a tag that is renamed or deleted does not move the leads' write_date"},
    {"crm.lead", "stage_id", "crm.stage", "name,sequence,fold",
     "a stage that is renamed does not move the leads' write_date"},
    {"crm.lead", "partner_id", "res.partner", "name,email,phone",
     "a customer that is renamed does not move the leads' write_date"},
    {"crm.lead", "lead_properties", "crm.team", "lead_properties_definition",
     "a changed definition of properties does not move the leads' write_date"},
    {"crm.lead", "probability", "", "",
     "Odoo's scoring job changes probabilities by SQL, without a write_date: the content sweep that its table's ids "
     "set off finds it"},
    {"crm.lead", "automated_probability", "", "",
     "Odoo's scoring job changes probabilities by SQL, without a write_date: the content sweep that its table's ids "
     "set off finds it"},
    {"sale.order", "", "sale.order.line", "order_id,name,product_id,product_uom_qty,price_unit",
     "a line's text, and whatever leaves the total alone, does not move the order's write_date"},
    {"sale.order", "order_line", "sale.order.line", "order_id,name,product_id,product_uom_qty,price_unit",
     "a line's text, and whatever leaves the total alone, does not move the order's write_date"},
    {"sale.order", "invoice_status", "account.move", "state,payment_state",
     "posting and paying an invoice does not move the order's write_date"},
    {"stock.picking", "", "stock.move", "picking_id,product_id,quantity,state",
     "quantities are the moves'; not each of their changes moves the picking's write_date"},
    {"product.product", "qty_available", "stock.quant", "product_id,location_id,quantity",
     "a quantity on hand is not stored in the product"},
    {"product.template", "standard_price", "product.product", "standard_price",
     "a cost moves the variant's write_date, not the template's"},
    {"product.template", "qty_available", "stock.quant", "product_id,location_id,quantity",
     "a quantity on hand is not stored in the product"},
    {"account.move", "", "account.move.line", "move_id,name,quantity,price_unit,balance",
     "a line's text does not move the entry's write_date"},
    {"res.currency", "rate", "res.currency.rate", "currency_id,name,rate",
     "a new rate does not move the currency's write_date"},
    {"res.partner", "category_id", "", "",
     "a category that is given partners from its own side does not move their write_date: a content sweep finds it"},
    {"calendar.event", "attendee_ids", "calendar.attendee", "event_id,partner_id,state",
     "an attendee's answer does not move the event's write_date"},
    {"calendar.event", "", "calendar.attendee", "event_id,partner_id,state",
     "an attendee's answer does not move the event's write_date"},
    {"*", "message_ids", "mail.message", "model,res_id,body,author_id",
     "a message does not move the write_date of what it is about"},
    {"*", "activity_ids", "mail.activity", "res_model,res_id,activity_type_id,user_id,date_deadline",
     "an activity does not move the write_date of what it is about"},
};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    parts.emplace_back(part);
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  return parts;
}

Advice advice_of(const Trap& trap, std::string_view model) {
  Advice advice{std::string(trap.field), std::string(trap.stream), split(trap.fields), std::string(model)};
  if (!trap.field.empty()) advice.sentence += "." + std::string(trap.field);
  advice.sentence += ": " + std::string(trap.why);
  if (trap.stream.empty()) return advice;
  advice.sentence += "; also subscribe to " + std::string(trap.stream) + " (" + std::string(trap.fields) + ")";
  return advice;
}

}  // namespace

std::vector<Advice> stream_advice(std::string_view model, std::span<const std::string> fields, Value definitions) {
  std::vector<Advice> all;
  const auto wants = [&](std::string_view field) {
    return field.empty() || std::find(fields.begin(), fields.end(), field) != fields.end();
  };
  const auto said = [&](std::string_view field) {
    return std::any_of(all.begin(), all.end(), [&](const Advice& each) { return each.field == field; });
  };
  for (const Trap& trap : kTraps) {
    const bool any = trap.model == "*";
    if ((any || trap.model == model) && wants(trap.field) && !(any && said(trap.field)))
      all.push_back(advice_of(trap, model));
  }
  for (const std::string& field : fields) {
    const Value definition = definitions[field];
    if (!definition.is_object() || said(field)) continue;
    const std::string name = std::string(model) + "." + field;
    const std::string comodel(definition["relation"].text());
    const std::string_view type = definition["type"].text();
    if (!definition["store"].truthy() && type != "one2many" && type != "many2many")
      all.push_back(
          {field,
           "",
           {},
           name + ": it is computed when it is read, so nothing says when it changes; a content sweep finds it"});
    else if (type == "many2many")
      all.push_back(
          {field,
           "",
           {},
           name + ": written from the side of " + comodel + " it does not move write_date; a content sweep finds it"});
    else if (type == "one2many")
      all.push_back(
          {field, comodel, {}, name + ": a change of a line may not move write_date; also subscribe to " + comodel});
  }
  return all;
}

std::string_view telltale_of(std::string_view model, std::span<const std::string> fields) {
  const bool scores = std::any_of(fields.begin(), fields.end(), [](const std::string& field) {
    return field == "probability" || field == "automated_probability" || field == "expected_revenue" ||
           field == "prorated_revenue";
  });
  return model == "crm.lead" && scores ? "crm.lead.scoring.frequency" : "";
}

std::optional<std::string> index_advice(std::string_view model, int64_t records, int64_t idle_look) {
  constexpr int64_t kLarge = 100'000;
  constexpr int64_t kSlow = 40'000;  // of 200,000 records without an index: 57 ms; with one: 10 ms
  constexpr int64_t kHuge = 1'000'000;
  const bool slow = idle_look > kSlow && records >= kLarge / 2;
  const bool unmeasured = idle_look == 0 && records >= kLarge;
  if (!slow && !unmeasured && !(records >= kHuge && idle_look > kSlow / 2)) return std::nullopt;
  std::string table(model);
  std::replace(table.begin(), table.end(), '.', '_');
  std::string sentence = std::string(model) + " has " + std::to_string(records) + " records";
  if (idle_look > 0) sentence += " and a look that finds nothing takes " + std::to_string(idle_look / 1000) + " ms";
  return sentence +
         ": Odoo has no index on write_date there; where you own the database, CREATE INDEX CONCURRENTLY ON " + table +
         " (write_date, id) makes such a look six times as cheap";
}

}  // namespace outrigger::feed
