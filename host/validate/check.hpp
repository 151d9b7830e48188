// The checks of `outrigger plugin validate`: each one question about a plugin, asked in a process of its own.
//
//     for (const Check& check : all_checks()) {
//       const Report report = check.run(subject);          // in the child
//     }
//
// What a check says depends on the plugin and the seed alone. Threads: a check may start some, and joins them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace outrigger::host::validate {

enum class Verdict { kPassed, kWarning, kFailed, kCrashed, kTimeout, kSkipped };
const char* to_string(Verdict verdict);

struct Report {
  Verdict verdict = Verdict::kPassed;
  std::string sentence;
  std::string remedy;  // of what did not pass

  static Report passed(std::string sentence) { return {Verdict::kPassed, std::move(sentence), {}}; }
  static Report skipped(std::string sentence) { return {Verdict::kSkipped, std::move(sentence), {}}; }
  static Report warning(std::string sentence, std::string remedy) {
    return {Verdict::kWarning, std::move(sentence), std::move(remedy)};
  }
  static Report failed(std::string sentence, std::string remedy) {
    return {Verdict::kFailed, std::move(sentence), std::move(remedy)};
  }
};

// What is looked at: the folder with manifest.json and the library in it.
struct Subject {
  std::filesystem::path folder;
  std::filesystem::path library;  // empty: the one that the manifest names
  uint64_t seed = 1;
};

struct Check {
  const char* name;
  const char* question;
  Report (*run)(const Subject& subject);
};

// Where a child writes what it found.
int report_descriptor();

// In the order in which they are asked.
const std::vector<Check>& all_checks();

// One file each.
std::vector<Check> load_checks();
std::vector<Check> life_checks();
std::vector<Check> call_checks();
std::vector<Check> end_checks();

}  // namespace outrigger::host::validate
