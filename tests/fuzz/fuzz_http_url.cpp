// Addresses of requests and Locations of redirects: whatever the grant is asked about is where libcurl goes. An input
// is a Location; it is seen from a few addresses, and taken as an address itself.
#include <curl/curl.h>

#include <memory>

#include "host/grants/http_host.hpp"
#include "host/http/redirect.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace outrigger {
namespace {

using fuzz::require;

struct UrlDelete {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* raw = nullptr;
  std::string text;
  if (curl_url_get(url, part, &raw, flags) == CURLUE_OK) text = raw;
  curl_free(raw);
  return text;
}

std::string lowered(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (text.ends_with('.')) text.pop_back();
  return text;
}

void check(const Result<std::string>& result) {
  if (!result) return fuzz::require_error(result.error());
  const Result<host::Url> granted = host::Url::parse(*result);
  require(bool(granted), "the grant cannot read what libcurl would go to", *result);
  const std::unique_ptr<CURLU, UrlDelete> url(curl_url());
  require(curl_url_set(url.get(), CURLUPART_URL, result->c_str(), 0) == CURLUE_OK, "libcurl cannot read it", *result);
  require(lowered(part_of(url.get(), CURLUPART_SCHEME)) == granted->scheme, "another scheme", *result);
  require(lowered(part_of(url.get(), CURLUPART_HOST)) == granted->host, "another host", *result);
  require(part_of(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT) == std::to_string(granted->port), "another port",
          *result);
  require(part_of(url.get(), CURLUPART_USER).empty() && part_of(url.get(), CURLUPART_PASSWORD).empty(), "a user name",
          *result);
  require(part_of(url.get(), CURLUPART_FRAGMENT).empty(), "a fragment", *result);
  const Result<std::string> again = host::normal_form(*result);
  require(again && *again == *result, "the normal form is not the normal form of itself", *result);
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const std::string_view input = fuzz::text_of(data, size);
  check(host::normal_form(input));
  for (const char* base : {"https://a.example/b/c;d?e", "http://[::1]:8080", "http://127.0.0.1/x/../y"}) {
    const Result<std::string> normal = host::normal_form(base);
    fuzz::require(bool(normal), "a base cannot be read", base);
    check(host::resolve(*normal, input));
  }
  return 0;
}
