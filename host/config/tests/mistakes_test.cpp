// Every mistake in a configuration file names file, line, key and remedy, and none shows a secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "host/config/tests/texts.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Mistake {
  const char* name;
  std::string text;
  int line;
  std::vector<std::string> says;
};

// ctest shows this as the name of the case.
void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class ConfigMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistake, NamesFileLineKeyAndRemedy) {
  const Mistake& mistake = GetParam();
  const std::string message = error_of(mistake.text);
  EXPECT_THAT(message, StartsWith("conf/outrigger.json:" + std::to_string(mistake.line) + ": ")) << mistake.text;
  for (const std::string& part : mistake.says) EXPECT_THAT(message, HasSubstr(part));
  EXPECT_THAT(message, Not(HasSubstr(kTestKey)));
}

INSTANTIATE_TEST_SUITE_P(
    Keys, ConfigMistake,
    testing::Values(
        Mistake{"AMisspeltKeyAtTheTop", at_top(R"("pluginz": {})"), 7, {"`pluginz`", "did you mean `plugins`?"}},
        Mistake{"AMisspeltKeyOfADatabase",
                in_database(R"(  "transprot": "json2")"),
                5,
                {"`transprot`", "databases.main", "did you mean `transport`?"}},
        Mistake{"TwoLettersSwapped",
                in_database(R"(  "ulr": "https://x.example")"),
                5,
                {"`ulr`", "databases.main", "did you mean `url`?"}},
        Mistake{"AKeyUnlikeAnyOther",
                in_database(R"(  "zzzzzzzzzzzz": 1)"),
                5,
                {"`zzzzzzzzzzzz`", "known keys: url, database, login, key"}},
        Mistake{"AMisspeltKeyOfABudget",
                in_database("  \"budget\": {\n   \"rat\": 1}"),
                6,
                {"`rat`", "databases.main.budget", "did you mean `rate`?"}},
        Mistake{"AMisspeltKeyOfAPlugin",
                at_top("\"plugins\": {\"scoring\": {\n  \"enabeld\": true}}"),
                8,
                {"`enabeld`", "plugins.scoring", "did you mean `enabled`?"}},
        Mistake{"AMisspeltKeyOfTheLog", at_top(R"("log": {"levle": "info"})"), 7, {"`levle`", "did you mean `level`?"}},
        Mistake{"ASetupKeyInPlainText",
                in_database(R"(  "setup_key": "0123456789abcdef")"),
                5,
                {"databases.main.setup_key must be ${env:NAME} or ${file:PATH}"}},
        Mistake{"ASetupLoginWithoutItsKey",
                in_database(R"(  "setup_login": "admin")"),
                5,
                {"databases.main.setup_login", "without `setup_key`"}},
        Mistake{"AMasterKeyInPlainText", at_top(R"("secrets_key": "abc")"), 7, {"secrets_key must be ${env:NAME}"}},
        Mistake{"AMasterKeyThatIsNone",
                at_top(R"("secrets_key": "${env:OUTRIGGER_TEST_KEY}")"),
                7,
                {"secrets_key must be 64 digits", "openssl rand -hex 32"}},
        Mistake{"NoDatabases", "\n{\n}", 2, {"`databases` is missing", "url and key"}},
        Mistake{"NoDatabaseInDatabases",
                "{\n\"databases\": {}}",
                2,
                {"`databases` must be an object with at least one database"}},
        Mistake{"NoUrl",
                "{\"databases\": {\n\"main\": {\"key\": \"${env:OUTRIGGER_TEST_KEY}\"}}}",
                2,
                {"databases.main lacks `url`"}},
        Mistake{"NoKey",
                "{\"databases\": {\n\"main\": {\"url\": \"https://odoo.example\"}}}",
                2,
                {"databases.main lacks `key`"}}));

INSTANTIATE_TEST_SUITE_P(
    Values, ConfigMistake,
    testing::Values(
        Mistake{"DatabasesAsAList", "{\"databases\": [\n]}", 1, {"`databases` must be an object"}},
        Mistake{"ADatabaseAsAText",
                "{\"databases\": {\n\"main\": \"https://odoo.example\"}}",
                2,
                {"databases.main must be an object in braces"}},
        Mistake{
            "ALoginAsANumber", in_database(R"(  "login": 7)"), 5, {"databases.main.login must be a text in quotes"}},
        Mistake{"ADatabaseNameAsAList",
                in_database(R"(  "database": ["a"])"),
                5,
                {"databases.main.database must be a text in quotes"}},
        Mistake{"AnUnknownTransport",
                in_database(R"(  "transport": "soap")"),
                5,
                {"databases.main.transport must be auto, json2, jsonrpc or xmlrpc"}},
        Mistake{"ATransportAsANumber",
                in_database(R"(  "transport": 2)"),
                5,
                {"databases.main.transport must be auto, json2, jsonrpc or xmlrpc"}},
        Mistake{"AllowUntestedAsAText",
                in_database(R"(  "allow_untested": "yes")"),
                5,
                {"databases.main.allow_untested must be true or false"}},
        Mistake{"ARateOfZero",
                in_database(R"(  "budget": {"rate": 0})"),
                5,
                {"databases.main.budget.rate", "above 0 and at most 10000"}},
        Mistake{"ARateAboveTheBound",
                in_database(R"(  "budget": {"rate": 10001})"),
                5,
                {"databases.main.budget.rate", "at most 10000"}},
        Mistake{"ANegativeNumberInFlight",
                in_database(R"(  "budget": {"in_flight": -1})"),
                5,
                {"databases.main.budget.in_flight", "above 0 and at most 64"}},
        Mistake{"TooManyInFlight",
                in_database(R"(  "budget": {"in_flight": 65})"),
                5,
                {"databases.main.budget.in_flight", "at most 64"}},
        Mistake{"ABudgetAsANumber",
                in_database(R"(  "budget": 4)"),
                5,
                {"databases.main.budget must be an object in braces"}},
        Mistake{"ADeadlineAsAText",
                in_database(R"(  "deadline_seconds": "5")"),
                5,
                {"databases.main.deadline_seconds must be a number above 0"}},
        Mistake{"ADeadlineBeyondAnHour",
                in_database(R"(  "deadline_seconds": 3601)"),
                5,
                {"databases.main.deadline_seconds", "at most 3600"}},
        Mistake{"ADeadlineBelowAMillisecond",
                in_database(R"(  "deadline_seconds": 0.0001)"),
                5,
                {"databases.main.deadline_seconds"}},
        Mistake{"NoTimeToSettle",
                in_database(R"(  "settle_seconds": 0)"),
                5,
                {"databases.main.settle_seconds must be a number above 0"}},
        Mistake{"ANegativeLargestReply",
                in_database(R"(  "largest_reply_mib": -1)"),
                5,
                {"databases.main.largest_reply_mib must be a number above 0"}},
        Mistake{"AUrlWithoutAScheme",
                with_url("odoo.example"),
                4,
                {"databases.main", "`url` must start with https:// or http://"}},
        Mistake{"AUrlWithAPassword",
                with_url("https://me:pw@odoo.example"),
                4,
                {"databases.main", "use `login` and `key`"}},
        Mistake{"PluginsAsAList",
                at_top(R"("plugins": ["scoring"])"),
                7,
                {"`plugins` must be an object: plugin id -> {enabled, config}"}},
        Mistake{"EnabledAsAText",
                at_top(R"("plugins": {"scoring": {"enabled": "no"}})"),
                7,
                {"plugins.scoring.enabled must be true or false"}},
        Mistake{"APluginsConfigAsAText",
                at_top(R"("plugins": {"scoring": {"config": "x"}})"),
                7,
                {"plugins.scoring.config must be an object"}},
        Mistake{"PluginFoldersWithANumber",
                at_top("\"plugin_folders\": [\n  7]"),
                8,
                {"plugin_folders must be a list of paths"}},
        Mistake{"PluginFoldersAsAText",
                at_top(R"("plugin_folders": "plugins")"),
                7,
                {"plugin_folders must be a list of paths"}},
        Mistake{"AnUnknownLogLevel",
                at_top(R"("log": {"level": "loud"})"),
                7,
                {"log.level must be debug, info, warn or error"}},
        Mistake{"ALogLevelAsAnObject", at_top(R"("log": {"level": {}})"), 7, {"log.level must be a text in quotes"}},
        Mistake{"AnUnknownLogFormat", at_top(R"("log": {"format": "xml"})"), 7, {"log.format must be text or json"}},
        Mistake{"ALogFormatAsAList", at_top(R"("log": {"format": []})"), 7, {"log.format must be a text in quotes"}}));

INSTANTIATE_TEST_SUITE_P(
    Secrets, ConfigMistake,
    testing::Values(
        Mistake{"APlainKey",
                with_key("\"" + std::string(kTestKey) + "\""),
                2,
                {"databases.main.key must be ${env:NAME} or ${file:PATH}", "does not stand in this file"}},
        Mistake{"AKeyAsANumber", with_key("12345"), 2, {"databases.main.key must be ${env:NAME} or ${file:PATH}"}},
        Mistake{"AnEmptyKey", with_key("\"\""), 2, {"databases.main.key must be ${env:NAME} or ${file:PATH}"}},
        Mistake{"AVariableThatIsNotSet",
                with_key("\"${env:OUTRIGGER_TEST_NOTHING}\""),
                2,
                {"databases.main.key", "OUTRIGGER_TEST_NOTHING is not set", "export it"}},
        Mistake{"AVariableThatIsEmpty",
                with_key("\"${env:OUTRIGGER_TEST_EMPTY}\""),
                2,
                {"OUTRIGGER_TEST_EMPTY is not set"}},
        Mistake{"AFileThatIsNotThere",
                with_key("\"${file:no/such.key}\""),
                2,
                {"databases.main.key", "conf/no/such.key cannot be read or is empty", "put the key on its first line"}},
        Mistake{"APlaceholderThatIsNotClosed",
                with_key("\"${env:OUTRIGGER_TEST_KEY\""),
                2,
                {"databases.main.key must be ${env:NAME} or ${file:PATH}"}}));

INSTANTIATE_TEST_SUITE_P(
    Json, ConfigMistake,
    testing::Values(
        Mistake{"AMissingComma", "{\n \"databases\": {}\n \"plugins\": {}\n}", 3, {"not valid JSON"}},
        Mistake{"ADuplicateKey", "{\"databases\": {\n\"main\": {},\n\"main\": {}}}", 3, {"not valid JSON", "main"}},
        Mistake{"AnEmptyFile", "", 1, {"not valid JSON"}},
        Mistake{"SomethingAfterTheEnd", "{}\n{}", 2, {"not valid JSON"}},
        Mistake{"AListAtTheTop", "[]", 1, {"the configuration must be an object in braces"}},
        Mistake{"BinaryGarbage", std::string("\1\2ELF\0\1\2\xff\xfe{\0", 12), 1, {"not valid JSON"}},
        Mistake{"AByteOfZeroInAKey", std::string("{\"a\0b\": 1}", 10), 1, {}}));

TEST(ConfigMistakes, AKeyFileThatNeverEndsIsRefused) {
  EXPECT_THAT(error_of(with_key("\"${file:/dev/zero}\"")), HasSubstr("too long to be a key"));
}

TEST(ConfigMistakes, OnlyTheFirstOfSeveralErrorsIsNamed) {
  const std::string message = error_of("{\"a\": nope,\n \"b\": nope}");
  EXPECT_THAT(message, StartsWith("conf/outrigger.json:1: not valid JSON: "));
  EXPECT_THAT(message, Not(HasSubstr("Line 2")));
}

TEST(ConfigMistakes, DeepNestingIsRefusedAndNothingCrashes) {
  for (const char* open : {"[", "{\"a\":"}) {
    std::string text = "{\"plugins\": ";
    for (int i = 0; i < 100000; ++i) text += open;
    EXPECT_THAT(error_of(text), StartsWith("conf/outrigger.json:"));
  }
}

TEST(ConfigMistakes, AFileThatEndsAnywhereIsRefusedAndNothingCrashes) {
  const std::string whole =
      at_top(R"("plugins": {"scoring": {"config": {"fields": "a,b"}}}, "log": {"level": "info"})");
  ASSERT_TRUE(parse(whole));
  for (size_t size = 0; size + 1 < whole.size(); ++size)
    EXPECT_THAT(error_of(whole.substr(0, size)), StartsWith("conf/outrigger.json:")) << size;
}

}  // namespace
}  // namespace outrigger::host
