// HTTP as Odoo needs it, against a scripted server: one test per trap.
#include "integration/transport/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <future>
#include <optional>

#include "integration/transport/tests/perform.hpp"
#include "integration/transport/tests/scripted_server.hpp"
#include "integration/value/tests/describe.hpp"

namespace outrigger::transport {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HttpClientTest : public testing::Test {
 protected:
  HttpRequest request(const std::string& path = "/", std::string body = "{}") {
    return {.url = server.url() + path, .headers = {"Content-Type: application/json"}, .body = std::move(body)};
  }

  ScriptedServer server;
  Loop loop;
};

// Sets a variable of the environment for one test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

TEST_F(HttpClientTest, GivesStatusTypeAndBodyToTheSink) {
  server.on("/", {reply(422, "Application/JSON ; charset=utf-8", "[1]")});
  Text text;
  const Transfer transfer = perform(loop, request(), text);
  EXPECT_EQ(transfer.code, Code::kOk) << transfer.error;
  EXPECT_EQ(transfer.status, 422);
  EXPECT_EQ(transfer.content_type, "application/json");
  EXPECT_TRUE(transfer.request_sent);
  EXPECT_EQ(text.begun, 1);
  EXPECT_EQ(text.status, 422);
  EXPECT_EQ(text.type, "application/json");
  EXPECT_EQ(text.text, "[1]");
}

TEST_F(HttpClientTest, BeginsAlsoWithoutABody) {
  server.on("/", {reply(204, "", "")});
  Text text;
  EXPECT_EQ(perform(loop, request(), text).status, 204);
  EXPECT_EQ(text.begun, 1);
  EXPECT_EQ(text.status, 204);
}

TEST_F(HttpClientTest, RedirectIsNotFollowed) {
  server.on("/", {html(303, "Redirecting...", "Location: /web/login?redirect=%2Fjson\r\n")});
  server.on("/web/login?redirect=%2Fjson", {html(200, "Login")});
  const Transfer transfer = perform(loop, request());
  EXPECT_EQ(transfer.status, 303);
  EXPECT_EQ(transfer.location, server.url() + "/web/login?redirect=%2Fjson");
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(HttpClientTest, ContentLengthIsAlwaysSentAndNeverChunked) {
  server.on("/", {json("1")});
  const std::string bodies[] = {"", "{}", std::string(200000, 'x'), std::string(size_t{3} << 20U, 'y')};
  for (const std::string& body : bodies) EXPECT_EQ(perform(loop, request("/", body)).code, Code::kOk);
  ASSERT_EQ(server.requests().size(), std::size(bodies));
  for (size_t i = 0; i < std::size(bodies); ++i) {
    const SeenRequest seen = server.requests()[i];
    EXPECT_EQ(seen.method, "POST");
    EXPECT_EQ(seen.header("Content-Length"), std::to_string(bodies[i].size()));
    EXPECT_EQ(seen.header("Transfer-Encoding"), std::nullopt) << bodies[i].size();
    EXPECT_EQ(seen.header("Content-Encoding"), std::nullopt) << bodies[i].size();
    EXPECT_EQ(seen.header("Expect"), std::nullopt) << bodies[i].size();
    EXPECT_TRUE(seen.body == bodies[i]) << "a body of " << bodies[i].size();
  }
}

TEST_F(HttpClientTest, AsksWithGetWhereThatIsWanted) {
  server.on("/web/version", {json("{}")});
  HttpRequest get = request("/web/version");
  get.post = false;
  EXPECT_EQ(perform(loop, get).status, 200);
  EXPECT_EQ(server.requests()[0].method, "GET");
}

TEST_F(HttpClientTest, ALargeReplyArrivesWhole) {
  const std::string body = "\"" + std::string(size_t{20} << 20U, 'z') + "\"";
  server.on("/", {json(body)});
  Text text;
  EXPECT_EQ(perform(loop, request(), text).code, Code::kOk);
  EXPECT_TRUE(text.text == body);
}

TEST_F(HttpClientTest, TheSinkEndsTheTransfer) {
  server.on("/", {json(std::string(size_t{8} << 20U, ' '))});
  Text text;
  text.most = 1000;
  const Transfer transfer = perform(loop, request(), text);
  EXPECT_TRUE(transfer.stopped_by_sink);
  EXPECT_EQ(transfer.status, 200);
  EXPECT_LT(text.text.size(), size_t{4} << 20U);
}

TEST_F(HttpClientTest, ReplyLostAfterSendingIsUnknown) {
  server.on("/closed", {close_without_reply()});
  server.on("/reset", {reset()});
  server.on("/cut-in-head", {cut_after(json("[1, 2, 3]"), 20)});
  server.on("/cut-in-body", {cut_after(json("[1, 2, 3]"), json("[1, 2, 3]").bytes.size() - 3)});
  for (const char* path : {"/closed", "/reset", "/cut-in-head", "/cut-in-body"}) {
    const Transfer transfer = perform(loop, request(path));
    EXPECT_EQ(transfer.code, Code::kUnreachable) << path << ": " << transfer.error;
    EXPECT_TRUE(transfer.request_sent) << path;
    EXPECT_FALSE(transfer.error.empty()) << path;
    EXPECT_EQ(server.requests(path).size(), 1U) << path;
  }
}

TEST_F(HttpClientTest, AReplyThatEndsWithinItsHeadersIsNotComplete) {
  server.on("/", {raw("HTTP/1.1 200 OK\r\nServer: Odoo\r\nContent-Len")});
  const Transfer transfer = perform(loop, request());
  EXPECT_EQ(transfer.code, Code::kUnreachable);
  EXPECT_TRUE(transfer.request_sent);
}

TEST_F(HttpClientTest, AChunkedReplyIsComplete) {
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n";
  server.on("/",
            {raw(head + "\r\n"), raw(head + "Server-Timing: total\r\n\r\n"), raw(head.substr(0, head.size() - 3))});
  for (const char* what : {"without a trailer", "with a trailer"}) {
    Text text;
    const Transfer transfer = perform(loop, request(), text);
    EXPECT_EQ(transfer.code, Code::kOk) << what << ": " << transfer.error;
    EXPECT_EQ(text.text, "[1]") << what;
  }
  EXPECT_EQ(perform(loop, request()).code, Code::kUnreachable) << "the last chunk is missing";
}

TEST_F(HttpClientTest, RetryAfterIsRead) {
  server.on("/", {html(429, "slow", "Retry-After: 7\r\n")});
  EXPECT_EQ(perform(loop, request()).retry_after_ms, 7000);
}

TEST_F(HttpClientTest, ConnectionRefusedIsNotDone) {
  server.stop_listening();
  const Transfer transfer = perform(loop, request());
  EXPECT_EQ(transfer.code, Code::kUnreachable);
  EXPECT_FALSE(transfer.request_sent);
  EXPECT_THAT(transfer.error, HasSubstr("check that Odoo runs there"));
}

TEST_F(HttpClientTest, AConnectionThatIsResetAtOnceIsUnreachable) {
  server.reset_next_connections(1);
  EXPECT_EQ(perform(loop, request()).code, Code::kUnreachable);
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(HttpClientTest, AnswersThatAreNotHttpAreProtocolErrors) {
  server.on("/", {raw("SSH-2.0-OpenSSH_9.2\r\n\r\n")});
  const Transfer transfer = perform(loop, request());
  EXPECT_EQ(transfer.code, Code::kProtocol) << transfer.error;
}

TEST_F(HttpClientTest, OnlyHttpUrlsAreTaken) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "http://"}) {
    Text text;
    const Transfer transfer = perform(loop, {.post = false, .url = url}, text);
    EXPECT_NE(transfer.code, Code::kOk) << url;
    EXPECT_FALSE(transfer.request_sent) << url;
    EXPECT_EQ(text.text, "") << url;
  }
}

