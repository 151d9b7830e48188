// A session's calls: answers, deadlines, cancelling, versions, fields and learned arguments. See also retry_test.cpp.
#include "integration/odoo/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "integration/odoo/tests/fake_odoo.hpp"
#include "integration/value/json.hpp"
#include "integration/value/tests/describe.hpp"

namespace outrigger::odoo {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using transport::gated;
using transport::html;
using transport::json;
using transport::stall;
using value::describe;

const Call kWrite{.model = "crm.lead", .method = "action_archive", .ids = {{7}}};
const Call kRead{.model = "crm.lead", .method = "search_count", .read_only = true};

constexpr char kDocumentation[] = R"({"methods": {
  "merge": {"parameters": {"user": {"default": null}, "team": {"kind": "POSITIONAL_OR_KEYWORD"}, "more": {"kind": "VAR_KEYWORD"}}}}})";

std::string show(const Result<Document>& answer) {
  return answer ? describe(**answer) : "error: " + answer.error().message;
}

// Calls from a thread of its own, so that the test can act meanwhile.
std::future<Result<Document>> in_background(Session& session, const Call& call, CallOptions options = {}) {
  return std::async(std::launch::async, [&session, &call, options] { return session.call(call, options); });
}

TEST(Session, CallsAMethodAndGivesItsAnswer) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "search_count", {"3"});
  const auto session = odoo.connect();
  EXPECT_EQ(show(session->call(kRead)), "i3");
  EXPECT_EQ(session->calls_made(), 1U);
  EXPECT_THAT(odoo.asked("crm.lead", "search_count"), ElementsAre("{}"));
}

TEST(Session, CallsTheSameMethodOverJsonRpc) {
  FakeOdoo odoo(14);
  odoo.answers("crm.lead", "action_archive", {"true"});
  const auto session = odoo.connect();
  EXPECT_EQ(show(session->call(kWrite)), "true");
  EXPECT_THAT(odoo.asked("crm.lead", "action_archive"), ElementsAre("[[[7]],{}]"));
}

TEST(Session, AnErrorOfOdooIsClassedAndKeepsItsText) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "action_archive", {odoo.error("odoo.exceptions.UserError", "Not this one.", 422)});
  const auto session = odoo.connect();
  const Result<Document> answer = session->call(kWrite);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kValidation);
  EXPECT_EQ(answer.error().effect, Effect::kNone);
  EXPECT_THAT(answer.error().message, HasSubstr("Not this one."));
  EXPECT_EQ(odoo.count("crm.lead", "action_archive"), 1U);
}

TEST(Session, AKeyThatExpiresLaterSaysToRenewIt) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "search_count", {odoo.error("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)});
  const auto session = odoo.connect();
  const Result<Document> answer = session->call(kRead);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kAuth);
  EXPECT_THAT(answer.error().message, HasSubstr("renew the key"));
}

TEST(Session, AReplyBeyondTheConfiguredSizeIsStopped) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "search_count", {"\"" + std::string(size_t{3} << 20U, 'x') + "\""});
  Connection connection = odoo.connection();
  connection.largest_reply = size_t{1} << 20U;
  const auto session = odoo.connect(connection);
  const Result<Document> answer = session->call(kRead);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kLimit);
  EXPECT_THAT(answer.error().message, HasSubstr("ask for fewer rows or fields"));
  EXPECT_EQ(odoo.count("crm.lead", "search_count"), 1U);
}

TEST(Session, UntestedNewerOdooOnlyReads) {
  FakeOdoo odoo(23);
  odoo.answers("crm.lead", "search_count", {"3"});
  odoo.answers("crm.lead", "action_archive", {"null"});
  const auto session = odoo.connect();
  EXPECT_EQ(show(session->call(kRead)), "i3");
  const Result<Document> written = session->call(kWrite);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kUnsupported);
  EXPECT_EQ(written.error().effect, Effect::kNone);
  EXPECT_THAT(written.error().message, AllOf(HasSubstr("23.0"), HasSubstr("`allow_untested`")));
  EXPECT_EQ(odoo.count("crm.lead", "action_archive"), 0U);

  Connection connection = odoo.connection();
  connection.allow_untested = true;
  EXPECT_EQ(show(odoo.connect(connection)->call(kWrite)), "null");
}

TEST(Session, CancelEndsTheWait) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "action_archive", {stall()});
  const auto session = odoo.connect();
  std::stop_source stop;
  auto answer = in_background(*session, kWrite, {.stop = stop.get_token()});
  ASSERT_TRUE(odoo.server.wait_for_requests(3));
  stop.request_stop();
  const Result<Document> cancelled = answer.get();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, Code::kCancelled);
  EXPECT_EQ(cancelled.error().effect, Effect::kUnknown) << "Odoo has the request";
  EXPECT_TRUE(odoo.server.wait_until_idle()) << "the connection stayed open";
}

