#include "host/web/endpoint_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger::host {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kToken[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr char kOther[] = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
constexpr int64_t kSecond = 1'000'000;

class EndpointDeskTest : public testing::Test {
 protected:
  EndpointDeskTest()
      : desk_({.keep = [this](const EndpointDesk::Letter& letter) -> Result<std::string> {
                 if (refusal_) return *refusal_;
                 letters_.push_back(letter);
                 return "a1-hook" + std::to_string(letters_.size());
               },
               .now = [this] { return now_; }}) {
    admit(60);
  }
  void admit(int64_t per_minute) {
    desk_.admit({{"scoring", "activity", "main", kToken, per_minute, 1000},
                 {"scoring", "other", "main", kOther, per_minute, 1000}});
  }
  HttpResponse post(const std::string& path, const std::string& body = "{}",
                    std::vector<std::pair<std::string, std::string>> headers = {}) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/hook/" + path;
    request.query = "a=1";
    request.headers = std::move(headers);
    request.body = body;
    return desk_.take(request);
  }

  int64_t now_ = kSecond;
  std::optional<Error> refusal_;
  std::vector<EndpointDesk::Letter> letters_;
  EndpointDesk desk_;
};

TEST_F(EndpointDeskTest, KeepsWhatComesWithItsToken) {
  const HttpResponse taken = post(std::string("scoring/activity/") + kToken, "{\"events\": []}");
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(taken.content_type, "application/json");
  EXPECT_EQ(taken.body, "{\"delivery\":\"a1-hook1\"}\n");
  ASSERT_EQ(letters_.size(), 1U);
  EXPECT_EQ(letters_[0].plugin + " " + letters_[0].endpoint + " " + letters_[0].database, "scoring activity main");
  EXPECT_EQ(letters_[0].body, "{\"events\": []}");
  EXPECT_EQ(letters_[0].query, "a=1");
}

TEST_F(EndpointDeskTest, TheTokenMayStandInAHeaderAndGoesNoFurther) {
  const std::string bearer = std::string("Bearer ") + kToken;
  EXPECT_EQ(post("scoring/activity", "{}",
                 {{"authorization", bearer}, {"cookie", "a=b"}, {"content-type", "application/json"}, {"x", "\xe9"}})
                .status,
            200);
  ASSERT_EQ(letters_.size(), 1U);
  ASSERT_EQ(letters_[0].headers.size(), 1U) << "no secret, no bytes that are no text";
  EXPECT_EQ(letters_[0].headers[0].first, "content-type");
}

TEST_F(EndpointDeskTest, WhateverElseIsForgedLooksLikeNothing) {
  const std::string token(kToken);
  const std::string nothing = post("").body;
  for (const std::string& path :
       {std::string("scoring"), std::string("scoring/activity"), "scoring/activity/" + token.substr(1),
        "scoring/activity/" + token + "/", "scoring/activity/x" + token, "scoring/activity/" + std::string(kOther),
        "scoring/other/" + token, "crm/activity/" + token, "/" + token, token, "scoring//activity/" + token}) {
    const HttpResponse response = post(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.body, nothing) << path;
    EXPECT_THAT(response.body, Not(HasSubstr(token)));
  }
  EXPECT_EQ(post("scoring/activity", "{}", {{"authorization", "Bearer "}}).status, 404);
  EXPECT_EQ(post("scoring/activity", "{}", {{"authorization", "Basic " + token}}).status, 404);
  EXPECT_EQ(post("scoring/activity/" + std::string(kOther), "{}", {{"authorization", "Bearer " + token}}).status, 404)
      << "the one in the path counts";
  EXPECT_TRUE(letters_.empty());
}

TEST_F(EndpointDeskTest, NobodyIsAdmittedUntilSomebodyIs) {
  EndpointDesk empty({.keep = [](const EndpointDesk::Letter&) { return std::string(); }, .now = [] { return 0; }});
  HttpRequest request;
  request.path = "/hook/scoring/activity/";
  EXPECT_EQ(empty.take(request).status, 404);
  desk_.admit({});
  EXPECT_EQ(post(std::string("scoring/activity/") + kToken).status, 404) << "it was taken away";
}

TEST_F(EndpointDeskTest, BoundsSizeAndRate) {
  const std::string path = std::string("scoring/activity/") + kToken;
  EXPECT_EQ(post(path, std::string(1001, 'x')).status, 413);
  for (int i = 0; i < 60; ++i) ASSERT_EQ(post(path).status, 200) << i;
  const HttpResponse refused = post(path);
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, HasSubstr("more than 60 posts a minute"));
  ASSERT_EQ(refused.headers.size(), 1U);
  EXPECT_EQ(refused.headers[0], std::make_pair(std::string("Retry-After"), std::string("1")));
  EXPECT_EQ(post(std::string("scoring/other/") + kOther).status, 200) << "each has a bound of its own";
  admit(60);
  EXPECT_EQ(post(path).status, 429) << "admitting anew forgets nothing";
  now_ += 2 * kSecond;
  EXPECT_EQ(post(path).status, 200);
  EXPECT_EQ(post(path).status, 200);
  EXPECT_EQ(post(path).status, 429);
  now_ -= 100 * kSecond;
  EXPECT_EQ(post(path).status, 429) << "a clock that steps back gives nothing";
}

TEST_F(EndpointDeskTest, WhatCannotBeKeptIsToComeAgain) {
  const std::string path = std::string("scoring/activity/") + kToken;
  refusal_ = Error{Code::kLimit, "secret details", Source::kHost, Effect::kNone, 30'000};
  const HttpResponse full = post(path);
  EXPECT_EQ(full.status, 503);
  EXPECT_THAT(full.body, AllOf(HasSubstr("too much waits"), Not(HasSubstr("secret"))));
  EXPECT_EQ(full.headers[0].second, "30");
  refusal_ = Error{Code::kInternal, "secret details", Source::kHost, Effect::kNone, -1};
  EXPECT_EQ(post(path).status, 503);
  EXPECT_THAT(post(path).body, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace outrigger::host
