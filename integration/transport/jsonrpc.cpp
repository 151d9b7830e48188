// JSON-RPC: POST /jsonrpc with service, method and positional arguments; HTTP 200 for almost everything.
#include "integration/transport/codecs.hpp"
#include "integration/transport/json_reply.hpp"

namespace outrigger::transport {
namespace {

class JsonRpcReply final : public JsonReply {
 public:
  using JsonReply::JsonReply;
  Result<Document> read(const Transfer& transfer) override {
    Result<Document> document = json(transfer);
    if (!document) return document;
    const Value root = document->root();
    if (transfer.status != 200) return from_foreign_reply(transfer, hidden(value::to_json(root)));
    // error.code is 0 for every application error, so only the exception's name tells them apart.
    if (const Value error = root["error"]; error.is_object()) {
      const Value data = error["data"];
      if (data.is_object()) return from_exception(data["name"].text(), hidden(data["message"].text()), transfer.status);
      return from_exception("", hidden(error["message"].text()), transfer.status);
    }
    if (!root.is_object() || !root.has("jsonrpc") || !root["error"].is_null())
      return from_foreign_reply(transfer, hidden(value::to_json(root)));
    // Neither result nor error: the method returned None.
    return Document(std::make_shared<Document>(*document), root["result"]);
  }
};

class JsonRpc final : public Codec {
 public:
  explicit JsonRpc(std::string url) : url_(std::move(url)) {}

  Result<HttpRequest> encode(const Credentials& credentials, const Call& call) const override {
    Arena arena;
    return encode_service("object", "execute_kw", execute_kw(arena, credentials, call));
  }

  Result<HttpRequest> encode_service(std::string_view service, std::string_view method, Value params) const override {
    Arena arena;
    const Value body = arena.object(
        {{"jsonrpc", "2.0"},
         {"method", "call"},
         {"id", 1},
         {"params", arena.object({{"service", Value::of(service)}, {"method", Value::of(method)}, {"args", params}})}});
    HttpRequest request;
    request.url = url_ + "/jsonrpc";
    request.headers = {"Content-Type: application/json"};
    if (Result<void> written = value::write_json(body, request.body); !written) return written.error();
    return request;
  }

  std::unique_ptr<Reply> reply(value::Limits limits) const override {
    limits.depth += 1;
    if (limits.row_depth != 0) limits.row_depth += 1;
    return std::make_unique<JsonRpcReply>(std::move(limits));
  }

 private:
  std::string url_;
};

}  // namespace

std::unique_ptr<Codec> make_jsonrpc(std::string url) { return std::make_unique<JsonRpc>(std::move(url)); }

}  // namespace outrigger::transport
