// What a configuration file sets; what is wrong with one is in mistakes_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/tests/texts.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Config, SeveralDatabasesKeepTheirOwnSettings) {
  const Result<Config> config = parse(R"({"databases": {
    "main": {"url": "https://a.example", "key": "${env:OUTRIGGER_TEST_KEY}", "login": "admin", "database": "one", "transport": "xmlrpc", "ca_file": "/etc/ca.pem",
             "budget": {"rate": 2.5, "in_flight": 3}, "deadline_seconds": 1.5, "settle_seconds": 400, "largest_reply_mib": 2, "allow_untested": true},
    "other": {"url": "https://b.example", "key": "${env:OUTRIGGER_TEST_KEY}"}}})");
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->databases.size(), 2U);
  EXPECT_EQ(config->databases[0].name, "main");
  const odoo::Connection& main = config->databases[0].connection;
  EXPECT_EQ(main.url, "https://a.example");
  EXPECT_EQ(main.secret, kTestKey);
  EXPECT_EQ(main.login, "admin");
  EXPECT_EQ(main.database, "one");
  EXPECT_EQ(main.ca_file, "/etc/ca.pem");
  EXPECT_EQ(main.transport, odoo::TransportChoice::kXmlRpc);
  ASSERT_TRUE(main.budget.has_value());
  EXPECT_EQ(main.budget->calls_per_second, 2.5);
  EXPECT_EQ(main.budget->in_flight, 3);
  EXPECT_EQ(main.deadline.count(), 1500);
  EXPECT_EQ(main.largest_reply, size_t{2} << 20U);
  EXPECT_TRUE(main.allow_untested);
  EXPECT_EQ(config->databases[0].settle, std::chrono::seconds(400));
  EXPECT_EQ(config->databases[1].settle, std::chrono::seconds(150));
  EXPECT_EQ(config->databases[1].name, "other");
  EXPECT_EQ(config->databases[1].connection.transport, odoo::TransportChoice::kAuto);
  EXPECT_FALSE(config->databases[1].connection.budget.has_value()) << "the default depends on the host";
  EXPECT_FALSE(config->databases[1].connection.allow_untested);
}

TEST(Config, EachTransportHasItsWord) {
  const std::pair<const char*, odoo::TransportChoice> words[] = {{"auto", odoo::TransportChoice::kAuto},
                                                                 {"json2", odoo::TransportChoice::kJson2},
                                                                 {"jsonrpc", odoo::TransportChoice::kJsonRpc},
                                                                 {"xmlrpc", odoo::TransportChoice::kXmlRpc}};
  for (const auto& [word, choice] : words) {
    const Result<Config> config = parse(in_database("\"transport\": \"" + std::string(word) + "\""));
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->databases[0].connection.transport, choice) << word;
  }
}

