// The keys `admin` and `public`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/config.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

Result<Config> parse(const std::string& listeners) {
  ::setenv("OUTRIGGER_TEST_KEY", "k", 1);
  return parse_config(R"({
  "databases": {"main": {"url": "http://127.0.0.1:8069", "database": "d", "login": "l",
                         "key": "${env:OUTRIGGER_TEST_KEY}"}},
)" + listeners + "\n}",
                      "/etc/outrigger.json");
}

std::string mistake(const std::string& listeners) {
  const Result<Config> config = parse(listeners);
  return config ? "accepted" : config.error().message;
}

TEST(ListenersConfig, BothAreOffUntilTheyAreNamed) {
  const Result<Config> config = parse(R"("log": {})");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->listeners.admin);
  EXPECT_FALSE(config->listeners.open);
}

TEST(ListenersConfig, AddressPortAndLimitsAreRead) {
  const Result<Config> config = parse(R"("admin": {"listen": "[::1]:8077"},
  "public": {"listen": "0.0.0.0:8078", "max_body_kib": 64, "max_connections": 500})");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->listeners.admin->address, "::1");
  EXPECT_EQ(config->listeners.admin->port, 8077);
  EXPECT_EQ(config->listeners.open->address, "0.0.0.0");
  EXPECT_EQ(config->listeners.open->port, 8078);
  EXPECT_EQ(config->listeners.open->body_bytes, 65536U);
  EXPECT_EQ(config->listeners.open->connections, 500U);
}

TEST(ListenersConfig, HowOthersReachThePublicOne) {
  const auto url = [](const std::string& more) {
    const Result<Config> config = parse(R"("public": {"listen": )" + more + "}");
    return config ? config->listeners.open->url : config.error().message;
  };
  EXPECT_EQ(url(R"("127.0.0.1:8078")"), "http://127.0.0.1:8078");
  EXPECT_EQ(url(R"("[::1]:8078")"), "http://[::1]:8078");
  EXPECT_EQ(url(R"("0.0.0.0:8078")"), "") << "of many addresses none can be chosen";
  EXPECT_EQ(url(R"("0.0.0.0:8078", "url": "https://hooks.company.com/outrigger/")"),
            "https://hooks.company.com/outrigger");
  for (const char* wrong : {"hooks.company.com", "ftp://a", "http://", "http:///x", "http://a b", "http://u:p@a",
                            "http://a/?x=1", "http://a/#x", ""})
    EXPECT_THAT(url(R"("0.0.0.0:1", "url": ")" + std::string(wrong) + "\""),
                HasSubstr(":4: public.url must be how Odoo reaches this host"))
        << wrong;
}

TEST(ListenersConfig, TheAdminIsReachedFromThisMachineAlone) {
  const std::string sentence = mistake(R"("admin": {"listen": "0.0.0.0:8077"})");
  EXPECT_THAT(sentence, HasSubstr("/etc/outrigger.json:4: admin.listen must be a loopback address"));
  EXPECT_THAT(sentence, HasSubstr("SSH tunnel"));
}

TEST(ListenersConfig, MistakesNameLineKeyAndRemedy) {
  for (const char* text : {"8077", "127.0.0.1", "localhost:8077", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:80x",
                           "::1:8077", "[127.0.0.1]:8077", "[::1]", ""})
    EXPECT_THAT(mistake(std::string(R"("admin": {"listen": ")") + text + "\"}"),
                HasSubstr(":4: admin.listen must be an IP address and a port such as 127.0.0.1:8077"))
        << text;
  EXPECT_THAT(mistake(R"("admin": {})"), HasSubstr("admin lacks `listen`"));
  EXPECT_THAT(mistake(R"("admin": 8077)"), HasSubstr("admin"));
  EXPECT_THAT(mistake(R"("admin": {"listen": 8077})"), HasSubstr("admin.listen"));
  EXPECT_THAT(mistake(R"("admin": {"lisen": "127.0.0.1:1"})"), HasSubstr("did you mean `listen`"));
  EXPECT_THAT(mistake(R"("public": {"listen": "0.0.0.0:1", "max_body_kib": 0})"),
              HasSubstr("public.max_body_kib must be a whole number from 1 to 65536"));
  EXPECT_THAT(mistake(R"("public": {"listen": "0.0.0.0:1", "max_connections": "many"})"),
              HasSubstr("public.max_connections must be a whole number from 1 to 10000"));
  EXPECT_THAT(mistake(R"("admin": {"listen": "127.0.0.1:9"}, "public": {"listen": "127.0.0.1:9"})"),
              HasSubstr("kept apart"));
}

}  // namespace
}  // namespace outrigger::host
