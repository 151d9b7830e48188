// Replies: whole, bounded, in time; and what is said when they are not.
#include <zlib.h>

#include <thread>

#include "host/http/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using transport::Act;
using transport::close_without_reply;
using transport::cut_after;
using transport::html;
using transport::json;
using transport::keep_alive;
using transport::raw;
using transport::reset;
using transport::stall;

class ReplyTest : public HttpRig {
 protected:
  std::string get(Act act) {
    server.on("/", {std::move(act)});
    return outcome(ask({.url = at("api.example")}));
  }
};

std::string packed(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);  // + 16: gzip
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(ReplyTest, HasStatusUrlHeadersAndBody) {
  server.on("/x",
            {transport::reply(200, "x/y", std::string("a\0b", 3), "X-One: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n")});
  const Result<Document> reply = ask({.url = at("api.example", "/x")});
  EXPECT_EQ(outcome(reply), std::string("200 a\0b", 7));
  EXPECT_EQ(reply->root()["url"].text(), at("api.example", "/x"));
  EXPECT_EQ(header_of(reply, "content-type"), "x/y");
  EXPECT_EQ(header_of(reply, "x-one"), "1");
  int cookies = 0;
  for (const Value header : reply->root()["headers"].items()) cookies += header.at(0).text() == "set-cookie" ? 1 : 0;
  EXPECT_EQ(cookies, 2);
}

TEST_F(ReplyTest, OfFourHundredAndAboveIsAReply) {
  for (const int status : {400, 401, 403, 404, 407, 429, 500, 503})
    EXPECT_EQ(get(html(status, "why")), std::to_string(status) + " why");
}

TEST_F(ReplyTest, OfAHeadHasNoBody) {
  server.on("/", {raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\nX-A: 1\r\n\r\n")});
  const Result<Document> reply = ask({.method = "HEAD", .url = at("api.example")});
  EXPECT_EQ(outcome(reply), "200 ");
  EXPECT_EQ(header_of(reply, "content-length"), "99999999999");
  EXPECT_EQ(seen("/").method, "HEAD");
}

TEST_F(ReplyTest, MayBeChunked) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n";
  server.on("/", {raw(head + "\r\n"), raw(head + "X-Trailer: 1\r\n\r\n"), raw(head.substr(0, head.size() - 3))});
  EXPECT_EQ(outcome(ask({.url = at("api.example")})), "200 abc");
  const Result<Document> trailed = ask({.url = at("api.example")});
  EXPECT_EQ(outcome(trailed), "200 abc");
  EXPECT_EQ(header_of(trailed, "x-trailer"), "") << "a trailer is not a header";
  EXPECT_THAT(outcome(ask({.url = at("api.example")})), StartsWith("unreachable unknown: ")) << "the end is missing";
}

TEST_F(ReplyTest, InformationBeforeItIsPassedOver) {
  server.on("/", {raw("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")});
  const Result<Document> reply = ask({.url = at("api.example")});
  EXPECT_EQ(outcome(reply), "200 1");
  EXPECT_EQ(header_of(reply, "link"), "");
}

TEST_F(ReplyTest, IsUnpacked) {
  const std::string text(100000, 'x');
  const std::string bytes = packed(text);
  server.on("/", {transport::reply(200, "a/b", bytes, "Content-Encoding: gzip\r\n")});
  const Result<Document> reply = ask({.url = at("api.example")});
  EXPECT_TRUE(outcome(reply) == "200 " + text);
  EXPECT_EQ(header_of(reply, "content-encoding"), "");
  EXPECT_EQ(header_of(reply, "content-length"), "") << "it would be that of the packed body";
  const Result<Document> own = ask({.url = at("api.example"), .headers = {{"Accept-Encoding", "gzip"}}});
  EXPECT_TRUE(outcome(own) == "200 " + bytes) << "who asks for the encoding gets it";
  EXPECT_EQ(header_of(own, "content-encoding"), "gzip");
}

TEST_F(ReplyTest, ThatIsTooLargeIsALimit) {
  server.on("/", {json(std::string(1000, 'x'))});
  EXPECT_THAT(outcome(ask({.url = at("api.example"), .largest_reply = 1000})), StartsWith("200"));
  EXPECT_THAT(outcome(ask({.url = at("api.example"), .largest_reply = 999})),
              AllOf(StartsWith("limit unknown: the answer of api.example is larger than 999 bytes"),
                    HasSubstr("`largest_reply`")));
  server.on("/", {json(std::string((size_t{16} << 20U) + 1, 'x'))});
  EXPECT_THAT(outcome(ask({.url = at("api.example")})), StartsWith("limit unknown: ")) << "16 MiB is the default";
}

TEST_F(ReplyTest, AllOfAPluginTogetherAreBounded) {
  options.connections.most_held = 1500;
  server.on("/half", {cut_after(json(std::string(1001, 'x')), json(std::string(1001, 'x')).bytes.size() - 1)});
  server.on("/", {json(std::string(1000, 'x'))});
  server.on("/large", {json(std::string(1501, 'x'))});
  EXPECT_THAT(outcome(ask({.url = at("api.example", "/large")})),
              StartsWith("limit unknown: the answers that this plugin waits for are too large together"));
  EXPECT_THAT(outcome(ask({.url = at("api.example", "/half")})), StartsWith("unreachable unknown: "));
  EXPECT_THAT(outcome(ask({.url = at("api.example")})), StartsWith("200")) << "what is over counts no more";
  EXPECT_THAT(outcome(ask({.url = at("api.example")})), StartsWith("200"));
}

TEST_F(ReplyTest, IsMeasuredUnpacked) {
  const std::string bomb = packed(std::string(size_t{32} << 20U, '0'));
  ASSERT_LT(bomb.size(), 100000U);
  EXPECT_THAT(get(transport::reply(200, "a/b", bomb, "Content-Encoding: gzip\r\n")), StartsWith("limit unknown: "));
}

TEST_F(ReplyTest, WithTooManyHeadersIsALimit) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
  EXPECT_THAT(get(html(200, "", many)), StartsWith("limit unknown: the answer of api.example has too many headers"));
  std::string hints;
  for (int i = 0; i < 1000; ++i) hints += "HTTP/1.1 103 Early\r\n\r\n";
  EXPECT_THAT(get(raw(hints + "HTTP/1.1 200 OK\r\n\r\n")), StartsWith("limit unknown: "));
  EXPECT_THAT(get(html(200, "", "X-A: " + std::string(90000, 'x') + "\r\nX-B: " + std::string(90000, 'x') + "\r\n")),
              StartsWith("limit unknown: "));
}

