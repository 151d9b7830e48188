// What is repeated and what is not: a read when that may help, a write only when nothing was done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "integration/odoo/session.hpp"
#include "integration/odoo/tests/fake_odoo.hpp"
#include "integration/value/tests/describe.hpp"

namespace outrigger::odoo {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using transport::close_without_reply;
using transport::cut_after;
using transport::html;
using transport::json;
using transport::keep_alive;
using transport::SeenRequest;
using value::describe;

const Call kWrite{.model = "crm.lead", .method = "action_archive", .ids = {{7}}};
const Call kRead{.model = "crm.lead", .method = "search_count", .read_only = true};
constexpr char kWritePath[] = "/json/2/crm.lead/action_archive";
constexpr char kReadPath[] = "/json/2/crm.lead/search_count";

std::string show(const Result<Document>& answer) {
  return answer ? describe(**answer) : "error: " + answer.error().message;
}

TEST(Retry, WriteIsNotRepeatedWhenOutcomeIsUnknown) {
  const Act lost[] = {close_without_reply(), transport::reset(), cut_after(json("null"), json("null").bytes.size() - 2),
                      html(502, "Bad Gateway"), html(504, "Gateway Time-out")};
  for (const Act& act : lost) {
    FakeOdoo odoo;
    odoo.acts("crm.lead", "action_archive", {act, json("null")});
    const auto session = odoo.connect();
    const Result<Document> answer = session->call(kWrite);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::kUnreachable) << answer.error().message;
    EXPECT_EQ(answer.error().effect, Effect::kUnknown) << answer.error().message;
    EXPECT_EQ(odoo.count("crm.lead", "action_archive"), 1U) << answer.error().message;
  }
}

TEST(Retry, AWriteOnAKeptConnectionIsNotRepeatedByTheHttpLibrary) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "search_count", {keep_alive(json("3"))});
  odoo.acts("crm.lead", "action_archive", {close_without_reply(), json("null")});
  const auto session = odoo.connect();
  EXPECT_EQ(show(session->call(kRead)), "i3");
  const Result<Document> answer = session->call(kWrite);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().effect, Effect::kUnknown);
  EXPECT_EQ(odoo.count("crm.lead", "action_archive"), 1U);
}

TEST(Retry, WriteIsRepeatedAfterARefusedConnection) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "action_archive", {json("null")});
  const auto session = odoo.connect();
  odoo.server.stop_listening();
  auto answer = std::async(std::launch::async, [&] { return session->call(kWrite); });
  // The second attempt shows that the first was refused.
  while (session->calls_made() < 2 && answer.wait_for(milliseconds(1)) != std::future_status::ready) {
  }
  odoo.server.listen_again();
  EXPECT_EQ(show(answer.get()), "null");
  EXPECT_EQ(odoo.count("crm.lead", "action_archive"), 1U);
}

TEST(Retry, AConnectionThatStaysRefusedIsNotDoneAndMayBeTriedLater) {
  FakeOdoo odoo;
  const auto session = odoo.connect();
  odoo.server.stop_listening();
  const Result<Document> answer = session->call(kWrite, {.deadline = milliseconds(1500)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnreachable);
  EXPECT_EQ(answer.error().effect, Effect::kNone);
  EXPECT_GT(answer.error().retry_after_ms, 0) << "-1 tells the caller that waiting does not help";
  EXPECT_GE(session->calls_made(), 2U);
}

TEST(Retry, WriteIsRepeatedAfterAConflict) {
  FakeOdoo odoo;
  odoo.acts(
      "crm.lead", "action_archive",
      {odoo.error("psycopg2.errors.SerializationFailure", "could not serialize access due to concurrent update\n", 500),
       json("null")});
  const auto session = odoo.connect();
  EXPECT_EQ(show(session->call(kWrite)), "null");
  EXPECT_EQ(odoo.count("crm.lead", "action_archive"), 2U);
}

TEST(Retry, WriteIsRepeatedAfter429) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "action_archive", {html(429, "slow down", "Retry-After: 1\r\n"), json("null")});
  const auto session = odoo.connect();
  EXPECT_EQ(show(session->call(kWrite)), "null");
  EXPECT_EQ(odoo.count("crm.lead", "action_archive"), 2U);
}

