// What each transport writes for a call, and how it reads an answer: one test per trap, without a network.
#include "integration/transport/codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/value/json.hpp"
#include "integration/value/tests/describe.hpp"
#include "integration/value/xmlrpc.hpp"

namespace outrigger::transport {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using value::describe;

constexpr char kUrl[] = "http://odoo.example";
const Credentials kWho{"lab", "bot", "s3cret-key", 2};
const Kind kAll[] = {Kind::kJson2, Kind::kJsonRpc, Kind::kXmlRpc};

std::unique_ptr<Codec> codec(Kind kind) {
  return make_codec(kind, kUrl, [](const std::string&, const std::string& method) {
    return method == "write" ? std::vector<std::string>{"vals"} : std::vector<std::string>{};
  });
}

Transfer transfer(int status, std::string type) {
  Transfer transfer;
  transfer.status = status;
  transfer.content_type = std::move(type);
  transfer.request_sent = true;
  return transfer;
}

Result<Document> finish(Kind kind, int status, const std::string& type, std::string_view body,
                        const value::Limits& limits = {}) {
  const auto reply = codec(kind)->reply(limits);
  reply->begin(status, type);
  if (!body.empty()) reply->data(body);
  return reply->finish(transfer(status, type));
}

Error error_of(Kind kind, int status, const std::string& type, std::string_view body) {
  const Result<Document> answer = finish(kind, status, type, body);
  return answer ? Error{Code::kOk, "answered " + describe(**answer)} : answer.error();
}

// The same answer in each transport's envelope.
Result<Document> answer(Kind kind, std::string_view json, const value::Limits& limits = {}) {
  if (kind == Kind::kJson2) return finish(kind, 200, "application/json", json, limits);
  if (kind == Kind::kJsonRpc)
    return finish(kind, 200, "application/json", R"({"jsonrpc": "2.0", "id": 1, "result": )" + std::string(json) + "}",
                  limits);
  return finish(kind, 200, "text/xml", *value::write_xml_response(**value::read_json(json)), limits);
}

std::string show(const Result<Document>& answer) {
  return answer ? describe(**answer) : "error: " + answer.error().message;
}

TEST(Json2, PutsIdsNamedArgumentsAndContextIntoOneObject) {
  Arena arena;
  const Call call{.model = "crm.lead",
                  .method = "write",
                  .ids = {{7, 8}},
                  .args = arena.array({arena.object({{"name", "a"}})}),
                  .kwargs = arena.object({{"more", nullptr}}),
                  .context = arena.object({{"lang", "nl_BE"}})};
  const Result<HttpRequest> request = codec(Kind::kJson2)->encode(kWho, call);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, "http://odoo.example/json/2/crm.lead/write");
  EXPECT_EQ(request->body, R"({"ids":[7,8],"vals":{"name":"a"},"more":null,"context":{"lang":"nl_BE"}})");
  EXPECT_THAT(request->headers,
              testing::UnorderedElementsAre("Content-Type: application/json", "Authorization: bearer s3cret-key",
                                            "X-Odoo-Database: lab"));
}

TEST(Json2, SendsNoDatabaseHeaderWhenNoneIsConfigured) {
  const Result<HttpRequest> request =
      codec(Kind::kJson2)->encode({.secret = "k"}, {.model = "res.users", .method = "context_get"});
  EXPECT_THAT(request->headers, Not(Contains(StartsWith("X-Odoo-Database"))));
  EXPECT_EQ(request->body, "{}");
}

TEST(Json2, RefusesPositionalArgumentsWhoseNamesAreNotKnown) {
  Arena arena;
  const Result<HttpRequest> request =
      codec(Kind::kJson2)->encode(kWho, {.model = "crm.lead", .method = "merge", .args = arena.array({1})});
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, Code::kUnsupported);
  EXPECT_EQ(request.error().effect, Effect::kNone);
  EXPECT_THAT(request.error().message, HasSubstr("crm.lead.merge"));
}

TEST(Json2, HasNoServices) {
  EXPECT_EQ(codec(Kind::kJson2)->encode_service("common", "version", {}).error().code, Code::kUnsupported);
}

TEST(JsonRpc, PutsIdsBeforeTheOtherPositionalArguments) {
  Arena arena;
  const Call call{.model = "crm.lead",
                  .method = "write",
                  .ids = {{7}},
                  .args = arena.array({arena.object({{"name", "a"}})}),
                  .context = arena.object({{"tz", "UTC"}})};
  const Result<HttpRequest> request = codec(Kind::kJsonRpc)->encode(kWho, call);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, "http://odoo.example/jsonrpc");
  EXPECT_EQ(request->body,
            R"({"jsonrpc":"2.0","method":"call","id":1,"params":{"service":"object","method":"execute_kw","args":)"
            R"(["lab",2,"s3cret-key","crm.lead","write",[[7],{"name":"a"}],{"context":{"tz":"UTC"}}]}})");
  EXPECT_THAT(request->headers, Contains("Content-Type: application/json"));
}

