#include "integration/odoo/connection.hpp"

namespace outrigger::odoo {
namespace {

std::string_view host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/:"));
}

Error invalid(std::string message) { return {Code::kInvalid, std::move(message), Source::kHost, Effect::kNone, -1}; }

}  // namespace

Result<void> validate(const Connection& connection) {
  const std::string& url = connection.url;
  if (url.rfind("http://", 0) != 0 && url.rfind("https://", 0) != 0)
    return invalid("`url` must start with https:// or http://, such as https://company.odoo.com");
  if (host_of(url).empty()) return invalid("`url` names no host");
  if (url.find('@') != std::string::npos) return invalid("`url` must not contain a user or password; use `login` and `key`");
  for (const char c : connection.secret + connection.database + connection.login)
    if (static_cast<unsigned char>(c) < 0x20) return invalid("`key`, `login` and `database` must not contain line breaks or control characters");
  if (connection.secret.empty()) return invalid("`key` is missing: an API key of the integration user, as ${env:NAME} or ${file:PATH}");
  return {};
}

BudgetLimits budget_of(const Connection& connection) {
  if (connection.budget) return *connection.budget;
  const std::string_view host = host_of(connection.url);
  constexpr std::string_view kOnline = "odoo.com";
  const bool online = host == kOnline || (host.size() > kOnline.size() && host.substr(host.size() - kOnline.size()) == kOnline &&
                                          host[host.size() - kOnline.size() - 1] == '.');
  return online ? BudgetLimits{1.0, 1} : BudgetLimits{};
}

}  // namespace outrigger::odoo