TEST(Session, CancelEndsThePauseBeforeARepetition) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "search_count", {html(503, "later", "Retry-After: 20\r\n")});
  const auto session = odoo.connect();
  std::stop_source stop;
  auto answer = in_background(*session, kRead, {.stop = stop.get_token()});
  ASSERT_TRUE(odoo.server.wait_for_requests(3));
  stop.request_stop();
  EXPECT_EQ(answer.get().error().code, Code::kCancelled);
  EXPECT_EQ(odoo.count("crm.lead", "search_count"), 1U);
}

TEST(Session, CancelEndsTheWaitForTheBudget) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "action_archive", {gated(json("null"))});
  Connection connection = odoo.connection();
  connection.budget = BudgetLimits{0, 1};
  const auto session = odoo.connect(connection);
  auto first = in_background(*session, kWrite);
  ASSERT_TRUE(odoo.server.wait_for_requests(3));
  std::stop_source stop;
  auto second = in_background(*session, kRead, {.stop = stop.get_token()});
  stop.request_stop();
  const Result<Document> cancelled = second.get();
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, Code::kCancelled);
  EXPECT_EQ(cancelled.error().effect, Effect::kNone);
  odoo.server.open_gate();
  EXPECT_EQ(show(first.get()), "null");
  EXPECT_EQ(odoo.count("crm.lead", "search_count"), 0U);
}

TEST(Session, ACallThatIsCancelledBeforeSendsNothing) {
  FakeOdoo odoo;
  const auto session = odoo.connect();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(session->call(kRead, {.stop = stop.get_token()}).error().code, Code::kCancelled);
  EXPECT_EQ(session->calls_made(), 0U);
}

TEST(Session, AReadHasNoEffectHoweverItEnds) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "search_count", {stall()});
  const auto session = odoo.connect();
  const Result<Document> late = session->call(kRead, {.deadline = milliseconds(400)});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kDeadline);
  EXPECT_EQ(late.error().effect, Effect::kNone);
}

TEST(Session, DeadlineEndsTheWait) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "action_archive", {stall()});
  const auto session = odoo.connect();
  const Result<Document> late = session->call(kWrite, {.deadline = milliseconds(400)});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kDeadline);
  EXPECT_EQ(late.error().effect, Effect::kUnknown);
  EXPECT_THAT(late.error().message, HasSubstr("Odoo may still be working on it"));
  EXPECT_TRUE(odoo.server.wait_until_idle());
}

TEST(Session, DeadlineEndsTheWaitForTheBudget) {
  FakeOdoo odoo;
  odoo.acts("crm.lead", "action_archive", {gated(json("null"))});
  Connection connection = odoo.connection();
  connection.budget = BudgetLimits{0, 1};
  const auto session = odoo.connect(connection);
  auto first = in_background(*session, kWrite);
  ASSERT_TRUE(odoo.server.wait_for_requests(3));
  const Result<Document> late = session->call(kRead, {.deadline = milliseconds(30)});
  EXPECT_EQ(late.error().code, Code::kDeadline);
  EXPECT_EQ(late.error().effect, Effect::kNone);
  EXPECT_THAT(late.error().message, HasSubstr("`budget`"));
  odoo.server.open_gate();
  EXPECT_EQ(show(first.get()), "null");
}

TEST(Session, AnotherUsersSessionHasItsOwnKeyAndTheSameBudget) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "search_count", {"3"});
  odoo.acts("crm.lead", "action_archive", {gated(json("null"))});
  Connection connection = odoo.connection();
  connection.budget = BudgetLimits{0, 1};
  const auto session = odoo.connect(connection);
  const std::string key = "fedcba9876543210fedcba9876543210fedcba98";
  Result<std::unique_ptr<Session>> beside = Session::beside(*session, "ann", key);
  ASSERT_TRUE(beside) << beside.error().message;
  EXPECT_EQ((*beside)->connection().url, session->connection().url);
  EXPECT_EQ(show((*beside)->call(kRead)), "i3");
  EXPECT_EQ(odoo.server.requests("/json/2/crm.lead/search_count").back().header("authorization"), "bearer " + key);
  auto first = in_background(*session, kWrite);
  ASSERT_TRUE(odoo.server.wait_for_requests(6));
  EXPECT_EQ((*beside)->call(kRead, {.deadline = milliseconds(30)}).error().code, Code::kDeadline)
      << "the one place in flight is taken, whoever asks";
  odoo.server.open_gate();
  EXPECT_EQ(show(first.get()), "null");
  const std::unique_ptr<Session> kept = *std::move(beside);
  EXPECT_EQ(show(kept->call(kRead)), "i3");
}

TEST(Session, AnotherUsersSessionMayOutliveTheFirst) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "search_count", {"3"});
  auto session = odoo.connect();
  const Result<std::unique_ptr<Session>> beside = Session::beside(*session, "ann", FakeOdoo::kKey);
  ASSERT_TRUE(beside);
  session.reset();
  EXPECT_EQ(show((*beside)->call(kRead)), "i3");
}

