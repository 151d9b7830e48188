// Which web hosts a plugin may reach: an entry of `permissions.http`, and the address of a request.
//
//     Result<Url> url = Url::parse("https://api.example.com/v1?x=1");
//     Result<HttpHost> host = HttpHost::parse("*.example.com");       // api.example.com, not example.com itself
//     host->matches(*url);
//
// An entry is HOST, *.DOMAIN or one with :PORT; it means https, or http when it begins with http://. "config:KEY" is a
// host, or a whole address, in the admin's configuration of the plugin. Names are compared without regard to case and
// to a final dot. Addresses are read strictly, so that no other reader of the same text can find another host in it:
// no user names, blanks, backslashes, percent signs or letters beyond ASCII in the host. Threads: plain data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "outrigger/result.hpp"

namespace outrigger::host {

struct Url {
  std::string scheme;  // "https", "http"
  std::string host;    // small letters, without a final dot; an IPv6 address in brackets
  uint16_t port = 443;

  // kInvalid: not an address of the web.
  static Result<Url> parse(std::string_view text);
};

struct HttpHost {
  std::string scheme = "https";
  std::string host;  // without "*."
  uint16_t port = 443;
  bool below = false;      // "*.": any name below it
  std::string config_key;  // "config:KEY"; the rest is then empty

  static Result<HttpHost> parse(std::string_view entry);
  [[nodiscard]] bool matches(const Url& url) const;
};

}  // namespace outrigger::host
