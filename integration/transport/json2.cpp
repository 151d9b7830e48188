// JSON-2, Odoo 19 and later: POST /json/2/<model>/<method>, one object of named arguments, a bearer key.
#include "integration/transport/codecs.hpp"
#include "integration/transport/json_reply.hpp"

namespace outrigger::transport {
namespace {

class Json2Reply final : public JsonReply {
 public:
  using JsonReply::JsonReply;
  Result<Document> read(const Transfer& transfer) override {
    Result<Document> document = json(transfer);
    if (!document || transfer.status == 200) return document;
    const Value error = document->root();
    if (!error.has("name")) return from_foreign_reply(transfer, hidden(value::to_json(error)));
    return from_exception(error["name"].text(), hidden(error["message"].text()), transfer.status);
  }
};

class Json2 final : public Codec {
 public:
  Json2(std::string url, ArgumentNames names) : url_(std::move(url)), names_(std::move(names)) {}

  Result<HttpRequest> encode(const Credentials& credentials, const Call& call) const override {
    Arena arena;
    std::vector<Field> body;
    if (call.ids) body.push_back({"ids", arena.ids(*call.ids)});
    const std::vector<std::string> names =
        call.args.size() == 0 ? std::vector<std::string>{} : names_(call.model, call.method);
    if (names.size() < call.args.size())
      return Error{Code::kUnsupported,
                   "JSON-2 takes named arguments only, and those of " + call.model + "." + call.method +
                       " are not known here; name them in the call",
                   Source::kHost, Effect::kNone};
    for (size_t i = 0; i < call.args.size(); ++i) body.push_back({names[i], call.args.at(i)});
    for (const Field field : call.kwargs.fields()) body.push_back(field);
    if (call.context.size() != 0) body.push_back({"context", call.context});
    HttpRequest request;
    request.url = url_ + "/json/2/" + call.model + "/" + call.method;
    request.headers = {"Content-Type: application/json", "Authorization: bearer " + credentials.secret};
    if (!credentials.database.empty()) request.headers.push_back("X-Odoo-Database: " + credentials.database);
    if (Result<void> written = value::write_json(arena.object(body), request.body); !written) return written.error();
    return request;
  }

  Result<HttpRequest> encode_service(std::string_view, std::string_view, Value) const override {
    return Error{Code::kUnsupported, "JSON-2 has no services", Source::kHost, Effect::kNone};
  }

  std::unique_ptr<Reply> reply(value::Limits limits) const override {
    return std::make_unique<Json2Reply>(std::move(limits));
  }

 private:
  std::string url_;
  ArgumentNames names_;
};

}  // namespace

std::unique_ptr<Codec> make_json2(std::string url, ArgumentNames names) {
  return std::make_unique<Json2>(std::move(url), std::move(names));
}

}  // namespace outrigger::transport
