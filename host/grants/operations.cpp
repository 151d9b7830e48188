#include "host/grants/operations.hpp"

#include <algorithm>
#include <vector>

#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

std::string_view model_of(Value arguments) { return arguments["model"].text(); }

Result<void> search(Check& check, Value a) {
  if (Result<void> ok = check.any_read(model_of(a)); !ok) return ok;
  return check.domain(model_of(a), a["domain"]);
}

Result<void> search_read(Check& check, Value a) {
  if (Result<void> ok = check.fields(model_of(a), a["fields"]); !ok) return ok;
  if (Result<void> ok = check.domain(model_of(a), a["domain"]); !ok) return ok;
  return check.order(model_of(a), a["order"]);
}

Result<void> read_group(Check& check, Value a) {
  if (Result<void> ok = search(check, a); !ok) return ok;
  if (Result<void> ok = check.groupby(model_of(a), a["groupby"]); !ok) return ok;
  if (Result<void> ok = check.aggregates(model_of(a), a["aggregates"]); !ok) return ok;
  return check.order(model_of(a), a["order"]);
}

Result<void> each_record(Check& check, Value a, const char* key, Check::Kind kind) {
  if (!a[key].is_array()) return check.invalid(std::string("`") + key + "` must be a list of objects");
  for (const Value record : a[key].items())
    if (Result<void> ok = check.values(model_of(a), record, kind); !ok) return ok;
  return {};
}

Result<void> write_rows(Check& check, Value a) {
  if (!a["rows"].is_array()) return check.invalid("`rows` must be a list of objects");
  Arena arena;
  for (const Value row : a["rows"].items()) {
    if (!row.is_object() || row["id"].kind() != Kind::kInt)
      return check.invalid("each row must be an object with the id of its record");
    std::vector<Field> rest;
    for (const Field field : row.fields())
      if (field.key != "id") rest.push_back(field);
    if (Result<void> ok = check.values(model_of(a), arena.object(rest), Check::Kind::kWrite); !ok) return ok;
  }
  return {};
}

Result<void> listed(Check& check, const std::string& permission, const std::string& verb) {
  if (check.granted().may(permission)) return {};
  return check.lacks(verb, "\"host\": [\"" + permission + "\"]");
}

Result<void> has_group(Check& check, Value a) {
  const std::string group(a["group"].text());
  if (!is_xml_id(group)) return check.invalid("a group is named like sales_team.group_sale_manager");
  return listed(check, "group:" + group, "ask for the group " + group);
}

Result<void> parameter(Check& check, Value a) {
  const std::string key(a["key"].text());
  const std::string verb = "read the parameter " + key;
  if (const std::string_view why = parameter_bar(key); !why.empty()) return check.never(verb, why);
  return listed(check, "parameter:" + key, verb);
}

Result<void> ensure_field(Check& check, Value a) {
  const std::string model(model_of(a));
  const std::string verb = "add a field to " + model;
  if (Result<void> ok = check.reach(model, "add a field to", true); !ok) return ok;
  if (Result<void> ok = listed(check, "ensure_field", verb); !ok) return ok;
  if (check.granted().model(model) == nullptr) return check.lacks(verb, odoo_line(model, "read", a["name"].text()));
  if (!is_identifier(a["name"].text()) || !a["name"].text().starts_with("x_"))
    return check.invalid("the name of a custom field begins with x_");
  if (const std::string_view why = write_bar(model, a["name"].text()); !why.empty()) return check.never(verb, why);
  return {};
}

// In a view that Odoo or a browser renders, an attribute t-... is code.
Result<void> ensure_view(Check& check, Value a) {
  if (Result<void> ok = listed(check, "ensure_view", "add to views"); !ok) return ok;
  const std::string_view arch = a["arch"].text();
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '"' || c == '\'' || c == '<'; };
  for (size_t at = arch.find("t-"); at != std::string_view::npos; at = arch.find("t-", at + 1))
    if (at > 0 && blank(arch[at - 1])) return check.never("put t-... into a view", "that is code; use plain fields");
  for (const std::string_view tag : {"<script", "<t ", "<t>", "<!ENTITY", "<!DOCTYPE", "name=\"t-", "name='t-"})
    if (arch.find(tag) != std::string_view::npos)
      return check.never("put " + std::string(tag) + " into a view", "that is code; use plain fields");
  return {};
}

Result<void> install_webhook(Check& check, Value a) {
  if (Result<void> ok = listed(check, "install_webhook", "install a webhook"); !ok) return ok;
  return check.fields(model_of(a), a["fields"]);
}

Result<void> secret(Check& check, Value a) { return check.secret(a["name"].text()); }

