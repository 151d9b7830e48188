// What a person writes after a command of a plugin, as the plugin gets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/cli/plugin_command.hpp"
#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

CommandDeclaration command_with(const char* type) {
  CommandDeclaration command;
  command.name = "work";
  command.arguments.push_back({"what", type, "what it is"});
  return command;
}

Result<Document> given(const char* type, const std::string& text) {
  return typed_arguments(command_with(type), {{"what", text}});
}

TEST(Arguments, AFileIsItsText) {
  const TemporaryFolder folder;
  const std::string file = folder.write("rules.json", "{\"engine\": \"công bằng\"}\n").string();
  const Result<Document> args = given("file", file);
  ASSERT_TRUE(args) << args.error().message;
  EXPECT_EQ(args->root()["what"].text(), "{\"engine\": \"công bằng\"}\n");
  EXPECT_FALSE(typed_arguments(command_with("file"), {})->root().has("what"));
}

TEST(Arguments, AFileThatCannotBeItsTextIsNamed) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& file) {
    const Result<Document> args = given("file", file);
    return args ? std::string("taken") : args.error().message;
  };
  EXPECT_EQ(refused(folder / "none"), "--what names " + (folder / "none").string() + ", which is no file");
  EXPECT_THAT(refused(folder.path().string()), HasSubstr("is no file"));
  EXPECT_THAT(refused("/dev/zero"), HasSubstr("is no file"));
  EXPECT_THAT(refused(folder.write("large", std::string(300'000, 'x')).string()), HasSubstr("larger than 256 KiB"));
  EXPECT_THAT(refused(folder.write("bytes", "\xff\xfe").string()), HasSubstr("save it as UTF-8"));
}

TEST(Arguments, NumbersAndFlagsAreWhatTheManifestSays) {
  EXPECT_EQ(given("integer", "42")->root()["what"].integer(), 42);
  EXPECT_THAT(given("integer", "4x").error().message, HasSubstr("--what takes a whole number, not \"4x\""));
  EXPECT_EQ(given("number", "0.5")->root()["what"].number(), 0.5);
  EXPECT_THAT(given("boolean", "maybe").error().message, HasSubstr("true or false"));
}

}  // namespace
}  // namespace outrigger::host
