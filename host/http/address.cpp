#include "host/http/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace outrigger::host {
namespace {

constexpr uint32_t ip(uint32_t a, uint32_t b, uint32_t c, uint32_t d) { return a << 24U | b << 16U | c << 8U | d; }

struct Block4 {
  uint32_t first;
  uint32_t bits;
  Network network;
};

// The first that matches counts.
constexpr Block4 kBlocks4[] = {
    {ip(100, 100, 100, 200), 32, Network::kMachine},  // a cloud's metadata
    {ip(0, 0, 0, 0), 8, Network::kNone},              // Linux takes it for this machine
    {ip(10, 0, 0, 0), 8, Network::kPrivate},
    {ip(100, 64, 0, 0), 10, Network::kPrivate},
    {ip(127, 0, 0, 0), 8, Network::kPrivate},
    {ip(168, 63, 129, 16), 32, Network::kMachine},  // a cloud's own services, though the address is a public one
    {ip(169, 254, 0, 0), 16, Network::kMachine},
    {ip(172, 16, 0, 0), 12, Network::kPrivate},
    {ip(192, 0, 0, 192), 32, Network::kMachine},
    {ip(192, 0, 0, 0), 24, Network::kNone},
    {ip(192, 0, 2, 0), 24, Network::kNone},
    {ip(192, 88, 99, 0), 24, Network::kNone},
    {ip(192, 168, 0, 0), 16, Network::kPrivate},
    {ip(198, 18, 0, 0), 15, Network::kPrivate},
    {ip(198, 51, 100, 0), 24, Network::kNone},
    {ip(203, 0, 113, 0), 24, Network::kNone},
    {ip(224, 0, 0, 0), 3, Network::kNone},
};

Network network_of4(uint32_t address) {
  for (const Block4& block : kBlocks4)
    if ((address ^ block.first) >> (32U - block.bits) == 0) return block.network;
  return Network::kPublic;
}

using Bytes16 = std::array<uint8_t, 16>;

uint32_t embedded(const Bytes16& bytes, size_t at) {
  return ip(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
}

struct Block6 {
  Bytes16 first;
  size_t bits;
  Network network;
  size_t embeds;  // where the IPv4 address is that counts instead; 0: none
};

constexpr Block6 kBlocks6[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, Network::kPrivate, 0},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, Network::kNone, 12},     // mapped
    {{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}, 96, Network::kNone, 12},     // translated, RFC 2765
    {{0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 96, Network::kNone, 12},  // NAT64
    {{0, 0x64, 0xff, 0x9b, 0, 1}, 48, Network::kMachine, 0},                  // NAT64 of a network's own form
    {{0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54}, 128, Network::kMachine, 0},  // metadata
    {{0xfc}, 7, Network::kPrivate, 0},
    {{0xfe, 0x80}, 10, Network::kMachine, 0},
    {{0xfe, 0xc0}, 10, Network::kPrivate, 0},           // site-local
    {{0x20, 0x01, 0x00}, 23, Network::kNone, 0},        // protocol assignments, Teredo among them
    {{0x20, 0x01, 0x0d, 0xb8}, 32, Network::kNone, 0},  // documentation
    {{0x20, 0x02}, 16, Network::kNone, 2},              // 6to4
    {{0x3f, 0xff, 0x00}, 20, Network::kNone, 0},        // documentation
    {{0x20}, 3, Network::kPublic, 0},
};

bool begins_with(const Bytes16& address, const Bytes16& first, size_t bits) {
  const size_t whole = bits / 8;
  if (!std::equal(first.begin(), first.begin() + static_cast<ptrdiff_t>(whole), address.begin())) return false;
  return bits % 8 == 0 || (address[whole] ^ first[whole]) >> (8U - bits % 8) == 0;
}

Network network_of6(const in6_addr& given) {
  Bytes16 address{};
  std::memcpy(address.data(), &given, address.size());
  for (const Block6& block : kBlocks6)
    if (begins_with(address, block.first, block.bits))
      return block.embeds == 0 ? block.network : network_of4(embedded(address, block.embeds));
  return Network::kNone;
}

}  // namespace

Network network_of(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof four);
    return network_of4(ntohl(four.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return Network::kNone;
  sockaddr_in6 six{};
  std::memcpy(&six, &address, sizeof six);
  return network_of6(six.sin6_addr);
}

std::optional<Network> network_of(std::string_view literal) {
  if (literal.size() > 2 && literal.front() == '[' && literal.back() == ']')
    literal = literal.substr(1, literal.size() - 2);
  const std::string text(literal.substr(0, literal.find('%')));
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return network_of4(ntohl(four.s_addr));
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) == 1) return network_of6(six);
  return std::nullopt;
}

bool is_local_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.find('.') == std::string_view::npos) return true;
  for (const std::string_view end : {".localhost", ".local", ".internal", ".lan", ".home.arpa", ".localdomain"})
    if (host.ends_with(end)) return true;
  return false;
}

std::string text_of(const sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = {};
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (address.sa_family == AF_INET) {
    std::memcpy(&four, &address, sizeof four);
    inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
  } else if (address.sa_family == AF_INET6) {
    std::memcpy(&six, &address, sizeof six);
    inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
  }
  return text;
}

}  // namespace outrigger::host
