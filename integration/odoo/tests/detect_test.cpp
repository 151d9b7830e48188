// What is found out at the begin of a session, and in which order: one test per trap.
#include "integration/odoo/detect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/odoo/tests/fake_odoo.hpp"
#include "integration/value/json.hpp"
#include "integration/value/tests/describe.hpp"
#include "integration/value/xmlrpc.hpp"

namespace outrigger::odoo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using transport::close_without_reply;
using transport::html;
using transport::json;
using transport::SeenRequest;
using transport::xml;

constexpr char kContext[] = "/json/2/res.users/context_get";
constexpr char kVersionInfo[] = "/web/webclient/version_info";

std::vector<std::string> paths(const ScriptedServer& server) {
  std::vector<std::string> all;
  for (const SeenRequest& request : server.requests()) all.push_back(request.path);
  return all;
}

// What a session learns, or the error that it ends with.
struct Begun {
  ServerInfo info;
  Error error{Code::kOk, {}};
};

Begun begin(FakeOdoo& odoo, const Connection& connection) {
  const Result<std::unique_ptr<Session>> session = Session::connect(odoo.loop, connection);
  if (!session) return {{}, session.error()};
  return {(*session)->info()};
}
Begun begin(FakeOdoo& odoo) { return begin(odoo, odoo.connection()); }

// A server of version 19 that also offers the two older transports.
void offer_older(FakeOdoo& odoo) {
  odoo.server.on("/jsonrpc", [](const SeenRequest& request) {
    const bool signing_in = request.body.find("authenticate") != std::string::npos;
    return json(signing_in ? R"({"jsonrpc":"2.0","id":1,"result":2})"
                           : R"({"jsonrpc":"2.0","id":1,"result":[{"id":2,"lang":"nl_BE","tz":false}]})");
  });
}

Act xml_answer(std::string_view result) { return xml(*value::write_xml_response(**value::read_json(result))); }

// With one call in four seconds, the second of its two requests has to wait past the deadline.
TEST(Detect, ItsRequestsComeOutOfTheBudget) {
  FakeOdoo odoo;
  Connection connection = odoo.connection();
  connection.budget = BudgetLimits{0.25, 1};
  connection.deadline = std::chrono::milliseconds(500);
  const Begun begun = begin(odoo, connection);
  EXPECT_EQ(begun.error.code, Code::kDeadline);
  EXPECT_THAT(begun.error.message, HasSubstr("budget"));
  EXPECT_THAT(paths(odoo.server), ElementsAre("/web/version"));
}

TEST(Detect, Odoo19TakesTwoRequests) {
  FakeOdoo odoo;
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.message, "");
  EXPECT_EQ(begun.info.transport, "JSON-2");
  EXPECT_EQ(begun.info.version, "19.0");
  EXPECT_EQ(begun.info.series, "19.0");
  EXPECT_EQ(begun.info.major, 19);
  EXPECT_EQ(begun.info.uid, 2);
  EXPECT_EQ(begun.info.lang, "en_US");
  EXPECT_EQ(begun.info.tz, "Europe/Brussels");
  EXPECT_THAT(paths(odoo.server), ElementsAre("/web/version", kContext));
  EXPECT_EQ(odoo.server.requests(kContext)[0].header("X-Odoo-Database"), "lab");
  EXPECT_EQ(odoo.server.requests("/web/version")[0].header("Authorization"), std::nullopt)
      << "no key before it is known who answers";
}

TEST(Detect, Odoo14IsAskedWithoutJson2) {
  FakeOdoo odoo(14);
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.message, "");
  EXPECT_EQ(begun.info.transport, "JSON-RPC");
  EXPECT_EQ(begun.info.major, 14);
  EXPECT_EQ(begun.info.uid, 2);
  EXPECT_THAT(paths(odoo.server), ElementsAre("/web/version", kVersionInfo, "/jsonrpc", "/jsonrpc"));
  EXPECT_EQ(odoo.count("res.users", "context_get"), 0U) << "Odoo 14 cannot marshal its answer in XML-RPC";
}

TEST(Detect, CommonVersionIsTheLastResort) {
  FakeOdoo odoo(14);
  odoo.server.on(kVersionInfo, {html(404, "<h1>Not Found</h1>")});
  odoo.answers("common", "version",
               {R"({"server_version": "14.0", "server_version_info": [14, 0, 0, "final", 0, ""]})"});
  EXPECT_EQ(begin(odoo).info.major, 14);
  EXPECT_THAT(paths(odoo.server), ElementsAre("/web/version", kVersionInfo, "/jsonrpc", "/jsonrpc", "/jsonrpc"));
}