TEST(Config, HalfABudgetKeepsTheOtherHalfOfTheDefault) {
  const Result<Config> config = parse(in_database(R"("budget": {"rate": 5})"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->databases[0].connection.budget->calls_per_second, 5);
  EXPECT_EQ(config->databases[0].connection.budget->in_flight, odoo::BudgetLimits{}.in_flight);
}

TEST(Config, CommentsAreAllowedAndDoNotShiftTheLines) {
  EXPECT_TRUE(parse("// ours\n" + at_top("/* two\n lines */ \"log\": {\"level\": \"debug\"} // end")));
  EXPECT_THAT(error_of("// one\n/* two\n three */\n{\"databases\": {}, // four\n\"lgo\": {}}"),
              StartsWith("conf/outrigger.json:5: unknown key `lgo`"));
}

TEST(Config, PluginsAreEnabledUnlessSaidOtherwise) {
  const Result<Config> config =
      parse(at_top(R"("plugins": {"on": {}, "off": {"enabled": false, "config": {"n": 1, "t": ["a", true, null, 2.5]}}},
 "plugin_folders": ["mine", "/abs"], "log": {"level": "warn", "format": "json"})"));
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_NE(config->plugin("on"), nullptr);
  EXPECT_TRUE(config->plugin("on")->enabled);
  EXPECT_TRUE(config->plugin("on")->config.root().is_object());
  const PluginConfig* off = config->plugin("off");
  ASSERT_NE(off, nullptr);
  EXPECT_FALSE(off->enabled);
  EXPECT_EQ(off->line, 7) << "for errors that are found later";
  const Value settings = off->config.root();
  EXPECT_EQ(settings["n"].kind(), outrigger::Kind::kInt);
  EXPECT_EQ(settings["t"].at(0).text(), "a");
  EXPECT_EQ(settings["t"].at(3).number(), 2.5);
  EXPECT_EQ(config->plugin("unknown"), nullptr);
  EXPECT_THAT(config->plugin_folders, ElementsAre(std::filesystem::path("conf/mine"), std::filesystem::path("/abs")));
  EXPECT_EQ(config->log_level, "warn");
  EXPECT_TRUE(config->log_json);
}

TEST(Config, AKeyFileIsFoundBesideTheConfigurationAndItsFirstLineCounts) {
  const TemporaryFolder folder;
  (void)folder.write("odoo.key", std::string(kTestKey) + "\nnot this\n");
  const auto file = folder.write(
      "outrigger.json", R"({"databases": {"main": {"url": "https://odoo.example", "key": "${file:odoo.key}"}}})");
  const Result<Config> config = read_config(file);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->databases[0].connection.secret, kTestKey);
  EXPECT_EQ(config->file, file);
}

TEST(Config, AnEmptyKeyFileIsRefusedAndOneFromWindowsIsRead) {
  const TemporaryFolder folder;
  (void)folder.write("empty.key", "");
  (void)folder.write("dos.key", std::string(kTestKey) + "\r\n");
  const auto with = [&](const std::string& name) {
    return read_config(
        folder.write("outrigger.json",
                     R"({"databases": {"main": {"url": "https://odoo.example", "key": "${file:)" + name + "}\"}}}"));
  };
  const Result<Config> empty = with("empty.key");
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message, HasSubstr("is empty"));
  const Result<Config> dos = with("dos.key");
  ASSERT_TRUE(dos) << dos.error().message;
  EXPECT_EQ(dos->databases[0].connection.secret, kTestKey);
}

TEST(Config, AFileThatCannotBeReadSaysHowToNameAnother) {
  const TemporaryFolder folder;
  for (const std::filesystem::path& path : {folder.path() / "nothing.json", folder.path()}) {
    const Result<Config> config = read_config(path);
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, AllOf(HasSubstr("cannot read " + path.string()), HasSubstr("-c")));
  }
}

TEST(Config, ASetupKeyAndAMasterKeyComeFromElsewhereToo) {
  setenv("OUTRIGGER_TEST_SETUP", "fedcba9876543210fedcba9876543210fedcba98", 1);
  setenv("OUTRIGGER_TEST_MASTER", std::string(64, 'a').c_str(), 1);
  const Result<Config> config =
      parse(one_database(",\n \"setup_key\": \"${env:OUTRIGGER_TEST_SETUP}\", \"setup_login\": \"admin\"") +
            ",\n\"secrets_key\": \"${env:OUTRIGGER_TEST_MASTER}\"}");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->databases[0].setup_key, "fedcba9876543210fedcba9876543210fedcba98");
  EXPECT_EQ(config->databases[0].setup_login, "admin");
  EXPECT_EQ(config->databases[0].connection.secret, kTestKey);
  EXPECT_EQ(config->secrets_key, std::string(64, 'a'));
  const Result<Config> without = parse(one_database("") + "}");
  ASSERT_TRUE(without);
  EXPECT_TRUE(without->databases[0].setup_key.empty());
  EXPECT_TRUE(without->secrets_key.empty());
}

}  // namespace
}  // namespace outrigger::host
