// The proxies of the environment, and which of them a request goes through.
//
//     const Proxies proxies = Proxies::from_environment();
//     proxies.of(*Url::parse("https://api.example.com/"))     // "http://proxy.lan:3128", or "" for straight there
//
// The same variables as libcurl reads: http_proxy, https_proxy and HTTPS_PROXY, all_proxy and ALL_PROXY, no_proxy and
// NO_PROXY (names with all below them, addresses, blocks such as 10.0.0.0/8, or * alone). The choice is made here and
// told to libcurl, because the check of an address must know whether it is that of the proxy.
// Threads: plain data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/grants/http_host.hpp"

namespace outrigger::host {

struct Proxies {
  std::string http;
  std::string https;
  std::vector<std::string> straight;  // the hosts of no_proxy

  static Proxies from_environment();
  [[nodiscard]] std::string of(const Url& url) const;
};

}  // namespace outrigger::host
