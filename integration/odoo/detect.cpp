#include "integration/odoo/detect.hpp"

#include <cctype>

#include "integration/transport/classify.hpp"
#include "integration/value/json.hpp"

namespace outrigger::odoo {

namespace asio = boost::asio;
using transport::Codec;
using transport::HttpRequest;
using transport::Kind;
using transport::Transfer;

namespace {

std::string text_of(Value value) {
  if (value.is_string()) return std::string(value.text());
  return value.as_integer() ? std::to_string(*value.as_integer()) : std::string();
}

// "19", "saas~18", "saas-17.4": the first run of digits.
int leading_number(const std::string& text) {
  const size_t at = text.find_first_of("0123456789");
  return at == std::string::npos ? 0 : std::atoi(text.c_str() + at);
}

void take_version(ServerInfo& info, Value version_info, std::string_view version) {
  for (const Value part : version_info.items()) info.version_info.push_back(text_of(part));
  info.version = version;
  if (!info.version_info.empty()) info.major = leading_number(info.version_info[0]);
  const std::string minor = info.version_info.size() > 1 ? info.version_info[1] : "0";
  info.series = std::to_string(info.major) + "." + minor;
}

class Detection {
 public:
  Detection(transport::HttpClient& http, Budget& budget, const Connection& connection)
      : http_(http), budget_(budget), connection_(connection) {
    found_.credentials = {connection.database, connection.login, connection.secret, 0};
  }

  asio::awaitable<Result<Detected>> run() {
    if (Result<void> version = co_await find_version(); !version) co_return version.error();
    if (found_.info.major != 0 && found_.info.major < 14)
      co_return refuse(Code::kUnsupported,
                       "this is Odoo " + found_.info.version + "; 14 is the oldest that Outrigger works with");
    switch (connection_.transport) {
      case TransportChoice::kJson2: co_return co_await finish(co_await try_json2());
      case TransportChoice::kJsonRpc: co_return co_await finish(co_await try_service(Kind::kJsonRpc));
      case TransportChoice::kXmlRpc: co_return co_await finish(co_await try_service(Kind::kXmlRpc));
      case TransportChoice::kAuto: break;
    }
    co_return co_await choose();
  }

 private:
  static Error refuse(Code code, std::string message) {
    return {code, std::move(message), Source::kHost, Effect::kNone, -1};
  }

  // Each transport in turn. A wrong key or database is final; a transport that is not there is not.
  asio::awaitable<Result<Detected>> choose() {
    Error last = refuse(Code::kUnsupported, "no transport was found");
    if (found_.info.major == 0 || found_.info.major >= 19) {
      Result<void> json2 = co_await try_json2();
      if (json2) co_return co_await finish(std::move(json2));
      last = json2.error();
      // What JSON-2 refuses as a key may be a password, which only the older two take.
      const bool may_be_password = last.code == Code::kAuth && !connection_.login.empty();
      if (last.code != Code::kProtocol && !may_be_password) co_return last;
    }
    for (const Kind kind : {Kind::kJsonRpc, Kind::kXmlRpc}) {
      Result<void> tried = co_await try_service(kind);
      if (tried) co_return co_await finish(std::move(tried));
      if (tried.error().code != Code::kProtocol) co_return tried.error();
      if (last.code != Code::kAuth) last = tried.error();
    }
    co_return last;
  }

  asio::awaitable<Result<void>> find_version() {
    transport::PlainReply page;
    HttpRequest request = plain("/web/version");
    request.post = false;
    Transfer transfer = co_await send(request, page);
    if (transfer.code != Code::kOk) co_return transport::from_transfer(transfer);
    if (transfer.status == 200 && transfer.content_type == "application/json") {
      if (const auto json = value::read_json(page.text); json && json->root().has("version_info")) {
        take_version(found_.info, json->root()["version_info"], json->root()["version"].text());
        co_return Result<void>();
      }
    }
    transport::PlainReply answer;
    HttpRequest ask = plain("/web/webclient/version_info");
    ask.headers = {"Content-Type: application/json"};
    ask.body = R"({"jsonrpc":"2.0","params":{}})";
    transfer = co_await send(ask, answer);
    if (transfer.code != Code::kOk) co_return transport::from_transfer(transfer);
    if (const auto json = value::read_json(answer.text); json && json->root()["result"].has("server_version_info")) {
      take_version(found_.info, json->root()["result"]["server_version_info"],
                   json->root()["result"]["server_version"].text());
      co_return Result<void>();
    }
    co_return co_await version_by_service(transfer, answer.text);
  }

  asio::awaitable<Result<void>> version_by_service(Transfer seen, std::string excerpt) {
    for (const Kind kind : {Kind::kJsonRpc, Kind::kXmlRpc}) {
      const auto codec = codec_of(kind);
      Result<Document> version = co_await service(*codec, "common", "version", Value{});
      if (!version || !version->root().has("server_version")) continue;
      take_version(found_.info, version->root()["server_version_info"], version->root()["server_version"].text());
      co_return Result<void>();
    }
    Error error = transport::from_foreign_reply(seen, excerpt);
    error.message = "this does not answer as an Odoo does: " + error.message;
    error.effect = Effect::kNone;
    co_return error;
  }