TEST_F(HttpClientTest, DeadlineEndsTheWait) {
  server.on("/", {stall()});
  HttpRequest late = request();
  late.timeout = milliseconds(50);
  const Transfer transfer = perform(loop, late);
  EXPECT_EQ(transfer.code, Code::kDeadline);
  EXPECT_TRUE(server.wait_until_idle()) << "the connection stayed open";
}

TEST_F(HttpClientTest, DeadlineEndsAReplyThatStopsHalfWay) {
  Act half = cut_after(json("[1, 2, 3]"), json("[1, 2, 3]").bytes.size() - 3);
  half.end = Act::End::kStall;
  server.on("/", {half});
  HttpRequest late = request();
  late.timeout = milliseconds(300);
  EXPECT_EQ(perform(loop, late).code, Code::kDeadline);
}

TEST_F(HttpClientTest, CancelEndsTheWait) {
  server.on("/", {stall()});
  asio::cancellation_signal signal;
  const HttpRequest asked = request();
  Text text;
  auto future = asio::co_spawn(
      loop.io(), [&]() { return loop.http().perform(asked, text); },
      asio::bind_cancellation_slot(signal.slot(), asio::use_future));
  ASSERT_TRUE(server.wait_for_requests(1));
  asio::post(loop.io(), [&signal] { signal.emit(asio::cancellation_type::terminal); });
  const Transfer transfer = future.get();
  EXPECT_EQ(transfer.code, Code::kCancelled);
  EXPECT_TRUE(transfer.request_sent);
  EXPECT_TRUE(server.wait_until_idle()) << "the connection stayed open";
}

