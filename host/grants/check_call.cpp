// Methods, messages, and what goes along with every call: scope and context.
#include <algorithm>

#include "host/grants/check.hpp"
#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

bool is_argument(std::string_view key, std::initializer_list<std::string_view> known) {
  return std::find(known.begin(), known.end(), key) != known.end();
}

}  // namespace

Result<void> Check::secret(std::string_view name) {
  if (!name.ends_with('*') && granted_.may_use_secret(name)) return {};
  return lacks("use the secret " + std::string(name.substr(0, 80)),
               "\"secrets\": [\"" + std::string(name.substr(0, 80)) + "\"]");
}

Result<void> Check::scope(Value scope) {
  if (scope.is_null()) return {};
  if (!scope.is_object()) return invalid("`scope` must be an object");
  for (const Field field : scope.fields())
    if (!is_argument(field.key, {"lane", "company_id", "principal", "idempotency_key", "lang", "deadline_ms",
                                 "delivery", "context"}))
      return invalid("the host does not know `" + std::string(field.key.substr(0, 80)) + "` in a scope");
  if (!scope["principal"].is_null() && !scope["principal"].is_string())
    return invalid("the principal must be the name of a secret");
  if (const std::string_view principal = scope["principal"].text(); !principal.empty())
    if (Result<void> ok = secret(principal); !ok) return ok;
  return context(scope["context"]);
}

Result<void> Check::context(Value context) {
  if (context.is_null()) return {};
  if (!context.is_object()) return invalid("a context must be an object");
  for (const Field field : context.fields()) {
    const std::string verb = "set the context key " + std::string(field.key.substr(0, 80));
    switch (context_key(field.key)) {
      case ContextKey::kRefused:
        return never(verb,
                     "a key of the context can change what Odoo does in ways that no grant shows; leave it out and "
                     "give the values themselves");
      case ContextKey::kUntracked:
        if (!granted_.may("untracked")) return lacks(verb, "\"host\": [\"untracked\"]");
        break;
      case ContextKey::kAllowed: break;
    }
    if (field.key == "allowed_company_ids") {
      if (Result<void> ok = ids(field.value, "allowed_company_ids"); !ok) return ok;
    } else if (field.value.is_array() || field.value.is_object()) {
      return invalid("the context key " + std::string(field.key) + " takes a single value");
    }
  }
  return {};
}

Result<void> Check::call(Value arguments) {
  const std::string_view model = arguments["model"].text();
  const std::string_view method = arguments["method"].text();
  const std::string shown = std::string(method.substr(0, 80));
  if (Result<void> ok = reach(model, "call methods of", true); !ok) return ok;
  if (!is_identifier(method)) return invalid("`" + shown + "` is not the name of a method");
  const std::string verb = "call " + dotted(model, method);
  if (const std::string_view use = method_bar(method); !use.empty()) return never(verb, use);
  const ModelPermission* granted = granted_.model(model);
  if (granted == nullptr || !granted->may_call(method)) return lacks(verb, odoo_line(model, "methods", method));
  if (Result<void> ok = ids(arguments["ids"], "`ids`"); !ok) return ok;
  const Value named = arguments["args"];
  if (!named.is_null() && !named.is_object())
    return invalid("the arguments of a method must be an object: name -> value");
  for (const Field field : named.fields()) {
    // On the wire these stand beside the arguments, and would take the place of what was checked.
    if (is_argument(field.key, {"ids", "id", "self", "cls", "method", "model"}))
      return invalid("`" + std::string(field.key) + "` cannot be an argument of a method; give ids as ids");
    if (!is_identifier(field.key))
      return invalid("`" + std::string(field.key.substr(0, 80)) + "` is not the name of an argument");
    if (field.key == "context")
      if (Result<void> ok = context(field.value); !ok) return ok;
  }
  return {};
}

Result<void> Check::message_post(Value arguments) {
  const std::string_view model = arguments["model"].text();
  if (Result<void> ok = reach(model, "post on", true); !ok) return ok;
  const ModelPermission* granted = granted_.model(model);
  const std::string verb = "post on " + std::string(model);
  if (granted == nullptr || granted->posting == Posting::kNone) return lacks(verb, odoo_line(model, "message_post"));
  for (const std::string_view name : {"partner_ids", "subtype", "email_to", "email_cc"}) {
    const bool note = name == "subtype" && arguments[name].text() == "mail.mt_note";
    if (granted->posting == Posting::kAnyone || note || !arguments[name].truthy()) continue;
    return lacks(verb + " to people of its choice (" + std::string(name) + ")",
                 "\"odoo\": {\"" + std::string(model) + "\": {\"message_post\": \"anyone\"}}");
  }
  return ids(arguments["partner_ids"], "partner_ids");
}

}  // namespace outrigger::host
