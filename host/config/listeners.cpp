#include "host/config/listeners.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace outrigger::host {
namespace {

constexpr std::string_view kAdmin[] = {"listen"};
constexpr std::string_view kPublic[] = {"listen", "url", "max_body_kib", "max_connections"};

bool is_address(const std::string& text, bool& loopback) {
  in_addr four{};
  in6_addr six{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) {
    loopback = (ntohl(four.s_addr) >> 24U) == 127;
    return true;
  }
  loopback = text == "::1";
  return ::inet_pton(AF_INET6, text.c_str(), &six) == 1;
}

// "127.0.0.1:8077" or "[::1]:8077"
bool split(std::string_view text, ListenerConfig& out) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string_view address = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  if (bracketed != (address.find(':') != std::string_view::npos)) return false;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), out.port);
  out.address = address;
  return read.ec == std::errc() && read.ptr == port.data() + port.size() && out.port != 0;
}

Result<void> listen(const JsonFile& file, const Json::Value& json, const std::string& where, ListenerConfig& out) {
  if (!json.isMember("listen"))
    return file.error(json, where + " lacks `listen`; write it as \"127.0.0.1:8077\", or remove " + where);
  std::string text;
  if (Result<void> read = file.read(json, where + ".", "listen", text); !read) return read;
  bool loopback = false;
  if (!split(text, out) || !is_address(out.address, loopback))
    return file.error(json["listen"],
                      where + ".listen must be an IP address and a port such as 127.0.0.1:8077 or [::1]:8077");
  if (where == "admin" && !loopback)
    return file.error(json["listen"],
                      "admin.listen must be a loopback address, 127.0.0.1 or [::1]; to reach it from "
                      "elsewhere, put a proxy with TLS or an SSH tunnel before it");
  return {};
}

Result<void> count(const JsonFile& file, const Json::Value& json, const std::string& where, const char* key,
                   size_t most, size_t& out) {
  if (!json.isMember(key)) return {};
  const Json::Value& number = json[key];
  if (!number.isUInt64() || number.asUInt64() == 0 || number.asUInt64() > most)
    return file.error(number, where + "." + key + " must be a whole number from 1 to " + std::to_string(most));
  out = static_cast<size_t>(number.asUInt64());
  return {};
}

// http or https, a host, maybe a port and a path: what a token can be put behind.
bool is_base(std::string_view url) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~";
  constexpr std::string_view kInHost = ":[]";
  constexpr size_t kLongest = 512;
  const size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (scheme == 0 || url.size() > kLongest) return false;
  const std::string_view rest = url.substr(scheme);
  const std::string_view host = rest.substr(0, rest.find('/'));
  for (const char c : host)
    if (kPlain.find(c) == std::string_view::npos && kInHost.find(c) == std::string_view::npos) return false;
  for (const char c : rest.substr(host.size()))
    if (kPlain.find(c) == std::string_view::npos && c != '/') return false;
  return !host.empty() && host.front() != ':';
}

Result<void> reach(const JsonFile& file, const Json::Value& json, ListenerConfig& open) {
  if (Result<void> read = file.read(json, "public.", "url", open.url); !read) return read;
  while (!open.url.empty() && open.url.back() == '/') open.url.pop_back();
  if (json.isMember("url") && !is_base(open.url))
    return file.error(json["url"],
                      "public.url must be how Odoo reaches this host, such as https://hooks.company.com or "
                      "http://10.0.0.5:8078");
  const bool everywhere = open.address == "0.0.0.0" || open.address == "::";
  const bool six = open.address.find(':') != std::string::npos;
  if (open.url.empty() && !everywhere)
    open.url = "http://" + (six ? "[" + open.address + "]" : open.address) + ":" + std::to_string(open.port);
  return {};
}

}  // namespace

Result<void> read_listeners(const JsonFile& file, ListenersConfig& out) {
  const Json::Value& root = file.root;
  if (root.isMember("admin")) {
    ListenerConfig& admin = out.admin.emplace();
    if (Result<void> known = file.check_keys(root["admin"], "admin", kAdmin); !known) return known;
    if (Result<void> read = listen(file, root["admin"], "admin", admin); !read) return read;
  }
  if (!root.isMember("public")) return {};
  const Json::Value& json = root["public"];
  ListenerConfig& open = out.open.emplace();
  if (Result<void> known = file.check_keys(json, "public", kPublic); !known) return known;
  if (Result<void> read = listen(file, json, "public", open); !read) return read;
  if (Result<void> read = reach(file, json, open); !read) return read;
  constexpr size_t kMostKib = size_t{64} << 10U;
  constexpr size_t kMostConnections = 10'000;
  size_t kib = open.body_bytes >> 10U;
  if (Result<void> read = count(file, json, "public", "max_body_kib", kMostKib, kib); !read) return read;
  open.body_bytes = kib << 10U;
  if (Result<void> read = count(file, json, "public", "max_connections", kMostConnections, open.connections); !read)
    return read;
  if (out.admin && out.admin->port == open.port && out.admin->address == open.address)
    return file.error(json["listen"], "public.listen is that of admin; the two are kept apart, so choose another port");
  return {};
}

}  // namespace outrigger::host