TEST(XmlRpc, WritesTheSameCallAsXml) {
  Arena arena;
  const Call call{.model = "crm.lead", .method = "read", .ids = {{7}}, .kwargs = arena.object({{"load", nullptr}})};
  const Result<HttpRequest> request = codec(Kind::kXmlRpc)->encode(kWho, call);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->url, "http://odoo.example/xmlrpc/2/object");
  value::XmlReader reader(value::XmlReader::Message::kCall);
  reader.feed(request->body);
  const Result<value::XmlMessage> message = reader.finish();
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->method, "execute_kw");
  EXPECT_EQ(describe(*message->value), "['lab' i2 's3cret-key' 'crm.lead' 'read' [[i7]] {load:null}]");
}

TEST(XmlRpc, RefusesControlCharactersBeforeTheCall) {
  Arena arena;
  const Call call{
      .model = "crm.lead", .method = "write", .ids = {{7}}, .args = arena.array({arena.object({{"name", "a\x0b"}})})};
  const Result<HttpRequest> request = codec(Kind::kXmlRpc)->encode(kWho, call);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, Code::kInvalid);
  EXPECT_EQ(request.error().effect, Effect::kNone);
  EXPECT_TRUE(codec(Kind::kJsonRpc)->encode(kWho, call)) << "JSON carries them";
}

TEST(XmlRpc, CannotMarshalNoneIsSuccess) {
  const std::string none =
      "Traceback (most recent call last):\n  File \"xmlrpc.py\", line 1\n"
      "TypeError: cannot marshal None unless allow_none is enabled\n";
  EXPECT_EQ(show(finish(Kind::kXmlRpc, 200, "text/xml", value::write_xml_fault(1, none))), "null");
}

TEST(XmlRpc, AnErrorThatOnlyQuotesCannotMarshalNoneIsAnError) {
  const std::string other = "Traceback (most recent call last):\n    raise X('cannot marshal None')\nValueError: no\n";
  EXPECT_EQ(error_of(Kind::kXmlRpc, 200, "text/xml", value::write_xml_fault(1, other)).code, Code::kInvalid);
  EXPECT_EQ(error_of(Kind::kXmlRpc, 200, "text/xml", value::write_xml_fault(2, "cannot marshal None")).code,
            Code::kValidation);
}

TEST(JsonRpc, WithNeitherResultNorErrorIsNull) {
  EXPECT_EQ(show(finish(Kind::kJsonRpc, 200, "application/json", R"({"jsonrpc": "2.0", "id": 1})")), "null");
}

TEST(Json2, NullIsAnAnswer) { EXPECT_EQ(show(finish(Kind::kJson2, 200, "application/json", "null")), "null"); }

TEST(EveryTransport, IntegerSentAsFloatIsRead) {
  for (const Kind kind : kAll) {
    const Result<Document> document = answer(kind, R"({"id": 1099511627776.0, "n": 5})");
    ASSERT_TRUE(document) << to_string(kind);
    EXPECT_EQ(document->root()["id"].as_integer(), int64_t{1} << 40U) << to_string(kind);
    EXPECT_EQ(document->root()["n"].as_integer(), 5) << to_string(kind);
  }
}

TEST(EveryTransport, GivesTheSameTree) {
  const std::string_view json =
      R"([{"id": 1, "name": "ü", "p": 0.1, "tags": [1, 2], "no": false, "props": [{"v": "x"}]}])";
  for (const Kind kind : kAll)
    EXPECT_EQ(show(answer(kind, json)),
              "[{id:i1 name:'ü' p:d0x1.999999999999ap-4 tags:[i1 i2] no:false props:[{v:'x'}]}]")
        << to_string(kind);
}

TEST(EveryTransport, TurnsFalseIntoNullInRowsOnly) {
  value::Limits limits;
  limits.row_depth = 2;
  limits.false_is_null = [](std::string_view name) { return name == "name"; };
  for (const Kind kind : kAll) {
    EXPECT_EQ(show(answer(kind, R"([{"name": false, "active": false, "list": [{"name": false}]}])", limits)),
              "[{name:null active:false list:[{name:false}]}]")
        << to_string(kind);
    EXPECT_EQ(show(answer(kind, R"({"name": false})", limits)), "{name:false}") << to_string(kind);
  }
}

TEST(EveryTransport, ReadsAnswersOf64Levels) {
  const std::string deep = std::string(64, '[') + std::string(64, ']');
  for (const Kind kind : kAll) {
    EXPECT_TRUE(answer(kind, deep)) << to_string(kind) << ": " << show(answer(kind, deep));
    if (kind != Kind::kXmlRpc) {
      EXPECT_EQ(answer(kind, "[" + deep + "]").error().code, Code::kLimit) << to_string(kind);
    }
  }
}

