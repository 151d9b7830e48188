// What the sandbox answers to requests: versions, log-ins, errors in the shapes of the three transports, both series.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/sandbox/tests/rig.hpp"

namespace outrigger::sandbox {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kHtml[] = "text/html; charset=utf-8";
constexpr char kJson[] = "application/json; charset=utf-8";

TEST(SandboxVersion, Is19OnEveryWayThatAsksForIt) {
  Rig rig;
  for (const char* path : {"/web/version", "/json/version", "/web/version?x=1"}) {
    const Reply reply = rig.get(path);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(reply.body, R"({"version_info":[19,0,0,"final",0,""],"version":"19.0"})");
  }
  EXPECT_EQ(rig.post("/web/webclient/version_info", "{}").root()["result"]["server_serie"].text(), "19.0");
  EXPECT_EQ(rig.jsonrpc_service("common", "version", "[]").root()["result"]["server_version"].text(), "19.0");
  EXPECT_EQ(rig.xmlrpc_service("common", "version", "[]").root()["value"]["protocol_version"].integer(), 1);
}

TEST(SandboxVersion, In14TheNewPagesAreNotThere) {
  Rig rig({.major = 14, .leads = 10});
  for (const char* path : {"/web/version", "/json/version", "/json/2/crm.lead/search", "/doc-bearer/crm.lead.json"}) {
    const Reply reply = rig.get(path);
    EXPECT_EQ(reply.status, 404) << path;
    EXPECT_EQ(reply.content_type, kHtml) << path;
  }
  EXPECT_EQ(rig.post("/web/webclient/version_info", "{}").root()["result"]["server_version_info"].at(0).integer(), 14);
  EXPECT_EQ(rig.jsonrpc_service("common", "version", "[]").root()["result"]["server_version"].text(), "14.0");
}

TEST(SandboxMethod, AnswersAGetAsEachTransportDoes) {
  Rig rig;
  const Reply json2 = rig.get("/json/2/crm.lead/search_count");
  EXPECT_EQ(json2.status, 404);
  EXPECT_THAT(json2.root()["message"].text(), HasSubstr("Did you mean POST"));
  EXPECT_EQ(rig.get("/jsonrpc").status, 415);
  EXPECT_EQ(rig.get("/xmlrpc/2/object").status, 405);
}

TEST(SandboxMethod, RefusesIdsForAMethodOfTheModel) {
  Rig rig;
  const Reply reply = rig.json2("crm.lead/search_count", R"({"ids": [1], "domain": []})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_THAT(reply.root()["message"].text(), HasSubstr("cannot call crm.lead.search_count with ids"));
}

TEST(SandboxLogin, AnotherSchemeThanBearerIsRefused) {
  Rig rig;
  Reply reply = rig.json2("crm.lead/search_count", R"({"domain": []})");
  EXPECT_EQ(reply.status, 200);
  const std::string key = rig.connection().secret;
  reply = rig.send({"POST",
                    "/json/2/crm.lead/search_count",
                    {{"content-type", "application/json"}, {"authorization", "Basic " + key}},
                    "{}"});
  EXPECT_EQ(reply.status, 401);
}

TEST(SandboxInjection, RefusesAFaultThatWouldHitNothing) {
  Rig rig;
  const Reply reply = rig.post("/sandbox/faults", R"({"kind": "delay", "times": 0})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.root()["error"].text(), HasSubstr("times"));
}

TEST(SandboxLogin, AWrongKeyIsRefusedInTheWayOfEachTransport) {
  Rig rig;
  for (const char* key : {"", "bearer", "bearer 0123456789abcdef0123456789abcdef01234567"}) {
    const Reply reply = rig.send({"POST",
                                  "/json/2/crm.lead/search_count",
                                  {{"content-type", "application/json"}, {"authorization", key}},
                                  "{}"});
    EXPECT_EQ(reply.status, 401) << key;
    EXPECT_EQ(reply.root()["name"].text(), "werkzeug.exceptions.Unauthorized");
    EXPECT_EQ(reply.headers.at("WWW-Authenticate"), "bearer");
  }
  const std::string wrong = R"(["sandbox",2,"wrong","crm.lead","search_count",[[]],{}])";
  EXPECT_EQ(rig.jsonrpc_service("object", "execute_kw", wrong).root()["error"]["data"]["name"].text(),
            "odoo.exceptions.AccessDenied");
  const Reply fault = rig.xmlrpc_service("object", "execute_kw", wrong);
  EXPECT_EQ(fault.root()["fault"].integer(), 3);
  EXPECT_EQ(fault.root()["text"].text(), "Access Denied");
  EXPECT_EQ(
      rig.jsonrpc_service("common", "authenticate", R"(["sandbox","admin","wrong",{}])").root()["result"].boolean(),
      false);
  EXPECT_EQ(rig.jsonrpc_service("common", "authenticate", R"(["sandbox","nobody","",{}])").root()["result"].boolean(),
            false);
}

TEST(SandboxLogin, APasswordAndAKeyBothDoForTheOlderTransports) {
  Rig rig;
  const User& admin = rig.database.user("admin");
  for (const std::string& secret : {admin.password, admin.key}) {
    const std::string args = R"(["sandbox","admin",")" + secret + R"(",{}])";
    EXPECT_EQ(rig.jsonrpc_service("common", "authenticate", args).root()["result"].integer(), admin.id);
    EXPECT_EQ(rig.xmlrpc_service("common", "authenticate", args).root()["value"].integer(), admin.id);
  }
}

TEST(SandboxLogin, AnExpiredKeyIsAWrongKey) {
  Rig rig;
  EXPECT_EQ(rig.json2("crm.lead/search_count", "{}", "expired").status, 401);
  EXPECT_EQ(rig.jsonrpc("crm.lead", "search_count", "[[]]", "{}", "expired").root()["error"]["data"]["name"].text(),
            "odoo.exceptions.AccessDenied");
  EXPECT_EQ(rig.xmlrpc("crm.lead", "search_count", "[[]]", "{}", "expired").root()["fault"].integer(), 3);
}

TEST(SandboxLogin, AnotherDatabaseIsUnknown) {
  Rig rig;
  HttpMessage message{"POST",
                      "/json/2/crm.lead/search_count",
                      {{"content-type", "application/json"}, {"x-odoo-database", "other"}},
                      "{}"};
  const Reply reply = rig.send(message);
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.content_type, kHtml);
  EXPECT_THAT(reply.body, HasSubstr("No database is selected"));
  const std::string args = R"(["other","admin","admin",{}])";
  EXPECT_EQ(rig.jsonrpc_service("common", "authenticate", args).root()["error"]["data"]["name"].text(),
            "psycopg2.OperationalError");
  EXPECT_THAT(std::string(rig.xmlrpc_service("common", "authenticate", args).root()["text"].text()),
              AllOf(StartsWith("Traceback"), HasSubstr("database \"other\" does not exist")));
}

// The table of errors in Odoo 19: status and name over JSON-2, name over JSON-RPC, code over XML-RPC.
struct Wrong {
  const char* what;
  const char* model;
  const char* method;
  const char* body;  // JSON-2
  const char* args;  // positional
  const char* kwargs;
  int status;
  std::string_view name2;
  std::string_view name;
  int fault;
  const char* login = "admin";
};

const Wrong kWrong[] = {
    {"an unknown model", "crm.nope", "search_count", R"({"domain":[]})", "[[]]", "{}", 404,
     "werkzeug.exceptions.NotFound", "odoo.exceptions.UserError", 2},
    {"an unknown method", "crm.lead", "nope", "{}", "[]", "{}", 404, "werkzeug.exceptions.NotFound",
     "builtins.AttributeError", 1},
    {"a private method", "crm.lead", "_compute", "{}", "[]", "{}", 403, "odoo.exceptions.AccessError",
     "odoo.exceptions.AccessError", 4},
    {"an argument too many", "crm.lead", "search_count", R"({"domains":[]})", "[]", R"({"domains":[]})", 422,
     "werkzeug.exceptions.UnprocessableEntity", "builtins.TypeError", 1},
    {"an argument too few", "crm.lead", "write", R"({"ids":[1]})", "[[1]]", "{}", 422,
     "werkzeug.exceptions.UnprocessableEntity", "builtins.TypeError", 1},
    {"no right", "ir.config_parameter", "get_param", R"({"key":"database.uuid"})", R"(["database.uuid"])", "{}", 403,
     "odoo.exceptions.AccessError", "odoo.exceptions.AccessError", 4, "demo"},
    {"a table that nobody may write", "crm.lead.scoring.frequency", "create", R"({"vals_list":[{}]})", "[[{}]]", "{}",
     403, "odoo.exceptions.AccessError", "odoo.exceptions.AccessError", 4},
    {"a required value", "crm.lead", "create", R"({"vals_list":[{"name":false}]})", R"([[{"name":false}]])", "{}", 422,
     "odoo.exceptions.ValidationError", "odoo.exceptions.ValidationError", 2},
    {"a required value that is absent", "crm.lead", "create", R"({"vals_list":[{}]})", "[[{}]]", "{}", 422,
     "odoo.exceptions.ValidationError", "odoo.exceptions.ValidationError", 2},
    {"a missing record", "crm.lead", "write", R"({"ids":[1,99999],"vals":{"name":"x"}})", R"([[1,99999],{"name":"x"}])",
     "{}", 404, "odoo.exceptions.MissingError", "odoo.exceptions.MissingError", 2},
    {"a missing related record", "crm.lead", "write", R"({"ids":[1],"vals":{"stage_id":999}})",
     R"([[1],{"stage_id":999}])", "{}", 404, "odoo.exceptions.MissingError", "odoo.exceptions.MissingError", 2},
    {"an unknown field in values", "crm.lead", "write", R"({"ids":[1],"vals":{"nope":1}})", R"([[1],{"nope":1}])", "{}",
     500, "builtins.ValueError", "builtins.ValueError", 1},
    {"an unknown field to read", "crm.lead", "read", R"({"ids":[1],"fields":["nope"]})", R"([[1],["nope"]])", "{}", 500,
     "builtins.ValueError", "builtins.ValueError", 1},
    {"an unknown field in a domain", "crm.lead", "search", R"({"domain":[["nope","=",1]]})", R"([[["nope","=",1]]])",
     "{}", 500, "builtins.ValueError", "builtins.ValueError", 1},
    {"an unknown field in an order", "crm.lead", "search", R"({"domain":[],"order":"nope"})", R"([[]])",
     R"({"order":"nope"})", 500, "builtins.ValueError", "builtins.ValueError", 1},
    {"a malformed domain", "crm.lead", "search", R"({"domain":["&"]})", R"([["&"]])", "{}", 500, "builtins.ValueError",
     "builtins.ValueError", 1},
    {"a wrong selection", "crm.lead", "write", R"({"ids":[1],"vals":{"priority":"9"}})", R"([[1],{"priority":"9"}])",
     "{}", 500, "builtins.ValueError", "builtins.ValueError", 1},
    {"a text for a number", "crm.lead", "write", R"({"ids":[1],"vals":{"color":"red"}})", R"([[1],{"color":"red"}])",
     "{}", 500, "builtins.ValueError", "builtins.ValueError", 1},
    {"a bad datetime", "crm.lead", "write", R"({"ids":[1],"vals":{"date_open":"2026-01-01T10:00:00"}})",
     R"([[1],{"date_open":"2026-01-01T10:00:00"}])", "{}", 500, "builtins.ValueError", "builtins.ValueError", 1},
    {"a bad date", "crm.lead", "write", R"({"ids":[1],"vals":{"date_deadline":"31.12.2026"}})",
     R"([[1],{"date_deadline":"31.12.2026"}])", "{}", 500, "builtins.ValueError", "builtins.ValueError", 1},
    {"an integer beyond 32 bits", "crm.lead", "write", R"({"ids":[1],"vals":{"color":4294967296}})",
     R"([[1],{"color":4294967296}])", "{}", 500, "psycopg2.errors.NumericValueOutOfRange",
     "psycopg2.errors.NumericValueOutOfRange", 1},
    {"lost after it was won", "crm.lead", "action_set_lost", R"({"ids":[1]})", "[[1]]", "{}", 422,
     "odoo.exceptions.ValidationError", "odoo.exceptions.ValidationError", 2},
};

class SandboxError : public testing::TestWithParam<Wrong> {};
// ctest shows this as the name of the case.
void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.what; }

TEST_P(SandboxError, HasTheShapeOfEachTransportAndNothingIsDone) {
  const Wrong& wrong = GetParam();
  Rig rig;
  rig.answer("crm.lead", "action_set_won", "[[1]]");
  const Document before = rig.answer("crm.lead", "read", R"([[1],["name","priority","color","stage_id","active"]])");
  const Reply json2 = rig.json2(std::string(wrong.model) + "/" + wrong.method, wrong.body, wrong.login);
  EXPECT_EQ(json2.status, wrong.status);
  EXPECT_EQ(json2.content_type, kJson);
  EXPECT_EQ(json2.root()["name"].text(), wrong.name2);
  for (const char* key : {"message", "arguments", "context", "debug"}) EXPECT_TRUE(json2.root().has(key)) << key;
  const Reply jsonrpc = rig.jsonrpc(wrong.model, wrong.method, wrong.args, wrong.kwargs, wrong.login);
  EXPECT_EQ(jsonrpc.status, 200);
  EXPECT_EQ(jsonrpc.root()["error"]["data"]["name"].text(), wrong.name);
  EXPECT_EQ(jsonrpc.root()["error"]["code"].integer(), 0);
  EXPECT_EQ(jsonrpc.root()["id"].integer(), 7);
  const Reply xmlrpc = rig.xmlrpc(wrong.model, wrong.method, wrong.args, wrong.kwargs, wrong.login);
  EXPECT_EQ(xmlrpc.status, 200);
  EXPECT_EQ(xmlrpc.root()["fault"].integer(), wrong.fault) << xmlrpc.body;
  EXPECT_EQ(std::string(xmlrpc.root()["text"].text()).rfind("Traceback (most recent call last)", 0) == 0,
            wrong.fault == 1);
  EXPECT_EQ(rig.answer("crm.lead", "read", R"([[1],["name","priority","color","stage_id","active"]])").root(),
            before.root());
}

INSTANTIATE_TEST_SUITE_P(Of, SandboxError, testing::ValuesIn(kWrong));

TEST(SandboxHttp, WhatIsNotJsonIsRefusedInTheWayOfEachTransport) {
  Rig rig;
  EXPECT_EQ(rig.json2("crm.lead/search", "{not json").status, 400);
  EXPECT_EQ(rig.json2("crm.lead/search", "{not json").content_type, kJson);
  EXPECT_EQ(rig.post("/jsonrpc", "{not json").status, 400);
  EXPECT_EQ(rig.post("/jsonrpc", "[]").content_type, kHtml);
  const Reply xml = rig.post("/xmlrpc/2/object", "<not xml", "text/xml");
  EXPECT_EQ(xml.status, 200);
  EXPECT_THAT(xml.body, HasSubstr("ExpatError"));
}

TEST(SandboxHttp, AnotherContentTypeIsRefusedAsAPage) {
  Rig rig;
  for (const char* path : {"/json/2/crm.lead/search", "/jsonrpc", "/web/webclient/version_info"}) {
    const Reply reply = rig.post(path, "{}", "text/plain");
    EXPECT_EQ(reply.status, 415) << path;
    EXPECT_EQ(reply.content_type, kHtml) << path;
  }
  EXPECT_EQ(rig.get("/nothing").status, 404);
  EXPECT_EQ(rig.get("/nothing").content_type, kHtml);
}

TEST(SandboxHttp, AMethodThatReturnsNoneIsDoneAndAnsweredInTheWayOfEachTransport) {
  Rig rig;
  const auto active = [&](int64_t id) { return rig.lead(id, "active").truthy(); };
  EXPECT_EQ(rig.json2("crm.lead/action_archive", R"({"ids":[1]})").body, "null");
  const Reply jsonrpc = rig.jsonrpc("crm.lead", "action_archive", "[[2]]");
  EXPECT_FALSE(jsonrpc.root().has("result"));
  EXPECT_FALSE(jsonrpc.root().has("error"));
  const Reply xmlrpc = rig.xmlrpc("crm.lead", "action_archive", "[[3]]");
  EXPECT_EQ(xmlrpc.root()["fault"].integer(), 1);
  EXPECT_THAT(std::string(xmlrpc.root()["text"].text()), HasSubstr("TypeError: cannot marshal None"));
  EXPECT_FALSE(active(1) || active(2) || active(3));
}

TEST(SandboxHttp, TheDocumentationOfArgumentsIsForAdministrators) {
  Rig rig;
  const auto page = [&](const std::string& login, const std::string& model) {
    return rig.send(
        {"GET", "/doc-bearer/" + model + ".json", {{"authorization", "bearer " + rig.database.user(login).key}}, {}});
  };
  EXPECT_TRUE(page("admin", "crm.lead").root()["methods"]["create"]["parameters"].has("vals_list"));
  EXPECT_EQ(page("demo", "crm.lead").status, 403);
  EXPECT_EQ(page("admin", "crm.nope").status, 404);
}

}  // namespace
}  // namespace outrigger::sandbox
