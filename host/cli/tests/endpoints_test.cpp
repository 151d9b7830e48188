// What other systems post to a plugin's endpoint, by the program: from the socket to the plugin, in a process of its own
// and in the host's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include "host/cli/tests/child.hpp"
#include "integration/transport/tests/perform.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kToken[] = "0123456789abcdef0123456789abcdef";
constexpr char kFresh[] = "another-token-of-at-least-32-letters";
constexpr char kTokenVariable[] = "OUTRIGGER_TEST_TOKEN";

class Endpoints : public testing::TestWithParam<const char*> {
 protected:
  Endpoints() {
    setenv("no_proxy", "*", 1);
    configure();
    const Ended enabled = program({"plugin", "enable", "scoring", "--yes"});
    EXPECT_EQ(enabled.code, 0) << enabled.err;
    EXPECT_THAT(enabled.out, HasSubstr("activity"));
  }
  void configure(const std::string& endpoint = "activity", const std::string& more = "") {
    const std::string plugins = std::string(R"(, "plugins": {"scoring": {"isolation": ")") + GetParam() +
                                R"(", "endpoints": {")" + endpoint + R"(": {"token": "${env:)" + kTokenVariable +
                                "}\"" + more + R"(}}}}, "public": {"listen": "127.0.0.1:)" + port_ +
                                R"(", "max_body_kib": 4}, "log": {"level": "info"})";
    file_ = folder_.write("outrigger.json", config_text(sandbox_.url(), plugins)).string();
  }
  Environment environment(const std::string& token = kToken) const {
    return {{kKeyVariable, sandbox_.key()}, {kTokenVariable, token}};
  }
  Ended program(Arguments words) const {
    words.insert(words.end(), {"-c", file_});
    return run(words, environment());
  }
  struct Answer {
    int status = 0;
    std::string body;
  };
  Answer post(const std::string& path, const std::string& body, const std::vector<std::string>& headers = {}) {
    transport::Text text;
    const auto reply = transport::perform(
        loop_, {.url = "http://127.0.0.1:" + port_ + "/hook/" + path, .headers = headers, .body = body}, text);
    return {reply.status, text.text};
  }
  Answer post(const std::string& body) { return post(std::string("scoring/activity/") + kToken, body); }
  static std::string event(const std::string& id, const std::string& more = R"(, "consent": true)") {
    return R"({"id": ")" + id + R"(", "event": "form", "at": "2026-11-01T10:00:00Z", "email": "an@example.com")" +
           more + "}";
  }
  static std::string events(const std::string& all) { return R"({"events": [)" + all + "]}"; }

  TemporaryFolder folder_;
  SandboxChild sandbox_;
  const std::string port_ = std::to_string(free_port());
  std::string file_;
  transport::Loop loop_;
};

TEST_P(Endpoints, APostReachesThePluginOnceAndForgedOnesDoNot) {
  Child service({"run", "-c", file_}, environment());
  ASSERT_TRUE(service.says("ready"));
  const Answer taken = post(events(event("1") + "," + event("2")));
  EXPECT_EQ(taken.status, 200) << taken.body;
  EXPECT_THAT(taken.body, HasSubstr("\"delivery\":"));
  ASSERT_TRUE(service.says("activity: 2 kept, 0 repeated, 0 erased, 0 refused"));
  EXPECT_EQ(post(events(event("2") + "," + event("0") + "," + event("3", ""))).status, 200) << "replayed, out of order";
  ASSERT_TRUE(service.says("activity: 1 kept, 1 repeated, 0 erased, 1 refused"));
  EXPECT_EQ(post("scoring/activity", events(event("4")), {std::string("Authorization: Bearer ") + kToken}).status, 200);
  ASSERT_TRUE(service.says("activity: 1 kept, 0 repeated, 0 erased, 0 refused"));
  for (const std::string& path : {std::string("scoring/activity/") + kFresh, std::string("scoring/nothing/") + kToken,
                                  std::string("crm/activity/") + kToken, std::string("scoring/activity")})
    EXPECT_EQ(post(path, events(event("9"))).status, 404) << path;
  EXPECT_EQ(post(std::string(5000, ' ')).status, 413);
  EXPECT_THAT(program({"events", "list"}).out, HasSubstr("nothing is waiting"));
  EXPECT_EQ(service.end_with(SIGTERM).code, 0);
}

// The plugin says why before the host has set the letter aside.
bool set_aside(const std::function<Ended()>& list, size_t letters) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (list().json().root().size() < letters)
    if (std::chrono::steady_clock::now() > deadline) return false;
  return true;
}

