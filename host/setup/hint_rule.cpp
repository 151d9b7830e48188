#include "host/setup/hint_rule.hpp"

#include <algorithm>
#include <map>

#include "host/setup/load.hpp"

namespace outrigger::host {
namespace {

constexpr const char* kRule = "base.automation";
constexpr const char* kAction = "ir.actions.server";
constexpr std::string_view kRuleName = "hint_rule";
constexpr std::string_view kActionName = "hint_action";
constexpr std::string_view kTrigger = "on_create_or_write";
constexpr size_t kMost = 2000;

std::string ids_text(const std::vector<int64_t>& ids) {
  std::string text;
  for (const int64_t id : ids) text += (text.empty() ? "" : ",") + std::to_string(id);
  return text;
}

Value by(Arena& arena, const char* field, Item value) { return arena.array({field, "=", value}); }

// Archived ones too.
Result<Document> find_rows(odoo::Session& setup, const char* model, Value domain,
                           std::initializer_list<const char*> fields, const odoo::CallOptions& options) {
  Arena arena;
  std::vector<Value> names;
  for (const char* field : fields) names.push_back(Value::of(field));
  odoo::Call call{.model = model, .method = "search_read", .read_only = true};
  call.kwargs = arena.object(
      {{"domain", domain}, {"fields", arena.array(names)}, {"order", "id"}, {"limit", static_cast<int64_t>(kMost)}});
  call.context = arena.object({{"lang", "en_US"}, {"active_test", false}});
  return setup.call(call, options);
}

// The ids of these fields of a model; kMissing: one is not there.
Result<std::vector<int64_t>> field_ids(odoo::Session& setup, const std::string& model,
                                       const std::vector<std::string>& fields, const odoo::CallOptions& options) {
  Arena arena;
  std::vector<Value> names;
  for (const std::string& field : fields) names.push_back(Value::of(std::string_view(field)));
  const Value domain =
      arena.array({by(arena, "model", std::string_view(model)), arena.array({"name", "in", arena.array(names)})});
  const Result<Document> rows = find_rows(setup, "ir.model.fields", domain, {"name"}, options);
  if (!rows) return rows.error();
  std::vector<int64_t> ids;
  for (const Value row : rows->root().items()) ids.push_back(row["id"].integer());
  if (ids.size() != fields.size())
    return setup_error(Code::kMissing,
                       "Odoo does not list every watched field of " + model + "; run `outrigger doctor`");
  return ids;
}

// What base.automation says of one rule.
Result<void> read_rule(odoo::Session& setup, HintRule& rule, const odoo::CallOptions& options) {
  Arena arena;
  const Value domain = arena.array({by(arena, "id", rule.rule)});
  const Result<Document> found =
      find_row(setup, kRule, domain, {"model_id", "trigger", "active", "trigger_field_ids"}, options);
  if (!found) return found.error();
  const Value row = found->root();
  if (row.is_null()) {
    rule.rule = 0;
    return {};
  }
  const Value of_model = arena.array({by(arena, "id", row["model_id"].integer())});
  const Result<Document> model = find_row(setup, "ir.model", of_model, {"model"}, options);
  if (!model) return model.error();
  rule.model = model->root()["model"].text();
  rule.sound = row["active"].truthy() && row["trigger"].text() == kTrigger && row["trigger_field_ids"].size() > 0;
  const Value of_fields = arena.array({arena.array({"id", "in", row["trigger_field_ids"]})});
  const Result<Document> fields = find_rows(setup, "ir.model.fields", of_fields, {"name"}, options);
  if (!fields) return fields.error();
  for (const Value field : fields->root().items()) rule.fields.emplace_back(field["name"].text());
  std::sort(rule.fields.begin(), rule.fields.end());
  return {};
}

Result<void> read_action(odoo::Session& setup, HintRule& rule, const odoo::CallOptions& options) {
  Arena arena;
  const Value domain = arena.array({by(arena, "id", rule.action)});
  const Result<Document> found =
      find_row(setup, kAction, domain, {"state", "webhook_url", "base_automation_id"}, options);
  if (!found) return found.error();
  const Value row = found->root();
  if (row.is_null()) rule.action = 0;
  rule.address = row["webhook_url"].text();
  rule.sound = rule.sound && row["state"].text() == "webhook" && row["base_automation_id"].integer() == rule.rule;
  return {};
}

Result<void> unlink(odoo::Session& setup, const char* model, int64_t id, const odoo::CallOptions& options) {
  odoo::CallOptions writing = options;
  writing.lane = Lane::kWrites;
  const Result<Document> gone =
      setup.call({.model = model, .method = "unlink", .ids = std::vector<int64_t>{id}}, writing);
  if (gone || gone.error().code == Code::kMissing) return {};
  return gone.error();
}

// Whether a name in ir.model.data is there still: Odoo removes it with its record, but not with a record that went
// because another one did.
Result<std::vector<int64_t>> left_of(odoo::Session& setup, const std::vector<int64_t>& names,
                                     const odoo::CallOptions& options) {
  Arena arena;
  const Value domain = arena.array({arena.array({"id", "in", arena.ids(names)})});
  const Result<Document> rows = find_rows(setup, "ir.model.data", domain, {"name"}, options);
  if (!rows) return rows.error();
  std::vector<int64_t> left;
  for (const Value row : rows->root().items()) left.push_back(row["id"].integer());
  return left;
}

}  // namespace

Result<void> can_have_hint_rules(odoo::Session& setup, const odoo::CallOptions& options) {
  const auto refuse = [](const std::string& why) { return setup_error(Code::kUnsupported, why); };
  Arena arena;
  for (const char* model : {kRule, kAction}) {
    odoo::Call call{.model = model, .method = "fields_get", .read_only = true};
    call.kwargs = arena.object({{"allfields", arena.array({"state"})}, {"attributes", arena.array({"selection"})}});
    const Result<Document> fields = setup.call(call, options);
    if (!fields && fields.error().code == Code::kMissing)
      return refuse(
          "Odoo has no automation rules: install the app Automation Rules (base_automation) there; without it changes "
          "are found by looking");
    if (!fields) return fields.error();
    if (model == kRule) continue;
    for (const Value choice : fields->root()["state"]["selection"].items())
      if (choice.at(0).text() == "webhook") return {};
  }
  return refuse("Odoo " + setup.info().version +
                " cannot call an address when a record changes: its automation rules do that from 17 on; changes are "
                "found by looking");
}

Result<std::vector<HintRule>> list_hint_rules(odoo::Session& setup, const odoo::CallOptions& options) {
  std::map<std::string, HintRule> rules;  // by what their two names have in common
  for (const char* model : {kRule, kAction}) {
    Arena arena;
    const Value domain = arena.array({by(arena, "module", kSetupModule), by(arena, "model", model)});
    const Result<Document> rows = find_rows(setup, "ir.model.data", domain, {"name", "res_id"}, options);
    if (!rows) return rows.error();
    const std::string_view prefix = model == kRule ? kRuleName : kActionName;
    for (const Value row : rows->root().items()) {
      if (!row["name"].text().starts_with(prefix)) continue;
      HintRule& rule = rules[std::string(row["name"].text().substr(prefix.size()))];
      rule.names.push_back(row["id"].integer());
      (model == kRule ? rule.rule : rule.action) = row["res_id"].integer();
    }
  }
  std::vector<HintRule> all;
  for (auto& [name, rule] : rules) {
    if (rule.rule != 0)
      if (Result<void> read = read_rule(setup, rule, options); !read) return read.error();
    if (rule.action != 0)
      if (Result<void> read = read_action(setup, rule, options); !read) return read.error();
    rule.sound = rule.sound && rule.rule != 0 && rule.action != 0;
    all.push_back(std::move(rule));
  }
  return all;
}

// The rule first, which does nothing without an action; the action only when the rule is known to watch certain fields.
Result<HintRule> put_hint_rule(odoo::Session& setup, const std::string& model, const std::vector<std::string>& fields,
                               const std::string& address, const odoo::CallOptions& options) {
  if (fields.empty())
    return setup_error(Code::kInvalid, model + " has no stored field to be reported; it is looked at as before");
  Arena arena;
  const Value of_model = arena.array({by(arena, "model", std::string_view(model))});
  const Result<Document> found = find_row(setup, "ir.model", of_model, {"model"}, options);
  if (!found) return found.error();
  if (found->root().is_null()) return setup_error(Code::kMissing, "Odoo has no model " + model);
  const std::string model_id = std::to_string(found->root()["id"].integer());
  const Result<std::vector<int64_t>> ids = field_ids(setup, model, fields, options);
  if (!ids) return ids.error();
  HintRule rule{.model = model, .fields = fields, .address = address};
  const std::string rule_name = external_name(kRuleName, model, "hint");
  const Result<int64_t> made = load_record(setup, kRule, rule_name,
                                           {{"name", "Outrigger: " + model},
                                            {"model_id/.id", model_id},
                                            {"trigger", std::string(kTrigger)},
                                            {"active", "1"},
                                            {"trigger_field_ids/.id", ids_text(*ids)}},
                                           options);
  if (!made) return made.error();
  rule.rule = *made;
  HintRule there{.rule = *made};
  if (Result<void> read = read_rule(setup, there, options); !read) return read.error();
  if (there.fields != fields)
    return setup_error(Code::kProtocol, "Odoo did not keep the fields of the rule for " + model +
                                            "; remove it with `outrigger webhooks remove`");
  const Result<int64_t> action = load_record(setup, kAction, external_name(kActionName, model, "hint"),
                                             {{"name", "Outrigger: " + model},
                                              {"model_id/.id", model_id},
                                              {"state", "webhook"},
                                              {"usage", "base_automation"},
                                              {"base_automation_id/id", std::string(kSetupModule) + "." + rule_name},
                                              {"webhook_url", address}},
                                             options);
  if (!action) return action.error();
  rule.action = *action;
  rule.sound = true;
  return rule;
}

Result<void> remove_hint_rule(odoo::Session& setup, const HintRule& rule, const odoo::CallOptions& options) {
  if (rule.action != 0)
    if (Result<void> gone = unlink(setup, kAction, rule.action, options); !gone) return gone;
  if (rule.rule != 0)
    if (Result<void> gone = unlink(setup, kRule, rule.rule, options); !gone) return gone;
  const Result<std::vector<int64_t>> left = left_of(setup, rule.names, options);
  if (!left) return left.error();
  for (const int64_t name : *left)
    if (Result<void> gone = unlink(setup, "ir.model.data", name, options); !gone) return gone;
  return {};
}

Result<std::vector<std::string>> hint_fields(odoo::Session& session, const std::string& model,
                                             const std::vector<std::string>& watched) {
  const auto known = session.fields(model);
  if (!known) return known.error();
  std::vector<std::string> fields;
  const auto take = [&](const std::string& field) {
    const Value definition = (*known)->root()[field];
    const bool ours = field == "id" || field == "write_date" || field == "write_uid";
    if (!ours && definition["store"].truthy() && std::find(fields.begin(), fields.end(), field) == fields.end())
      fields.push_back(field);
  };
  for (const std::string& field : watched) take(field);
  for (const char* field : {"active", "x_active"}) take(field);
  std::sort(fields.begin(), fields.end());
  return fields;
}

}  // namespace outrigger::host
