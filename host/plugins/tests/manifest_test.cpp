// manifest.json: every mistake with file, line, key and remedy; which Odoo a plugin takes; its configuration checked.
#include "host/plugins/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/tests/texts.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Result<Manifest> read(const std::string& text) {
  const TemporaryFolder folder;
  (void)folder.write("manifest.json", text);
  return read_manifest(folder.path());
}

// What is wrong, without the folder: "manifest.json:2: ...".
std::string error_of_manifest(const std::string& text) {
  const Result<Manifest> manifest = read(text);
  if (manifest) return "accepted";
  const size_t name = manifest.error().message.find("manifest.json:");
  return name == std::string::npos ? manifest.error().message : manifest.error().message.substr(name);
}

// The first line of a good manifest, and what is given on the lines after it.
std::string with(const std::string& more) {
  return R"({"id": "probe", "version": "1.2", "abi": "1.0",)"
         "\n" +
         more + "}";
}
std::string with_abi(const std::string& abi) {
  return "{\"id\": \"probe\", \"version\": \"1\",\n\"abi\": " + abi + "}";
}
std::string with_command(const std::string& command) { return with("\"commands\": [\n" + command + "]"); }

struct Mistake {
  const char* name;
  std::string text;
  int line;
  std::vector<std::string> says;
};

