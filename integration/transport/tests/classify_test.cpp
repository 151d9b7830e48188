// From what Odoo and the servers in front of it say to what a caller can act on. Source: the replies of a real Odoo 19.
#include "integration/transport/classify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/value/tests/describe.hpp"

namespace outrigger::transport {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Transfer status_of(int status, std::string type = "text/html") {
  Transfer transfer;
  transfer.status = status;
  transfer.content_type = std::move(type);
  transfer.request_sent = true;
  return transfer;
}

std::string traceback(const std::string& end) {
  return "Traceback (most recent call last):\n  File \"/odoo/http.py\", line 1788, in _serve_db\n    return "
         "self.x()\n" +
         end;
}

struct Seen {
  const char* name;
  const char* message;
  int status;
  Code code;
};

TEST(FromException, ClassesWhatOdooRaises) {
  const Seen all[] = {
      {"werkzeug.exceptions.Unauthorized", "Invalid apikey", 401, Code::kAuth},
      {"odoo.exceptions.AccessDenied", "Access Denied", 200, Code::kAuth},
      {"odoo.http.SessionExpiredException", "Session expired", 200, Code::kAuth},
      {"odoo.exceptions.AccessError", "Private methods (such as 'crm.lead._x') cannot be called remotely.", 403,
       Code::kAccess},
      {"werkzeug.exceptions.Forbidden", "no", 403, Code::kAccess},
      {"werkzeug.exceptions.NotFound", "The method 'crm.lead.nope' does not exist", 404, Code::kMissing},
      {"odoo.exceptions.MissingError", "Record does not exist or has been deleted.", 404, Code::kMissing},
      {"builtins.AttributeError", "The method 'crm.lead.nope' does not exist", 200, Code::kMissing},
      {"odoo.exceptions.ValidationError", "You cannot create recursive Partner hierarchies.", 422, Code::kValidation},
      {"odoo.exceptions.UserError", "Some orders are not in a state requiring confirmation.", 422, Code::kValidation},
      {"werkzeug.exceptions.UnprocessableEntity", "missing a required argument: 'vals'", 422, Code::kInvalid},
      {"builtins.TypeError", "CrmLead.write() missing 1 required positional argument: 'vals'", 200, Code::kInvalid},
      {"builtins.ValueError", "Invalid field 'nope' on 'crm.lead'", 500, Code::kInvalid},
      {"psycopg2.errors.NumericValueOutOfRange", "integer out of range\n", 500, Code::kInvalid},
      {"psycopg2.errors.UndefinedTable", "relation \"crm_lead\" does not exist\n", 500, Code::kInternal},
      {"psycopg2.errors.SerializationFailure", "could not serialize access due to concurrent update\n", 500,
       Code::kConflict},
      {"psycopg2.errors.DeadlockDetected", "deadlock detected\nDETAIL:  Process 1 waits\n", 500, Code::kConflict},
      {"psycopg2.errors.LockNotAvailable", "could not obtain lock", 500, Code::kConflict},
      {"odoo.exceptions.LockError", "locked", 409, Code::kConflict},
      {"builtins.MemoryError", "", 500, Code::kLimit},
  };
  for (const Seen& seen : all) {
    const Error error = from_exception(seen.name, seen.message, seen.status);
    EXPECT_EQ(error.code, seen.code) << seen.name;
    EXPECT_EQ(error.effect, Effect::kNone) << seen.name << ": Odoo rolled it back";
    EXPECT_EQ(error.source, Source::kOdoo) << seen.name;
    EXPECT_THAT(error.message, Not(HasSubstr("\n"))) << seen.name;
    EXPECT_EQ(error.retry_after_ms > 0, seen.code == Code::kConflict) << seen.name;
  }
}

TEST(FromException, AnUnknownExceptionIsNamed) {
  EXPECT_THAT(from_exception("my.module.OddError", "odd", 500).message,
              AllOf(HasSubstr("my.module.OddError"), HasSubstr("odd")));
}

TEST(FromException, AnAuthErrorSaysToRenewTheKey) {
  EXPECT_THAT(from_exception("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401).message,
              HasSubstr("renew the key"));
}

TEST(FromException, UnknownDatabaseNamesTheConfiguration) {
  const Error error =
      from_exception("psycopg2.OperationalError",
                     "connection to server at \"127.0.0.1\" failed: FATAL:  database \"nosuch\" does not exist\n", 200);
  EXPECT_EQ(error.code, Code::kMissing);
  EXPECT_THAT(error.message, HasSubstr("correct `database` in the configuration"));
}

TEST(FromException, UnknownModelIsMissingOnEveryTransport) {
  EXPECT_EQ(from_exception("werkzeug.exceptions.NotFound", "The model 'crm.nope' does not exist", 404).code,
            Code::kMissing);
  EXPECT_EQ(from_fault(2, "Object crm.nope doesn't exist").code, Code::kMissing);
  EXPECT_EQ(from_exception("odoo.exceptions.UserError", "Object crm.nope doesn't exist", 200).code, Code::kMissing)
      << "JSON-RPC";
}

TEST(FromException, LongTextsAreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "漢";
  for (size_t shift = 0; shift < 3; ++shift) {
    const std::string message =
        from_exception("odoo.exceptions.UserError", std::string(shift, 'x') + text, 422).message;
    EXPECT_LT(message.size(), 450U);
    const size_t end = message.rfind("漢");
    EXPECT_EQ(message.substr(end), "漢...") << "cut inside a character";
  }
}

TEST(FromFault, ClassesWhatOdooRaises) {
  const std::pair<std::pair<int, std::string>, Code> all[] = {
      {{3, "Access Denied"}, Code::kAuth},
      {{4, "You are not allowed to access 'System Parameter' (ir.config_parameter) records.\n\nContact"},
       Code::kAccess},
      {{2, "You cannot create recursive Partner hierarchies."}, Code::kValidation},
      {{2, "Record does not exist or has been deleted.\n(Record: crm.lead(99999999,), User: 2)"}, Code::kMissing},
      {{1, traceback("AttributeError: The method 'crm.lead.nope' does not exist\n")}, Code::kMissing},
      {{1, traceback("TypeError: CrmLead.write() missing 1 required positional argument: 'vals'\n")}, Code::kInvalid},
      {{1, traceback("ValueError: Invalid field 'nope' on 'crm.lead'\n")}, Code::kInvalid},
      {{1, traceback("psycopg2.errors.SerializationFailure: could not serialize access due to concurrent update\n\n")},
       Code::kConflict},
      {{1, traceback("MemoryError\n")}, Code::kLimit},
  };
  for (const auto& [fault, code] : all) {
    const Error error = from_fault(fault.first, fault.second);
    EXPECT_EQ(error.code, code) << fault.second;
    EXPECT_EQ(error.effect, Effect::kNone) << fault.second;
    EXPECT_THAT(error.message,
                AllOf(Not(HasSubstr("Traceback")), Not(HasSubstr("/odoo/http.py")), Not(HasSubstr("\n"))));
  }
}

TEST(FromFault, ADeadlockWithDetailLinesIsAConflict) {
  const Error error = from_fault(
      1, traceback("psycopg2.errors.DeadlockDetected: deadlock detected\nDETAIL:  Process 1 waits for ShareLock on "
                   "transaction 7; blocked by process 2.\nHINT:  See server log for query details.\n"
                   "CONTEXT:  while updating tuple (0,1) in relation \"crm_lead\"\n\n"));
  EXPECT_EQ(error.code, Code::kConflict) << error.message;
  EXPECT_EQ(error.retry_after_ms, 1000);
}

TEST(FromFault, ADatabaseErrorWithDetailLinesIsInvalid) {
  const Error error = from_fault(
      1, traceback("psycopg2.errors.NumericValueOutOfRange: integer out of range\nLINE 1: ...SET color = 2147483648\n"
                   "                       ^\n\n"));
  EXPECT_EQ(error.code, Code::kInvalid) << error.message;
  EXPECT_THAT(error.message, HasSubstr("integer out of range"));
}

TEST(FromFault, UnknownDatabaseNamesTheConfiguration) {
  const Error error = from_fault(
      1, traceback("KeyError: 'nosuch'\n\nDuring handling of the above exception, another exception occurred:\n\n") +
             traceback("psycopg2.OperationalError: connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  "
                       "database \"nosuch\" does not exist\n\n"));
  EXPECT_EQ(error.code, Code::kMissing);
  EXPECT_THAT(error.message, HasSubstr("`database`"));
}

TEST(IsNoneFault, LooksAtTheExceptionOnly) {
  EXPECT_TRUE(is_none_fault(1, traceback("TypeError: cannot marshal None unless allow_none is enabled\n")));
  EXPECT_FALSE(is_none_fault(2, "cannot marshal None"));
  EXPECT_FALSE(is_none_fault(1, traceback("    dump('cannot marshal None')\nValueError: no\n")));
  EXPECT_FALSE(is_none_fault(1, traceback("ValueError: Wrong value for crm.lead.priority: 'cannot marshal None'\n")))
      << "a write that failed would be taken for done";
}

TEST(FromTransfer, OnlyARequestThatLeftMayHaveHadAnEffect) {
  Transfer transfer;
  transfer.code = Code::kUnreachable;
  transfer.error = "connection refused";
  EXPECT_EQ(from_transfer(transfer).effect, Effect::kNone);
  transfer.request_sent = true;
  EXPECT_EQ(from_transfer(transfer).effect, Effect::kUnknown);
  transfer.code = Code::kDeadline;
  EXPECT_THAT(from_transfer(transfer).message, HasSubstr("Odoo may still be working on it"));
  EXPECT_EQ(from_transfer(transfer).source, Source::kNetwork);
}

TEST(FromForeignReply, RedirectNamesTheTarget) {
  Transfer transfer = status_of(303);
  transfer.location = "http://odoo.example/web/login?redirect=%2Fjson";
  const Error error = from_foreign_reply(transfer, "<h1>Redirecting...</h1>");
  EXPECT_EQ(error.code, Code::kProtocol);
  EXPECT_EQ(error.effect, Effect::kNone);
  EXPECT_THAT(error.message, AllOf(HasSubstr("/web/login"), HasSubstr("not followed"), HasSubstr("`url`")));
}

TEST(FromForeignReply, WrongDatabaseIsAPageOf404) {
  const Error error = from_foreign_reply(
      status_of(404),
      "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No database is selected and the "
      "requested URL was not found in the server-wide controllers.</p>");
  EXPECT_EQ(error.code, Code::kMissing);
  EXPECT_THAT(error.message, HasSubstr("correct `database`"));
}

TEST(FromForeignReply, ClassesTheServersInFrontOfOdoo) {
  const std::tuple<int, Code, Effect> all[] = {
      {401, Code::kAuth, Effect::kNone},           {407, Code::kAuth, Effect::kNone},
      {404, Code::kProtocol, Effect::kNone},       {413, Code::kLimit, Effect::kNone},
      {415, Code::kProtocol, Effect::kNone},       {429, Code::kLimit, Effect::kNone},
      {500, Code::kProtocol, Effect::kUnknown},    {502, Code::kUnreachable, Effect::kUnknown},
      {503, Code::kUnreachable, Effect::kUnknown}, {504, Code::kUnreachable, Effect::kUnknown},
      {200, Code::kProtocol, Effect::kUnknown},
  };
  for (const auto& [status, code, effect] : all) {
    const Error error = from_foreign_reply(status_of(status), "<h1>It says so</h1>");
    EXPECT_EQ(error.code, code) << status;
    EXPECT_EQ(error.effect, effect) << status;
    if (status == 429) {
      EXPECT_GT(error.retry_after_ms, 0);
    }
  }
}

TEST(FromForeignReply, RetryAfterOfTheServerIsKept) {
  for (const int status : {429, 503}) {
    Transfer transfer = status_of(status);
    transfer.retry_after_ms = 7000;
    EXPECT_EQ(from_foreign_reply(transfer, "").retry_after_ms, 7000) << status;
  }
}

TEST(FromForeignReply, ScriptsAndStylesOfAPageAreNotQuoted) {
  const Error error =
      from_foreign_reply(status_of(500),
                         "<html><head><style>body { color: red }</style><script>var a = 1;</script></head>"
                         "<body><h1>Internal Server Error</h1></body></html>");
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("Internal Server Error"), Not(HasSubstr("color")), Not(HasSubstr("var a"))));
}

}  // namespace
}  // namespace outrigger::transport
