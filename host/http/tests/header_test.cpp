// Methods and headers: any that is one, and nothing that is more than one.
#include "host/http/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using transport::json;

class HeaderTest : public HttpRig {
 protected:
  HeaderTest() { server.on("/", {json("1")}); }
  std::string with(const std::string& name, const std::string& value) {
    return outcome(ask({.url = at("api.example"), .headers = {{name, value}}}));
  }
};

TEST_F(HeaderTest, AnyMethodIsSentAsItIs) {
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "MKCALENDAR", "x-own"}) {
    EXPECT_EQ(outcome(ask({.method = method, .url = at("api.example")})), "200 1") << method;
    EXPECT_EQ(seen("/").method, method);
  }
  EXPECT_EQ(outcome(ask({.url = at("api.example")})), "200 1");
  EXPECT_EQ(seen("/").method, "GET") << "GET is what an empty one means";
  EXPECT_EQ(outcome(ask({.method = "post", .url = at("api.example")})), "200 1");
  EXPECT_EQ(seen("/").method, "POST") << "servers know it in capitals";
}

TEST_F(HeaderTest, ABodyGoesWithAnyMethodByItsLength) {
  const std::string body = std::string("a\0b\r\n", 5) + std::string(300000, 'x');
  for (const char* method : {"GET", "POST", "PUT", "REPORT", "DELETE"}) {
    EXPECT_EQ(outcome(ask({.method = method, .url = at("api.example"), .body = body})), "200 1") << method;
    EXPECT_TRUE(seen("/").body == body) << method;
    EXPECT_EQ(seen("/").method, method);
    EXPECT_EQ(seen("/").header("Content-Length"), std::to_string(body.size())) << method;
    EXPECT_EQ(seen("/").header("Transfer-Encoding"), std::nullopt) << method;
    EXPECT_EQ(seen("/").header("Content-Type"), std::nullopt) << method << ": only what the plugin says";
    EXPECT_EQ(seen("/").header("Expect"), std::nullopt) << method;
  }
}

TEST_F(HeaderTest, AnEmptyPostHasALength) {
  EXPECT_EQ(outcome(ask({.method = "POST", .url = at("api.example")})), "200 1");
  EXPECT_EQ(seen("/").header("Content-Length"), "0");
  EXPECT_EQ(outcome(ask({.method = "DELETE", .url = at("api.example")})), "200 1");
  EXPECT_EQ(seen("/").header("Content-Length"), std::nullopt);
}

TEST_F(HeaderTest, HeadersArriveAsTheyWereGiven) {
  const Result<Document> reply = ask({.url = at("api.example"),
                                      .headers = {{"X-One", "  a: b; c  "},
                                                  {"X-Empty", ""},
                                                  {"X-Blank", "   "},
                                                  {"Accept", "text/x"},
                                                  {"User-Agent", "mine"},
                                                  {"Cookie", "k=v"},
                                                  {"Authorization", "Own abc"},
                                                  {"Content-Type", "x/y"}}});
  EXPECT_EQ(outcome(reply), "200 1");
  const transport::SeenRequest request = seen("/");
  EXPECT_EQ(request.header("X-One"), "a: b; c");
  EXPECT_EQ(request.header("X-Empty"), "");
  EXPECT_EQ(request.header("X-Blank"), "");
  EXPECT_EQ(request.header("Accept"), "text/x");
  EXPECT_EQ(request.header("User-Agent"), "mine");
  EXPECT_EQ(request.header("Cookie"), "k=v");
  EXPECT_EQ(request.header("Authorization"), "Own abc");
  EXPECT_EQ(request.header("Content-Type"), "x/y");
  EXPECT_EQ(request.header("Host"), "api.example:" + std::to_string(server.port()));
}

TEST_F(HeaderTest, NothingIsSmuggledInAHeader) {
  for (const std::string& value : {std::string("a\r\nX-Evil: 1"), std::string("a\nX-Evil: 1"), std::string("a\rb"),
                                   std::string("a\0b", 3), std::string("a\x7f"), std::string("\x1b[2J")})
    EXPECT_THAT(with("X-A", value), StartsWith("invalid none: the value of the header X-A holds a line break"))
        << value;
  for (const std::string& name : {std::string("X A"), std::string("X-A:"), std::string("X\r\nY"), std::string("X\0", 2),
                                  std::string(""), std::string("X-\xc3\xa4"), std::string(" X"), std::string("X;")})
    EXPECT_THAT(with(name, "1"), StartsWith("invalid none: the name of a header must be")) << name;
  EXPECT_THAT(server.requests(), testing::IsEmpty());
}

