// What answers outrigger.http/1: requests to the web hosts that the admin granted (outrigger/abi/http.h).
//
//     auto outbound = std::make_shared<Outbound>(OutboundOptions{.connections = {.proxies =
//     Proxies::from_environment()}}); services->add(std::make_unique<HttpEngine>(outbound, reach_of(grant), &secrets));
//
// The gate of the services has checked the arguments and the first address against the grant already. Here each
// address is checked again, the first and those of up to five redirects, in the very form in which libcurl gets it; and
// what a name resolves to is checked when the connection is made (connections.hpp).
//
// A secret goes to the first origin only, and so do Authorization, Cookie and whatever else is not known to be
// harmless. Where a server answers 401 to a secret that was rotated a short while ago, the one before is tried once, if
// the method is safe. Every form of the secret is *** in the reply and in errors. A server that is in league with the
// plugin can give it the secret in a form of its own; that is no secret from a server to which it was sent.
//
// The reply is {status, url, headers, body}; any status is a reply. Header names are in lower case; url is the last one
// asked, in normal form. Errors: as Connections and Traffic; kAccess for a redirect outside the grant; kLimit for a
// sixth redirect. The effect is kNone until the first byte may have left, kUnknown from then on.
//
// Threads: any, several calls at once; each blocks. Lifetime: secrets must outlive the engine. One Outbound for all
// instances of a plugin on all databases, so that its bounds are those of the plugin.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "host/http/connections.hpp"
#include "host/http/secret.hpp"
#include "host/http/traffic.hpp"
#include "host/services/clock.hpp"
#include "host/services/engine.hpp"

namespace outrigger::host {

class Grant;

// Whether an address may be asked; if so, whether it may lie in a private network.
using UrlCheck = std::function<Result<bool>(std::string_view url)>;

UrlCheck reach_of(std::shared_ptr<const Grant> grant);

struct OutboundOptions {
  ConnectionOptions connections;
  TrafficLimits limits = {};
  Ticks now = monotonic_micros;
};

// One plugin's way to the web.
struct Outbound {
  explicit Outbound(OutboundOptions options);

  Ticks now;
  Traffic traffic;
  Connections connections;
};

class HttpEngine final : public Engine {
 public:
  static constexpr int kMostRedirects = 5;

  // secrets may be null: then a request that names one is refused. refused, when given, is told the sentence of each
  // request that ended with kAccess, to log and count it; any thread.
  HttpEngine(std::shared_ptr<Outbound> outbound, UrlCheck may_reach, SecretSource* secrets,
             std::function<void(const std::string& sentence)> refused = {});

  [[nodiscard]] std::string_view extension() const override;
  Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) override;

 private:
  std::shared_ptr<Outbound> outbound_;
  UrlCheck may_reach_;
  SecretSource* secrets_;
  std::function<void(const std::string& sentence)> refused_;
};

}  // namespace outrigger::host