TEST(Retry, ReadIsRepeatedAfterALostReply) {
  for (const Act& act :
       {close_without_reply(), html(502, "Bad Gateway"), transport::reply(503, "application/json", "")}) {
    FakeOdoo odoo;
    odoo.acts("crm.lead", "search_count", {act, json("3")});
    const auto session = odoo.connect();
    EXPECT_EQ(show(session->call(kRead)), "i3");
    EXPECT_EQ(odoo.count("crm.lead", "search_count"), 2U);
  }
}

TEST(Retry, AReadEndsBeforeTheDeadlineWithWhatWentWrong) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "search_count", {html(502, "Bad Gateway")});
  const auto session = odoo.connect();
  const Result<Document> answer = session->call(kRead, {.deadline = milliseconds(2000)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnreachable);
  EXPECT_THAT(answer.error().message, HasSubstr("502"));
  EXPECT_GE(odoo.count("crm.lead", "search_count"), 2U);
}

TEST(Retry, Http429And503HonourRetryAfter) {
  for (const int status : {429, 503}) {
    FakeOdoo odoo;
    odoo.acts("crm.lead", "search_count", {html(status, "later", "Retry-After: 1\r\n"), json("3")});
    const auto session = odoo.connect();
    EXPECT_EQ(show(session->call(kRead)), "i3") << status;
    const std::vector<SeenRequest> seen = odoo.server.requests(kReadPath);
    ASSERT_EQ(seen.size(), 2U) << status;
    EXPECT_GE(seen[1].at - seen[0].at, std::chrono::seconds(1)) << status << ": asked again before it was allowed to";
  }
}

TEST(Retry, ARetryAfterBeyondTheDeadlineIsLeftToTheCaller) {
  for (const int status : {429, 503}) {
    FakeOdoo odoo;
    odoo.acts("crm.lead", "search_count", {html(status, "later", "Retry-After: 600\r\n"), json("3")});
    const auto session = odoo.connect();
    const Result<Document> answer = session->call(kRead);
    ASSERT_FALSE(answer) << status;
    EXPECT_EQ(answer.error().retry_after_ms, 600000) << status;
    EXPECT_EQ(odoo.count("crm.lead", "search_count"), 1U) << status;
  }
}

TEST(Retry, ErrorsThatRepeatingCannotMendAreNotRepeated) {
  const std::tuple<const char*, int, Code> errors[] = {
      {"odoo.exceptions.ValidationError", 422, Code::kValidation},
      {"odoo.exceptions.AccessError", 403, Code::kAccess},
      {"odoo.exceptions.MissingError", 404, Code::kMissing},
      {"werkzeug.exceptions.Unauthorized", 401, Code::kAuth},
      {"builtins.ValueError", 500, Code::kInvalid},
      {"builtins.MemoryError", 500, Code::kLimit},
  };
  for (const auto& [exception, status, code] : errors) {
    FakeOdoo odoo;
    odoo.acts("crm.lead", "search_count", {odoo.error(exception, "no", status)});
    const auto session = odoo.connect();
    EXPECT_EQ(session->call(kRead).error().code, code) << exception;
    EXPECT_EQ(odoo.count("crm.lead", "search_count"), 1U) << exception;
  }
}

TEST(Retry, ARequestThatIsTooLargeIsNotRepeated) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "action_archive", {html(413, "Request Entity Too Large")});
  const auto session = odoo.connect();
  const Result<Document> answer = session->call(kWrite);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kLimit);
  EXPECT_EQ(answer.error().effect, Effect::kNone);
  EXPECT_THAT(answer.error().message, HasSubstr("fewer records"));
  EXPECT_EQ(odoo.server.requests(kWritePath).size(), 1U);
}

TEST(Retry, AReadWhoseDeadlinePassedIsNotRepeated) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "search_count", {transport::stall(), json("3")});
  const auto session = odoo.connect();
  EXPECT_EQ(session->call(kRead, {.deadline = milliseconds(400)}).error().code, Code::kDeadline);
  EXPECT_EQ(odoo.count("crm.lead", "search_count"), 1U);
}

}  // namespace
}  // namespace outrigger::odoo
