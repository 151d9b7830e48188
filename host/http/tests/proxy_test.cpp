// Proxies of the environment: used as libcurl would, and no way round the check of addresses.
#include "host/http/proxy.hpp"

#include <cstdlib>

#include "host/http/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using transport::html;
using transport::json;

// Sets a variable of the environment for one test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

std::string of(const Proxies& proxies, const char* url) { return proxies.of(*Url::parse(url)); }

TEST(Proxies, AreThoseOfTheEnvironment) {
  EXPECT_EQ(of(Proxies::from_environment(), "https://a.example/"), "");
  const Variable http("http_proxy", "http://one:1");
  const Variable upper("HTTP_PROXY", "http://evil:1");
  const Variable https("HTTPS_PROXY", "http://two:2");
  EXPECT_EQ(of(Proxies::from_environment(), "http://a.example/"), "http://one:1");
  EXPECT_EQ(of(Proxies::from_environment(), "https://a.example/"), "http://two:2");
}

TEST(Proxies, AllProxyStandsForBoth) {
  const Variable all("all_proxy", "socks5h://three:3");
  EXPECT_EQ(of(Proxies::from_environment(), "http://a.example/"), "socks5h://three:3");
  EXPECT_EQ(of(Proxies::from_environment(), "https://a.example/"), "socks5h://three:3");
}

TEST(Proxies, NotForTheHostsOfNoProxy) {
  const Variable http("http_proxy", "http://p:1");
  const Variable none("no_proxy", "Example.com,.lan, 10.0.0.0/8 192.168.1.7,fd00::/8,[::1]");
  const Proxies proxies = Proxies::from_environment();
  for (const char* url : {"http://example.com/", "http://a.example.com/", "http://x.lan/", "http://10.255.1.2/",
                          "http://192.168.1.7/", "http://[fd12::1]/", "http://[::1]/", "http://example.com./"})
    EXPECT_EQ(of(proxies, url), "") << url;
  for (const char* url : {"http://notexample.com/", "http://example.com.evil.net/", "http://11.0.0.1/",
                          "http://192.168.1.77/", "http://[fe80::1]/", "http://a.net/"})
    EXPECT_EQ(of(proxies, url), "http://p:1") << url;
  const Variable every("no_proxy", "*");
  EXPECT_EQ(of(Proxies::from_environment(), "http://a.net/"), "");
}

class ProxyTest : public HttpRig {
 protected:
  ProxyTest() { options.connections.proxies.http = options.connections.proxies.https = server.url(); }
};

TEST_F(ProxyTest, ThatIsInThePrivateNetworkIsUsed) {
  grant(R"("http://far.example")");
  server.on("http://far.example/x", {json("1")});
  EXPECT_EQ(outcome(ask({.url = "http://far.example/x"})), "200 1");
  EXPECT_EQ(server.requests()[0].path, "http://far.example/x");
}

TEST_F(ProxyTest, IsNoWayRoundTheCheckOfLiteralAddressesAndLocalNames) {
  std::string hosts;
  const std::vector<std::string> all = {
      "127.0.0.1", "169.254.169.254",          "10.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "localhost",
      "printer",   "metadata.google.internal", "0.0.0.0",  "127.1"};
  for (const std::string& host : all) hosts += (hosts.empty() ? "" : ", ") + ("\"http://" + host + "\"");
  grant(hosts);
  for (const std::string& host : all)
    EXPECT_THAT(outcome(ask({.url = "http://" + host + "/"})), StartsWith("access none: ")) << host;
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(ProxyTest, LeavesWhatIsGrantedAlone) {
  grant(R"({"host": "http://10.0.0.1", "private": true})");
  server.on("http://10.0.0.1/", {json("1")});
  EXPECT_EQ(outcome(ask({.url = "http://10.0.0.1/"})), "200 1");
}

TEST_F(ProxyTest, RedirectsThroughItAreCheckedToo) {
  grant(R"("http://far.example", "http://printer")");
  server.on("http://far.example/", {html(302, "", "Location: http://printer/\r\n")});
  EXPECT_THAT(outcome(ask({.url = "http://far.example/"})), StartsWith("access unknown: "));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(ProxyTest, OfATunnelSeesNoSecret) {
  grant(R"("far.example")");
  secrets.values["token"] = {"s3cret-value", ""};
  server.on("far.example:443", {html(403, "not through me")});
  EXPECT_THAT(outcome(ask({.method = "POST",
                           .url = "https://far.example/x",
                           .headers = {{"X-Own", "1"}},
                           .body = "b",
                           .secret = "token",
                           .secret_as = "bearer"})),
              AllOf(StartsWith("unreachable none: "), HasSubstr("403")));
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(server.requests()[0].method, "CONNECT");
  EXPECT_EQ(server.requests()[0].header("Authorization"), std::nullopt);
  EXPECT_EQ(server.requests()[0].header("X-Own"), std::nullopt);
}

TEST_F(ProxyTest, NoProxyGoesStraight) {
  options.connections.proxies = {"http://127.0.0.1:9", "", {"api.example"}};
  server.on("/", {json("1")});
  EXPECT_EQ(outcome(ask({.url = at("api.example")})), "200 1");
}

// What libcurl reads from the environment by itself does not count: the choice is made once.
TEST_F(ProxyTest, TheEnvironmentDoesNotChangeTheChoice) {
  const Variable proxy("http_proxy", "http://127.0.0.1:9");
  const Variable none("no_proxy", "far.example");
  grant(R"("http://far.example", {"host": "http://api.example:)" + std::to_string(server.port()) +
        R"(", "private": true})");
  server.on("http://far.example/", {json("1")});
  EXPECT_EQ(outcome(ask({.url = "http://far.example/"})), "200 1");
}

}  // namespace
}  // namespace outrigger::host
