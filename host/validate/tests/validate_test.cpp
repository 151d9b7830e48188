// The program on good and on bad plugins: each fault is found by the check that is there for it, with its sentence.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>

#include "host/validate/check.hpp"
#include "host/validate/elf.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host::validate {
namespace {

using testing::HasSubstr;

struct Said {
  int code = -1;
  std::string text;
};

Said outrigger(const std::string& arguments) {
  Said said;
  FILE* pipe = ::popen((OUTRIGGER_BINARY " plugin validate " + arguments + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) said.text.append(buffer.data(), got);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) said.code = WEXITSTATUS(status);
  return said;
}

struct Row {
  std::string verdict;
  std::string sentence;
  std::string remedy;
};

Row ask(const std::string& folder, const std::string& check) {
  const Said said = outrigger(folder + " --json --only " + check);
  const Result<Document> read = value::read_json(said.text);
  if (!read || read->root()["checks"].size() != 1) return {"unreadable", said.text, ""};
  const Value row = read->root()["checks"].at(0);
  const bool bad =
      row["verdict"].text() == "Failed" || row["verdict"].text() == "Crashed" || row["verdict"].text() == "Timeout";
  EXPECT_EQ(said.code, bad ? 1 : 0);
  return {std::string(row["verdict"].text()), std::string(row["sentence"].text()), std::string(row["remedy"].text())};
}

TEST(Validate, ScoringPasses) {
  const Said said = outrigger(OUTRIGGER_PLUGINS "/scoring");
  EXPECT_EQ(said.code, 0) << said.text;
  EXPECT_THAT(said.text, HasSubstr("Nothing failed (seed 1)."));
}

TEST(Validate, AssignmentPasses) {
  const Said said = outrigger(OUTRIGGER_PLUGINS "/assignment");
  EXPECT_EQ(said.code, 0) << said.text;
  EXPECT_THAT(said.text, HasSubstr("Nothing failed (seed 1)."));
}

TEST(Validate, TheSameSeedSaysTheSame) {
  const std::string arguments = OUTRIGGER_FAULTS "/crash --seed 7 --only commands --only changes --json";
  EXPECT_EQ(outrigger(arguments).text, outrigger(arguments).text);
}

TEST(Validate, ListsItsChecks) {
  const Said said = outrigger("--list");
  EXPECT_EQ(said.code, 0);
  for (const Check& check : all_checks()) EXPECT_THAT(said.text, HasSubstr(std::string(check.name) + ": "));
}

TEST(Validate, RefusesWhatIsNotThere) {
  EXPECT_EQ(outrigger("/nowhere").code, 2);
  EXPECT_EQ(outrigger(OUTRIGGER_PLUGINS "/scoring --only nonsense").code, 2);
}

TEST(Validate, TakesALibraryToo) { EXPECT_EQ(outrigger(OUTRIGGER_PLUGINS "/scoring/scoring.so --only loads").code, 0); }

struct Fault {
  const char* folder;
  const char* check;
  const char* verdict;
  const char* sentence;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << std::filesystem::path(fault.folder).filename().string(); }

class ValidateFault : public testing::TestWithParam<Fault> {};

TEST_P(ValidateFault, IsFound) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // A sanitizer has an allocator and a runtime of its own.
  const std::string fault = std::filesystem::path(GetParam().folder).filename();
  if (fault == "leak" || fault == "exception") GTEST_SKIP() << "not under a sanitizer";
#endif
  const Row row = ask(GetParam().folder, GetParam().check);
  EXPECT_EQ(row.verdict, GetParam().verdict) << row.sentence;
  EXPECT_THAT(row.sentence, HasSubstr(GetParam().sentence));
  EXPECT_FALSE(row.remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, ValidateFault,
    testing::Values(Fault{OUTRIGGER_FAULTS "/bad_tree", "commands", "Failed", "its answer cannot be used"},
                    Fault{OUTRIGGER_FAULTS "/crash", "commands", "Crashed", "crashed: Aborted"},
                    Fault{OUTRIGGER_FAULTS "/descriptor", "descriptors", "Failed", "descriptors stay open"},
                    Fault{OUTRIGGER_FAULTS "/exception", "life", "Crashed", "crashed: Aborted"},
                    Fault{OUTRIGGER_FAULTS "/terminate", "commands", "Crashed", "an exception of the plugin crosses"},
                    Fault{OUTRIGGER_FAULTS "/exports", "symbols", "Failed", "the library also exports "},
                    Fault{OUTRIGGER_FAULTS "/hang", "commands", "Timeout", "was not done after 30 seconds"},
                    Fault{OUTRIGGER_FAULTS "/leak", "cycles", "Failed", "bytes stay behind"},
                    Fault{OUTRIGGER_FAULTS "/plan_keeps", "commands", "Failed", "work --plan keeps data or asks"},
                    Fault{OUTRIGGER_FAULTS "/short_table", "short-structs", "Failed",
                          "lies outside the table's struct_size"},
                    Fault{OUTRIGGER_FAULTS "/silent", "commands", "Failed", "failed without a sentence"},
                    Fault{OUTRIGGER_FAULTS "/thread", "threads", "Failed", "a thread runs on after destroy"},
                    Fault{OUTRIGGER_FAULTS "/unstoppable", "blocked-stop", "Failed", "has not stopped"},
                    Fault{OUTRIGGER_FIXTURES "/no_symbol", "symbols", "Failed", "does not export outrigger_plugin_v1"},
                    Fault{OUTRIGGER_FIXTURES "/newer_minor", "loads", "Failed", "was built for ABI 1."},
                    Fault{OUTRIGGER_FIXTURES "/other_id", "identity", "Failed", "its manifest says"},
                    Fault{OUTRIGGER_FIXTURES "/hollow", "life", "Warning", "made nothing"},
                    Fault{OUTRIGGER_FIXTURES "/refusing", "life", "Warning", "the licence has ended"}));

TEST(Elf, ReadsWhatALibraryExports) {
  const Result<Exports> exports = exports_of(OUTRIGGER_PLUGINS "/scoring/scoring.so");
  ASSERT_TRUE(exports) << exports.error().message;
  EXPECT_THAT(exports->names, testing::ElementsAre("outrigger_plugin_v1"));
  EXPECT_TRUE(exports->unique.empty());
  EXPECT_FALSE(exports_of("/dev/null"));
  EXPECT_FALSE(exports_of(OUTRIGGER_PLUGINS "/scoring/manifest.json"));
}

}  // namespace
}  // namespace outrigger::host::validate
