// The three codecs behind make_codec.
#pragma once

#include "integration/transport/codec.hpp"

namespace outrigger::transport {

std::unique_ptr<Codec> make_json2(std::string url, ArgumentNames names);
std::unique_ptr<Codec> make_jsonrpc(std::string url);
std::unique_ptr<Codec> make_xmlrpc(std::string url);

// The arguments of execute_kw: database, uid, secret, model, method, [ids, positional ...], {named ..., context}.
Value execute_kw(Arena& arena, const Credentials& credentials, const Call& call);

}  // namespace outrigger::transport
