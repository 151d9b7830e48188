// Each fault on tap, as a client sees it over HTTP, and what became of the record meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/sandbox/tests/rig.hpp"
#include "integration/transport/tests/perform.hpp"

namespace outrigger::sandbox {
namespace {

using odoo::Records;
using odoo::TransportChoice;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Injection::Kind;

constexpr int64_t kLead = 5;
constexpr char kWritten[] = "written";

class SandboxFault : public testing::TestWithParam<TransportChoice> {
 protected:
  SandboxFault()
      : rig_({.major = GetParam() == TransportChoice::kJson2 ? 19 : 14, .leads = 30}),
        session_(rig_.connect("admin", GetParam())),
        records_(*session_) {
    EXPECT_TRUE(session_->fields("crm.lead")) << "later reads are then one call";
  }

  void inject(Kind kind, const std::string& match = "crm.lead/write", int times = 1) {
    rig_.service.inject({.match = match, .kind = kind, .times = times});
  }
  Result<void> write(const odoo::CallOptions& options = {}) {
    Arena arena;
    return records_.write("crm.lead", {kLead}, arena.object({{"name", kWritten}}), options);
  }
  // A write that failed.
  Error failed(const odoo::CallOptions& options = {}) {
    const Result<void> done = write(options);
    EXPECT_FALSE(done);
    return done ? Error{Code::kOk, "done"} : done.error();
  }
  Result<Document> read() { return records_.read("crm.lead", {kLead}, {"name"}); }
  bool written() { return rig_.lead(kLead, "name").text() == kWritten; }
  int calls(const std::string& call) { return rig_.service.calls()[call]; }

