#include "integration/odoo/connection.hpp"

#include <cctype>

namespace outrigger::odoo {
namespace {

std::string host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  std::string host(url.substr(0, url.find_first_of("/:")));
  for (char& c : host) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return host;
}

Error invalid(std::string message) { return {Code::kInvalid, std::move(message), Source::kHost, Effect::kNone, -1}; }

}  // namespace

Result<void> validate(const Connection& connection) {
  const std::string& url = connection.url;
  if (url.rfind("http://", 0) != 0 && url.rfind("https://", 0) != 0)
    return invalid("`url` must start with https:// or http://, such as https://company.odoo.com");
  if (host_of(url).empty()) return invalid("`url` names no host");
  if (url.find('@') != std::string::npos)
    return invalid("`url` must not contain a user or password; use `login` and `key`");
  for (const char c : connection.secret + connection.database + connection.login)
    if (static_cast<unsigned char>(c) < 0x20)
      return invalid("`key`, `login` and `database` must not contain line breaks or control characters");
  if (connection.secret.empty())
    return invalid("`key` is missing: an API key of the integration user, as ${env:NAME} or ${file:PATH}");
  return {};
}

BudgetLimits budget_of(const Connection& connection) {
  if (connection.budget) return *connection.budget;
  const std::string host = host_of(connection.url);
  const bool online = host == "odoo.com" || host.ends_with(".odoo.com");
  return online ? BudgetLimits{1.0, 1} : BudgetLimits{};
}

}  // namespace outrigger::odoo