TEST_F(HeaderTest, TheErrorDoesNotShowTheValue) {
  EXPECT_THAT(with("Authorization", "s3cret\r\n"), testing::Not(HasSubstr("s3cret")));
}

TEST_F(HeaderTest, WhatFramesAMessageIsTheHostsToWrite) {
  for (const char* name : {"Host", "hOST", "Content-Length", "Transfer-Encoding", "Connection", "Proxy-Connection",
                           "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect", "Proxy-Authorization", "HTTP2-Settings"})
    EXPECT_THAT(with(name, "x"), StartsWith("invalid none: the host itself writes the header")) << name;
  EXPECT_THAT(server.requests(), testing::IsEmpty());
}

TEST_F(HeaderTest, AMethodIsOneWord) {
  for (const std::string& method : {std::string("GET /x HTTP/1.1\r\nHost: evil\r\n\r\nGET"), std::string("G T"),
                                    std::string("GET\n"), std::string("GE\0T", 4), std::string(41, 'X')})
    EXPECT_THAT(outcome(ask({.method = method, .url = at("api.example")})),
                StartsWith("invalid none: `method` must be"))
        << method;
  for (const char* method : {"CONNECT", "TRACE", "trace", "Connect"})
    EXPECT_THAT(outcome(ask({.method = method, .url = at("api.example")})), HasSubstr("is not for plugins")) << method;
  EXPECT_THAT(outcome(ask({.method = "HEAD", .url = at("api.example"), .body = "x"})), HasSubstr("has no body"));
  EXPECT_THAT(server.requests(), testing::IsEmpty());
}

TEST_F(HeaderTest, ManyOrLongHeadersAreALimit) {
  Ask many{.url = at("api.example")};
  for (int i = 0; i < 101; ++i) many.headers.emplace_back("X-" + std::to_string(i), "1");
  EXPECT_THAT(outcome(ask(many)), StartsWith("limit none: the request has more than 100 headers"));
  EXPECT_THAT(with("X-A", std::string(70000, 'x')), StartsWith("limit none: the headers of the request are too long"));
}

TEST_F(HeaderTest, ArgumentsOfAnotherKindAreRefused) {
  Arena arena;
  HttpEngine engine(
      std::make_shared<Outbound>(options), [](std::string_view) { return true; }, nullptr);
  const auto call = [&](Value headers) {
    return outcome(
        engine.call("request", arena.object({{"url", arena.text(at("api.example"))}, {"headers", headers}}), {}));
  };
  EXPECT_THAT(call(arena.object({{"X-A", "1"}})), HasSubstr("must be an array"));
  EXPECT_THAT(call(arena.array({arena.array({"X-A"})})), HasSubstr("must be [name, value]"));
  EXPECT_THAT(call(arena.array({arena.array({"X-A", 1})})), HasSubstr("must be [name, value]"));
  EXPECT_THAT(outcome(engine.call("upload", {}, {})), StartsWith("unsupported none:"));
  EXPECT_EQ(engine.extension(), "outrigger.http/1");
}

TEST_F(HeaderTest, BoundsOutsideOfTheContractAreRefused) {
  for (const int64_t deadline : {int64_t{-1}, int64_t{600001}})
    EXPECT_THAT(outcome(ask({.url = at("api.example"), .deadline_ms = deadline})), HasSubstr("`deadline_ms` must be"));
  for (const int64_t largest : {int64_t{-1}, int64_t{1} << 40U})
    EXPECT_THAT(outcome(ask({.url = at("api.example"), .largest_reply = largest})),
                HasSubstr("`largest_reply` must be"));
  EXPECT_THAT(outcome(ask({.url = at("api.example", "/" + std::string(20000, 'x'))})), StartsWith("limit none:"));
}

}  // namespace
}  // namespace outrigger::host
