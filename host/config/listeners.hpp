// The keys `admin` and `public` of the configuration: where the host listens.
//
//     "admin":  {"listen": "127.0.0.1:8077"}                       // monitoring; loopback only, with a token
//     "public": {"listen": "0.0.0.0:8078", "url": "https://hooks.company.com", "max_body_kib": 256,
//                "max_connections": 64}
//
// A listener whose key is missing is off. `url`: how others reach it, through a proxy with TLS; without it what
// `listen` says, unless that is every address.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/config/json_tree.hpp"

namespace outrigger::host {

struct ListenerConfig {
  std::string address;  // an IP address
  uint16_t port = 0;
  std::string url;  // of the public one: without a slash at its end; empty: not known
  size_t body_bytes = size_t{256} << 10U;
  size_t connections = 64;
};

struct ListenersConfig {
  std::optional<ListenerConfig> admin;
  std::optional<ListenerConfig> open;  // `public`
};

// Reads both keys of the configuration's root.
Result<void> read_listeners(const JsonFile& file, ListenersConfig& out);

}  // namespace outrigger::host
