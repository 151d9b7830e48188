// Finds out what a server is and signs in: which version, which transport, which user.
//
// The order of attempts (Odoo 14 to 19): GET /web/version (19), /web/webclient/version_info (all, no database needed),
// common.version; then JSON-2 where the version has it and the key is one, JSON-RPC, XML-RPC.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "integration/odoo/budget.hpp"
#include "integration/odoo/session.hpp"
#include "integration/transport/codec.hpp"

namespace outrigger::odoo {

struct Detected {
  ServerInfo info;
  transport::Kind kind = transport::Kind::kJsonRpc;
  transport::Credentials credentials;
};

// Its requests, three to eight of them, come out of the budget like any others.
boost::asio::awaitable<Result<Detected>> detect(transport::HttpClient& http, Budget& budget,
                                                const Connection& connection);

}  // namespace outrigger::odoo