TEST_F(HttpClientTest, ManyRequestsRunAtOnce) {
  constexpr size_t kMany = 40;
  server.on("/", {gated(json("7"))});
  const HttpRequest asked = request();
  std::vector<Text> texts(kMany);
  std::vector<std::future<Transfer>> futures;
  for (Text& text : texts)
    futures.push_back(asio::co_spawn(
        loop.io(), [this, &asked, &text]() { return loop.http().perform(asked, text); }, asio::use_future));
  EXPECT_TRUE(server.wait_for_requests(kMany));
  server.open_gate();
  for (auto& future : futures) EXPECT_EQ(future.get().code, Code::kOk);
  for (const Text& text : texts) EXPECT_EQ(text.text, "7");
  EXPECT_EQ(server.most_at_once(), kMany);
}

TEST_F(HttpClientTest, ARequestIsNeverSentTwice) {
  // libcurl repeats a request by itself when a connection that it reuses closes before the reply.
  server.on("/", {keep_alive(json("1")), close_without_reply(), json("2")});
  EXPECT_EQ(perform(loop, request()).code, Code::kOk);
  const Transfer transfer = perform(loop, request("/", R"({"vals": {"name": "once"}})"));
  EXPECT_EQ(transfer.code, Code::kUnreachable) << "the reply to a second copy was taken for the answer";
  EXPECT_TRUE(transfer.request_sent);
  EXPECT_EQ(server.requests().size(), 2U) << "Odoo would have written twice";
}

TEST_F(HttpClientTest, ProxyVariableIsRespected) {
  const Variable proxy("http_proxy", server.url());
  server.on("http://odoo.example/json/2/a", {json("1")});
  const Transfer transfer = perform(loop, {.url = "http://odoo.example/json/2/a", .body = "{}"});
  EXPECT_EQ(transfer.code, Code::kOk) << transfer.error;
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(server.requests()[0].path, "http://odoo.example/json/2/a");
}

TEST_F(HttpClientTest, NoProxyVariableIsRespected) {
  const Variable proxy("http_proxy", "http://127.0.0.1:9");
  const Variable none("no_proxy", "127.0.0.1");
  server.on("/", {json("1")});
  EXPECT_EQ(perform(loop, request()).code, Code::kOk);
  EXPECT_EQ(server.requests()[0].path, "/");
}

TEST_F(HttpClientTest, TheKeyIsNotShownToTheProxyOfATunnel) {
  const Variable proxy("https_proxy", server.url());
  server.on("odoo.example:443", {html(403, "not through me")});
  const Transfer transfer = perform(
      loop, {.url = "https://odoo.example/json/2/a", .headers = {"Authorization: bearer s3cret"}, .body = "{}"});
  EXPECT_EQ(transfer.code, Code::kUnreachable) << transfer.error;
  EXPECT_FALSE(transfer.request_sent) << "nothing reached Odoo";
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(server.requests()[0].method, "CONNECT");
  EXPECT_EQ(server.requests()[0].header("Authorization"), std::nullopt);
}

TEST(LoopTest, EndsWhileARequestIsUnderWay) {
  ScriptedServer server;
  server.on("/", {stall()});
  auto loop = std::make_unique<Loop>();
  const HttpRequest request{.url = server.url() + "/", .body = "{}"};
  Text text;
  auto future = asio::co_spawn(
      loop->io(), [&]() { return loop->http().perform(request, text); }, asio::use_future);
  ASSERT_TRUE(server.wait_for_requests(1));
  loop.reset();
  EXPECT_TRUE(server.wait_until_idle());
  EXPECT_ANY_THROW(future.get());
}

}  // namespace
}  // namespace outrigger::transport