Result<void> secrets_list(Check& check, Value) {
  if (!check.granted().secrets.empty()) return {};
  return check.lacks("list secrets", "\"secrets\": [\"NAME\"]");
}

Result<void> fact(Check& check, Value a, const std::vector<std::string>& granted, const char* key, const char* verb) {
  const std::string name(a["fact"].text());
  if (std::find(granted.begin(), granted.end(), name) != granted.end()) return {};
  return check.lacks(std::string(verb) + " " + name, std::string("\"shared\": {\"") + key + "\": [\"" + name + "\"]}");
}

constexpr Operation kOperations[] = {
    {"odoo.search_read", {"model", "domain", "fields", "order", "offset", "limit", "archived", "names"}, search_read},
    {"odoo.search_count", {"model", "domain", "archived"}, search},
    {"odoo.read_group",
     {"model", "domain", "groupby", "aggregates", "order", "offset", "limit", "archived"},
     read_group},
    {"odoo.read",
     {"model", "ids", "fields", "names"},
     [](Check& check, Value a) { return check.fields(model_of(a), a["fields"]); }},
    {"odoo.names", {"model", "ids"}, [](Check& check, Value a) { return check.names_of(model_of(a)); }},
    {"odoo.fields_get",
     {"model"},
     [](Check& check, Value a) -> Result<void> {
       if (Result<void> ok = check.reach(model_of(a), "read the fields of", false); !ok) return ok;
       if (check.granted().model(model_of(a)) != nullptr) return {};
       return check.lacks("read the fields of " + std::string(model_of(a)), odoo_line(model_of(a), "read", "id"));
     }},
    {"odoo.create",
     {"model", "values"},
     [](Check& check, Value a) -> Result<void> {
       if (Result<void> ok = check.may_create(model_of(a)); !ok) return ok;
       return each_record(check, a, "values", Check::Kind::kCreate);
     }},
    {"odoo.write",
     {"model", "ids", "values"},
     [](Check& check, Value a) { return check.values(model_of(a), a["values"], Check::Kind::kWrite); }},
    {"odoo.write_rows", {"model", "rows"}, write_rows},
    {"odoo.unlink", {"model", "ids"}, [](Check& check, Value a) { return check.may_unlink(model_of(a)); }},
    {"odoo.message_post",
     {"model", "id", "body", "html", "partner_ids", "subtype", "email_to", "email_cc"},
     [](Check& check, Value a) { return check.message_post(a); }},
    {"odoo.call", {"model", "method", "ids", "args"}, [](Check& check, Value a) { return check.call(a); }},
    {"odoo.has_group", {"group"}, has_group},
    {"odoo.parameter", {"key"}, parameter},
    {"odoo.info", {}, [](Check&, Value) { return Result<void>{}; }},
    {"odoo.ensure_field", {"model", "name", "type", "string", "help", "selection", "relation"}, ensure_field},
    {"odoo.ensure_view", {"name", "inherits", "arch"}, ensure_view},
    {"odoo.install_webhook", {"endpoint", "model", "fields"}, install_webhook},
    {"secrets.put", {"name", "value", "expires"}, secret},
    {"secrets.rotate", {"name", "value", "expires"}, secret},
    {"secrets.erase", {"name"}, secret},
    {"secrets.list", {}, secrets_list},
    {"shared.publish",
     {"fact", "model", "ids", "values"},
     [](Check& check, Value a) { return fact(check, a, check.granted().publish, "publish", "publish the fact"); }},
    {"shared.read",
     {"fact", "model", "ids"},
     [](Check& check, Value a) { return fact(check, a, check.granted().read_facts, "read", "read the fact"); }},
    {"http.request",
     {"url", "method", "headers", "body", "secret", "secret_as", "deadline_ms", "largest_reply"},
     [](Check& check, Value a) -> Result<void> {
       // The host that a server believes itself to be asked as is part of the address.
       for (const Value header : a["headers"].items()) {
         const std::string_view name =
             header.size() > 0 && header.is_array() ? header.at(0).text() : std::string_view{};
         if (name.size() == 4 &&
             std::equal(name.begin(), name.end(), "host", [](char x, char y) { return (x | 32) == y; }))
           return check.invalid("the header Host follows from the address; leave it out");
       }
       return a["secret"].text().empty() && !a["secret"].truthy() ? Result<void>{} : check.secret(a["secret"].text());
     }},
};

}  // namespace

const Operation* find_operation(std::string_view name) {
  const auto* at = std::find_if(std::begin(kOperations), std::end(kOperations),
                                [&](const Operation& operation) { return operation.name == name; });
  return at == std::end(kOperations) ? nullptr : at;
}

}  // namespace outrigger::host
