// Redirects: each is checked as a request of its own, and takes along no more than it should.
#include "host/http/redirect.hpp"

#include "host/http/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using transport::Act;
using transport::html;
using transport::json;
using transport::stall;

class RedirectTest : public HttpRig {
 protected:
  static Act to(const std::string& location, int status = 302) {
    return html(status, "elsewhere", "Location: " + location + "\r\n");
  }
};

TEST_F(RedirectTest, IsFollowedAndReported) {
  server.on("/a/b?x=1", {to("../c?y=2#there")});
  server.on("/c?y=2", {json("1")});
  const Result<Document> reply = ask({.url = at("api.example", "/a/b?x=1")});
  EXPECT_EQ(outcome(reply), "200 1");
  EXPECT_EQ(reply->root()["url"].text(), at("api.example", "/c?y=2"));
}

TEST_F(RedirectTest, AtMostFive) {
  for (int i = 0; i < 6; ++i) server.on("/" + std::to_string(i), {to("/" + std::to_string(i + 1))});
  server.on("/5", {json("5")});
  server.on("/6", {json("6")});
  EXPECT_EQ(outcome(ask({.url = at("api.example", "/0")})), "200 5");
  server.on("/5", {to("/6")});
  EXPECT_THAT(outcome(ask({.url = at("api.example", "/0")})), StartsWith("limit unknown: the request was redirected"));
}

TEST_F(RedirectTest, ALoopEnds) {
  server.on("/", {to("/")});
  EXPECT_THAT(outcome(ask({.url = at("api.example")})), StartsWith("limit unknown: "));
  EXPECT_EQ(server.requests().size(), 6U);
}