TEST(Session, ManyThreadsShareItWithinTheBudget) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "search_count", {"3"});
  Connection connection = odoo.connection();
  connection.budget = BudgetLimits{0, 3};
  const auto session = odoo.connect(connection);
  std::vector<std::future<Result<Document>>> answers;
  for (int i = 0; i < 30; ++i) answers.push_back(in_background(*session, kRead));
  for (auto& answer : answers) EXPECT_EQ(show(answer.get()), "i3");
  EXPECT_LE(odoo.server.most_at_once(), 3U);
}

TEST(Session, FieldsAreReadOnceUntilForgotten) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "fields_get", {R"({"name": {"type": "char"}})", R"({"title": {"type": "char"}})"});
  const auto session = odoo.connect();
  EXPECT_TRUE((**session->fields("crm.lead"))->has("name"));
  EXPECT_TRUE((**session->fields("crm.lead"))->has("name"));
  EXPECT_EQ(odoo.count("crm.lead", "fields_get"), 1U);
  session->forget_fields();
  EXPECT_TRUE((**session->fields("crm.lead"))->has("title"));
}

TEST(Session, ArgumentNamesAreLearnedFromTheDocumentation) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "merge", {"true"});
  odoo.server.on("/doc-bearer/crm.lead.json", {json(kDocumentation)});
  const auto session = odoo.connect();
  Arena arena;
  const Call call{.model = "crm.lead", .method = "merge", .ids = {{7}}, .args = arena.array({1, 2})};
  EXPECT_EQ(show(session->call(call)), "true");
  EXPECT_EQ(show(session->call(call)), "true");
  EXPECT_THAT(odoo.asked("crm.lead", "merge"), testing::Each(R"({"ids":[7],"user":1,"team":2})"));
  ASSERT_EQ(odoo.server.requests("/doc-bearer/crm.lead.json").size(), 1U);
  EXPECT_EQ(odoo.server.requests("/doc-bearer/crm.lead.json")[0].header("X-Odoo-Database"), "lab");
}

TEST(Session, ArgumentsThatNobodyNamesAreUnsupported) {
  FakeOdoo odoo;
  odoo.server.on("/doc-bearer/crm.lead.json", {html(403, "Forbidden")});
  const auto session = odoo.connect();
  Arena arena;
  const Call call{.model = "crm.lead", .method = "merge", .ids = {{7}}, .args = arena.array({1, 2})};
  for (int i = 0; i < 2; ++i) {
    const Result<Document> answer = session->call(call);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::kUnsupported);
    EXPECT_THAT(answer.error().message, HasSubstr("name them in the call"));
  }
  EXPECT_EQ(odoo.server.requests("/doc-bearer/crm.lead.json").size(), 1U) << "asked again although the answer is known";
  EXPECT_EQ(odoo.count("crm.lead", "merge"), 0U);
}

TEST(Session, DocumentationThatFailsForAMomentIsAskedForAgain) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "merge", {"true"});
  odoo.server.on("/doc-bearer/crm.lead.json", {html(502, "Bad Gateway"), json(kDocumentation)});
  const auto session = odoo.connect();
  Arena arena;
  const Call call{.model = "crm.lead", .method = "merge", .ids = {{7}}, .args = arena.array({1, 2})};
  const Result<Document> first = session->call(call);
  EXPECT_TRUE(first || first.error().effect == Effect::kNone);
  EXPECT_EQ(show(session->call(call)), "true");
}

TEST(Session, TwoCallsThatLearnAtTheSameTimeBothSucceed) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "merge", {"true"});
  odoo.server.on("/doc-bearer/crm.lead.json", {gated(json(kDocumentation))});
  const auto session = odoo.connect();
  Arena arena;
  const Call call{.model = "crm.lead", .method = "merge", .ids = {{7}}, .args = arena.array({1, 2})};
  auto first = in_background(*session, call);
  ASSERT_TRUE(odoo.server.wait_for_requests(3));
  auto second = in_background(*session, call);
  // A wrong answer comes at once; the right one only after the gate.
  second.wait_for(milliseconds(100));
  odoo.server.open_gate();
  EXPECT_EQ(show(first.get()), "true");
  EXPECT_EQ(show(second.get()), "true");
}

TEST(Session, TheDocumentationIsReadWithinTheBudget) {
  FakeOdoo odoo;
  odoo.answers("crm.lead", "merge", {"true"});
  odoo.answers("crm.lead", "search_count", {"3"});
  odoo.server.on("/doc-bearer/crm.lead.json", {gated(json(kDocumentation))});
  Connection connection = odoo.connection();
  connection.budget = BudgetLimits{0, 1};
  const auto session = odoo.connect(connection);
  Arena arena;
  const Call call{.model = "crm.lead", .method = "merge", .ids = {{7}}, .args = arena.array({1, 2})};
  auto first = in_background(*session, call);
  ASSERT_TRUE(odoo.server.wait_for_requests(3));
  auto second = in_background(*session, kRead);
  second.wait_for(milliseconds(100));
  odoo.server.open_gate();
  EXPECT_EQ(show(first.get()), "true");
  EXPECT_EQ(show(second.get()), "i3");
  EXPECT_EQ(odoo.server.most_at_once(), 1U);
}

}  // namespace
}  // namespace outrigger::odoo