// ctest shows this as the name of the case.
void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class ManifestMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ManifestMistake, NamesFileLineKeyAndRemedy) {
  const Mistake& mistake = GetParam();
  const std::string message = error_of_manifest(mistake.text);
  EXPECT_THAT(message, StartsWith("manifest.json:" + std::to_string(mistake.line) + ": ")) << mistake.text;
  for (const std::string& part : mistake.says) EXPECT_THAT(message, HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(
    Keys, ManifestMistake,
    testing::Values(
        Mistake{"NotJson", "{\n\"id\": \n}", 3, {"not valid JSON"}}, Mistake{"AnEmptyFile", "", 1, {"not valid JSON"}},
        Mistake{"AListAtTheTop", "[]", 1, {"the manifest must be an object in braces"}},
        Mistake{"AMisspeltKey", with("\"comands\": []"), 2, {"`comands`", "did you mean `commands`?"}},
        Mistake{"NoId", "{\"version\": \"1\", \"abi\": \"1.0\"}", 1, {"`id` is missing", "must be a text"}},
        Mistake{"AnIdWithCapitals",
                "{\"version\": \"1\", \"abi\": \"1.0\",\n\"id\": \"Probe\"}",
                2,
                {"`id` must be of small letters, digits, - and _"}},
        Mistake{"AnIdThatIsAPath",
                "{\"version\": \"1\", \"abi\": \"1.0\",\n\"id\": \"../probe\"}",
                2,
                {"`id` must be of small letters"}},
        Mistake{
            "AnIdThatLooksLikeAnOption", "{\"version\": \"1\", \"abi\": \"1.0\",\n\"id\": \"-probe\"}", 2, {"`id`"}},
        Mistake{"NoVersion", "{\"id\": \"probe\", \"abi\": \"1.0\"}", 1, {"`version` is missing"}},
        Mistake{"AVersionAsANumber",
                "{\"id\": \"probe\", \"abi\": \"1.0\", \"version\": 1}",
                1,
                {"`version`", "must be a text"}},
        Mistake{"NoAbi", "{\"id\": \"probe\", \"version\": \"1\"}", 1, {"`abi` is missing"}},
        Mistake{"AnAbiOfWords", with_abi("\"one\""), 2, {"`abi` must be like \"1.0\""}},
        Mistake{"AnEmptyAbi", with_abi("\"\""), 2, {"`abi` must be like \"1.0\""}},
        Mistake{"AnAbiWithoutItsMinor", with_abi("\"1.\""), 2, {"`abi` must be like \"1.0\""}},
        Mistake{"AnAbiBeyondAllNumbers", with_abi("\"99999999999.0\""), 2, {"abi"}},
        Mistake{"ANewerMajor",
                with_abi("\"2.0\""),
                2,
                {"the plugin needs ABI 2.0", "this host offers 1.0", "update Outrigger"}},
        Mistake{"AnOlderMajor",
                with_abi("\"0.9\""),
                2,
                {"the plugin needs ABI 0.9", "rebuild the plugin with a newer SDK"}},
        Mistake{"ANewerMinor",
                with_abi("\"1.1\""),
                2,
                {"the plugin needs ABI 1.1", "this host offers 1.0", "update Outrigger"}},
        Mistake{"AnExtensionThatThisHostLacks",
                with("\"requires\": [\"outrigger.log/1\",\n\"outrigger.store/9\"]"),
                3,
                {"requires the extension outrigger.store/9", "update Outrigger"}},
        Mistake{"RequiresAsAText",
                with(R"("requires": "outrigger.log/1")"),
                2,
                {"`requires` and `optional` must be lists"}},
        Mistake{"RequiresANumber", with(R"("requires": [1])"), 2, {"extension"}},
        Mistake{"OptionalAsAnObject", with(R"("optional": {})"), 2, {"`requires` and `optional` must be lists"}},
        Mistake{"ANameAsAList", with(R"("name": [])"), 2, {"name must be a text in quotes"}},
        Mistake{"ASummaryAsAnObject", with(R"("summary": {})"), 2, {"summary must be a text in quotes"}},
        Mistake{"AnOdooRangeAsAList", with(R"("odoo": ["14"])"), 2, {"odoo must be a text in quotes"}},
        Mistake{"AnOdooRangeOfWords", with(R"("odoo": "latest")"), 2, {"`odoo`"}},
        Mistake{"AnOdooRangeWithAnUnknownOperator", with(R"("odoo": "~=17")"), 2, {"`odoo`"}}));

INSTANTIATE_TEST_SUITE_P(
    Commands, ManifestMistake,
    testing::Values(
        Mistake{"CommandsAsAnObject", with(R"("commands": {})"), 2, {"`commands` must be a list"}},
        Mistake{"ACommandAsAText", with_command("\"recompute\""), 3, {"a command must be an object in braces"}},
        Mistake{"AMisspeltKeyOfACommand",
                with_command(R"({"name": "go", "sumary": "x"})"),
                3,
                {"`sumary`", "did you mean `summary`?"}},
        Mistake{"ACommandWithoutAName", with_command("{}"), 3, {"a command's `name` must be of small letters"}},
        Mistake{"AnAuditWithoutAReport", with_command(R"({"name": "go", "audit": true})"), 3, {"has a `report` too"}},
        Mistake{"AnArgumentThatIsTheReportsOwn",
                with_command(R"({"name": "go", "report": true, "arguments": [{"name": "html"}]})"),
                3,
                {"the argument html of go exists already"}},
        Mistake{"ACommandWithABlank",
                with_command(R"({"name": "go now"})"),
                3,
                {"a command's `name` must be of small letters"}},
        Mistake{"ACommandThatLooksLikeAnOption", with_command(R"({"name": "-go"})"), 3, {"`name`"}},
        Mistake{"ACommandsNameAsAList", with_command(R"({"name": []})"), 3, {"name must be a text in quotes"}},
        Mistake{"PlanAsAText", with_command(R"({"name": "go", "plan": "yes"})"), 3, {"plan must be true or false"}},
        Mistake{"TwoCommandsOfOneName", with_command("{\"name\": \"go\"},\n{\"name\": \"go\"}"), 4, {"go"}},
        Mistake{"ArgumentsAsAText", with_command(R"({"name": "go", "arguments": "lead"})"), 3, {"`arguments`"}},
        Mistake{"AMisspeltKeyOfAnArgument",
                with_command("{\"name\": \"go\", \"arguments\": [\n{\"name\": \"lead\", \"typ\": \"integer\"}]}"),
                4,
                {"`typ`", "an argument of go", "did you mean `type`?"}},
        Mistake{"AnArgumentWithoutAName",
                with_command("{\"name\": \"go\", \"arguments\": [\n{}]}"),
                4,
                {"an argument's `name` must be of small letters"}},
        Mistake{"AnUnknownTypeOfArgument",
                with_command("{\"name\": \"go\", \"arguments\": [\n{\"name\": \"lead\", \"type\": \"date\"}]}"),
                4,
                {"an argument's `type` must be string, integer, number, boolean or file"}},
        Mistake{"RequiredAsAText",
                with_command("{\"name\": \"go\", \"arguments\": [\n{\"name\": \"lead\", \"required\": \"yes\"}]}"),
                4,
                {"required must be true or false"}},
        Mistake{"TwoArgumentsOfOneName",
                with_command("{\"name\": \"go\", \"arguments\": [{\"name\": \"a\"},\n{\"name\": \"a\"}]}"),
                4,
                {"argument a of go"}},
        Mistake{"AWeakerWall", with("\"isolation\":\n\"inproc\""), 3, {"is for the admin's configuration"}},
        Mistake{"ALimitThatIsNone", with("\"limits\": {\n\"nonsense\": 1}"), 3, {"nonsense", "memory_mib"}},
        Mistake{"TooLittleMemory", with("\"limits\": {\n\"memory_mib\": 8}"), 3, {"from 64 to 1048576"}},
        Mistake{"WhatItProvidesAsANumber", with("\"provides\": [\n5]"), 3, {"list of extension ids"}},
        Mistake{"AnArgumentNamedLikeTheHostsOwnHelp",
                with_command("{\"name\": \"go\", \"arguments\": [\n{\"name\": \"help\"}]}"),
                4,
                {"help"}}));

TEST(Manifest, IsReadWhole) {
  const TemporaryFolder folder;
  (void)folder.write("manifest.json", with(R"("name": "Probe", "summary": "Looks", "odoo": ">=14",
    // a comment
    "requires": ["outrigger.log/1"], "optional": ["outrigger.future/3"],
    "isolation": "process", "limits": {"memory_mib": 512}, "provides": ["outrigger.commands/1", "outrigger.dreams/2"],
    "commands": [{"name": "go", "summary": "Goes", "plan": true, "arguments": [
       {"name": "lead", "type": "integer", "required": true, "positional": true, "help": "which"}, {"name": "limit", "type": "integer", "default": 20}]}])"));
  const Result<Manifest> manifest = read_manifest(folder.path());
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->id, "probe");
  EXPECT_EQ(manifest->version, "1.2");
  EXPECT_EQ(manifest->name, "Probe");
  EXPECT_EQ(manifest->library, folder.path() / "probe.so") << "the library lies beside the manifest";
  EXPECT_THAT(manifest->required_extensions, ElementsAre("outrigger.log/1"));
  EXPECT_EQ(manifest->memory_bytes, uint64_t{512} << 20U);
  EXPECT_THAT(manifest->optional_extensions, ElementsAre("outrigger.future/3")) << "an optional one need not be known";
  ASSERT_NE(manifest->command("go"), nullptr);
  EXPECT_EQ(manifest->command("stay"), nullptr);
  EXPECT_TRUE(manifest->command("go")->plan);
  const std::vector<CommandArgument>& arguments = manifest->command("go")->arguments;
  ASSERT_EQ(arguments.size(), 2U);
  EXPECT_TRUE(arguments[0].required);
  EXPECT_TRUE(arguments[0].positional);
  EXPECT_EQ(arguments[0].type, "integer");
  EXPECT_EQ(arguments[1].fallback.root().integer(), 20);
}

TEST(Manifest, IsNamedByItsIdWhenItHasNoName) { EXPECT_EQ(read(with("\"commands\": []"))->name, "probe"); }

TEST(Manifest, AMissingFileIsNamed) {
  const Result<Manifest> manifest = read_manifest("/no/such/plugin");
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().code, Code::kMissing);
  EXPECT_THAT(manifest.error().message, HasSubstr("/no/such/plugin/manifest.json"));
}

TEST(Manifest, AcceptsTheOdoosThatItsRangeNames) {
  struct Range {
    const char* text;
    std::vector<int> accepted;  // of 13 to 21
  };
  const Range ranges[] = {{"", {13, 14, 15, 16, 17, 18, 19, 20, 21}},
                          {">=14", {14, 15, 16, 17, 18, 19, 20, 21}},
                          {">=17,<20", {17, 18, 19}},
                          {">= 17, < 20", {17, 18, 19}},
                          {" >=17 , <20 ", {17, 18, 19}},
                          {">16,<=18", {17, 18}},
                          {"19", {19}},
                          {"==19", {19}},
                          {"=19", {19}}};
  for (const Range& range : ranges) {
    const Result<Manifest> manifest = read(with("\"odoo\": \"" + std::string(range.text) + "\""));
    ASSERT_TRUE(manifest) << range.text << ": " << manifest.error().message;
    std::vector<int> accepted;
    for (int major = 13; major <= 21; ++major)
      if (manifest->accepts_odoo(major)) accepted.push_back(major);
    EXPECT_EQ(accepted, range.accepted) << "\"" << range.text << "\"";
  }
}

constexpr char kSchema[] =
    R"("config_schema": {"type": "object", "additionalProperties": false, "required": ["fields"], "properties": {
  "fields": {"type": "string"}, "limit": {"type": "integer", "default": 20}, "ratio": {"type": "number"}, "loud": {"type": "boolean"},
  "mode": {"enum": ["fast", "exact"]}, "list": {"type": "array"}, "map": {"type": "object"}}})";