TEST_F(ReplyTest, HeaderTextsAreUtf8) {
  server.on("/", {html(200, "", "X-Latin: caf\xe9\r\nX-Utf: caf\xc3\xa9\r\nX-Odd: a\tb\x01\r\n")});
  const Result<Document> reply = ask({.url = at("api.example")});
  EXPECT_EQ(header_of(reply, "x-latin"), "caf\xc3\xa9");
  EXPECT_EQ(header_of(reply, "x-utf"), "caf\xc3\xa9");
  EXPECT_EQ(header_of(reply, "x-odd"), "a b ");
}

TEST_F(ReplyTest, ThatIsLostMayHaveHadAnEffect) {
  server.on("/closed", {close_without_reply()});
  server.on("/reset", {reset()});
  server.on("/head", {raw("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Len")});
  server.on("/body", {cut_after(json("[1, 2, 3]"), json("[1, 2, 3]").bytes.size() - 3)});
  for (const char* path : {"/closed", "/reset", "/head", "/body"}) {
    EXPECT_THAT(outcome(ask({.method = "POST", .url = at("api.example", path), .body = "x"})),
                StartsWith("unreachable unknown: api.example: "))
        << path;
    EXPECT_EQ(server.requests(path).size(), 1U) << path;
  }
}

TEST_F(ReplyTest, ThatIsNotHttpIsAProtocolError) {
  EXPECT_THAT(get(raw("SSH-2.0-OpenSSH_9.2\r\n\r\n")), StartsWith("protocol unknown: "));
}

TEST_F(ReplyTest, ThatComesTooLateIsGivenUp) {
  server.on("/", {stall()});
  EXPECT_THAT(outcome(ask({.url = at("api.example"), .deadline_ms = 50})),
              AllOf(StartsWith("deadline unknown: api.example: "), HasSubstr("allow it more time")));
  Act half = cut_after(json("[1, 2, 3]"), json("[1, 2, 3]").bytes.size() - 3);
  half.end = Act::End::kStall;
  server.on("/", {half});
  EXPECT_THAT(outcome(ask({.url = at("api.example"), .deadline_ms = 300})), StartsWith("deadline unknown: "));
  EXPECT_TRUE(server.wait_until_idle()) << "a connection stayed open";
}

TEST_F(ReplyTest, IsNotWaitedForWhenTheInstanceStops) {
  server.on("/", {stall()});
  std::stop_source stop;
  std::string got;
  std::thread caller([&] { got = outcome(ask({.url = at("api.example"), .deadline_ms = 600000}, stop.get_token())); });
  EXPECT_TRUE(server.wait_for_requests(1));
  stop.request_stop();
  caller.join();
  EXPECT_THAT(got, StartsWith("cancelled unknown: "));
  EXPECT_TRUE(server.wait_until_idle()) << "the connection stayed open";
  EXPECT_THAT(outcome(ask({.url = at("api.example")}, stop.get_token())), StartsWith("cancelled none: "));
}

// libcurl sends a request again by itself when a connection that it kept is closed before the reply.
TEST_F(ReplyTest, AWriteIsNeverSentTwice) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "MKCALENDAR"}) {
    server.on("/", {keep_alive(json("1")), close_without_reply(), json("2")});
    const size_t before = server.requests().size();
    EXPECT_EQ(outcome(ask({.url = at("api.example")})), "200 1");
    EXPECT_THAT(outcome(ask({.method = method, .url = at("api.example"), .body = "once"})),
                StartsWith("unreachable unknown: "));
    EXPECT_EQ(server.requests().size(), before + 2) << method;
  }
}

TEST_F(ReplyTest, ReadsShareAConnection) {
  server.on("/", {keep_alive(json("1"))});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(outcome(ask({.url = at("api.example")})), "200 1");
  EXPECT_EQ(server.requests().back().connection, 1);
}

}  // namespace
}  // namespace outrigger::host
