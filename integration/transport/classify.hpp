// From what Odoo and the servers in front of it report to the error classes that a caller can act on.
//
// Source of the table: Odoo 19 and 14, seen over all three transports. Every message is one sentence without a
// traceback and without a secret.
#pragma once

#include <string>
#include <string_view>

#include "integration/transport/http_client.hpp"
#include "outrigger/result.hpp"

namespace outrigger::transport {

// An exception by its Python name, such as odoo.exceptions.AccessError. Odoo rolled the call back.
Error from_exception(std::string_view name, std::string_view message, int status);
// A fault of /xmlrpc/2. "cannot marshal None" is not an error: see is_none_fault.
Error from_fault(int64_t code, std::string_view text);
// Odoo committed, then could not say "nothing" in XML-RPC.
bool is_none_fault(int64_t code, std::string_view text);
// The connection failed or no complete reply came.
Error from_transfer(const Transfer& transfer);
// A reply that is neither the transport's answer nor its error: HTML, a redirect, an empty body.
Error from_foreign_reply(const Transfer& transfer, std::string_view excerpt);

}  // namespace outrigger::transport