Result<Document> checked(const std::string& config, const std::string& schema = kSchema) {
  const Result<Manifest> manifest = read(with(schema));
  if (!manifest) return manifest.error();
  return check_config(*manifest, value::read_json(config)->root());
}
std::string config_error(const std::string& config, const std::string& schema = kSchema) {
  const Result<Document> result = checked(config, schema);
  return result ? "accepted: " + value::to_json(result->root()) : result.error().message;
}

TEST(PluginConfig, GetsItsDefaultsAndKeepsWhatIsGiven) {
  EXPECT_EQ(value::to_json(checked(R"({"fields": "a"})")->root()), R"({"fields":"a","limit":20})");
  EXPECT_EQ(value::to_json(checked(R"({"limit": 5, "fields": "a"})")->root()), R"({"limit":5,"fields":"a"})");
}

TEST(PluginConfig, TakesWholeNumbersForIntegersHoweverTheyAreWritten) {
  EXPECT_TRUE(checked(R"({"fields": "a", "limit": 5.0, "ratio": 1})"));
  EXPECT_THAT(config_error(R"({"fields": "a", "limit": 5.5})"),
              HasSubstr("plugins.probe.config.limit must be of type integer"));
}

TEST(PluginConfig, RefusesUnknownKeysWithTheNearestOne) {
  EXPECT_THAT(config_error(R"({"fields": "a", "limits": 5})"),
              AllOf(HasSubstr("unknown key `limits` in plugins.probe.config"), HasSubstr("did you mean `limit`?")));
  EXPECT_THAT(config_error(R"({"fields": "a", "quite_else": 5})"),
              HasSubstr("`outrigger plugin info probe` lists the known ones"));
}