TEST(Detect, WithoutJsonRpcXmlRpcIsTaken) {
  FakeOdoo odoo(14);
  odoo.server.on("/jsonrpc", {html(404, "<h1>Not Found</h1>")});
  odoo.server.on("/xmlrpc/2/common", {xml_answer("5")});
  odoo.server.on("/xmlrpc/2/object", {xml_answer(R"([{"id": 5, "lang": "fr_BE", "tz": false}])")});
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.message, "");
  EXPECT_EQ(begun.info.transport, "XML-RPC");
  EXPECT_EQ(begun.info.uid, 5);
  EXPECT_EQ(begun.info.tz, "");
}

TEST(Detect, LaterVersionStrings) {
  const std::tuple<const char*, const char*, int, const char*> all[] = {
      {R"(["saas~18", 3, 0, "final", 0, ""])", "saas~18.3", 18, "18.3"},
      {R"(["saas~19", 1, 0, "final", 0, "e"])", "saas~19.1+e", 19, "19.1"},
      {R"([19, 0, 0, "final", 0, "e"])", "19.0+e", 19, "19.0"},
      {R"(["19", "0", 0, "final", 0, ""])", "19.0-20261121", 19, "19.0"},
      {R"([19.0, 0.0])", "19.0", 19, "19.0"},
  };
  for (const auto& [info, version, major, series] : all) {
    FakeOdoo odoo;
    offer_older(odoo);
    odoo.server.on("/web/version",
                   {json(R"({"version_info": )" + std::string(info) + R"(, "version": ")" + version + R"("})")});
    const Begun begun = begin(odoo);
    EXPECT_EQ(begun.info.major, major) << version << begun.error.message;
    EXPECT_EQ(begun.info.series, series) << version;
    EXPECT_EQ(begun.info.version, version);
    EXPECT_TRUE(begun.info.known()) << version;
  }
}

TEST(Detect, OldOdooIsRefused) {
  FakeOdoo odoo(13);
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.code, Code::kUnsupported);
  EXPECT_THAT(begun.error.message, AllOf(HasSubstr("13.0"), HasSubstr("14 is the oldest")));
  EXPECT_EQ(odoo.count("common", "authenticate"), 0U);
}

TEST(Detect, AVersionThatWasNotTestedSaysSo) {
  FakeOdoo tested(19);
  EXPECT_TRUE(begin(tested).info.tested());
  FakeOdoo between(17);
  EXPECT_FALSE(begin(between).info.tested());
  FakeOdoo newer(23);
  const Begun begun = begin(newer);
  EXPECT_FALSE(begun.info.tested());
  EXPECT_FALSE(begun.info.known());
}

TEST(Detect, RedirectOfJson2MeansThatItIsNotThere) {
  FakeOdoo odoo;
  offer_older(odoo);
  odoo.server.on(kContext, {html(303, "Redirecting...", "Location: /web/login?redirect=%2Fjson%2F2\r\n")});
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.message, "");
  EXPECT_EQ(begun.info.transport, "JSON-RPC");
  EXPECT_EQ(begun.info.lang, "nl_BE");
  EXPECT_TRUE(odoo.server.requests("/web/login?redirect=%2Fjson%2F2").empty());
}

