#include "host/backup/deployment_files.hpp"

#include <algorithm>

namespace outrigger::host {

namespace fs = std::filesystem;

std::vector<std::string> databases_in(const fs::path& data) {
  std::vector<std::string> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(data / "databases", none))
    if (fs::is_regular_file(entry.path() / "journal.db", none)) found.push_back(entry.path().filename().string());
  std::sort(found.begin(), found.end());
  return found;
}

bool is_aside(const fs::path& name) {
  return std::any_of(name.begin(), name.end(), [](const fs::path& part) { return part == ".aside"; });
}

}  // namespace outrigger::host
