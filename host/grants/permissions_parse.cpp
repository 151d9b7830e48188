// Permissions::parse: from the manifest's JSON, with errors that name key and remedy.
#include "host/grants/conditional.hpp"
#include "host/grants/http_host.hpp"
#include "host/grants/parse.hpp"
#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

using parse::check_keys;
using parse::invalid;
using parse::is_plain;
using parse::texts;
using parse::ticked;

std::string host_flaw(std::string_view text) {
  for (const std::string_view plain : {"ensure_field", "ensure_view", "install_webhook", "untracked"})
    if (text == plain) return {};
  if (text.starts_with("group:"))
    return is_xml_id(text.substr(6)) ? "" : "must be like group:sales_team.group_sale_manager";
  if (text.starts_with("endpoint:")) {
    const std::string_view name = text.substr(9);
    const bool good = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    return good ? "" : "must be like endpoint:orders, of small letters, digits, - and _";
  }
  if (!text.starts_with("parameter:"))
    return "is not an operation of the host; known: ensure_field, ensure_view, install_webhook, untracked, "
           "endpoint:NAME, parameter:KEY, group:XML_ID";
  const std::string_view key = text.substr(10);
  if (key.empty() || !is_plain(key, 128) || key.find_first_of("* ") != std::string_view::npos)
    return "must be like parameter:crm.pls_fields";
  const std::string_view why = parameter_bar(key);
  return why.empty() ? "" : "can never be granted: " + std::string(why);
}

std::string secret_flaw(std::string_view text) {
  const std::string_view name = text.ends_with('*') ? text.substr(0, text.size() - 1) : text;
  const bool good = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
  return good ? "" : "must be of small letters, digits, - _ and . and may end in *";
}

Result<void> parse_http(Value list, std::vector<HttpAsk>& out) {
  if (!list.is_null() && !list.is_array()) return invalid("permissions.http must be a list of hosts");
  for (const Value item : list.items()) {
    HttpAsk ask{std::string(item.text()), false};
    if (item.is_object()) {
      constexpr std::string_view kKeys[] = {"host", "private"};
      if (Result<void> known = check_keys(item, "permissions.http", kKeys); !known) return known;
      if (item.has("private") && !item["private"].boolean())
        return invalid("permissions.http: `private` must be true or false");
      ask = {std::string(item["host"].text()), item["private"].truthy()};
    }
    if (!is_plain(ask.host, 260)) return invalid("permissions.http: " + ticked(ask.host) + " is not a host");
    if (const Result<HttpHost> host = HttpHost::parse(ask.host); !host)
      return invalid("permissions.http: " + host.error().message);
    out.push_back(std::move(ask));
  }
  return {};
}

Result<void> parse_shared(Value json, std::string_view plugin, Permissions& out) {
  if (json.is_null()) return {};
  constexpr std::string_view kKeys[] = {"publish", "read"};
  if (Result<void> known = check_keys(json, "permissions.shared", kKeys); !known) return known;
  const auto flaw = [](std::string_view fact) -> std::string {
    return is_plain(fact, 128) && fact.find('.') != std::string_view::npos && fact.find('*') == std::string_view::npos
               ? ""
               : "must be like scoring.score";
  };
  // A fact carries the name of who vouches for it.
  const auto own = [&](std::string_view fact) -> std::string {
    const std::string prefix = std::string(plugin) + ".";
    return fact.starts_with(prefix) ? flaw(fact) : "must begin with " + prefix;
  };
  if (Result<void> done = texts(json["publish"], "permissions.shared.publish", out.publish, own); !done) return done;
  return texts(json["read"], "permissions.shared.read", out.read_facts, flaw);
}

}  // namespace

Result<Permissions> Permissions::parse(Value given, std::string_view plugin) {
  if (given.is_object() && given.has("when")) {
    if (Result<void> flawless = check_conditions(given); !flawless) return flawless.error();
    return parse(permissions_at_most(given).root(), plugin);
  }
  Permissions result;
  result.json = Document::build([&](Arena& arena) { return arena.copy(given); });
  const Value json = result.json.root();
  if (json.is_null()) return result;
  constexpr std::string_view kKeys[] = {"odoo", "host", "http", "secrets", "shared"};
  if (json.has("parameters"))
    return invalid("permissions.parameters is not known; list each as \"parameter:KEY\" under permissions.host");
  if (Result<void> known = check_keys(json, "permissions", kKeys); !known) return known.error();
  if (json.has("odoo") && !json["odoo"].is_object())
    return invalid("permissions.odoo must be an object in braces: model -> what is asked of it");
  for (const Field field : json["odoo"].fields()) {
    if (result.model(field.key) != nullptr)
      return invalid("permissions.odoo names " + ticked(field.key) + " twice; keep one");
    Result<ModelPermission> model = parse::model(field.key, field.value);
    if (!model) return model.error();
    result.models.push_back(*std::move(model));
  }
  if (Result<void> done = texts(json["host"], "permissions.host", result.host, host_flaw); !done) return done.error();
  if (Result<void> done = texts(json["secrets"], "permissions.secrets", result.secrets, secret_flaw); !done)
    return done.error();
  if (Result<void> done = parse_http(json["http"], result.http); !done) return done.error();
  if (Result<void> done = parse_shared(json["shared"], plugin, result); !done) return done.error();
  std::sort(result.models.begin(), result.models.end(),
            [](const ModelPermission& a, const ModelPermission& b) { return a.model < b.model; });
  return result;
}

}  // namespace outrigger::host