  Rig rig_;
  std::unique_ptr<odoo::Session> session_;
  Records records_;
};

TEST_P(SandboxFault, CutAfterTheCommitLeavesTheWriteDoneAndItsOutcomeUnknown) {
  inject(Kind::kCutAfterCommit);
  const Error error = failed();
  EXPECT_EQ(error.code, Code::kUnreachable) << error.message;
  EXPECT_EQ(error.effect, Effect::kUnknown);
  EXPECT_TRUE(written());
  EXPECT_EQ(calls("crm.lead/write"), 1) << "not sent again";
  EXPECT_TRUE(write()) << "the fault is used up";
}

TEST_P(SandboxFault, CutBeforeTheCallLeavesNothingDone) {
  inject(Kind::kCutBefore);
  const Error error = failed();
  EXPECT_EQ(error.code, Code::kUnreachable) << error.message;
  EXPECT_EQ(error.effect, Effect::kUnknown) << "a client cannot know";
  EXPECT_FALSE(written());
  EXPECT_EQ(calls("crm.lead/write"), 0);
}

TEST_P(SandboxFault, AReadThatIsCutIsRepeated) {
  inject(Kind::kCutBefore, "crm.lead/read");
  const Result<Document> rows = read();
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->root().size(), 1U);
}

TEST_P(SandboxFault, AResetLeavesNothingDone) {
  inject(Kind::kReset);
  EXPECT_EQ(failed().code, Code::kUnreachable);
  EXPECT_FALSE(written());
  inject(Kind::kReset, "crm.lead/read");
  EXPECT_TRUE(read()) << "a read is repeated";
}

TEST_P(SandboxFault, APageInsteadOfAnAnswerIsNoAnswer) {
  inject(Kind::kHtml);
  const Error error = failed();
  EXPECT_EQ(error.code, Code::kProtocol);
  EXPECT_EQ(error.effect, Effect::kUnknown);
  EXPECT_THAT(error.message, HasSubstr("captive portal"));
  EXPECT_FALSE(written());
}

TEST_P(SandboxFault, AnInternalErrorAsAPageIsNoAnswer) {
  inject(Kind::kError500);
  const Error error = failed();
  EXPECT_EQ(error.code, Code::kProtocol);
  EXPECT_EQ(error.effect, Effect::kUnknown);
  EXPECT_THAT(error.message, HasSubstr("500"));
  EXPECT_FALSE(written());
}

TEST_P(SandboxFault, TooManyRequestsAreWaitedForAsLongAsTheServerSays) {
  inject(Kind::kTooMany);
  const Result<void> done = write();
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_TRUE(written());
  EXPECT_EQ(calls("crm.lead/write"), 1) << "the first one was turned away";
}

TEST_P(SandboxFault, AnAnswerThatIsGarbledComesAfterTheCommit) {
  inject(Kind::kWrongJson);
  const Error error = failed();
  EXPECT_EQ(error.code, Code::kProtocol) << error.message;
  EXPECT_EQ(error.effect, Effect::kUnknown);
  EXPECT_TRUE(written());
}

TEST_P(SandboxFault, AnAnswerThatIsCutShortComesAfterTheCommit) {
  inject(Kind::kTruncated);
  const Error error = failed();
  EXPECT_EQ(error.code, Code::kProtocol) << error.message;
  EXPECT_EQ(error.effect, Effect::kUnknown);
  EXPECT_TRUE(written());
  inject(Kind::kTruncated, "crm.lead/read");
  const Result<Document> rows = read();
  ASSERT_FALSE(rows) << "half an answer is none";
  EXPECT_EQ(rows.error().code, Code::kProtocol);
}

TEST_P(SandboxFault, ADelayBeyondTheDeadlineLeavesTheWriteDoneAndItsOutcomeUnknown) {
  rig_.service.inject({.match = "crm.lead/write", .kind = Kind::kDelay, .times = 1, .delay = std::chrono::hours(1)});
  const Error error = failed({.deadline = std::chrono::milliseconds(300)});
  EXPECT_EQ(error.code, Code::kDeadline) << error.message;
  EXPECT_EQ(error.effect, Effect::kUnknown);
  EXPECT_TRUE(written());
  EXPECT_TRUE(read()) << "the server answers others meanwhile";
}

TEST_P(SandboxFault, AFaultHitsAsOftenAsItSaysAndOnlyWhatItNames) {
  inject(Kind::kHtml, "crm.lead/write", 2);
  EXPECT_TRUE(read());
  EXPECT_FALSE(write());
  EXPECT_FALSE(write());
  EXPECT_TRUE(write());
  inject(Kind::kHtml, "crm.lead/write", -1);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(write()) << i;
  rig_.service.clear_injections();
  EXPECT_TRUE(write());
}

TEST_P(SandboxFault, AFaultWithoutANameHitsEveryCall) {
  inject(Kind::kHtml, "", -1);
  EXPECT_FALSE(write());
  EXPECT_FALSE(session_->call({.model = "res.users", .method = "search_count", .read_only = true}));
  const Result<std::unique_ptr<odoo::Session>> another = odoo::Session::connect(rig_.loop, rig_.connection());
  ASSERT_FALSE(another);
  EXPECT_THAT(another.error().message, HasSubstr("check `url`"));
}

INSTANTIATE_TEST_SUITE_P(Over, SandboxFault,
                         testing::Values(TransportChoice::kJson2, TransportChoice::kJsonRpc, TransportChoice::kXmlRpc),
                         [](const auto& choice) {
                           return choice.param == TransportChoice::kJson2     ? "Json2"
                                  : choice.param == TransportChoice::kJsonRpc ? "JsonRpc"
                                                                              : "XmlRpc";
                         });

// From outside: POST /sandbox/faults.
class SandboxFaults : public testing::Test {
 protected:
  int post(const std::string& body, std::string* answer = nullptr) {
    return send(true, "/sandbox/faults", body, answer);
  }
  int send(bool is_post, const std::string& path, const std::string& body, std::string* answer = nullptr) {
    transport::Text text;
    const transport::Transfer transfer = transport::perform(rig_.loop,
                                                            {.post = is_post,
                                                             .url = rig_.server->url() + path,
                                                             .headers = {"Content-Type: application/json"},
                                                             .body = body},
                                                            text);
    if (answer != nullptr) *answer = text.text;
    retry_after_ = transfer.retry_after_ms;
    content_type_ = transfer.content_type;
    return transfer.status;
  }
  int json_rpc(const std::string& args_with_blanks) {
    const User& admin = rig_.database.user("admin");
    return send(
        true, "/jsonrpc",
        R"({"jsonrpc": "2.0", "method": "call", "id": 1, "params": {"service": "object", "method": "execute_kw", "args": ["sandbox", )" +
            std::to_string(admin.id) + ", \"" + admin.key + "\", " + args_with_blanks + "]}}");
  }

