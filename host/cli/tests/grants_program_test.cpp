// `outrigger plugin enable --pin` with another library, and `outrigger doctor --rights`.
#include <fstream>

#include "host/cli/tests/keeping_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class GrantsProgram : public KeepingTest {
 protected:
  // The plugin lies in a folder of the test's own, where its library may be changed.
  GrantsProgram() {
    const std::filesystem::path plugins = folder_.path() / "plugins";
    std::filesystem::create_directories(plugins);
    std::filesystem::copy(std::filesystem::path(OUTRIGGER_CLI_FIXTURES) / "notes", plugins / "notes");
    library_ = plugins / "notes" / "notes.so";
    configure_with(plugins);
  }
  void configure_with(const std::filesystem::path& plugins) {
    replace(file_, OUTRIGGER_CLI_FIXTURES, plugins.string());
  }
  static void replace(const std::filesystem::path& file, const std::string& before, const std::string& after) {
    std::ifstream in(file);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    ASSERT_NE(text.find(before), std::string::npos);
    text.replace(text.find(before), before.size(), after);
    std::ofstream(file) << text;
  }
  // The same code, and another file: what follows an ELF file is not loaded.
  void rebuild() const { std::ofstream(library_, std::ios::app | std::ios::binary) << "another build"; }

  std::filesystem::path library_;
};

TEST_F(GrantsProgram, WithoutAPinAnotherBuildIsTaken) {
  enable();
  rebuild();
  EXPECT_EQ(outrigger({"notes", "dump"}).code, 0);
}

TEST_F(GrantsProgram, APinnedPluginRunsAsThisVeryLibrary) {
  Ended ended = outrigger({"plugin", "enable", "notes", "--pin", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("enabled and pinned to this library"));
  EXPECT_EQ(outrigger({"notes", "dump"}).code, 0);
  start();
  EXPECT_EQ(outrigger({"plugin", "reload", "notes"}).code, 0);
  const Document before = status();
  EXPECT_EQ(before.root()["plugins"].at(0)["state"].text(), "running");

  rebuild();
  ended = outrigger({"plugin", "reload", "notes"});
  EXPECT_EQ(ended.code, 1) << ended.out;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("library"), HasSubstr("outrigger plugin enable notes")));
  const Document after = status();
  EXPECT_EQ(after.root()["plugins"].at(0)["pid"].integer(), before.root()["plugins"].at(0)["pid"].integer())
      << "the one before works on";
  EXPECT_EQ(outrigger({"notes", "dump"}).code, 1) << "a command would load the other one";
  stop();

  EXPECT_EQ(outrigger({"jobs", "run", "notes", "nightly"}).code, 1) << "nor does it run where no host does";
  ended = outrigger({"plugin", "enable", "notes", "--pin", "--yes"});
  EXPECT_EQ(ended.code, 0) << "a person has looked at it";
  EXPECT_EQ(outrigger({"notes", "dump"}).code, 0);
  rebuild();
  EXPECT_EQ(outrigger({"notes", "dump"}).code, 1);
}

TEST_F(GrantsProgram, AHostThatStartsWithAnotherLibrarySaysSo) {
  ASSERT_EQ(outrigger({"plugin", "enable", "notes", "--pin", "--yes"}).code, 0);
  rebuild();
  start();
  EXPECT_THAT(stop().err, AllOf(HasSubstr("notes@main"), HasSubstr("outrigger plugin enable notes")));
}

TEST_F(GrantsProgram, DoctorNamesTheGroupsThatAPluginLacks) {
  const std::string has =
      "[ok] notes@main: Keeping names needs to read crm.lead: the key has the group base.group_user\n";
  const std::string lacks =
      "[bad] notes@main: Renaming needs to read, write crm.lead: give the key's user the group notes.group_of_nobody\n";
  enable();
  EXPECT_THAT(outrigger({"doctor"}).out, Not(HasSubstr("Keeping names")));
  EXPECT_THAT(outrigger({"doctor", "--rights"}).out, HasSubstr(has));
  replace(library_.parent_path() / "manifest.json", R"("rights": [)",
          R"("rights": [{"feature": "Renaming", "model": "crm.lead", "operations": ["read", "write"],
                         "group": "notes.group_of_nobody"}, )");
  enable();
  Ended ended = outrigger({"doctor"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, AllOf(HasSubstr(lacks), Not(HasSubstr(has))));
  ended = outrigger({"doctor", "--rights"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, AllOf(HasSubstr(has), HasSubstr(lacks)));
}

}  // namespace
}  // namespace outrigger::host
