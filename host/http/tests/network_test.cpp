// Where a request may go: hosts of the grant, and the addresses that they resolve to.
#include "host/http/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using transport::json;
using transport::keep_alive;

class NetworkTest : public HttpRig {
 protected:
  NetworkTest() { server.on("/", {json("1")}); }
};

TEST_F(NetworkTest, APrivateAddressIsReachedWhereItIsGranted) {
  EXPECT_EQ(outcome(ask({.url = at("api.example")})), "200 1");
  EXPECT_EQ(outcome(ask({.url = at("127.0.0.1")})), "200 1");
}

TEST_F(NetworkTest, ANameThatResolvesToAPrivateAddressIsRefused) {
  EXPECT_THAT(outcome(ask({.url = at("public.example")})),
              AllOf(StartsWith("access none: the host public.example is at the address 127.0.0.1"),
                    HasSubstr(R"("private": true)")));
  EXPECT_THAT(server.requests(), IsEmpty());
  EXPECT_EQ(outcome(ask({.url = at("api.example")})), "200 1");
  EXPECT_EQ(seen("/").connection, 1) << "it was connected to, though nothing was sent";
}

TEST_F(NetworkTest, AGrantOfPrivateNetworksIsNotOneOfTheMachinesOwn) {
  EXPECT_THAT(outcome(ask({.url = at("metadata.example"), .deadline_ms = 2000})),
              AllOf(StartsWith("access none: the host metadata.example is at the address 169.254.169.254"),
                    HasSubstr("name the address itself")));
}

TEST_F(NetworkTest, LiteralAddressesAreJudgedBeforeAnythingIsConnected) {
  const std::string port = ":" + std::to_string(server.port());
  std::string hosts;
  for (const char* host : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]",
                           "[64:ff9b::7f00:1]", "[fd00::1]", "0.0.0.0", "224.0.0.1"})
    hosts += "\"http://" + (host + port) + "\", ";
  grant(hosts + R"({"host": "http://0.0.0.0:1", "private": true})");
  for (const char* host : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]",
                           "[64:ff9b::7f00:1]", "[fd00::1]", "0.0.0.0", "224.0.0.1"})
    EXPECT_THAT(outcome(ask({.url = at(host), .deadline_ms = 2000})), StartsWith("access none: the host ")) << host;
  EXPECT_THAT(outcome(ask({.url = "http://0.0.0.0:1/", .deadline_ms = 2000})), HasSubstr("no server of the web"))
      << "not even where private networks are granted";
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(NetworkTest, OtherSpellingsOfAnAddressAreThatAddress) {
  const std::string port = ":" + std::to_string(server.port());
  grant("\"http://127.1" + port + "\", \"http://2130706433" + port + "\", \"http://0x7f.0.0.1" + port +
        "\", \"http://127.0.0.1" + port + "\"");
  for (const char* host : {"127.1", "2130706433", "0x7f.0.0.1"})
    EXPECT_THAT(outcome(ask({.url = at(host), .deadline_ms = 2000})), StartsWith("access none: ")) << host;
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(NetworkTest, OneGoodAddressAmongOthersIsTaken) {
  const std::string port = std::to_string(server.port());
  options.connections.resolve.push_back("mixed.example:" + port + ":169.254.169.254,127.0.0.1");
  grant(R"({"host": "http://mixed.example:)" + port + R"(", "private": true})");
  EXPECT_EQ(outcome(ask({.url = at("mixed.example")})), "200 1");
}

// A connection that one host of the grant made is of no use to another that may not be there.
TEST_F(NetworkTest, AKeptConnectionIsJudgedAgain) {
  server.on("/", {keep_alive(json("1")), keep_alive(json("2"))});
  bool inside = true;
  HttpEngine engine(
      std::make_shared<Outbound>(options), [&](std::string_view) { return inside; }, nullptr);
  Arena arena;
  const Value args = arena.object({{"url", arena.text(at("api.example"))}});
  EXPECT_EQ(outcome(engine.call("request", args, {})), "200 1");
  EXPECT_EQ(outcome(engine.call("request", args, {})), "200 2");
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests()[0].connection, server.requests()[1].connection) << "this test wants a kept connection";
  inside = false;
  EXPECT_THAT(outcome(engine.call("request", args, {})), StartsWith("access none: "));
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(NetworkTest, HostsOutsideOfTheGrantAreRefused) {
  EXPECT_THAT(outcome(ask({.url = at("evil.example")})),
              AllOf(StartsWith("access none: "), HasSubstr("the grant lacks"), HasSubstr("evil.example")));
  EXPECT_THAT(outcome(ask({.url = "http://api.example/"})), HasSubstr("the grant lacks")) << "another port";
  EXPECT_THAT(outcome(ask({.url = "https://api.example:" + std::to_string(server.port())})),
              HasSubstr("the grant lacks"));
}

TEST_F(NetworkTest, OnlyTheWebAndNoUserNames) {
  for (const char* url : {"file:///etc/passwd", "ftp://api.example/", "gopher://api.example/", "", "api.example",
                          "http://", "dict://api.example/x", "http:/api.example"})
    EXPECT_THAT(outcome(ask({.url = url})), StartsWith("invalid none: ")) << url;
  const std::string port = std::to_string(server.port());
  for (const std::string& url : {"http://me:word@api.example:" + port + "/", "http://me@api.example:" + port + "/",
                                 "http://api.example:" + port + "@evil.example/"})
    EXPECT_THAT(outcome(ask({.url = url})), AllOf(StartsWith("invalid none: "), HasSubstr("user name or password")))
        << url;
  EXPECT_THAT(outcome(ask({.url = at("api.example") + std::string("a\0b", 3)})), StartsWith("invalid none: "));
  EXPECT_THAT(outcome(ask({.url = at("api.example", "/a\r\nX: 1")})), StartsWith("invalid none: "));
}

TEST_F(NetworkTest, NobodyListensIsNotDone) {
  server.stop_listening();
  EXPECT_THAT(outcome(ask({.method = "POST", .url = at("api.example"), .body = "x"})),
              AllOf(StartsWith("unreachable none: api.example: "), HasSubstr("check that a server listens there")));
}

}  // namespace
}  // namespace outrigger::host