  Rig rig_;
  int32_t retry_after_ = 0;
  std::string content_type_;
};

TEST_F(SandboxFaults, EveryKindHasAWord) {
  for (const char* kind :
       {"delay", "cut_before", "cut_after_commit", "error_500", "html", "too_many", "wrong_json", "truncated", "reset"})
    EXPECT_EQ(post("{\"match\": \"x\", \"kind\": \"" + std::string(kind) + "\"}"), 200) << kind;
}

TEST_F(SandboxFaults, AnUnknownKindIsAnsweredWithTheKnownOnes) {
  std::string answer;
  for (const char* body : {R"({"kind": "explode"})", "{}", "not json", ""}) {
    EXPECT_EQ(post(body, &answer), 400) << body;
    EXPECT_THAT(answer, HasSubstr("kind must be one of delay, cut_before, cut_after_commit"));
  }
  EXPECT_EQ(send(false, "/web/version", ""), 200) << "and nothing was injected";
}

TEST_F(SandboxFaults, WhatIsPostedHitsAndDeletingEndsIt) {
  ASSERT_EQ(post(R"({"match": "/web/version", "kind": "too_many", "times": -1})"), 200);
  EXPECT_EQ(send(false, "/web/version", ""), 429);
  EXPECT_EQ(retry_after_, 1000);
  EXPECT_EQ(content_type_, "text/html");
  EXPECT_EQ(rig_.send({"DELETE", "/sandbox/faults", {}, {}}).status, 200);
  EXPECT_EQ(send(false, "/web/version", ""), 200);
}

TEST_F(SandboxFaults, ACallIsNamedAlsoWhenAnotherClientWroteItsBody) {
  ASSERT_EQ(post(R"({"match": "crm.lead/search_count", "kind": "html"})"), 200);
  EXPECT_EQ(json_rpc(R"("crm.lead", "search_count", [[]])"), 200);
  EXPECT_EQ(content_type_, "text/html") << "JSON with blanks, as Python writes it";
}

TEST_F(SandboxFaults, AChunkedBodyIsReadAsEmptyAsOdooDoes) {
  transport::Text text;
  const std::string key = rig_.database.user("admin").key;
  transport::HttpRequest request{.url = rig_.server->url() + "/json/2/crm.lead/search_count",
                                 .headers = {"Content-Type: application/json", "Authorization: bearer " + key},
                                 .body = R"({"domain": [["id", "=", 1]]})"};
  transport::perform(rig_.loop, request, text);
  EXPECT_EQ(text.text, "1");
  request.headers.emplace_back("Transfer-Encoding: chunked");
  transport::Text all;
  transport::perform(rig_.loop, request, all);
  EXPECT_EQ(all.text, std::to_string(*Records(*rig_.connect()).search_count({.model = "crm.lead"})));
}

TEST_F(SandboxFaults, RepliesCarryADateAndSqlLeavesTheWriteDate) {
  rig_.now += int64_t{86400} * 1'000'000;
  const Reply version = rig_.post("/web/webclient/version_info", "{}");
  EXPECT_EQ(version.headers.at("Date"), "Sun, 22 Nov 2026 12:00:00 GMT");
  const std::string before(rig_.lead(kLead, "write_date").text());
  const auto sql = [&](const std::string& body) { return rig_.post("/sandbox/sql", body).status; };
  EXPECT_EQ(sql(R"({"model": "crm.lead", "ids": [5], "values": {"name": "by sql"}})"), 200);
  EXPECT_EQ(rig_.lead(kLead, "name").text(), "by sql");
  EXPECT_EQ(rig_.lead(kLead, "write_date").text(), before);
  EXPECT_EQ(sql(R"({"model": "crm.lead", "ids": [5], "write_date": "2026-11-20 12:00:00.250000"})"), 200);
  EXPECT_EQ(rig_.lead(kLead, "write_date").text(), "2026-11-20 12:00:00.250000");
  EXPECT_EQ(sql(R"({"model": "crm.lead", "ids": [5], "values": {"no_such_field": 1}})"), 404);
  EXPECT_EQ(sql(R"({"model": "crm.lead", "ids": [5], "erase": true})"), 200);
  EXPECT_FALSE(rig_.database.table("crm.lead").exists(kLead));
  const std::unique_ptr<odoo::Session> session = rig_.connect();
  ASSERT_TRUE(session->fields("crm.lead"));
  EXPECT_EQ(session->server_date(), rig_.now / 1'000'000);
}

TEST_F(SandboxFaults, APortThatIsTakenIsNamedWithTheRemedy) {
  const std::string url = rig_.server->url();
  const auto port = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  const Result<std::unique_ptr<Server>> second = Server::start(rig_.service, port);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kUnreachable);
  EXPECT_THAT(second.error().message, HasSubstr("choose another port with --port"));
}

}  // namespace
}  // namespace outrigger::sandbox
