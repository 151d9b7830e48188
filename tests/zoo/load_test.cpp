// Libraries that are no plugins, or not this host's: the sentences are the same from the runner as in this process.
#include "tests/zoo/zoo_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::StartsWith;

TEST_P(ZooTest, ALibraryThatDoesNotFitIsRefusedInOneSentence) {
  const std::vector<std::pair<std::string, std::string>> misfits{
      {"no_symbol", "is a library but no plugin: it does not export outrigger_plugin_v1"},
      {"wrong_magic", "has the entry point of a plugin but not its stamp; rebuild it with outrigger_add_plugin()"},
      {"newer_major", "was built for ABI 2.0; this host offers 1.0"},
      {"newer_minor", "was built for ABI 1.7; this host offers 1.0"},
      {"other_machine", "was built for another machine"},
      {"no_table", "returned no plugin table"},
      {"short_table", "has a plugin table that is too short; rebuild it with this SDK"},
      {"null_slot", "lacks the function stop"},
      {"other_id", "but its manifest says other_id 1.0; install both from one build"},
      {"other_version", "but its manifest says other_version 1.0; install both from one build"}};
  for (const auto& [id, sentence] : misfits) {
    const std::string said = beside([&, name = id] { return failure(name); });
    EXPECT_THAT(said, AllOf(StartsWith("plugin " + id + ": /"), EndsWith(sentence)));
  }
}

}  // namespace
}  // namespace outrigger::host
