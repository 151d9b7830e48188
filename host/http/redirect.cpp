#include "host/http/redirect.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "host/grants/http_host.hpp"

namespace outrigger::host {
namespace {

struct UrlDelete {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct TextDelete {
  void operator()(char* text) const { curl_free(text); }
};
using Handle = std::unique_ptr<CURLU, UrlDelete>;

Error refuse(const char* why) {
  return {Code::kInvalid, std::string("the address of the request ") + why, Source::kHost, Effect::kNone, -1};
}

Error error_of(CURLUcode code) {
  if (code == CURLUE_USER_NOT_ALLOWED) return refuse("must not hold a user name or password; name a secret instead");
  return refuse("cannot be understood; it must be like https://host/path");
}

Result<Handle> handle_of(std::string_view url) {
  Handle handle(curl_url());
  if (!handle) throw std::bad_alloc();
  if (url.find('\0') != std::string_view::npos) return refuse("holds a NUL; take it out");
  const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, std::string(url).c_str(), CURLU_DISALLOW_USER);
  if (code != CURLUE_OK) return error_of(code);
  return handle;
}

std::string written(const Handle& handle) {
  char* raw = nullptr;
  if (curl_url_get(handle.get(), CURLUPART_URL, &raw, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, TextDelete> text(raw);
  return text.get();
}

// libcurl may read its own writing otherwise: a host of %30177.1 becomes 0177.1 and that, read again, 127.0.0.1. What
// is not the same after a second reading is refused.
Result<std::string> text_of(const Handle& handle) {
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  std::string text = written(handle);
  const Result<Handle> again = handle_of(text);
  if (!again) return again.error();
  if (written(*again) != text) return error_of(CURLUE_MALFORMED_INPUT);
  if (Result<Url> strict = Url::parse(text); !strict) return strict.error();
  return text;
}

bool is_of_content(std::string_view name) { return name.size() > 8 && same_name(name.substr(0, 8), "content-"); }

// None of these holds a credential.
bool goes_to_another_origin(const Header& header) {
  constexpr std::string_view kNames[] = {
      "accept",   "accept-charset",    "accept-encoding",    "accept-language", "cache-control",
      "if-match", "if-modified-since", "if-none-match",      "if-range",        "prefer",
      "range",    "user-agent",        "if-unmodified-since"};
  return is_of_content(header.name) || std::any_of(std::begin(kNames), std::end(kNames),
                                                   [&](std::string_view name) { return same_name(header.name, name); });
}

}  // namespace

Result<std::string> normal_form(std::string_view url) {
  // libcurl is more lenient: to it, http:/host names a host.
  if (Result<Url> strict = Url::parse(url); !strict) return strict.error();
  Result<Handle> handle = handle_of(url);
  if (!handle) return handle.error();
  return text_of(*handle);
}

Result<std::string> resolve(std::string_view base, std::string_view location) {
  Result<Handle> handle = handle_of(base);
  if (!handle) return handle.error();
  if (location.find('\0') != std::string_view::npos) return refuse("holds a NUL; take it out");
  // For these libcurl drops the last part of the path.
  if (location.empty() || location.front() == '#') return text_of(*handle);
  const CURLUcode code = curl_url_set(handle->get(), CURLUPART_URL, std::string(location).c_str(),
                                      CURLU_DISALLOW_USER | CURLU_URLENCODE | CURLU_ALLOW_SPACE);
  if (code != CURLUE_OK) return error_of(code);
  return text_of(*handle);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

void redirect(Request& request, int status, std::string url) {
  const bool becomes_get =
      (status == 303 && request.method != "HEAD") || ((status == 301 || status == 302) && request.method == "POST");
  if (becomes_get) {
    request.method = "GET";
    request.body = {};
    std::erase_if(request.headers, [](const Header& header) { return is_of_content(header.name); });
  }
  if (!same_origin(request.url, url)) {
    std::erase_if(request.headers, [](const Header& header) { return !goes_to_another_origin(header); });
    request.secret.clear();
  }
  request.url = std::move(url);
}

bool same_origin(std::string_view a, std::string_view b) {
  const Result<Url> first = Url::parse(a);
  const Result<Url> second = Url::parse(b);
  return first && second && first->scheme == second->scheme && first->host == second->host &&
         first->port == second->port;
}

}  // namespace outrigger::host