TEST(Detect, WhatJson2RefusesAsAKeyMayBeAPassword) {
  FakeOdoo odoo;
  offer_older(odoo);
  odoo.acts("res.users", "context_get", {odoo.error("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)});
  EXPECT_EQ(begin(odoo).info.transport, "JSON-RPC");
}

TEST(Detect, ARefusedKeyWithoutALoginIsFinal) {
  FakeOdoo odoo;
  offer_older(odoo);
  odoo.acts("res.users", "context_get", {odoo.error("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)});
  Connection connection = odoo.connection();
  connection.login = "";
  const Begun begun = begin(odoo, connection);
  EXPECT_EQ(begun.error.code, Code::kAuth);
  EXPECT_THAT(begun.error.message, HasSubstr("renew the key"));
  EXPECT_TRUE(odoo.server.requests("/jsonrpc").empty());
}

TEST(Detect, ARefusedKeyIsWhatIsSaidWhenTheOlderTransportsAreGone) {
  FakeOdoo odoo(22);
  odoo.acts("res.users", "context_get", {odoo.error("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)});
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.code, Code::kAuth) << begun.error.message;
}

TEST(Detect, AWrongDatabaseIsNamed) {
  FakeOdoo odoo;
  offer_older(odoo);
  odoo.server.on(kContext, {html(404,
                                 "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No database is "
                                 "selected and the requested URL "
                                 "was not found in the server-wide controllers.</p>")});
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.code, Code::kMissing);
  EXPECT_THAT(begun.error.message, HasSubstr("correct `database`"));
  EXPECT_TRUE(odoo.server.requests("/jsonrpc").empty());
}

TEST(Detect, AWrongDatabaseIsNamedOverJsonRpc) {
  FakeOdoo odoo(14);
  odoo.acts("common", "authenticate",
            {odoo.error("psycopg2.OperationalError", "FATAL:  database \"lab\" does not exist\n", 200)});
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.code, Code::kMissing);
  EXPECT_THAT(begun.error.message, HasSubstr("correct `database`"));
}

TEST(Detect, AWrongPasswordIsFalseAndNotAnError) {
  FakeOdoo odoo(14);
  odoo.answers("common", "authenticate", {"false"});
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.code, Code::kAuth);
  EXPECT_THAT(begun.error.message, AllOf(HasSubstr("`login`"), HasSubstr("lab"), Not(HasSubstr(FakeOdoo::kKey))));
}

TEST(Detect, TheOlderTransportsNeedALoginAndADatabase) {
  for (std::string Connection::*missing : {&Connection::login, &Connection::database}) {
    FakeOdoo odoo(14);
    Connection connection = odoo.connection();
    connection.*missing = "";
    const Begun begun = begin(odoo, connection);
    EXPECT_EQ(begun.error.code, Code::kInvalid);
    EXPECT_THAT(begun.error.message, HasSubstr("needs `login` and `database`"));
  }
}

TEST(Detect, AChosenTransportIsNotReplacedByAnother) {
  FakeOdoo odoo;
  offer_older(odoo);
  odoo.server.on(kContext, {html(303, "Redirecting...", "Location: /web/login\r\n")});
  Connection connection = odoo.connection();
  connection.transport = TransportChoice::kJson2;
  EXPECT_EQ(begin(odoo, connection).error.code, Code::kProtocol);
  EXPECT_TRUE(odoo.server.requests("/jsonrpc").empty());
  connection.transport = TransportChoice::kJsonRpc;
  EXPECT_EQ(begin(odoo, connection).info.transport, "JSON-RPC");
  connection.transport = TransportChoice::kXmlRpc;
  EXPECT_EQ(begin(odoo, connection).error.code, Code::kProtocol);
}

TEST(Detect, WhatIsNotAnOdooIsSaidSo) {
  FakeOdoo odoo;
  for (const char* path : {"/web/version", kVersionInfo, "/jsonrpc", "/xmlrpc/2/common"})
    odoo.server.on(path, {html(200, "<h1>Welcome to nginx!</h1>")});
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.code, Code::kProtocol);
  EXPECT_THAT(begun.error.message,
              AllOf(HasSubstr("does not answer as an Odoo"), HasSubstr("Welcome to nginx!"), HasSubstr("`url`")));
}

TEST(Detect, ARedirectToAnotherAddressIsNamed) {
  FakeOdoo odoo;
  for (const char* path : {"/web/version", kVersionInfo, "/jsonrpc", "/xmlrpc/2/common"})
    odoo.server.on(path, {html(301, "moved", "Location: https://erp.example" + std::string(path) + "\r\n")});
  const Begun begun = begin(odoo);
  EXPECT_EQ(begun.error.code, Code::kProtocol);
  EXPECT_THAT(begun.error.message, AllOf(HasSubstr("https://erp.example"), HasSubstr("`url`")));
}

TEST(Detect, AServerThatIsDownIsUnreachable) {
  FakeOdoo odoo;
  odoo.server.stop_listening();
  EXPECT_EQ(begin(odoo).error.code, Code::kUnreachable);
  odoo.server.listen_again();
  for (const char* path : {"/web/version", kVersionInfo, "/jsonrpc", "/xmlrpc/2/common"})
    odoo.server.on(path, {html(502, "<h1>Bad Gateway</h1>")});
  EXPECT_EQ(begin(odoo).error.code, Code::kUnreachable);
}

TEST(Detect, SlashesAtTheEndOfTheUrlDoNotCount) {
  FakeOdoo odoo;
  Connection connection = odoo.connection();
  connection.url += "//";
  EXPECT_EQ(begin(odoo, connection).error.message, "");
  EXPECT_THAT(paths(odoo.server), ElementsAre("/web/version", kContext));
}

TEST(Detect, CancelEndsTheBeginOfASession) {
  FakeOdoo odoo;
  odoo.server.on("/web/version", {transport::stall()});
  std::stop_source stop;
  std::jthread later([&] {
    EXPECT_TRUE(odoo.server.wait_for_requests(1));
    stop.request_stop();
  });
  const Result<std::unique_ptr<Session>> session = Session::connect(odoo.loop, odoo.connection(), stop.get_token());
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace outrigger::odoo
