// Loading shared libraries: what is no plugin, or not the plugin that its manifest says, is refused in one sentence.
#include "host/plugins/library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "host/config/tests/texts.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

Manifest fixture(const std::string& name) {
  Result<Manifest> manifest = read_manifest(fs::path(OUTRIGGER_FIXTURES) / name);
  EXPECT_TRUE(manifest) << manifest.error().message;
  return manifest ? *std::move(manifest) : Manifest{};
}

// A plugin whose library is this file.
Manifest manifest_of(const fs::path& library) {
  Manifest manifest;
  manifest.id = "copied";
  manifest.version = "1.0";
  manifest.library = library;
  return manifest;
}

std::string refused(const Manifest& manifest, Code code = Code::kInvalid) {
  const Result<Library> library = load_library(manifest);
  if (library) return "loaded";
  EXPECT_EQ(library.error().code, code);
  EXPECT_EQ(library.error().source, Source::kHost);
  EXPECT_THAT(library.error().message,
              AllOf(StartsWith("plugin " + manifest.id + ": "), HasSubstr(manifest.library.string())));
  return library.error().message;
}

TEST(Library, LoadsAPluginAndGivesItsTable) {
  const Result<Library> library = load_library(fixture("plain"));
  ASSERT_TRUE(library) << library.error().message;
  EXPECT_EQ(from_abi(library->table().id), "plain");
  EXPECT_EQ(library->table().stamp.magic, OR_MAGIC);
}

TEST(Library, LoadsTheSamePluginTwice) {
  const Result<Library> first = load_library(fixture("probe"));
  const Result<Library> second = load_library(fixture("probe"));
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(&first->table(), &second->table());
}

TEST(Library, AMissingFileIsSaidToBelongBesideTheManifest) {
  const TemporaryFolder folder;
  EXPECT_THAT(refused(manifest_of(folder.path() / "copied.so"), Code::kMissing),
              HasSubstr("is missing; it belongs beside the manifest"));
}

TEST(Library, ATextFileIsNoLibrary) {
  const TemporaryFolder folder;
  for (const std::string& text : {std::string(), std::string("echo hello\n"), std::string(10000, '#')}) {
    const std::string name = "copied" + std::to_string(text.size()) + ".so";
    EXPECT_THAT(refused(manifest_of(folder.write(name, text))),
                AnyOf(HasSubstr("is not a whole library; install it again"), HasSubstr("cannot be loaded: ")));
  }
}

TEST(Library, AFolderIsNoLibrary) {
  const TemporaryFolder folder;
  EXPECT_THAT(refused(manifest_of(folder.path())), HasSubstr("is not a whole library; install it again"));
}

// The dynamic loader trusts what the file says of its own size, and would die of SIGBUS.
TEST(LibraryDeathTest, ALibraryThatWasCutShortIsRefused) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  std::ifstream whole(fixture("probe").library, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(whole), {}};
  ASSERT_GT(bytes.size(), 10000U);
  const TemporaryFolder folder;
  for (const size_t size : {size_t{100}, size_t{4096}, bytes.size() / 2}) {
    const Manifest manifest = manifest_of(folder.write("copied" + std::to_string(size) + ".so", bytes.substr(0, size)));
    EXPECT_EXIT(std::exit(load_library(manifest) ? 1 : 0), testing::ExitedWithCode(0), "")
        << size << " of " << bytes.size() << " bytes";
  }
}

TEST(Library, ALibraryWithoutTheEntryPointIsNoPlugin) {
  EXPECT_THAT(refused(fixture("no_symbol")),
              HasSubstr("is a library but no plugin: it does not export outrigger_plugin_v1"));
}

TEST(Library, APluginWithoutATableIsRefused) {
  EXPECT_THAT(refused(fixture("no_table")), HasSubstr("returned no plugin table"));
}

TEST(Library, AWrongMagicIsNoStamp) {
  EXPECT_THAT(refused(fixture("wrong_magic")),
              HasSubstr("has the entry point of a plugin but not its stamp; rebuild it with outrigger_add_plugin()"));
}

TEST(Library, ANewerAbiIsNamedBesideTheHosts) {
  EXPECT_THAT(refused(fixture("newer_major")), HasSubstr("was built for ABI 2.0; this host offers 1.0"));
  EXPECT_THAT(refused(fixture("newer_minor")), HasSubstr("was built for ABI 1.7; this host offers 1.0"));
}

TEST(Library, AnotherMachineIsNamed) {
  EXPECT_THAT(refused(fixture("other_machine")), HasSubstr("was built for another machine"));
}

TEST(Library, AShortTableIsRefused) {
  EXPECT_THAT(refused(fixture("short_table")),
              HasSubstr("has a plugin table that is too short; rebuild it with this SDK"));
}

TEST(Library, AMissingFunctionIsNamed) {
  EXPECT_THAT(refused(fixture("null_slot")), HasSubstr("lacks the function stop"));
}

TEST(Library, AnotherIdOrVersionThanTheManifestsIsRefused) {
  EXPECT_THAT(refused(fixture("other_id")),
              HasSubstr("is impostor 1.0, but its manifest says other_id 1.0; install both from one build"));
  EXPECT_THAT(refused(fixture("other_version")),
              HasSubstr("is other_version 9.9, but its manifest says other_version 1.0"));
}

}  // namespace
}  // namespace outrigger::host