TEST_F(RedirectTest, ToAHostOutsideOfTheGrantIsRefused) {
  server.on("/", {to(at("evil.example", "/x"))});
  EXPECT_THAT(outcome(ask({.url = at("api.example")})),
              AllOf(StartsWith("access unknown: the server redirects elsewhere: "), HasSubstr("evil.example"),
                    HasSubstr("the grant lacks")));
  ASSERT_EQ(refusals.size(), 1U) << "the admin's log tells it";
  EXPECT_THAT(refusals[0], HasSubstr("evil.example"));
  server.on("/", {to("//evil.example/")});
  EXPECT_THAT(outcome(ask({.url = at("api.example")})), StartsWith("access unknown: "));
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(RedirectTest, ToAPrivateAddressIsRefused) {
  server.on("/", {to(at("public.example", "/x"))});
  EXPECT_THAT(outcome(ask({.url = at("api.example")})),
              AllOf(StartsWith("access unknown: the host public.example is at the address 127.0.0.1")));
  server.on("/", {to("http://169.254.169.254/latest/meta-data/")});
  EXPECT_THAT(outcome(ask({.url = at("api.example")})), StartsWith("access unknown: "));
  EXPECT_TRUE(server.requests("/x").empty());
}

TEST_F(RedirectTest, ToWhatIsNotTheWebIsRefused) {
  for (const char* location : {"file:///etc/passwd", "ftp://api.example/x", "gopher://x/", "javascript:1", "http://",
                               "http://me:word@api.example/", "https://api.example\\@evil.example/", "http://[::1"}) {
    server.on("/", {to(location)});
    EXPECT_THAT(outcome(ask({.url = at("api.example")})), Not(StartsWith("200"))) << location;
  }
}

TEST_F(RedirectTest, WithoutALocationIsAReply) {
  server.on("/", {html(302, "nowhere")});
  EXPECT_EQ(outcome(ask({.url = at("api.example")})), "302 nowhere");
  server.on("/", {to("/other", 304), to("/other", 300)});
  EXPECT_THAT(outcome(ask({.url = at("api.example")})), StartsWith("304"));
  EXPECT_THAT(outcome(ask({.url = at("api.example")})), StartsWith("300"));
}

struct Step {
  int status;
  const char* method;
  const char* then;
  bool keeps_body;
};

class MethodTest : public RedirectTest, public testing::WithParamInterface<Step> {};

TEST_P(MethodTest, FollowsTheRules) {
  const Step& step = GetParam();
  server.on("/from", {to("/to", step.status)});
  server.on("/to", {transport::raw("HTTP/1.1 204 None\r\n\r\n")});
  const std::string body = std::string(step.method) == "HEAD" ? "" : "the body";
  EXPECT_EQ(outcome(ask({.method = step.method,
                         .url = at("api.example", "/from"),
                         .headers = {{"Content-Type", "x/y"}, {"X-Mine", "1"}, {"Content-Language", "vi"}},
                         .body = body})),
            "204 ");
  const transport::SeenRequest request = seen("/to");
  EXPECT_EQ(request.method, step.then);
  EXPECT_EQ(request.body, step.keeps_body ? body : "");
  EXPECT_EQ(request.header("Content-Type").has_value(), step.keeps_body);
  EXPECT_EQ(request.header("Content-Language").has_value(), step.keeps_body);
  EXPECT_EQ(request.header("X-Mine"), "1");
}

INSTANTIATE_TEST_SUITE_P(Rfc9110, MethodTest,
                         testing::Values(Step{301, "POST", "GET", false}, Step{302, "POST", "GET", false},
                                         Step{303, "POST", "GET", false}, Step{303, "PUT", "GET", false},
                                         Step{303, "DELETE", "GET", false}, Step{303, "HEAD", "HEAD", true},
                                         Step{301, "PUT", "PUT", true}, Step{302, "PROPFIND", "PROPFIND", true},
                                         Step{307, "POST", "POST", true}, Step{308, "POST", "POST", true},
                                         Step{308, "DELETE", "DELETE", true}, Step{301, "GET", "GET", true}),
                         [](const auto& given) {
                           return std::to_string(given.param.status) + std::string("of") + given.param.method;
                         });

TEST_F(RedirectTest, AnotherOriginGetsNoCredentials) {
  secrets.values["token"] = {"s3cret-value", ""};
  server.on("/from", {to(at("other.example", "/to"), 307)});
  server.on("/to", {json("1")});
  EXPECT_EQ(
      outcome(ask({.method = "POST",
                   .url = at("api.example", "/from"),
                   .headers = {{"Cookie", "k=v"}, {"X-Api-Key", "k"}, {"Accept", "text/x"}, {"Content-Type", "x/y"}},
                   .body = "b",
                   .secret = "token",
                   .secret_as = "bearer"})),
      "200 1");
  EXPECT_EQ(seen("/from").header("Authorization"), "Bearer s3cret-value");
  const transport::SeenRequest request = seen("/to");
  EXPECT_EQ(request.header("Authorization"), std::nullopt);
  EXPECT_EQ(request.header("Cookie"), std::nullopt);
  EXPECT_EQ(request.header("X-Api-Key"), std::nullopt);
  EXPECT_EQ(request.header("Accept"), "text/x");
  EXPECT_EQ(request.header("Content-Type"), "x/y");
  EXPECT_EQ(request.body, "b");
}

TEST_F(RedirectTest, AndTheFirstOriginGetsNoneWhenItComesBack) {
  secrets.values["token"] = {"s3cret-value", ""};
  server.on("/a", {to(at("other.example", "/b"))});
  server.on("/b", {to(at("api.example", "/c"))});
  server.on("/c", {json("1")});
  EXPECT_EQ(outcome(ask({.url = at("api.example", "/a"),
                         .headers = {{"Authorization", "Own key"}},
                         .secret = "token",
                         .secret_as = "header:X-Token"})),
            "200 1");
  EXPECT_EQ(seen("/a").header("X-Token"), "s3cret-value");
  for (const char* path : {"/b", "/c"}) {
    EXPECT_EQ(seen(path).header("X-Token"), std::nullopt) << path;
    EXPECT_EQ(seen(path).header("Authorization"), std::nullopt) << path;
  }
}

TEST_F(RedirectTest, TheSameOriginKeepsThem) {
  secrets.values["token"] = {"s3cret-value", ""};
  server.on("/a", {to("/b")});
  server.on("/b", {json("1")});
  EXPECT_EQ(
      outcome(
          ask({.url = at("api.example", "/a"), .headers = {{"X-Key", "k"}}, .secret = "token", .secret_as = "bearer"})),
      "200 1");
  EXPECT_EQ(seen("/b").header("Authorization"), "Bearer s3cret-value");
  EXPECT_EQ(seen("/b").header("X-Key"), "k");
}

TEST_F(RedirectTest, OneDeadlineForAllOfThem) {
  server.on("/", {to("/slow")});
  server.on("/slow", {stall()});
  EXPECT_THAT(outcome(ask({.url = at("api.example"), .deadline_ms = 300})), StartsWith("deadline unknown: "));
}

TEST_F(RedirectTest, NoCookieIsKept) {
  server.on("/a", {html(302, "", "Set-Cookie: sid=1; Path=/\r\nLocation: /b\r\n")});
  server.on("/b", {json("1")});
  EXPECT_EQ(outcome(ask({.url = at("api.example", "/a")})), "200 1");
  EXPECT_EQ(seen("/b").header("Cookie"), std::nullopt);
}

std::string resolved(const std::string& base, const std::string& location) {
  const Result<std::string> result = resolve(base, location);
  return result ? *result : "refused";
}

// The examples of RFC 3986 5.4, as far as they stay on the web.
TEST(Resolve, AsInRfc3986) {
  constexpr char kBase[] = "http://a/b/c/d;p?q";
  const std::pair<const char*, const char*> known[] = {{"g", "http://a/b/c/g"},
                                                       {"./g", "http://a/b/c/g"},
                                                       {"g/", "http://a/b/c/g/"},
                                                       {"/g", "http://a/g"},
                                                       {"//g", "http://g/"},
                                                       {"?y", "http://a/b/c/d;p?y"},
                                                       {"g?y", "http://a/b/c/g?y"},
                                                       {"#s", "http://a/b/c/d;p?q"},
                                                       {"g#s", "http://a/b/c/g"},
                                                       {";x", "http://a/b/c/;x"},
                                                       {"", "http://a/b/c/d;p?q"},
                                                       {".", "http://a/b/c/"},
                                                       {"./", "http://a/b/c/"},
                                                       {"..", "http://a/b/"},
                                                       {"../g", "http://a/b/g"},
                                                       {"../..", "http://a/"},
                                                       {"../../g", "http://a/g"},
                                                       {"../../../g", "http://a/g"},
                                                       {"/./g", "http://a/g"},
                                                       {"/../g", "http://a/g"},
                                                       {"g;x=1/../y", "http://a/b/c/y"},
                                                       {"https://x.example", "https://x.example/"}};
  for (const auto& [location, expected] : known) EXPECT_EQ(resolved(kBase, location), expected) << location;
}

TEST(Resolve, WhatServersSendThatIsNoUrl) {
  EXPECT_EQ(resolved("http://a.example/", "/a b"), "http://a.example/a%20b");
  EXPECT_EQ(resolved("http://a.example/", "/\xc3\xa9"), "http://a.example/%c3%a9");
  EXPECT_EQ(resolved("http://a.example/", "HTTP://B.Example:80/x"), "http://B.Example:80/x");
  for (const char* bad : {"http://\xc3\xa9.example/", "http://a b/", "http://a%2eb@c/", "http://x:y@z/", "/a\r\nb",
                          "http://[fe80::1%25eth0]/", "http://%30177.1/"})
    EXPECT_EQ(resolved("http://a.example/", bad), "refused") << bad;
}

}  // namespace
}  // namespace outrigger::host