TEST_P(Endpoints, WhatThePluginRejectsIsThereToBeLookedAt) {
  Child service({"run", "-c", file_}, environment());
  ASSERT_TRUE(service.says("ready"));
  EXPECT_EQ(post("not JSON").status, 200) << "the sender learns nothing of what becomes of it";
  ASSERT_TRUE(service.says("the body is not JSON from byte 0 on"));
  ASSERT_TRUE(set_aside([&] { return program({"events", "list", "--state", "skipped", "--json"}); }, 1));
  const Ended skipped = program({"events", "list", "--state", "skipped"});
  EXPECT_THAT(skipped.out, AllOf(HasSubstr("scoring/activity"), HasSubstr("webhook"), HasSubstr("not JSON"),
                                 Not(HasSubstr(kToken))));
  EXPECT_THAT(program({"events", "discard", "--state", "skipped"}).out, HasSubstr("1 deliveries were forgotten"));
  EXPECT_THAT(program({"events", "list"}).out, HasSubstr("nothing is waiting"));
  EXPECT_EQ(service.end_with(SIGTERM).code, 0);
}

TEST_P(Endpoints, WhatWasSetAsideIsForgottenWithThePersonWhomItNames) {
  Child service({"run", "-c", file_}, environment());
  ASSERT_TRUE(service.says("ready"));
  EXPECT_EQ(post("name=An&mail=An%40Example.com&more").status, 200);
  EXPECT_EQ(post("not JSON: jan@example.com, an@example.com.vn").status, 200);
  ASSERT_TRUE(service.says("the body is not JSON from byte 0 on"));
  ASSERT_TRUE(service.says("the body is not JSON from byte 0 on"));
  ASSERT_TRUE(set_aside([&] { return program({"events", "list", "--state", "skipped", "--json"}); }, 2));
  EXPECT_THAT(program({"privacy", "export", "an@example.com"}).out,
              AllOf(HasSubstr("scoring/activity"), HasSubstr("name=An&mail=An%40Example.com"),
                    Not(HasSubstr("jan@example.com"))));
  const Ended erased = program({"privacy", "erase", "an@example.com", "--yes", "--json"});
  EXPECT_EQ(erased.json().root()["erased"].integer(), 1) << erased.out << erased.err;
  const Ended left = program({"events", "list", "--state", "skipped", "--json"});
  EXPECT_EQ(left.json().root().size(), 1U) << left.out;
  EXPECT_EQ(service.end_with(SIGTERM).code, 0);
}

TEST_P(Endpoints, TooManyAreTurnedAway) {
  configure("activity", R"(, "per_minute": 3)");
  Child service({"run", "-c", file_}, environment());
  ASSERT_TRUE(service.says("ready"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(events(event("x" + std::to_string(i)))).status, 200);
  const Answer refused = post(events(event("y")));
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, HasSubstr("more than 3 posts a minute"));
  EXPECT_EQ(service.end_with(SIGTERM).code, 0);
}

TEST_P(Endpoints, OneThatTheManifestDoesNotNameIsSaidAndTakesNothing) {
  configure("orders");
  Child service({"run", "-c", file_}, environment());
  ASSERT_TRUE(service.says("endpoint orders takes no posts: the manifest of scoring asks for no such endpoint"));
  ASSERT_TRUE(service.says("ready"));
  EXPECT_EQ(post(std::string("scoring/orders/") + kToken, events(event("1"))).status, 404);
  EXPECT_EQ(service.end_with(SIGTERM).code, 0);
}

TEST_P(Endpoints, AnotherConfigurationCountsAtOnce) {
  Child service({"run", "-c", file_}, environment());
  ASSERT_TRUE(service.says("ready"));
  EXPECT_EQ(post(events(event("1"))).status, 200);
  ASSERT_TRUE(service.says("activity: 1 kept"));
  configure("orders");
  const Ended reloaded = program({"reload"});
  EXPECT_THAT(reloaded.out, HasSubstr("plugin scoring: other endpoints or tokens"));
  EXPECT_EQ(post(events(event("2"))).status, 404) << "it is configured no more";
  configure();
  EXPECT_EQ(program({"reload"}).code, 0);
  EXPECT_EQ(post(events(event("2"))).status, 200);
  EXPECT_EQ(program({"plugin", "disable", "scoring"}).code, 0);
  EXPECT_EQ(post(events(event("3"))).status, 404) << "the plugin is disabled";
  EXPECT_EQ(service.end_with(SIGTERM).code, 0);
}

TEST_P(Endpoints, AShortTokenIsRefusedWithTheRemedy) {
  const Ended ended = run({"run", "-c", file_}, environment("short"));
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("plugins.scoring.endpoints.activity.token must be 32 to 256 letters"),
                               HasSubstr("openssl rand -hex 32"), Not(HasSubstr("\"short\""))));
}

INSTANTIATE_TEST_SUITE_P(Isolation, Endpoints, testing::Values("process", "inproc"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace outrigger::host
