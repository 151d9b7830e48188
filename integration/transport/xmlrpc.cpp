// XML-RPC: POST /xmlrpc/2/<service>; HTTP 200 also for faults. /xmlrpc (v1) words its faults otherwise and is not used.
#include "integration/value/xmlrpc.hpp"
#include "integration/transport/classify.hpp"
#include "integration/transport/codecs.hpp"

namespace outrigger::transport {
namespace {

class XmlRpcReply final : public Reply {
 public:
  explicit XmlRpcReply(value::Limits limits) : limits_(std::move(limits)) {}

  void begin(int status, std::string_view content_type) override {
    if (status == 200 && content_type == "text/xml")
      reader_ = std::make_unique<value::XmlReader>(value::XmlReader::Message::kResponse, limits_);
  }
  bool data(std::string_view piece) override {
    if (reader_ != nullptr) return reader_->feed(piece);
    excerpt_.add(piece);
    return true;
  }

  Result<Document> read(const Transfer& transfer) override {
    if (transfer.code != Code::kOk) return from_transfer(transfer);
    if (reader_ == nullptr) return from_foreign_reply(transfer, hidden(excerpt_.text()));
    Result<value::XmlMessage> message = reader_->finish();
    if (!message) {
      Error error = message.error();
      error.message = "the reply cannot be read: " + error.message;
      return error;
    }
    if (!message->fault) return std::move(message->value);
    const Value fault = message->value.root();
    const int64_t code = fault["faultCode"].integer();
    const std::string text = hidden(fault["faultString"].text());
    if (is_none_fault(code, text)) return Document();
    return from_fault(code, text);
  }

 private:
  value::Limits limits_;
  std::unique_ptr<value::XmlReader> reader_;
  Excerpt excerpt_;
};

class XmlRpc final : public Codec {
 public:
  explicit XmlRpc(std::string url) : url_(std::move(url)) {}

  Result<HttpRequest> encode(const Credentials& credentials, const Call& call) const override {
    Arena arena;
    return encode_service("object", "execute_kw", execute_kw(arena, credentials, call));
  }

  Result<HttpRequest> encode_service(std::string_view service, std::string_view method, Value params) const override {
    std::string body =
        "<?xml version='1.0'?>\n<methodCall><methodName>" + std::string(method) + "</methodName><params>";
    for (const Value param : params.items()) {
      body += "<param>";
      if (Result<void> written = value::write_xml(param, body); !written) return written.error();
      body += "</param>";
    }
    body += "</params></methodCall>";
    HttpRequest request;
    request.url = url_ + "/xmlrpc/2/" + std::string(service);
    request.headers = {"Content-Type: text/xml"};
    request.body = std::move(body);
    return request;
  }

  std::unique_ptr<Reply> reply(value::Limits limits) const override {
    return std::make_unique<XmlRpcReply>(std::move(limits));
  }

 private:
  std::string url_;
};

}  // namespace

std::unique_ptr<Codec> make_xmlrpc(std::string url) { return std::make_unique<XmlRpc>(std::move(url)); }

}  // namespace outrigger::transport
