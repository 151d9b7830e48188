// Which network an address lies in, and whether a request may go there.
//
//     network_of("169.254.169.254")                         // Network::kMachine
//     Reach{.private_network = true}.allows(network)        // what the grant says of this host
//
// An address is judged when a socket is opened for it, so that a name which resolves to something else the second time
// gets nobody further. What is not known to be public is not reached: of IPv6 only 2000::/3 is, without its special
// blocks. An IPv4 address inside an IPv6 one (mapped, translated, NAT64, 6to4) counts as what it is.
// Threads: plain functions.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <string_view>

namespace outrigger::host {

enum class Network {
  kPublic,
  kPrivate,  // loopback, RFC 1918, unique local (RFC 4193), carrier-grade NAT, benchmarking
  kMachine,  // link-local, and where clouds tell a machine its own credentials (169.254.169.254 and the like)
  kNone,     // unspecified, multicast, broadcast, documentation, reserved: no host of the web is there
};

// Anything but IPv4 and IPv6 is kNone.
Network network_of(const sockaddr& address);
// An address as text, an IPv6 one with or without brackets; nothing for a name.
std::optional<Network> network_of(std::string_view literal);
// A name that by its form is of this machine or of the network around it: "printer", "nas.local", "metadata.internal".
bool is_local_name(std::string_view host);
// "10.0.0.7"
std::string text_of(const sockaddr& address);

// What the grant allows for one host.
struct Reach {
  bool private_network = false;
  bool literal = false;  // the host is itself an address, as in http://169.254.1.2/

  // kMachine only where the address itself was granted: with a name, whoever answers for it could point it there.
  [[nodiscard]] bool allows(Network network) const {
    return network == Network::kPublic || (private_network && network == Network::kPrivate) ||
           (private_network && literal && network == Network::kMachine);
  }
};

}  // namespace outrigger::host