TEST(EveryTransport, AReplyBeyondTheLimitIsStoppedAndNamesTheRemedy) {
  for (const Kind kind : kAll) {
    std::string rows = "[0";
    for (int i = 0; i < 100000; ++i) rows += ",1";
    const Result<Document> document = answer(kind, rows + "]", {.bytes = size_t{1} << 20U});
    ASSERT_FALSE(document) << to_string(kind);
    EXPECT_EQ(document.error().code, Code::kLimit) << to_string(kind);
    EXPECT_THAT(document.error().message, HasSubstr("ask for fewer rows or fields")) << to_string(kind);
  }
}

TEST(EveryTransport, StatusIsReadBeforeContentType) {
  const std::string xml = *value::write_xml_response(Value::of(true));
  EXPECT_EQ(error_of(Kind::kJson2, 502, "application/json", "true").code, Code::kUnreachable);
  EXPECT_EQ(error_of(Kind::kJsonRpc, 503, "application/json", R"({"jsonrpc": "2.0", "result": true})").code,
            Code::kUnreachable);
  EXPECT_EQ(error_of(Kind::kXmlRpc, 504, "text/xml", xml).code, Code::kUnreachable);
  EXPECT_EQ(error_of(Kind::kXmlRpc, 500, "text/xml", xml).code, Code::kProtocol);
}

TEST(EveryTransport, AGatewaysErrorInJsonIsNotTakenForOdoos) {
  const Error rpc =
      error_of(Kind::kJsonRpc, 502, "application/json", R"({"error": {"code": 502, "message": "Bad gateway"}})");
  EXPECT_EQ(rpc.code, Code::kUnreachable) << rpc.message;
  EXPECT_EQ(rpc.effect, Effect::kUnknown) << "Odoo may have done it before the gateway gave up";
  const Error json2 =
      error_of(Kind::kJson2, 503, "application/json", R"({"name": "ServiceUnavailable", "message": "later"})");
  EXPECT_EQ(json2.code, Code::kUnreachable) << json2.message;
  EXPECT_EQ(error_of(Kind::kJsonRpc, 429, "application/json", R"({"error": {"message": "slow down"}})").code,
            Code::kLimit);
}

TEST(EveryTransport, AnErrorStatusWithAnUnreadableBodyIsClassedByItsStatus) {
  for (const Kind kind : {Kind::kJson2, Kind::kJsonRpc}) {
    EXPECT_EQ(error_of(kind, 502, "application/json", "").code, Code::kUnreachable) << to_string(kind);
    EXPECT_EQ(error_of(kind, 429, "application/json", "slow down").code, Code::kLimit) << to_string(kind);
  }
}

TEST(EveryTransport, HtmlErrorBecomesOneSentence) {
  const std::string page =
      "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n<body>\n<h1>Bad\n\n  Gateway</h1>\n" +
      std::string(5000, 'x') + "</body></html>";
  for (const Kind kind : kAll) {
    for (const int status : {200, 400, 404, 413, 415, 500, 502}) {
      const Error error = error_of(kind, status, "text/html", page);
      EXPECT_NE(error.code, Code::kOk) << to_string(kind) << status;
      EXPECT_THAT(error.message, AllOf(HasSubstr(std::to_string(status)), Not(HasSubstr("<")), Not(HasSubstr("\n"))))
          << to_string(kind);
      EXPECT_LT(error.message.size(), 400U) << to_string(kind) << status;
    }
  }
}

TEST(EveryTransport, ALoginPageWithStatus200IsNotAnAnswer) {
  for (const Kind kind : kAll) {
    const Error error = error_of(kind, 200, "text/html", "<html><title>Login | Odoo</title></html>");
    EXPECT_EQ(error.code, Code::kProtocol) << to_string(kind);
    EXPECT_EQ(error.effect, Effect::kUnknown) << to_string(kind);
  }
}

TEST(EveryTransport, ATruncatedReplyIsNotAnAnswer) {
  EXPECT_EQ(error_of(Kind::kJson2, 200, "application/json", "[1, 2").code, Code::kProtocol);
  EXPECT_EQ(error_of(Kind::kJsonRpc, 200, "application/json", R"({"jsonrpc": "2.0", "result": tr)").code,
            Code::kProtocol);
  EXPECT_EQ(error_of(Kind::kXmlRpc, 200, "text/xml", "<?xml version='1.0'?><methodResponse><params>").code,
            Code::kProtocol);
  for (const Kind kind : kAll)
    EXPECT_EQ(error_of(kind, 200, kind == Kind::kXmlRpc ? "text/xml" : "application/json", "").code, Code::kProtocol);
}

TEST(XmlRpc, IllFormedReplyWithUFffeNamesTheJsonTransports) {
  const Error error = error_of(Kind::kXmlRpc, 200, "text/xml",
                               "<?xml version='1.0'?><methodResponse><params><param><value><string>\xEF\xBF\xBE"
                               "</string></value></param></params></methodResponse>");
  EXPECT_EQ(error.code, Code::kProtocol);
  EXPECT_THAT(error.message, HasSubstr("JSON transports"));
}

}  // namespace
}  // namespace outrigger::transport
