#include "host/grants/grant.hpp"

#include <algorithm>
#include <vector>

#include "host/grants/check.hpp"
#include "host/grants/http_host.hpp"
#include "host/grants/operations.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kFree[] = {"store.", "schedule.", "domain.", "metrics.", "log.", "clock."};

// What no call may hold anywhere: a key twice, of which the wire and this check might take different ones, and depth
// that a copy would cut off.
std::string flaw_of(Value value, int depth = 0) {
  if (depth >= OR_MAX_DEPTH) return "the arguments are nested too deeply";
  for (const Value item : value.items())
    if (std::string flaw = flaw_of(item, depth + 1); !flaw.empty()) return flaw;
  std::vector<std::string_view> keys;
  for (const Field field : value.fields()) {
    keys.push_back(field.key);
    if (std::string flaw = flaw_of(field.value, depth + 1); !flaw.empty()) return flaw;
  }
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  return twice == keys.end() ? "" : "the arguments name `" + std::string(twice->substr(0, 80)) + "` twice; keep one";
}

Result<void> check_arguments(Check& check, const Operation& operation, Value arguments) {
  if (!arguments.is_null() && !arguments.is_object()) return check.invalid("the arguments of a call must be an object");
  if (const std::string flaw = flaw_of(arguments); !flaw.empty()) return check.invalid(flaw);
  const bool odoo = operation.name.starts_with("odoo.");
  for (const Field field : arguments.fields()) {
    const bool known = std::find(std::begin(operation.arguments), std::end(operation.arguments), field.key) !=
                       std::end(operation.arguments);
    if (field.key.empty() || (!known && !(odoo && field.key == "scope")))
      return check.invalid(std::string(operation.name) + " has no argument `" + std::string(field.key.substr(0, 80)) +
                           "`; leave it out");
  }
  if (odoo)
    if (Result<void> ok = check.scope(arguments["scope"]); !ok) return ok;
  return check.ids(arguments["ids"], "`ids`");
}

}  // namespace

Grant::Grant(std::string plugin, Permissions granted, FieldsOf fields_of, Document config)
    : plugin_(std::move(plugin)),
      granted_(std::move(granted)),
      fields_of_(std::move(fields_of)),
      config_(std::move(config)) {}

Result<void> Grant::check(std::string_view name, Value arguments) const {
  for (const std::string_view free : kFree)
    if (name.starts_with(free)) return {};
  Check check(plugin_, granted_, fields_of_);
  const Operation* operation = find_operation(name);
  if (operation == nullptr)
    return check.never("ask for " + std::string(name.substr(0, 80)),
                       "this host has no such operation; update Outrigger");
  if (Result<void> ok = check_arguments(check, *operation, arguments); !ok) return ok;
  if (Result<void> ok = operation->check(check, arguments); !ok) return ok;
  return name == "http.request" ? check_url(arguments["url"].text()) : Result<void>{};
}

Result<void> Grant::check_url(std::string_view text, bool* private_network) const {
  const Check check(plugin_, granted_, fields_of_);
  const Result<Url> url = Url::parse(text);
  if (!url) return check.invalid(url.error().message);
  bool found = false;
  bool inside = false;
  for (const HttpAsk& ask : granted_.http) {
    Result<HttpHost> host = HttpHost::parse(ask.host);
    if (host && !host->config_key.empty()) {
      const std::string_view configured = config_.root()[host->config_key].text();
      const Result<Url> whole = Url::parse(configured);
      host = whole ? Result<HttpHost>(HttpHost{whole->scheme, whole->host, whole->port, false, {}})
                   : HttpHost::parse(configured);
    }
    if (!host || !host->matches(*url)) continue;
    found = true;
    inside = inside || ask.private_network;
  }
  if (private_network != nullptr) *private_network = inside;
  const bool usual = url->port == (url->scheme == "https" ? 443 : 80);
  const std::string shown =
      (url->scheme == "http" ? "http://" : "") + url->host + (usual ? std::string() : ":" + std::to_string(url->port));
  if (found) return {};
  return check.lacks("reach " + shown, "\"http\": [\"" + shown + "\"]");
}

}  // namespace outrigger::host
