#include "host/setup/setup.hpp"

#include <algorithm>

#include "host/setup/field.hpp"
#include "host/setup/hint_rule.hpp"
#include "host/setup/load.hpp"
#include "host/setup/view.hpp"

namespace outrigger::host {
namespace {

struct WebhookWish {
  std::string model;
  std::vector<std::string> fields;
  std::string address;

  [[nodiscard]] std::string digest() const {
    std::string text = address;
    for (const std::string& field : fields) text += "\n" + field;
    return digest_of(text);
  }
};

struct Ensured {
  bool created = false;
  int64_t id = 0;
};

// The rule of the model watches these fields too; what it watches for others stays.
Result<Ensured> ensure(const WebhookWish& wish, SetupAccess& access, const odoo::CallOptions& options) {
  const Result<std::shared_ptr<odoo::Session>> setup = access.session(options.stop);
  if (!setup) return setup.error();
  const auto failed = [&](const Error& error) { return access.explain(error, options.stop); };
  if (const Result<void> can = can_have_hint_rules(**setup, options); !can) return failed(can.error());
  Result<std::vector<std::string>> fields = hint_fields(access.run(), wish.model, wish.fields);
  if (!fields) return fields.error();
  const Result<std::vector<HintRule>> rules = list_hint_rules(**setup, options);
  if (!rules) return failed(rules.error());
  for (const HintRule& rule : *rules) {
    if (rule.model != wish.model) continue;
    const bool covered = std::includes(rule.fields.begin(), rule.fields.end(), fields->begin(), fields->end());
    if (rule.sound && covered && rule.address == wish.address) return Ensured{false, rule.rule};
    fields->insert(fields->end(), rule.fields.begin(), rule.fields.end());
  }
  std::sort(fields->begin(), fields->end());
  fields->erase(std::unique(fields->begin(), fields->end()), fields->end());
  const Result<HintRule> made = put_hint_rule(**setup, wish.model, *fields, wish.address, options);
  if (!made) return failed(made.error());
  return Ensured{true, made->rule};
}

}  // namespace

bool Setup::does(std::string_view operation) {
  return operation == "ensure_field" || operation == "ensure_view" || operation == "install_webhook";
}

Result<Document> Setup::call(std::string_view operation, Value args, const odoo::CallOptions& options) {
  if (operation == "ensure_field") return ensure_field(args, options);
  if (operation == "ensure_view") return ensure_view(args, options);
  return install_webhook(args, options);
}

Result<Document> Setup::ensure_field(Value args, const odoo::CallOptions& options) {
  const Result<FieldWish> wish = FieldWish::parse(args);
  if (!wish) return wish.error();
  const Result<bool> created = ensure(*wish, access_, options);
  if (!created) return created.error();
  return Document::build([&](Arena& arena) { return arena.object({{"created", *created}}); });
}

// Without the key, what was done in just this form is remembered.
Result<Document> Setup::ensure_view(Value args, const odoo::CallOptions& options) {
  const Result<ViewWish> wish = ViewWish::parse(args, plugin_);
  if (!wish) return wish.error();
  const std::string what = "view " + plugin_ + " " + wish->name;
  Result<EnsuredView> view = ensure(*wish, access_, options);
  if (!view && view.error().code == Code::kAccess)
    if (const auto id = record_.find(access_.database(), what, wish->digest())) view = EnsuredView{false, *id};
  if (!view) return view.error();
  if (view->fresh) static_cast<void>(record_.keep(access_.database(), what, wish->digest(), view->id));
  return Document::build([&](Arena& arena) { return arena.object({{"created", view->created}, {"id", view->id}}); });
}

// Without the key, what was done in just this form is remembered.
Result<Document> Setup::install_webhook(Value args, const odoo::CallOptions& options) {
  if (!args["endpoint"].text().empty())
    return setup_error(Code::kUnsupported,
                       "this host calls no webhook endpoint of a plugin yet; leave `endpoint` empty and subscribe to "
                       "the changes, which Odoo then reports at once");
  if (hints_ == nullptr)
    return setup_error(Code::kUnsupported, "this host has no listener that Odoo could call here; subscribe to changes");
  WebhookWish wish{std::string(args["model"].text()), {}, {}};
  const auto known = hints_->subscribed.find(wish.model);
  for (const Value item : args["fields"].items()) {
    const std::string field(item.text());
    const bool heard = known != hints_->subscribed.end() &&
                       std::find(known->second.begin(), known->second.end(), field) != known->second.end();
    if (!heard)
      return setup_error(Code::kInvalid, "plugin " + plugin_ + " does not subscribe to " + wish.model + "." + field +
                                             ", so nobody would hear of it; add it to `subscriptions` in its manifest");
    wish.fields.push_back(field);
  }
  if (wish.fields.empty()) return setup_error(Code::kInvalid, "`fields` must name at least one field");
  Result<std::string> address = hints_->address.url();
  if (!address) return address.error();
  wish.address = *std::move(address);
  const std::string what = "webhook " + plugin_ + " " + wish.model;
  Result<Ensured> rule = ensure(wish, access_, options);
  const bool fresh = static_cast<bool>(rule);
  if (!rule && rule.error().code == Code::kAccess)
    if (const auto id = record_.find(access_.database(), what, wish.digest())) rule = Ensured{false, *id};
  if (!rule) return rule.error();
  if (fresh) static_cast<void>(record_.keep(access_.database(), what, wish.digest(), rule->id));
  return Document::build([&](Arena& arena) { return arena.object({{"created", rule->created}, {"id", rule->id}}); });
}

}  // namespace outrigger::host
