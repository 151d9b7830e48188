// Secrets: named by the plugin, put in by the host, never given back.
#include "host/http/secret.hpp"

#include "host/http/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using transport::html;
using transport::json;
using transport::SeenRequest;

class SecretTest : public HttpRig {
 protected:
  SecretTest() {
    secrets.values["token"] = {"s3cret/value+1", ""};
    secrets.values["login"] = {"me:pass word", ""};
    server.on("/", {json("1")});
  }
  Result<Document> with(const std::string& secret, const std::string& as, const std::string& path = "/",
                        const std::string& method = "GET") {
    return ask({.method = method, .url = at("api.example", path), .secret = secret, .secret_as = as});
  }
};

TEST_F(SecretTest, IsPutIntoTheRequest) {
  EXPECT_EQ(outcome(with("token", "bearer")), "200 1");
  EXPECT_EQ(seen("/").header("Authorization"), "Bearer s3cret/value+1");
  EXPECT_EQ(outcome(with("login", "basic")), "200 1");
  EXPECT_EQ(seen("/").header("Authorization"), "Basic bWU6cGFzcyB3b3Jk");
  EXPECT_EQ(outcome(with("token", "header:X-Api-Key")), "200 1");
  EXPECT_EQ(seen("/").header("X-Api-Key"), "s3cret/value+1");
  EXPECT_EQ(seen("/").header("Authorization"), std::nullopt);
}

TEST_F(SecretTest, ThatCannotBeUsedIsSaidWithoutShowingIt) {
  secrets.values["line"] = {"abc\r\nX-Evil: 1", ""};
  secrets.values["empty"] = {"", ""};
  EXPECT_THAT(outcome(with("line", "bearer")),
              AllOf(StartsWith("invalid none: the secret line holds a line break"), Not(HasSubstr("abc"))));
  EXPECT_THAT(outcome(with("empty", "bearer")), HasSubstr("is empty"));
  EXPECT_THAT(outcome(with("token", "basic")), AllOf(HasSubstr("must be user:password"), Not(HasSubstr("s3cret"))));
  for (const char* as : {"", "Bearer ", "digest", "header", "cookie"})
    EXPECT_THAT(outcome(with("token", as)), HasSubstr("`secret_as` must be bearer, basic or header:NAME")) << as;
  for (const char* as : {"header:", "header:X Y", "header:Host", "header:content-length", "header:X\r\nY"})
    EXPECT_THAT(outcome(with("token", as)), StartsWith("invalid none: ")) << as;
  EXPECT_THAT(outcome(with("other", "bearer")), StartsWith("missing none: there is no secret other"));
  EXPECT_THAT(server.requests(), testing::IsEmpty());
}

TEST_F(SecretTest, IsNotMixedWithAHeaderOfThePlugin) {
  EXPECT_THAT(
      outcome(ask(
          {.url = at("api.example"), .headers = {{"authorization", "Own"}}, .secret = "token", .secret_as = "bearer"})),
      HasSubstr("which is also in `headers`"));
}

TEST_F(SecretTest, IsNotThereWithoutAVault) {
  HttpEngine engine(
      std::make_shared<Outbound>(options), [](std::string_view) { return true; }, nullptr);
  Arena arena;
  const Value args =
      arena.object({{"url", arena.text(at("api.example"))}, {"secret", "token"}, {"secret_as", "bearer"}});
  EXPECT_THAT(outcome(engine.call("request", args, {})), StartsWith("unsupported none: "));
}

TEST_F(SecretTest, IsHiddenWhereTheServerShowsItAgain) {
  server.on("/", {html(302, "", "Location: /there?raw=s3cret/value+1&enc=s3cret%2Fvalue%2B1\r\n")});
  server.on("/there?raw=s3cret/value+1&enc=s3cret%2Fvalue%2B1",
            {html(200, "you said s3cret/value+1, Bearer s3cret%2fvalue%2b1", "X-Echo: Bearer s3cret/value+1\r\n")});
  const Result<Document> reply = with("token", "bearer");
  EXPECT_EQ(outcome(reply), "200 you said ***, Bearer ***");
  EXPECT_EQ(header_of(reply, "x-echo"), "Bearer ***");
  EXPECT_EQ(reply->root()["url"].text(), at("api.example", "/there?raw=***&enc=***"));
}

TEST_F(SecretTest, IsHiddenInErrors) {
  server.on("/", {html(302, "", "Location: http://s3cretvalue.example/\r\n")});
  secrets.values["token"] = {"s3cretvalue", ""};
  EXPECT_THAT(outcome(with("token", "bearer")), AllOf(StartsWith("access unknown: "), Not(HasSubstr("s3cretvalue"))));
}

TEST_F(SecretTest, TheOneBeforeIsTriedOnceWhenTheNewOneIsRefused) {
  secrets.values["token"] = {"new-value", "old-value"};
  server.on("/", [](const SeenRequest& request) {
    return request.header("Authorization") == "Bearer old-value" ? json("1") : html(401, "who?");
  });
  EXPECT_EQ(outcome(with("token", "bearer")), "200 1");
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests()[0].header("Authorization"), "Bearer new-value");

  server.on("/", {html(401, "old-value new-value")});
  EXPECT_EQ(outcome(with("token", "bearer")), "401 *** ***");
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST_F(SecretTest, TheOneBeforeIsNotTriedForAWriteNorWhenItIsTheSame) {
  secrets.values["token"] = {"new-value", "old-value"};
  server.on("/", {html(401, "who?")});
  EXPECT_EQ(outcome(with("token", "bearer", "/", "POST")), "401 who?");
  EXPECT_EQ(server.requests().size(), 1U);
  secrets.values["token"] = {"new-value", "new-value"};
  EXPECT_EQ(outcome(with("token", "bearer")), "401 who?");
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(SecretTest, TheOneBeforeDoesNotGoToAnotherOrigin) {
  secrets.values["token"] = {"new-value", "old-value"};
  server.on("/", {html(302, "", "Location: " + at("other.example", "/there") + "\r\n")});
  server.on("/there", {html(401, "who?")});
  EXPECT_EQ(outcome(with("token", "bearer")), "401 who?");
  EXPECT_EQ(server.requests("/there").size(), 1U);
  EXPECT_EQ(seen("/there").header("Authorization"), std::nullopt);
}

TEST(Credential, HidesManyOfThemInReasonableTime) {
  const Result<Credential> credential = Credential::make("token", "abcdefgh", "bearer");
  ASSERT_TRUE(credential);
  std::string text;
  for (int i = 0; i < 500000; ++i) text += "abcdefgh";
  EXPECT_EQ(credential->masked(text).size(), 1500000U);
  EXPECT_EQ(credential->masked("no such thing"), "no such thing");
}

}  // namespace
}  // namespace outrigger::host
