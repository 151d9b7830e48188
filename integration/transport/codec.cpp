#include "integration/transport/codec.hpp"

#include "integration/transport/codecs.hpp"

namespace outrigger::transport {

const char* to_string(Kind kind) {
  switch (kind) {
    case Kind::kXmlRpc: return "XML-RPC";
    case Kind::kJsonRpc: return "JSON-RPC";
    case Kind::kJson2: return "JSON-2";
  }
  return "?";
}

std::unique_ptr<Codec> make_codec(Kind kind, std::string url, ArgumentNames names) {
  switch (kind) {
    case Kind::kXmlRpc: return make_xmlrpc(std::move(url));
    case Kind::kJsonRpc: return make_jsonrpc(std::move(url));
    case Kind::kJson2: return make_json2(std::move(url), std::move(names));
  }
  return nullptr;
}

std::string Reply::hidden(std::string_view text) const {
  std::string clean;
  while (!secret_.empty()) {
    const size_t at = text.find(secret_);
    if (at == std::string_view::npos) break;
    clean += text.substr(0, at);
    clean += "***";
    text.remove_prefix(at + secret_.size());
  }
  return clean += text;
}

Value execute_kw(Arena& arena, const Credentials& credentials, const Call& call) {
  std::vector<Value> positional;
  if (call.ids) positional.push_back(arena.ids(*call.ids));
  for (const Value argument : call.args.items()) positional.push_back(argument);
  std::vector<Field> named;
  for (const Field field : call.kwargs.fields()) named.push_back(field);
  if (call.context.size() != 0) named.push_back({"context", call.context});
  return arena.array({Value::of(std::string_view(credentials.database)), credentials.uid,
                      Value::of(std::string_view(credentials.secret)), Value::of(std::string_view(call.model)),
                      Value::of(std::string_view(call.method)), arena.array(positional), arena.object(named)});
}

}  // namespace outrigger::transport
