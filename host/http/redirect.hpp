// Redirects, followed by hand: where they lead, and what of the request goes there (RFC 9110 15.4).
//
//     Result<std::string> next = resolve("https://a.example/x/y", "../z?q=1");     // https://a.example/z?q=1
//     redirect(request, 303, *next);                                               // a GET without the body
//
// An address is brought into libcurl's own form before it is checked, so that what is checked is, letter by letter,
// what libcurl goes to. To another origin only those headers go that cannot hold a credential.
// Errors: kInvalid for an address that cannot be understood, with user names in it, or not of the web.
// Threads: plain functions.
#pragma once

#include <string>
#include <string_view>

#include "host/http/request.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

// "HTTPS://Example.com:443/a/../b" as libcurl would have it; without a fragment.
Result<std::string> normal_form(std::string_view url);
// A Location, which may be relative, seen from `base`, which is in normal form.
Result<std::string> resolve(std::string_view base, std::string_view location);

// 301, 302, 303, 307, 308
bool is_redirect(int status);
// Turns the request into the one that follows: method, body and headers.
void redirect(Request& request, int status, std::string url);
// Scheme, host and port are the same. REQUIRES: both are in normal form.
bool same_origin(std::string_view a, std::string_view b);

}  // namespace outrigger::host
