#include "host/grants/http_host.hpp"

#include <algorithm>
#include <charconv>

namespace outrigger::host {
namespace {

Error invalid(std::string message) { return {Code::kInvalid, std::move(message), Source::kHost, Effect::kNone, -1}; }

std::string small(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

bool is_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && host.front() != '.' && host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
         });
}

bool is_bracketed(std::string_view host) {
  return host.size() > 4 && host.front() == '[' && host.back() == ']' &&
         host.find_first_not_of("0123456789abcdef:.", 1) == host.size() - 1;
}

// "name", "name:8443", "[::1]:8443" into host and port; false when it is anything else.
bool split(std::string_view authority, std::string& host, uint16_t& port) {
  const size_t bracket = authority.find(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  host = small(authority.substr(0, colon));
  if (colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size() || port == 0)
      return false;
  }
  if (host.ends_with('.')) host.pop_back();
  return is_name(host) || is_bracketed(host);
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  Url url;
  const auto refuse = [](const char* why) { return invalid(std::string("the address of the request ") + why); };
  for (const char c : text)
    if (c <= ' ' || c >= 127 || c == '\\')
      return refuse("holds blanks, backslashes or letters beyond ASCII; write them with percent signs");
  const size_t colon = text.find("://");
  if (colon == std::string_view::npos) return refuse("must be like https://host/path");
  url.scheme = small(text.substr(0, colon));
  if (url.scheme != "https" && url.scheme != "http") return refuse("must begin with https:// or http://");
  url.port = url.scheme == "https" ? 443 : 80;
  const std::string_view rest = text.substr(colon + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos)
    return refuse("must not hold a user name or password; name a secret instead");
  if (!split(authority, url.host, url.port)) return refuse("must name a host, as in https://host:8443/path");
  return url;
}

Result<HttpHost> HttpHost::parse(std::string_view entry) {
  HttpHost result;
  const std::string shown = "`" + std::string(entry.substr(0, 80)) + "` ";
  if (entry.starts_with("config:")) {
    result.config_key = entry.substr(7);
    const bool plain = std::all_of(result.config_key.begin(), result.config_key.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (result.config_key.empty() || !plain)
      return invalid(shown + "must name a key of the configuration, as in config:url");
    return result;
  }
  for (const std::string_view scheme : {"https://", "http://"})
    if (small(entry.substr(0, scheme.size())) == scheme) {
      result.scheme = scheme.substr(0, scheme.size() - 3);
      entry.remove_prefix(scheme.size());
      break;
    }
  if (result.scheme == "http") result.port = 80;
  result.below = entry.starts_with("*.");
  if (result.below) entry.remove_prefix(2);
  if (!split(entry, result.host, result.port) || (result.below && result.host.find('.') == std::string::npos))
    return invalid(shown +
                   "must be a host such as api.example.com, *.example.org:8443, http://printer.lan or config:KEY");
  return result;
}

bool HttpHost::matches(const Url& url) const {
  if (!config_key.empty() || url.scheme != scheme || url.port != port) return false;
  if (!below) return url.host == host;
  return url.host.size() > host.size() + 1 && url.host.ends_with("." + host);
}

}  // namespace outrigger::host
