// HTTP in memory: pieces, pipelines, limits, and what no server should take.
#include "host/web/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger::host {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Talk {
  std::vector<HttpRequest> heard;
  Routes routes;
  HttpLimits limits{512, 64, 3};
  std::unique_ptr<Conversation> talk;

  Talk() {
    const auto hear = [this](const HttpRequest& request) {
      heard.push_back(request);
      return HttpResponse{200, "text/plain", "heard " + request.path, {{"X-Bad", "a\r\nX-Forged: 1"}, {"X-Good", "a"}}};
    };
    routes.add("GET", "/*", hear).add("POST", "/*", hear);
    talk = std::make_unique<Conversation>(routes, limits, "192.0.2.1");
  }
  // All answers to these bytes.
  std::vector<std::string> send(std::string_view bytes) {
    talk->receive(bytes);
    std::vector<std::string> answers;
    while (auto answer = talk->answer()) answers.push_back(*answer);
    return answers;
  }
  std::string one(std::string_view bytes) {
    const auto answers = send(bytes);
    return answers.size() == 1 ? answers.front() : std::to_string(answers.size()) + " answers";
  }
};

TEST(Conversation, ARequestComesWhole) {
  Talk talk;
  const std::string answer =
      talk.one("POST /hooks/a%20b?x=%20 HTTP/1.1\r\nHost: h\r\nX-Thing: 1\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 16\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\nheard /hooks/a b"));
  ASSERT_EQ(talk.heard.size(), 1U);
  EXPECT_EQ(talk.heard[0].method, "POST");
  EXPECT_EQ(talk.heard[0].path, "/hooks/a b");
  EXPECT_EQ(talk.heard[0].query, "x=%20");
  EXPECT_EQ(talk.heard[0].header("x-thing"), "1");
  EXPECT_EQ(talk.heard[0].body, "body");
  EXPECT_EQ(talk.heard[0].peer, "192.0.2.1");
  EXPECT_FALSE(talk.talk->ended());
}

TEST(Conversation, NothingSaysWhatProgramThisIsAndNoHeaderIsForged) {
  Talk talk;
  const std::string answer = talk.one("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, Not(HasSubstr("Server:")));
  EXPECT_THAT(answer, Not(HasSubstr("utrigger")));
  EXPECT_THAT(answer, Not(HasSubstr("X-Forged")));
  EXPECT_THAT(answer, HasSubstr("X-Good: a\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
}

TEST(Conversation, ByteByByteIsTheSame) {
  const std::string bytes =
      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /y HTTP/1.1\r\nHost: h\r\n\r\n";
  Talk at_once;
  const auto expected = at_once.send(bytes);
  ASSERT_EQ(expected.size(), 2U);
  Talk slow;
  std::vector<std::string> answers;
  for (const char byte : bytes)
    for (const std::string& answer : slow.send({&byte, 1})) answers.push_back(answer);
  EXPECT_EQ(answers, expected);
}

TEST(Conversation, APipelineIsAnsweredInOrderUpToTheLimit) {
  Talk talk;
  std::string bytes;
  for (const char* path : {"/1", "/2", "/3", "/4"})
    bytes += std::string("GET ") + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
  const auto answers = talk.send(bytes);
  ASSERT_EQ(answers.size(), 3U) << "the limit";
  EXPECT_THAT(answers[0], HasSubstr("heard /1"));
  EXPECT_THAT(answers[0], HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(answers[2], HasSubstr("heard /3"));
  EXPECT_THAT(answers[2], HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(talk.talk->ended());
  EXPECT_EQ(talk.heard.size(), 3U);
}

TEST(Conversation, TheNextRequestOfAPipelineWaitsForItsTurn) {
  Talk talk;
  talk.talk->receive("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(talk.talk->answer());
  EXPECT_EQ(talk.heard.size(), 1U);
}

TEST(Conversation, HeadHasTheLengthAndNoBody) {
  Talk talk;
  const std::string answer = talk.one("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_EQ(answer.substr(answer.size() - 4), "\r\n\r\n");
}

TEST(Conversation, HeadersBeyondTheLimitAre431) {
  Talk talk;
  EXPECT_THAT(talk.one("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(600, 'x')), StartsWith("HTTP/1.1 431 "));
  EXPECT_TRUE(talk.talk->ended());
  EXPECT_TRUE(talk.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").empty());
}

TEST(Conversation, ABodyBeyondTheLimitIs413BeforeItComes) {
  Talk talk;
  EXPECT_THAT(talk.one("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 65\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
  EXPECT_TRUE(talk.talk->ended());
  Talk within;
  EXPECT_THAT(within.one("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 64\r\n\r\n" + std::string(64, 'x')),
              StartsWith("HTTP/1.1 200 "));
}

TEST(Conversation, ABodyWithoutItsLengthIs411) {
  Talk talk;
  EXPECT_THAT(talk.one("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 411 "));
  EXPECT_TRUE(talk.heard.empty());
}

TEST(Conversation, WhatServersHaveBeenLedAstrayByIsRefused) {
  for (const char* bytes :
       {"GET / HTTP/1.1\r\n\r\n",                                                                       // no host
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",                                                 // two
        "GET /a/../b HTTP/1.1\r\nHost: h\r\n\r\n",                                                      // steps
        "GET /a/%2e%2E/b HTTP/1.1\r\nHost: h\r\n\r\n",                                                  // escaped
        "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",                 //
        "GET /a\\b HTTP/1.1\r\nHost: h\r\n\r\n", "GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n",       //
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/2.0\r\nHost: h\r\n\r\n",                   //
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",             //
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",     //
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00"}) {  // TLS
    Talk talk;
    EXPECT_THAT(talk.one(bytes), StartsWith("HTTP/1.1 400 ")) << bytes;
    EXPECT_TRUE(talk.talk->ended()) << bytes;
    EXPECT_TRUE(talk.heard.empty()) << bytes;
  }
}

TEST(Conversation, CloseAndHttp10EndIt) {
  Talk talk;
  EXPECT_THAT(talk.one("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), HasSubstr("Connection: close"));
  EXPECT_TRUE(talk.talk->ended());
  Talk old;
  EXPECT_THAT(old.one("GET / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(old.talk->ended());
}

TEST(Conversation, WhoAsksIsToldToGoOn) {
  Talk talk;
  EXPECT_EQ(talk.one("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
            "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(talk.talk->within_request());
  EXPECT_THAT(talk.one("abc"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(talk.heard[0].body, "abc");
}

TEST(Conversation, SaysWhetherARequestHasBegun) {
  Talk talk;
  EXPECT_FALSE(talk.talk->within_request());
  EXPECT_TRUE(talk.send("G").empty());
  EXPECT_TRUE(talk.talk->within_request());
  EXPECT_EQ(talk.send("ET / HTTP/1.1\r\nHost: h\r\n\r\n").size(), 1U);
  EXPECT_FALSE(talk.talk->within_request());
}

}  // namespace
}  // namespace outrigger::host