  asio::awaitable<Result<void>> try_json2() {
    const auto codec = codec_of(Kind::kJson2);
    Call call{.model = "res.users", .method = "context_get", .read_only = true};
    Result<Document> context = co_await object(*codec, call);
    if (!context) co_return context.error();
    if (!context->root().has("uid"))
      co_return refuse(Code::kProtocol, "JSON-2 answered, but not with a user's context");
    found_.kind = Kind::kJson2;
    take_context(context->root());
    co_return Result<void>();
  }

  asio::awaitable<Result<void>> try_service(Kind kind) {
    if (connection_.login.empty() || connection_.database.empty())
      co_return refuse(Code::kInvalid,
                       std::string(to_string(kind)) +
                           " needs `login` and `database` in the configuration (only JSON-2 does without)");
    const auto codec = codec_of(kind);
    Arena arena;
    const transport::Credentials& who = found_.credentials;
    const Value params = arena.array({Value::of(std::string_view(who.database)), Value::of(std::string_view(who.login)),
                                      Value::of(std::string_view(who.secret)),
                                      arena.object(std::initializer_list<std::pair<std::string_view, Item>>{})});
    Result<Document> uid = co_await service(*codec, "common", "authenticate", params);
    if (!uid) co_return uid.error();
    if (uid->root().integer() == 0)
      co_return refuse(Code::kAuth, "Odoo refuses this login and key for database " + who.database +
                                        "; check `login`, and renew the key");
    found_.credentials.uid = uid->root().integer();
    // Not context_get: Odoo 14 cannot marshal its answer in XML-RPC.
    Call call{
        .model = "res.users", .method = "read", .ids = std::vector<int64_t>{found_.credentials.uid}, .read_only = true};
    call.args = arena.array({arena.array({"lang", "tz"})});
    Result<Document> user = co_await object(*codec, call);
    if (!user) co_return user.error();
    found_.kind = kind;
    if (user->root().size() == 1) take_context(user->root().at(0));
    found_.info.uid = found_.credentials.uid;
    co_return Result<void>();
  }

  void take_context(Value context) {
    if (context["uid"].integer() != 0) found_.info.uid = context["uid"].integer();
    found_.info.lang = context["lang"].text();
    found_.info.tz = context["tz"].text();
  }

  asio::awaitable<Result<Detected>> finish(Result<void> tried) {
    if (!tried) co_return tried.error();
    found_.info.transport = to_string(found_.kind);
    co_return found_;
  }

  asio::awaitable<Result<Document>> object(const Codec& codec, const Call& call) {
    Result<HttpRequest> request = codec.encode(found_.credentials, call);
    if (!request) co_return request.error();
    co_return co_await exchange(codec, *std::move(request));
  }
  asio::awaitable<Result<Document>> service(const Codec& codec, const char* name, const char* method, Value params) {
    Result<HttpRequest> request = codec.encode_service(name, method, params);
    if (!request) co_return request.error();
    co_return co_await exchange(codec, *std::move(request));
  }
  asio::awaitable<Result<Document>> exchange(const Codec& codec, HttpRequest request) {
    request.ca_file = connection_.ca_file;
    request.timeout = connection_.deadline;
    request.repeatable = true;
    const auto reply = codec.reply({});
    reply->hide(connection_.secret);
    const Transfer transfer = co_await send(request, *reply);
    co_return reply->finish(transfer);
  }

  asio::awaitable<Transfer> send(const HttpRequest& request, transport::BodySink& sink) {
    const Result<Budget::Permit> permit =
        co_await budget_.acquire(Lane::kInteractive, {}, Budget::Clock::now() + connection_.deadline);
    if (permit) co_return co_await http_.perform(request, sink);
    Transfer refused;
    refused.code = permit.error().code;
    refused.error = permit.error().message;
    co_return refused;
  }

  [[nodiscard]] std::unique_ptr<Codec> codec_of(Kind kind) const {
    return transport::make_codec(kind, connection_.url,
                                 [](const auto&, const auto&) { return std::vector<std::string>(); });
  }
  [[nodiscard]] HttpRequest plain(const char* path) const {
    HttpRequest request;
    request.url = connection_.url + path;
    request.ca_file = connection_.ca_file;
    request.timeout = connection_.deadline;
    return request;
  }

  transport::HttpClient& http_;
  Budget& budget_;
  const Connection& connection_;
  Detected found_;
};

}  // namespace

asio::awaitable<Result<Detected>> detect(transport::HttpClient& http, Budget& budget, const Connection& connection) {
  Detection detection(http, budget, connection);
  co_return co_await detection.run();
}

}  // namespace outrigger::odoo