TEST(PluginConfig, TakesUnknownKeysWhenTheSchemaIsOpen) {
  EXPECT_EQ(value::to_json(checked(R"({"x": 1})", R"("config_schema": {"properties": {}})")->root()), R"({"x":1})");
  EXPECT_TRUE(checked(R"({"x": 1})", "\"commands\": []")) << "no schema at all";
}

TEST(PluginConfig, RefusesWrongTypes) {
  const std::pair<const char*, const char*> wrong[] = {{"fields", "5"},   {"limit", "\"5\""}, {"ratio", "\"x\""},
                                                       {"loud", "1"},     {"list", "{}"},     {"map", "[]"},
                                                       {"fields", "null"}};
  for (const auto& [key, given] : wrong) {
    const std::string config = R"({"fields": "a", ")" + std::string(key) + "\": " + given + "}";
    EXPECT_THAT(config_error(std::string(key) == "fields" ? "{\"fields\": " + std::string(given) + "}" : config),
                HasSubstr("plugins.probe.config." + std::string(key) + " must be of type"))
        << config;
  }
}

TEST(PluginConfig, NamesTheAllowedValues) {
  EXPECT_TRUE(checked(R"({"fields": "a", "mode": "exact"})"));
  EXPECT_THAT(config_error(R"({"fields": "a", "mode": "slow"})"),
              AllOf(HasSubstr("plugins.probe.config.mode"), HasSubstr("fast"), HasSubstr("exact")));
}

TEST(PluginConfig, NamesWhatIsRequired) {
  EXPECT_THAT(config_error("{}"), HasSubstr("plugins.probe.config lacks `fields`"));
  EXPECT_TRUE(checked("{}", R"("config_schema": {"required": ["n"], "properties": {"n": {"default": 1}}})"))
      << "a default is as good";
}

TEST(Discovery, FindsEachIdOnceAndReportsWhatItCannotRead) {
  const TemporaryFolder folder;
  (void)folder.write("one/probe/manifest.json", with("\"name\": \"first\""));
  (void)folder.write("two/probe/manifest.json", with("\"name\": \"second\""));
  (void)folder.write("two/broken/manifest.json", "{");
  (void)folder.write("two/no_plugin/readme.txt", "");
  const Discovery found = discover({folder.path() / "one", folder.path() / "missing", folder.path() / "two"});
  ASSERT_EQ(found.plugins.size(), 1U);
  EXPECT_EQ(found.plugins[0].name, "first") << "the first folder wins";
  ASSERT_EQ(found.problems.size(), 1U);
  EXPECT_THAT(found.problems[0].message, HasSubstr("two/broken/manifest.json:1: "));
}

}  // namespace
}  // namespace outrigger::host
