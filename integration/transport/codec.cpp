#include "integration/transport/codec.hpp"

#include "integration/transport/codecs.hpp"
#include "integration/value/json.hpp"

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

namespace {

std::string escaped_html(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&#34;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace

void Reply::hide(const std::string& secret) {
  if (secret.empty()) return;
  std::string json = value::to_json(Value::of(std::string_view(secret)));
  std::string html = escaped_html(secret);
  std::string quoted = html;
  for (size_t at = 0; (at = quoted.find("&#34;", at)) != std::string::npos;) quoted.replace(at, 5, "&quot;");
  secrets_ = {secret, json.substr(1, json.size() - 2), std::move(html), std::move(quoted)};
}

Result<Document> Reply::finish(const Transfer& transfer) {
  Result<Document> answer = read(transfer);
  if (answer) return answer;
  // Headers, names of exceptions and of elements come from outside, too.
  Error error = answer.error();
  error.message = hidden(error.message);
  return error;
}

std::string Reply::hidden(std::string_view text) const {
  constexpr std::string_view kMask = "***";
  std::string clean(text);
  for (const std::string& secret : secrets_)
    for (size_t at = 0; (at = clean.find(secret, at)) != std::string::npos; at += kMask.size())
      clean.replace(at, secret.size(), kMask);
  return clean;
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
