// A folder of a test's own, gone with it.
//
//     const TemporaryFolder folder;
//     const std::filesystem::path file = folder.write("notes/manifest.json", "{}");
//     open(folder / "journal.db");
//
// Made anew below the system's temporary folder; others may look into it, since a plugin runs as a user of its own. A
// place that cannot be had ends the test program with a sentence. What is still in it at the end is removed.
//
// Threads: any, once made.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace outrigger {

class TemporaryFolder {
 public:
  // `below`: where to make it; bench programs take a disk.
  explicit TemporaryFolder(const std::filesystem::path& below = std::filesystem::temp_directory_path()) {
    std::string name = (below / "outrigger_test_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      std::perror(("no folder can be made below " + below.string()).c_str());
      std::abort();
    }
    path_ = name;
    std::filesystem::permissions(path_, std::filesystem::perms(0755));
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  // The file; folders on the way are made.
  [[nodiscard]] std::filesystem::path write(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace outrigger
