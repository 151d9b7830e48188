// Which request gets which answer.
#include "host/web/routes.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace outrigger::host {
namespace {

HttpRequest request(std::string method, std::string path, std::string authorization = {}) {
  HttpRequest made{std::move(method), std::move(path), "", {}, "", "127.0.0.1"};
  if (!authorization.empty()) made.headers.emplace_back("authorization", std::move(authorization));
  return made;
}

HttpHandler say(std::string text) {
  return [text = std::move(text)](const HttpRequest&) { return HttpResponse{200, "text/plain", text, {}}; };
}

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

const std::string kToken(64, 'a');

TEST(Routes, WithATokenOnlyOpenPathsAnswerWithoutIt) {
  Routes routes(kToken);
  routes.add("GET", "/metrics", say("numbers")).add("GET", "/healthz", say("ok"), Access::kOpen);
  EXPECT_EQ(routes.answer(request("GET", "/healthz")).body, "ok");
  const HttpResponse denied = routes.answer(request("GET", "/metrics"));
  EXPECT_EQ(denied.status, 401);
  EXPECT_EQ(header(denied, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(denied.body.find("numbers"), std::string::npos);
  EXPECT_EQ(routes.answer(request("GET", "/metrics", "Bearer " + kToken)).body, "numbers");
  EXPECT_EQ(routes.answer(request("GET", "/metrics", "bearer " + kToken)).body, "numbers");
}

TEST(Routes, EveryWrongTokenIsRefused) {
  Routes routes(kToken);
  routes.add("GET", "/metrics", say("numbers"));
  for (const std::string& wrong :
       {std::string("Bearer "), std::string("Bearer"), "Bearer " + std::string(64, 'b'), "Bearer " + kToken + "a",
        "Bearer " + kToken.substr(1), "Bearer " + kToken + kToken, "Basic " + kToken, kToken, "Bearer  " + kToken})
    EXPECT_EQ(routes.answer(request("GET", "/metrics", wrong)).status, 401) << wrong;
}

TEST(Routes, WithoutTheTokenNobodyLearnsWhichPathsExist) {
  Routes routes(kToken);
  routes.add("GET", "/metrics", say("numbers"));
  EXPECT_EQ(routes.answer(request("GET", "/nothing")).status, 401);
  EXPECT_EQ(routes.answer(request("POST", "/metrics")).status, 401);
  EXPECT_EQ(routes.answer(request("GET", "/nothing", "Bearer " + kToken)).status, 404);
}

TEST(Routes, ThePublicListenerHasNoToken) {
  Routes routes;
  routes.add("POST", "/hooks/*", say("heard"));
  EXPECT_EQ(routes.answer(request("POST", "/hooks/abc")).body, "heard");
  EXPECT_EQ(routes.answer(request("GET", "/")).status, 404);
}

TEST(Routes, TheLongestPathWins) {
  Routes routes;
  routes.add("GET", "/*", say("all")).add("GET", "/api/*", say("api")).add("GET", "/api/x", say("x"));
  routes.add("GET", "/api/x*", say("begins with x"));
  EXPECT_EQ(routes.answer(request("GET", "/other")).body, "all");
  EXPECT_EQ(routes.answer(request("GET", "/api/")).body, "api");
  EXPECT_EQ(routes.answer(request("GET", "/api")).body, "all");
  EXPECT_EQ(routes.answer(request("GET", "/api/x")).body, "x");
  EXPECT_EQ(routes.answer(request("GET", "/api/xy")).body, "begins with x");
}

TEST(Routes, AnotherMethodIsTold) {
  Routes routes;
  routes.add("GET", "/page", say("page")).add("POST", "/page", say("posted"));
  EXPECT_EQ(routes.answer(request("POST", "/page")).body, "posted");
  const HttpResponse refused = routes.answer(request("DELETE", "/page"));
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header(refused, "Allow"), "GET, HEAD, POST");
}

TEST(Routes, HeadIsAnsweredAsGet) {
  Routes routes;
  routes.add("GET", "/page", say("page")).add("POST", "/only", say("posted"));
  EXPECT_EQ(routes.answer(request("HEAD", "/page")).status, 200);
  EXPECT_EQ(routes.answer(request("HEAD", "/only")).status, 405);
}

TEST(Routes, WhatAHandlerThrowsIsNotShown) {
  Routes routes;
  routes.add("GET", "/page", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("the key is 42"); });
  const HttpResponse failed = routes.answer(request("GET", "/page"));
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body.find("42"), std::string::npos);
}

}  // namespace
}  // namespace outrigger::host
